"""`line:N` done to a Dockerfile's text: other effective content that still builds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

# Nobody writes them, and all can still read the files and walk through the folders. One for each
# line, as two edits of one case that came to the same files would find each other's cache.
_MODES = tuple(f"{special}{mode}" for special in range(8) for mode in (757, 775, 777))
_HEREDOC = re.compile(r"<<-?([\"']?)([^\s<\"']+)\1")


def with_other_line(text: str, line: int, word: str, image: str | None = None) -> str:
    """`text` with another instruction at `line` (from 1); `word` has never been seen before.

    `image` is what a FROM at that line is to start from.
    """
    lines = text.split("\n")
    first = line - 1
    last = _last(lines, first)
    name = lines[first].split(maxsplit=1)[0].upper()
    if (found := _HEREDOC.search(lines[first])) and name in ("RUN", "COPY", "ADD"):
        end = next(n for n in range(first + 1, len(lines)) if lines[n].strip() == found[2])
        return "\n".join([*lines[:end], f"# {word}", *lines[end:]])
    instruction = "\n".join(lines[first : last + 1])
    if name == "FROM":
        assert image, "a FROM of a stage cannot be another one"
        other = re.sub(r"(?i)^(FROM\s+(?:--\S+\s+)*)\S+", rf"\g<1>{image}", instruction)
    elif name == "ONBUILD":
        inner = instruction.split(maxsplit=1)[1]
        other = f"ONBUILD {_other(inner, word, line)}"
    else:
        other = _other(instruction, word, line)
    return "\n".join([*lines[:first], other, *lines[last + 1 :]])


def _last(lines: list[str], first: int) -> int:
    """The last line of the instruction that begins at `first`: comments do not end it."""
    escape = "`" if re.match(r"(?i)# *escape *= *`", lines[0]) else "\\"
    last = first
    while last + 1 < len(lines) and (
        lines[last].rstrip().endswith(escape) or lines[last].lstrip().startswith("#")
    ):
        last += 1
    return last


def _exec_form(text: str) -> tuple[str, list[str]] | None:
    """What stands before the list, and the list; None in shell form."""
    found = re.fullmatch(r"(\w+\s+(?:--\S+\s+)*)(\[.*\])\s*", text, re.DOTALL)
    try:
        return (found[1], json.loads(found[2])) if found else None
    except ValueError:
        return None


def _command(text: str, word: str) -> str:
    if form := _exec_form(text):
        return form[0] + json.dumps([*form[1], word])
    return f"{text} # {word}"


def _shell(text: str, word: str) -> str:
    form = _exec_form(text)
    assert form
    return form[0] + json.dumps([form[1][0], "-e", *form[1][1:]])


def _other(text: str, word: str, line: int) -> str:
    name = text.split(maxsplit=1)[0].upper()
    return _copy(text, line) if name in ("COPY", "ADD") else _MAKERS[name](text, word)


def _copy(text: str, line: int) -> str:
    """Other modes, so that whoever copies from there gets something else as well."""
    mode = _MODES[line % len(_MODES)]
    if "--chmod=" in text:
        return re.sub(r"--chmod=\S+", f"--chmod={mode}", text)
    name, rest = text.split(maxsplit=1)
    return f"{name} --chmod={mode} {rest}"


def _value(text: str, word: str) -> str:
    """The last value of ENV, LABEL or ARG."""
    if text.split(maxsplit=1)[0].upper() == "ARG" and "=" not in text:
        return f"{text}={word}"
    # After a colon, as the value may end with the name of a variable, or be a list of folders.
    closing = text[-1] if text[-1] in "\"'" else ""
    return f"{text.removesuffix(closing)}:{word}{closing}"


def _number(word: str) -> int:
    return 20000 + int(word[1:5], 16) % 20000


_MAKERS: Mapping[str, Callable[[str, str], str]] = {
    "RUN": _command,
    "CMD": _command,
    "ENTRYPOINT": _command,
    "SHELL": _shell,
    "ENV": _value,
    "LABEL": _value,
    "ARG": _value,
    "WORKDIR": lambda text, word: f"{text.rstrip('/')}/{word}",
    "USER": lambda text, word: f"USER {_number(word)}",
    "EXPOSE": lambda text, word: f"{text} {_number(word)}",
    "STOPSIGNAL": lambda text, word: "STOPSIGNAL SIGUSR2",
    "VOLUME": lambda text, word: f"VOLUME /{word}",
    "HEALTHCHECK": lambda text, word: f"HEALTHCHECK CMD true {word}",
    "MAINTAINER": lambda text, word: f"{text} {word}",
}
