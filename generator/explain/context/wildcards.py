"""The wildcards of COPY and ADD sources: Go's `path.Match`, letter by letter.

`*` and `?` stop at `/`, `[^a-z]` does not; there is no `**`.
"""

from __future__ import annotations

from generator.explain.context.automaton import Automaton, Node, One, Repeat, Then
from generator.explain.context.letters import IN_SEGMENT, Letters


class BadWildcard(ValueError):
    """What Go calls a syntax error in a pattern: `[`, `[a-]`, a backslash at the end."""


def has_wildcards(text: str) -> bool:
    """BuildKit's own test: an escaped one is none, and then the backslash is a letter."""
    escaped = False
    for letter in text:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter in "*?[":
            return True
    return False


def parsed(pattern: str) -> Then:
    """Raises BadWildcard."""
    parts: list[Node] = []
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        at += 1
        if letter == "*":
            parts.append(Repeat(One(IN_SEGMENT), 0, None))
        elif letter == "?":
            parts.append(One(IN_SEGMENT))
        elif letter == "[":
            letters, at = _letters(pattern, at)
            parts.append(One(letters))
        else:
            if letter == "\\":
                if at == len(pattern):
                    raise BadWildcard
                letter = pattern[at]
                at += 1
            parts.append(One(letter))
    return Then(tuple(parts))


def refused(pattern: str) -> bool:
    """Whether BuildKit refuses `pattern` in an ignore file before it looks at any file.

    It tries `filepath.Match` on a dot, which finds a syntax error only where it comes to: parts
    between stars are read one after the other until one does not match.
    """
    name = "."
    while pattern:
        chunk, pattern = _chunk(pattern)
        if not chunk:
            return False
        try:
            parts = parsed(chunk)
        except BadWildcard:
            return True
        rest = name[len(parts.parts) :]
        if not _begins(name, parts) or (rest and not pattern):
            return False
        name = rest
    return False


def _chunk(pattern: str) -> tuple[str, str]:
    """Up to the next star, those at the beginning dropped, and what follows."""
    pattern = pattern.lstrip("*")
    in_set = escaped = False
    for at, letter in enumerate(pattern):
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter in "[]":
            in_set = letter == "["
        elif letter == "*" and not in_set:
            return pattern[:at], pattern[at:]
    return pattern, ""


def _begins(name: str, parts: Then) -> bool:
    if len(parts.parts) > len(name):
        return False
    automaton = Automaton([parts])
    read = automaton.run(automaton.start, name[: len(parts.parts)])
    return bool(automaton.accepted(read))


def _letters(pattern: str, at: int) -> tuple[Letters, int]:
    """A set, from after its `[`, and where it ends."""
    negated = pattern.startswith("^", at)
    at += negated
    ranges: list[tuple[int, int]] = []
    while not (ranges and pattern.startswith("]", at)):
        low, at = _letter(pattern, at)
        high = low
        if pattern[at] == "-":
            high, at = _letter(pattern, at + 1)
        ranges.append((ord(low), ord(high)))
    return Letters(ranges, negated=negated), at + 1


def _letter(pattern: str, at: int) -> tuple[str, int]:
    """A set never ends with the pattern, so there is always a letter after this one."""
    if at >= len(pattern) or pattern[at] in "-]":
        raise BadWildcard
    at += pattern[at] == "\\"
    if at + 1 >= len(pattern):
        raise BadWildcard
    return pattern[at], at + 1
