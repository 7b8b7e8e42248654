"""The patterns of an ignore file, matched as BuildKit matches them.

Read as moby/patternmatcher's `ignorefile` reads, matched as its `MatchesUsingParentResults` does
while tonistiigi/fsutil walks the context: parent by parent, the last pattern that matches wins,
and what matched a folder has matched all that is below it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from generator.errors import BadDockerfile
from generator.explain.context import regexps, wildcards
from generator.explain.context.automaton import (
    Automaton,
    Either,
    Node,
    One,
    Repeat,
    State,
    Then,
    TooLarge,
)
from generator.explain.context.letters import ANY, Letters

# Go's White_Space, which is not quite Python's.
_BLANKS: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# What a line of Go's bufio.Scanner may hold, in bytes.
_LONGEST_LINE: Final = 64 * 1024
# No ignore file with more was made by a person.
_MOST: Final = 10_000
_SYNTAX: Final = "a pattern that cannot be read"
# What a broken pattern matches; it is never asked.
_NOTHING: Final = One(Letters(()))


class Line(NamedTuple):
    """A pattern as written, blanks around it removed, and the line where it stands, from 1."""

    text: str
    number: int


class Pattern(NamedTuple):
    """`cleaned` is without its `!` (`exclusion`); `broken`: it fails as soon as it is tried."""

    line: Line
    cleaned: str
    exclusion: bool
    broken: bool


class Place(NamedTuple):
    """A folder on the way down: what matched it, and where the patterns stand below it.

    `out`: the patterns leave it out, though patterns with `!` may let through what it holds.
    """

    path: str
    matched: int
    inside: State
    out: bool


class Verdict(NamedTuple):
    """`by` is the index of the pattern that decided, -1 if none matched."""

    matched: int
    out: bool
    by: int


def read(text: str, *, path: str = ".dockerignore") -> Patterns:
    """The patterns of an ignore file; raises BadDockerfile with `path` and the line."""
    found: list[tuple[Line, str]] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if len(raw.encode("utf-8", "surrogateescape")) >= _LONGEST_LINE:
            raise BadDockerfile("a line longer than 64 KiB", number, raw, path=path)
        if raw.startswith("#"):
            continue
        shown = raw.strip(_BLANKS)
        if len(found) >= _MOST:
            raise BadDockerfile(f"more than {_MOST} patterns", number, raw, path=path)
        if shown:
            found.append((Line(shown, number), _normalized(shown)))
    return Patterns(found, path=path)


def listed(patterns: Sequence[str], *, path: str | None = None) -> Patterns:
    """Patterns of `--exclude`, which are not stripped of a leading `/`."""
    return Patterns([(Line(each, 0), each) for each in patterns], path=path)


class Patterns:
    """Patterns in their order. Matching is linear in a path's length, whatever they hold."""

    def __init__(self, patterns: Iterable[tuple[Line, str]], *, path: str | None) -> None:
        self.path = path
        self.patterns: list[Pattern] = []
        nodes = []
        for line, text in patterns:
            stripped = text.strip(_BLANKS)
            if stripped:
                pattern, node = self._pattern(line, _clean(stripped))
                self.patterns.append(pattern)
                nodes.append(node)
        self._automaton = self._compiled(nodes)
        self._verdicts: dict[tuple[int, int], Verdict] = {}
        self._exclusions = self._bits(pattern.exclusion for pattern in self.patterns)
        self._broken = self._bits(pattern.broken for pattern in self.patterns)
        self._prefixes = _prefixes(self.patterns)
        self.top = Place("", 0, self._automaton.start, out=False)

    def texts(self) -> list[str]:
        """As written, which tells two of them apart."""
        return [pattern.line.text for pattern in self.patterns]

    def judge(self, place: Place, name: str) -> Verdict:
        """On `name` in the folder `place`; raises BadDockerfile if a broken pattern is tried."""
        if not self.patterns:
            return Verdict(0, out=False, by=-1)
        own = self._automaton.accepted(self._automaton.run(place.inside, name))
        return self._verdict(place.matched, own)

    def enter(self, place: Place, name: str) -> Place:
        """The folder `name` in `place`."""
        path = f"{place.path}/{name}" if place.path else name
        if not self.patterns:
            return Place(path, 0, place.inside, out=False)
        state = self._automaton.run(place.inside, name)
        matched, out, _ = self._verdict(place.matched, self._automaton.accepted(state))
        return Place(path, matched, self._automaton.run(state, "/"), out)

    def walks(self, place: Place) -> bool:
        """Whether anything below may be let through; what is not walked is never looked at."""
        if not place.out:
            return True
        if self._prefixes is not None:
            below = f"{place.path}/"
            if not any(each.startswith(below) for each in self._prefixes):
                return False
        below_too = self._automaton.live(place.inside) | place.matched | self._broken
        return bool(below_too & self._exclusions)

    def left_out_by(self, path: str) -> Pattern | None:
        """The pattern that leaves `path` out, whether or not there is such a file."""
        place = self.top
        *folders, name = path.split("/")
        for folder in folders:
            verdict = self.judge(place, folder)
            place = self.enter(place, folder)
            if not self.walks(place):
                return self.patterns[verdict.by]
        verdict = self.judge(place, name)
        return self.patterns[verdict.by] if verdict.out else None

    def _verdict(self, parent: int, own: int) -> Verdict:
        known = self._verdicts.get((parent, own))
        if known is None:
            known = self._verdicts[parent, own] = self._decided(parent, own)
        return known

    def _decided(self, parent: int, own: int) -> Verdict:
        matched, out, by = 0, False, -1
        tried = parent | own | self._broken
        while tried:
            bit = tried & -tried
            tried ^= bit
            index = bit.bit_length() - 1
            pattern = self.patterns[index]
            if not parent & bit:
                # As BuildKit skips them: what could change nothing counts as not matched, even
                # for what is below, where it could.
                if pattern.exclusion != out:
                    continue
                if pattern.broken:
                    raise self._error(pattern.line)
            matched |= bit
            out, by = not pattern.exclusion, index
        return Verdict(matched, out, by)

    def _pattern(self, line: Line, cleaned: str) -> tuple[Pattern, Node]:
        exclusion = cleaned.startswith("!")
        if exclusion:
            cleaned = cleaned[1:]
        if not cleaned or wildcards.refused(cleaned):
            raise self._error(line)
        try:
            return Pattern(line, cleaned, exclusion, broken=False), _node(cleaned)
        except regexps.BadExpression:
            return Pattern(line, cleaned, exclusion, broken=True), _NOTHING

    def _compiled(self, nodes: list[Node]) -> Automaton:
        try:
            return Automaton(nodes)
        except TooLarge as error:
            (index,) = error.args
            line = self.patterns[index].line
            raise self._error(line, "a pattern that is too large") from None

    def _error(self, line: Line, message: str = _SYNTAX) -> BadDockerfile:
        if not line.number:
            return BadDockerfile(f"{message}: {line.text}", path=self.path)
        return BadDockerfile(message, line.number, line.text, path=self.path)

    def _bits(self, flags: Iterable[bool]) -> int:
        return sum(1 << index for index, flag in enumerate(flags) if flag)


def _clean(path: str) -> str:
    """Go's `filepath.Clean`."""
    if path.startswith("//"):
        path = "/" + path.lstrip("/")
    return posixpath.normpath(path)


def _normalized(pattern: str) -> str:
    mark = "!" if pattern.startswith("!") else ""
    pattern = pattern[len(mark) :].strip(_BLANKS)
    if pattern:
        pattern = _clean(pattern)
        if len(pattern) > 1:
            pattern = pattern.removeprefix("/")
    return mark + pattern


def _prefixes(patterns: Sequence[Pattern]) -> list[str] | None:
    """What all folders to be walked in spite of a match begin with; None if that is not known."""
    found = []
    for pattern in patterns:
        if pattern.exclusion:
            text = pattern.cleaned.removesuffix("/**").removesuffix("/*")
            if any(letter in text for letter in r"*[]?^\\"):
                return None
            found.append(f"{text}/")
    return found


class _Expression:
    """A pattern on its way to a regular expression, letter by letter, as moby writes it."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.kind = "exact"
        self.parts = ["^"]
        at = 0
        while at < len(pattern):
            at = self._piece(at)

    def _piece(self, at: int) -> int:
        letter = self.pattern[at]
        after = at + 1
        if self.pattern.startswith("**", at):
            return self._folders(at)
        if letter == "*":
            self._special("[^/]*")
        elif letter == "?":
            self._special("[^/]")
        elif letter == "\\":
            self._special(self.pattern[at : at + 2])
            after = at + 2
        elif letter in "[]":
            self._special(letter)
        # Not `{`, `|` and `}`: moby means to escape them, and does not.
        elif letter in ".+()$":
            self.parts.append(f"\\{letter}")
        else:
            self.parts.append(letter)
        return after

    def _folders(self, at: int) -> int:
        after = at + 2
        after += self.pattern.startswith("/", after)
        if after < len(self.pattern):
            self._special("(.*/)?")
        elif self.kind == "exact":
            self.kind = "prefix"
        else:
            self._special(".*")
        if at == 0:
            self.kind = "suffix"
        return after

    def _special(self, part: str) -> None:
        self.parts.append(part)
        self.kind = "regexp"


def _node(pattern: str) -> Node:
    expression = _Expression(pattern)
    anything = Repeat(One(ANY), 0, None)
    if expression.kind == "regexp":
        return regexps.parsed("".join([*expression.parts, "$"]))
    if expression.kind == "prefix":
        return Then((*_text(pattern[:-2]), anything))
    if expression.kind == "suffix":
        suffix = pattern[2:]
        ending = Then((anything, *_text(suffix)))
        return Either((ending, Then(_text(suffix[1:])))) if suffix.startswith("/") else ending
    return Then(_text(pattern))


def _text(text: str) -> tuple[Node, ...]:
    return tuple(One(letter) for letter in text)
