"""Go's regular expressions (RE2), as far as an ignore pattern can become one.

BuildKit turns a pattern into such an expression as it is written, and what it forgets to escape
(`|`, `{2}`, `^`, `\\d`) keeps the meaning that it has there. Groups are only those that stand for
`**`. Written after regexp/syntax of Go, which says what is an error and what is a letter.
"""

from __future__ import annotations

import re
from typing import Final

from generator.explain.context.automaton import At, Either, Node, One, Repeat, Then, Where
from generator.explain.context.letters import (
    ANY,
    NO_NEWLINE,
    Letters,
    Ranges,
    category,
    complement,
    ranges_of,
)

# Go's own limit.
_MOST: Final = 1000
_HIGHEST: Final = 0x10FFFF

_PERL: Final = {
    "d": ranges_of("09"),
    "s": ranges_of("\t\n", "\f\r", "  "),
    "w": ranges_of("09", "AZ", "__", "az"),
}
_POSIX: Final = {
    "alnum": ranges_of("09", "AZ", "az"),
    "alpha": ranges_of("AZ", "az"),
    "ascii": ranges_of("\0\x7f"),
    "blank": ranges_of("\t\t", "  "),
    "cntrl": ranges_of("\0\x1f", "\x7f\x7f"),
    "digit": ranges_of("09"),
    "graph": ranges_of("!~"),
    "lower": ranges_of("az"),
    "print": ranges_of(" ~"),
    "punct": ranges_of("!/", ":@", "[`", "{~"),
    "space": ranges_of("\t\r", "  "),
    "upper": ranges_of("AZ"),
    "word": ranges_of("09", "AZ", "__", "az"),
    "xdigit": ranges_of("09", "AF", "af"),
}
_PLACES: Final[dict[str, Where]] = {"A": "begin", "b": "word", "B": "inside", "z": "end"}
_BARE: Final[dict[str, Node]] = {"^": At("begin"), "$": At("end"), ".": One(NO_NEWLINE)}
_ESCAPES: Final = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_COUNTS: Final = re.compile(r"\{(\d+)(,(\d*))?\}", re.ASCII)
_CATEGORIES: Final = re.compile(r"[CLMNPSZ][a-z]?")


class BadExpression(ValueError):
    """What Go does not compile."""


def parsed(text: str) -> Node:
    """`text` as a node that matches a whole path exactly if Go finds `text` in it."""
    return _Parser(text).alternatives()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def alternatives(self) -> Node:
        found: list[list[Node]] = [[]]
        while self.at < len(self.text):
            if self._takes("|"):
                found.append([])
            else:
                self._piece(found[-1])
        return Either(tuple(_anywhere(parts) for parts in found))

    def _takes(self, text: str) -> bool:
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise BadExpression
        self.at += 1
        return self.text[self.at - 1]

    def _piece(self, before: list[Node]) -> None:
        """One more atom, or a repetition of the last one."""
        if self._takes("(.*/)?"):
            folders = Then((Repeat(One(NO_NEWLINE), 0, None), One("/")))
            before.append(Repeat(folders, 0, 1))
        elif self._takes(r"\Q"):
            end = self.text.find(r"\E", self.at)
            quoted = self.text[self.at :] if end < 0 else self.text[self.at : end]
            self.at = len(self.text) if end < 0 else end + 2
            before.extend(One(letter) for letter in quoted)
        else:
            counts = _COUNTS.match(self.text, self.at)
            if counts:
                self._counted(before, counts)
            elif self._takes("*"):
                _repeat(before, 0, None)
            else:
                before.append(self._atom())

    def _counted(self, before: list[Node], counts: re.Match[str]) -> None:
        self.at = counts.end()
        low, more, high = counts.groups()
        if len(low) > len(str(_MOST)) or len(high or "") > len(str(_MOST)):
            raise BadExpression
        least = int(low)
        most = int(high) if high else (None if more else least)
        if least > _MOST or (most is not None and not least <= most <= _MOST):
            raise BadExpression
        _repeat(before, least, most)

    def _atom(self) -> Node:
        letter = self._next()
        if letter in _BARE:
            return _BARE[letter]
        if letter == "[":
            return One(self._letters())
        if letter != "\\":
            return One(letter)
        if self.text[self.at : self.at + 1] in _PLACES:
            return At(_PLACES[self._next()])
        known = self._class()
        return One(chr(self._escape())) if known is None else One(Letters(known))

    def _class(self) -> Ranges | None:
        r"""What follows a backslash, if it is a class: `d`, `W`, `pL`, `p{Lu}`, `P{^L}`."""
        name = self.text[self.at : self.at + 1]
        if name.lower() in _PERL:
            self.at += 1
            ranges = _PERL[name.lower()]
            return complement(ranges) if name.isupper() else ranges
        if name not in ("p", "P") or not name:
            return None
        self.at += 1
        wanted = self._next()
        if wanted == "{":
            end = self.text.find("}", self.at)
            if end < 0:
                raise BadExpression
            wanted, self.at = self.text[self.at : end], end + 1
        negated = (name == "P") != wanted.startswith("^")
        ranges = _unicode(wanted.removeprefix("^"))
        return complement(ranges) if negated else ranges

    def _escape(self) -> int:
        """The letter that an escape stands for, after its backslash."""
        letter = self._next()
        if letter in _ESCAPES:
            return ord(_ESCAPES[letter])
        if letter == "x":
            return self._hexadecimal()
        following = self.text[self.at : self.at + 1]
        if letter == "0" or ("1" <= letter <= "7" and following and following in "01234567"):
            digits = re.compile("[0-7]{0,2}").match(self.text, self.at)
            assert digits  # noqa: S101
            self.at = digits.end()
            return int(letter + digits[0], 8)
        if letter.isascii() and not letter.isalnum():
            return ord(letter)
        raise BadExpression

    def _hexadecimal(self) -> int:
        digits = re.compile(r"\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2})").match(self.text, self.at)
        if not digits:
            raise BadExpression
        self.at = digits.end()
        text = (digits[1] or digits[2]).lstrip("0") or "0"
        if len(text) > len("10ffff") or int(text, 16) > _HIGHEST:
            raise BadExpression
        return int(text, 16)

    def _letters(self) -> Letters:
        """A set, after its `[`."""
        negated = self._takes("^")
        ranges: list[tuple[int, int]] = []
        first = True
        while first or not self._takes("]"):
            first = False
            ranges.extend(self._member())
        return Letters(ranges, negated=negated)

    def _member(self) -> Ranges:
        if self._takes("[:"):
            end = self.text.find(":]", self.at)
            if end >= 0:
                name, self.at = self.text[self.at : end], end + 2
                return _posix(name)
            self.at -= 2
        if self._takes("\\"):
            known = self._class()
            if known is not None:
                return known
            self.at -= 1
        low = high = self._letter()
        if self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] != "]":
            self.at += 1
            high = self._letter()
        if high < low:
            raise BadExpression
        return ((low, high),)

    def _letter(self) -> int:
        return self._escape() if self._takes("\\") else ord(self._next())


def _repeat(before: list[Node], least: int, most: int | None) -> None:
    # Go refuses a repetition of a repetition: `a*{2}`.
    if not before or isinstance(before[-1], Repeat):
        raise BadExpression
    before[-1] = Repeat(before[-1], least, most)


def _anywhere(parts: list[Node]) -> Node:
    """An expression is found wherever it stands; only `^` and `$` tie it down."""
    anything = Repeat(One(ANY), 0, None)
    first = [] if parts and parts[0] == At("begin") else [anything]
    last = [] if parts and parts[-1] == At("end") else [anything]
    return Then((*first, *parts, *last))


def _posix(name: str) -> Ranges:
    ranges = _POSIX.get(name.removeprefix("^"))
    if ranges is None:
        raise BadExpression
    return complement(ranges) if name.startswith("^") else ranges


def _unicode(name: str) -> Ranges:
    # Scripts (`\p{Greek}`) are not known to Python; no ignore file was seen with one.
    if name == "Any":
        return ((0, _HIGHEST),)
    if not _CATEGORIES.fullmatch(name):
        raise BadExpression
    return category(name)
