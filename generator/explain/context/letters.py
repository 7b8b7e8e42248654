"""Sets of letters: `[a-z]`, `[^/]`, `\\d`."""

from __future__ import annotations

import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache

# Code points, both ends inclusive.
Ranges = tuple[tuple[int, int], ...]


class Letters:
    """The letters in `ranges`, or all but these."""

    def __init__(self, ranges: Iterable[tuple[int, int]], *, negated: bool = False) -> None:
        self._ranges = _merged(ranges)
        self._lows = [low for low, _ in self._ranges]
        self._negated = negated

    def has(self, letter: str) -> bool:
        point = ord(letter)
        index = bisect_right(self._lows, point) - 1
        return (index >= 0 and point <= self._ranges[index][1]) != self._negated


def ranges_of(*pairs: str) -> Ranges:
    """`ranges_of("09", "__")`: 0 to 9, and the underscore."""
    return tuple((ord(pair[0]), ord(pair[1])) for pair in pairs)


def complement(ranges: Iterable[tuple[int, int]]) -> Ranges:
    found = []
    start = 0
    for low, high in _merged(ranges):
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    if start <= sys.maxunicode:
        found.append((start, sys.maxunicode))
    return tuple(found)


def category(name: str) -> Ranges:
    """A Unicode category, `L` or `Lu`; empty if there is none of this name."""
    return _merged(
        each for known, ranges in _categories().items() if known.startswith(name) for each in ranges
    )


def is_word(letter: str) -> bool:
    return letter == "_" or (letter.isascii() and letter.isalnum())


def _merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


@cache
def _categories() -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for point in range(sys.maxunicode + 1):
        ranges = found.setdefault(unicodedata.category(chr(point)), [])
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return found


ANY = Letters((), negated=True)
NO_NEWLINE = Letters(ranges_of("\n\n"), negated=True)
IN_SEGMENT = Letters(ranges_of("//"), negated=True)
