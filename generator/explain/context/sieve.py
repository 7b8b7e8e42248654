"""What `--exclude` and `--parents` leave of what a COPY chooses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from generator.explain.context.files import Folder, Node, joined
from generator.explain.context.patterns import Patterns, Place


class Part(NamedTuple):
    """`name` is the path below what is copied (of a wildcard's match, below the wildcard).

    `path` is that in the tree, without links. `whole`: a folder with all it holds, or a link for
    what it leads to; else a folder alone, its mode, or the link itself.
    """

    name: str
    path: str
    node: Node
    whole: bool


class Level(NamedTuple):
    """A folder on the way down, and where its patterns stand."""

    part: Part
    exclude: Place | None
    include: Place | None


class Sieve:
    """As BuildKit's contenthash does it: what the patterns let through, and the folders above.

    The source itself is matched as the empty name, so that `--exclude=*` takes a file out of the
    key though it is copied all the same.
    """

    def __init__(self, exclude: Patterns | None, include: Patterns | None) -> None:
        self.exclude = exclude
        self.include = include
        self.parts: list[Part] = []
        # Folders above, with their depths, that are taken as soon as something in them is.
        self._waiting: list[tuple[int, Part]] = []

    def pour(self, top: Part) -> None:
        level = Level(top, _at_top(self.exclude), _at_top(self.include))
        taken = not (level.exclude and level.exclude.out)
        taken = taken and not (level.include and not level.include.out)
        if not isinstance(top.node, Folder) or not top.node.sure:
            self.parts += [top] if taken else []
            return
        self._meet(top._replace(whole=False), 0, taken=taken)
        self._see(top, top.node)
        stack = [(level, iter(top.node.children.items()))]
        while stack:
            inner = self._next(*stack[-1], len(stack))
            if inner is None:
                stack.pop()
                if self._waiting and self._waiting[-1][0] == len(stack):
                    self._waiting.pop()
            else:
                stack.append(inner)

    def _next(
        self, level: Level, children: Iterator[tuple[str, Node]], depth: int
    ) -> tuple[Level, Iterator[tuple[str, Node]]] | None:
        """Takes a folder's files until there is a folder in it."""
        for name, node in children:
            taken = self._takes(level, name)
            part = Part(
                joined(level.part.name, name), joined(level.part.path, name), node, whole=False
            )
            if isinstance(node, Folder):
                self._meet(part, depth, taken=taken)
                self._see(part, node)
                exclude = _inside(self.exclude, level.exclude, name)
                include = _inside(self.include, level.include, name)
                return Level(part, exclude, include), iter(node.children.items())
            if taken:
                self._take(part)
        return None

    def _takes(self, level: Level, name: str) -> bool:
        if self.include and level.include and not self.include.judge(level.include, name).out:
            return False
        return not (self.exclude and level.exclude and self.exclude.judge(level.exclude, name).out)

    def _meet(self, folder: Part, depth: int, *, taken: bool) -> None:
        if taken:
            self._take(folder)
        else:
            self._waiting.append((depth, folder))

    def _see(self, part: Part, folder: Folder) -> None:
        """What else a folder may hold, which no pattern can tell about."""
        if folder.unseen:
            self._take(part._replace(node=folder.unseen, whole=True))

    def _take(self, part: Part) -> None:
        self.parts.extend(folder for _, folder in self._waiting)
        self._waiting.clear()
        self.parts.append(part)


def _at_top(patterns: Patterns | None) -> Place | None:
    if patterns is None:
        return None
    matched, out, _ = patterns.judge(patterns.top, "")
    return patterns.top._replace(matched=matched, out=out)


def _inside(patterns: Patterns | None, place: Place | None, name: str) -> Place | None:
    return patterns.enter(place, name) if patterns and place else None
