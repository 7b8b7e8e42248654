"""From a Dockerfile's text to its instructions, each with its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from generator.errors import BadDockerfile
from generator.explain.dockerfile import grammar, heredocs
from generator.explain.dockerfile.lines import SPACES, Line, Reader, mended, reader
from generator.explain.dockerfile.refused import Refused
from generator.explain.dockerfile.words import Arguments, Command, arguments, command

# Instructions that may hold heredocs.
_WITH_BODIES = ("ADD", "COPY", "RUN")

Answer = TypeVar("Answer")


class Heredoc(NamedTuple):
    """`<<NAME` and its body; a quoted name (`<<"NAME"`) keeps the body from being expanded."""

    name: str
    body: str
    expanded: bool


class Instruction(NamedTuple):
    """One instruction, at the lines `line` to `last` (counted from 1, both inclusive).

    `name` is in capitals. `flags` are those before the arguments, without their dashes and in
    their order (`("from", "build")`, `("link", None)`). `words` are the arguments as this
    instruction splits them, before any expansion: one text for RUN, CMD, ENTRYPOINT and SHELL in
    shell form, the list in exec form (`is_json`); names and values in turns for ENV, LABEL and
    ARG (ARG without a value: the name alone, see `pairs`); `text` is all of it on one line, as
    written, continuations joined.
    """

    line: int
    last: int
    name: str
    flags: tuple[tuple[str, str | None], ...]
    words: tuple[str, ...]
    text: str
    is_json: bool = False
    heredocs: tuple[Heredoc, ...] = ()
    # ENV, LABEL and ARG: (name, value) in their order; ARG without a value has None.
    pairs: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class Dockerfile:
    """`directives` are the parser's own, by name: syntax, escape, check."""

    text: str
    directives: Mapping[str, str]
    instructions: tuple[Instruction, ...]

    @property
    def escape(self) -> str:
        return self.directives.get("escape", "\\")


def parse(text: str) -> Dockerfile:
    """Raises BadDockerfile, with the line, for all that BuildKit's own parser refuses."""
    read = instructions(text)
    names = [each.name for each in read.instructions]
    if "FROM" not in names:
        raise BadDockerfile("no FROM in it", hint="a Dockerfile needs at least one stage")
    for each in read.instructions[: names.index("FROM")]:
        if each.name != "ARG":
            early = Refused(f"{each.name} before the first FROM", "only ARG can stand there")
            raise early.at(read.text, each.line)
    return read


def instructions(text: str) -> Dockerfile:
    """As `parse`, of a text that needs no FROM (what ONBUILD adds to another stage)."""
    text = mended(text)
    source = reader(text)
    # BuildKit splits all of the file before it looks at what the parts say.
    raw: list[_Raw] = []
    while (each := _located(text, source, lambda: _next(source))) is not None:
        raw.append(each)
    if not raw:
        raise BadDockerfile("the Dockerfile cannot be empty")
    found = tuple(_checked(text, each) for each in raw)
    return Dockerfile(text, dict(source.directives), found)


class _Raw(NamedTuple):
    line: Line
    last: int
    command: Command
    given: Arguments
    heredocs: tuple[Heredoc, ...]


def _located(text: str, source: Reader, read: Callable[[], Answer]) -> Answer:
    try:
        return read()
    except Refused as refused:
        raise refused.at(text, source.number) from None


def _next(source: Reader) -> _Raw | None:
    line = source.next()
    if line is None:
        return None
    last = source.number
    # What is wrong with the instruction is wrong where it begins.
    source.number = line.first
    if "\0" in line.text:
        raise Refused("a NUL byte", "is it a text in UTF-8?")
    parts = command(line.text, source.escape)
    name = parts.name.upper()
    given = arguments(name, parts.rest, source.escape)
    marks = _marks(name, parts.rest, given, line.text, source.escape)
    source.number = last
    bodies = tuple(
        Heredoc(each.name, source.body(each.name, tabs=each.tabs), each.expanded) for each in marks
    )
    return _Raw(line, source.number, parts, given, bodies)


def _marks(
    name: str, rest: str, given: Arguments, line: str, escape: str
) -> tuple[heredocs.Marker, ...]:
    if name == "ONBUILD":
        trigger = command(rest, escape)
        name = trigger.name.upper()
        given = arguments(name, trigger.rest, escape)
    return heredocs.markers(line) if name in _WITH_BODIES and not given.is_json else ()


def _checked(text: str, raw: _Raw) -> Instruction:
    name = raw.command.name.upper()
    try:
        grammar.known(raw.command.name)
        flags = grammar.flags(name, raw.command.flags)
        grammar.check(name, raw.given, flags)
    except Refused as refused:
        raise refused.at(text, raw.line.first) from None
    return Instruction(
        line=raw.line.first,
        last=raw.last,
        name=name,
        flags=flags,
        words=raw.given.words,
        text=raw.line.text.strip(SPACES),
        is_json=raw.given.is_json,
        heredocs=raw.heredocs,
        pairs=raw.given.pairs,
    )
