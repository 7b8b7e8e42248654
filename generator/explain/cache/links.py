"""Symbolic links that copies have brought into a stage, followed as the builder does it.

Known are those of the build context and of other folders, through any number of stages. What links
a RUN or an image has is not known: a path is taken for what it says there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.explain.build import Build
from generator.explain.cache.piles import Copied, Layer, Made, Names, Piles, Unknown, split
from generator.explain.context.files import LINKS, Folder, found
from generator.explain.context.trees import has_links
from generator.explain.context.wildcards import has_wildcards

# Layers that are looked at for one build, before links are no longer followed.
_MOST = 100_000


class Links:
    """`top_of` is the uppermost layer of a finished stage, by the stage's index."""

    def __init__(self, build: Build, piles: Piles, top_of: Callable[[int], Layer | None]) -> None:
        self._build = build
        self._piles = piles
        self._top_of = top_of
        self._any = any(has_links(tree.top) for tree in build.trees.values())
        self._known: dict[tuple[Layer, Names], str | None] = {}
        self._left = _MOST

    def resolved(self, top: Layer | None, path: Names) -> Names:
        """Where `path` leads to, in the files that `top` is the uppermost layer of."""
        if not self._any or top is None:
            return path
        done: list[str] = []
        left = list(reversed(path))
        links = 0
        while left:
            part = left.pop()
            if part == "..":
                done = done[:-1]
                continue
            target = self._target(top, (*done, part))
            if not target:
                done.append(part)
                continue
            links += 1
            if links > LINKS:
                return path
            if target.startswith("/"):
                done = []
            left += reversed(split(target))
        return tuple(done)

    def _target(self, top: Layer, path: Names) -> str | None:
        """Of a link at `path`; "" for what is none, None if there is nothing that is known."""
        if (top, path) not in self._known:
            self._known[top, path] = next(
                (each for each in self._targets(top, path) if each is not None), None
            )
        return self._known[top, path]

    def _targets(self, top: Layer, path: Names) -> Iterator[str | None]:
        for layer in self._piles.leading(top, path):
            self._left -= 1
            match layer:
                case _ if self._left < 0:
                    return
                case Unknown():
                    return
                case Made():
                    pass
                case Copied():
                    for source in reversed(layer.copy.sources):
                        yield self._copied(layer, source, path[len(layer.place) :])

    def _copied(self, layer: Copied, source: str, rest: Names) -> str | None:
        """What a copy has put at `rest` of its place, with the folder `source`."""
        copy = layer.copy
        if copy.parents:
            return None
        if copy.origin.kind == "stage":
            below = self._top_of(copy.origin.stage)
            if below is None or has_wildcards(source):
                return None
            names = self.resolved(below, split(source))
            return self._target(below, (*names, *rest))
        if copy.origin.kind != "context":
            return None
        for part in self._build.chosen(copy.origin, source, (), wildcards=True).parts:
            if isinstance(part.node, Folder):
                at = found(part.node, "/".join(rest))
                if at is not None:
                    return at[1].link or ""
        return None
