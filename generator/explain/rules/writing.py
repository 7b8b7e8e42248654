"""Instructions as text: the lines of a fix."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from generator.explain.dockerfile import Instruction

_RUN = re.compile(r"([ \t]*RUN)[ \t]+(.*)", re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_./@%+=:,*-]+")


def flags(given: Instruction, *without: str) -> str:
    """Its flags as they are written, each with a blank before it."""
    return "".join(
        f" --{name}" if value is None else f" --{name}={value}"
        for name, value in given.flags
        if name not in without
    )


def copy(marks: str, sources: Sequence[str], target: str, name: str = "COPY") -> str:
    """`marks` are flags, each with a blank before it."""
    words = [*sources, target]
    if all(_PLAIN.fullmatch(each) for each in words):
        return f"{name}{marks} {' '.join(words)}"
    return f"{name}{marks} {json.dumps(words)}"


def with_first(lines: Sequence[str], new: Sequence[str], escape: str) -> tuple[str, ...] | None:
    """A RUN's lines with `new` before all that follows its name, each on a line of its own."""
    match = _RUN.fullmatch(lines[0]) if lines else None
    if match is None or not new:
        return None
    first, *others = new
    rest = match[2] if match[2].strip() != escape else ""
    head = [f"{match[1]} {first} {escape}"]
    head += [f"    {each} {escape}" for each in others]
    return (*head, *([f"    {rest}"] if rest else []), *lines[1:])
