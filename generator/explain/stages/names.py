"""The labels that a build prints: `[2/4]`, `[build 2/4]`, `[stage-1 3/5]`.

From moby/buildkit, frontend/dockerfile/dockerfile2llb/convert.go (prefixCommand, cmdTotal).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.explain.dockerfile import Instruction
from generator.explain.stages import From, Operation, Workdir

_COUNTED = ("RUN", "COPY", "ADD", "WORKDIR")


def label(index: int, key: str) -> str:
    """A stage's: its name in small letters, or its number."""
    return key or f"stage-{index}"


def is_bare(stages: Sequence[Sequence[Instruction]]) -> bool:
    """Whether numbers stand without a stage's name.

    They do in a file of one stage that knows no other place: a mount, of whatever type, and a
    `COPY --from` make BuildKit count one more.
    """
    return len(stages) == 1 and not any(
        flag == "mount" or (flag == "from" and value)
        for each in stages[0]
        for flag, value in each.flags
    )


def total(own: Sequence[Instruction], triggers: int, *, from_outside: bool) -> int:
    """How many steps the label says there are: all ONBUILD triggers count, whatever they do."""
    return from_outside + triggers + sum(each.name in _COUNTED for each in own)


def numbered(
    operations: Sequence[tuple[str, Operation]], of: int, prefix: str
) -> Iterator[str | None]:
    """A label, or None, for each of a stage's operations and their instructions' names."""
    count = 0
    for name, operation in operations:
        if not of or not _is_printed(name, operation):
            yield None
            continue
        count += 1
        number = f"{count:>{len(str(of))}}/{of}"
        yield f"[{prefix} {number}]" if prefix else f"[{number}]"


def _is_printed(name: str, operation: Operation) -> bool:
    match operation:
        case From(origin):
            return origin.kind == "image"
        case Workdir(path):
            return path != "/"
        case _:
            return name in _COUNTED
