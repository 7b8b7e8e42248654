"""The layers of stages, and which of them may have put something at a path.

A Dockerfile may have thousands of copies, each of which asks for what thousands of layers hold;
so those layers alone are looked at whose place leads to the path, or lies at or under it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge

from generator.explain.cache.digests import Digest
from generator.explain.stages import Copy

# A path's names, root first.
Names = tuple[str, ...]


def split(path: str) -> Names:
    return tuple(each for each in path.split("/") if each not in ("", "."))


@dataclass(frozen=True, eq=False, slots=True)
class Layer:
    """One thing that was put on top of `below`."""

    below: Layer | None


@dataclass(frozen=True, eq=False, slots=True)
class Unknown(Layer):
    """What cannot be looked into, a RUN's output or an image; it stands for all below it too."""

    content: Digest


@dataclass(frozen=True, eq=False, slots=True)
class Made(Layer):
    """A folder, and nothing in it."""

    place: Names


@dataclass(frozen=True, eq=False, slots=True)
class Copied(Layer):
    """What `copy` has put at `place`; `mark` tells one content of the instruction from another."""

    place: Names
    copy: Copy
    mark: str | None


class Piles:
    """Finds layers by their places; each layer is looked at once, however often it is asked for."""

    def __init__(self) -> None:
        self._known: dict[Layer, tuple[_Pile, int]] = {}

    def down(self, top: Layer | None, path: Names) -> Iterator[Layer]:
        """From `top` to the first one that is unknown, which is the last."""
        at = None if top is None else self._at(top)
        while at is not None:
            pile, height = at
            yield from pile.down(height, path)
            at = pile.base if pile.is_open(height) else None

    def leading(self, top: Layer | None, path: Names) -> Iterator[Layer]:
        """As `down`, but only those whose place is a folder above `path`."""
        at = None if top is None else self._at(top)
        while at is not None:
            pile, height = at
            yield from pile.leading(height, path)
            at = pile.base if pile.is_open(height) else None

    def floor(self, top: Layer | None) -> Digest | None:
        """What lies below all that is known; None for an empty file system."""
        at = None if top is None else self._at(top)
        while at is not None:
            pile, height = at
            if not pile.is_open(height):
                return pile.floor(height)
            at = pile.base
        return None

    def _at(self, top: Layer) -> tuple[_Pile, int]:
        """Its pile, and how high it lies in it."""
        unknown: list[Layer] = []
        layer: Layer | None = top
        while layer is not None and layer not in self._known:
            unknown.append(layer)
            layer = layer.below
        base = None if layer is None else self._known[layer]
        if unknown:
            # Another stage may already have been piled on the same layer.
            pile = base[0] if base and base[0].ends_at(base[1]) else _Pile(base)
            for each in reversed(unknown):
                self._known[each] = pile, pile.add(each)
        return self._known[top]


class _Pile:
    """Layers one over the other, on a layer of another pile or on nothing."""

    def __init__(self, base: tuple[_Pile, int] | None) -> None:
        self.base = base
        self._layers: list[Layer] = []
        # Heights, the lowest first: of layers whose place is at a path, and at or under it.
        self._at: dict[Names, list[int]] = {}
        self._under: dict[Names, list[int]] = {}
        self._floors: list[int] = []

    def add(self, layer: Layer) -> int:
        height = len(self._layers)
        self._layers.append(layer)
        match layer:
            case Unknown():
                self._floors.append(height)
            case Made(place=place) | Copied(place=place):
                self._at.setdefault(place, []).append(height)
                for length in range(len(place) + 1):
                    self._under.setdefault(place[:length], []).append(height)
        return height

    def ends_at(self, height: int) -> bool:
        return height == len(self._layers) - 1

    def is_open(self, height: int) -> bool:
        """Whether what lies below the pile can be seen from there."""
        return not self._floors or self._floors[0] > height

    def floor(self, height: int) -> Digest | None:
        lowest = self._layers[_last(self._floors, height)]
        return lowest.content if isinstance(lowest, Unknown) else None

    def down(self, height: int, path: Names) -> Iterator[Layer]:
        return self._down(height, [self._under.get(path, ()), *self._above(path)])

    def leading(self, height: int, path: Names) -> Iterator[Layer]:
        return self._down(height, self._above(path))

    def _above(self, path: Names) -> list[Sequence[int]]:
        return [self._at.get(path[:length], ()) for length in range(len(path))]

    def _down(self, height: int, listed: Sequence[Sequence[int]]) -> Iterator[Layer]:
        lowest = -1 if self.is_open(height) else _last(self._floors, height)
        found = [_falling(each, height, lowest) for each in listed if each]
        for at in merge(*found, reverse=True):
            yield self._layers[at]
        if lowest >= 0:
            yield self._layers[lowest]


def _last(heights: Sequence[int], height: int) -> int:
    return heights[bisect_right(heights, height) - 1]


def _falling(heights: Sequence[int], highest: int, lowest: int) -> Iterator[int]:
    """Those from `highest` down to above `lowest`."""
    for index in range(bisect_right(heights, highest) - 1, -1, -1):
        if heights[index] <= lowest:
            return
        yield heights[index]
