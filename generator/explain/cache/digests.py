"""Two digests of one thing: as it would be, and as it would be if no RUN wrote anything new.

A step runs again for sure if even the second one is new, and only if a RUN's output has changed if
the first one alone is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from generator.explain.stages import Step


def digest(*parts: object) -> bytes:
    """Of the parts' `repr`s, which for texts, tuples and named ones tell all there is."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogateescape"), digest_size=16).digest()


class Growing:
    """Digests tuples, most of which are the one before it and something more.

    Thousands of steps may each have the variables of all those above them.
    """

    def __init__(self) -> None:
        self._known: tuple[object, ...] = ()
        self._hash = hashlib.blake2b(digest_size=16)

    def digest(self, parts: tuple[object, ...]) -> bytes:
        start = len(self._known)
        if parts[:start] != self._known:
            start = 0
            self._hash = hashlib.blake2b(digest_size=16)
        for part in parts[start:]:
            self._hash.update(digest(part))
        self._known = parts
        return self._hash.digest()


class Digest(NamedTuple):
    """`writer` is a RUN that wrote what is digested, or may have."""

    strict: bytes
    lenient: bytes
    writer: Step | None = None


def certain(*parts: object) -> Digest:
    value = digest(*parts)
    return Digest(value, value)


def together(parts: Iterable[Digest], *more: object) -> Digest:
    """Of all of them, in their order."""
    listed = tuple(parts)
    strict = tuple(each.strict for each in listed)
    lenient = tuple(each.lenient for each in listed)
    value = digest(*strict, *more)
    return Digest(
        value,
        value if lenient == strict else digest(*lenient, *more),
        next((each.writer for each in listed if each.writer), None),
    )
