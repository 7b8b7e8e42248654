"""What a COPY, an ADD or a WORKDIR makes of a stage's files.

After moby/buildkit, solver/llbsolver/file, and tonistiigi/fsutil, copy: a folder's content comes
into the target, whose own mode stays or is that of a new folder; a folder on a folder takes on the
mode of the upper one, and a file stands in the place of whatever was there.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from functools import partial
from typing import NamedTuple

from generator.explain.cache.modes import changed
from generator.explain.cache.places import (
    NOTHING,
    Hidden,
    Hold,
    Place,
    Unseen,
    hidden,
    placed,
    united,
    writer_of,
)
from generator.explain.context import patterns
from generator.explain.context.files import Folder, Node, above, found, joined, last, resolved
from generator.explain.context.sieve import Part, Sieve


class Looks(NamedTuple):
    """What a COPY makes of the files that it takes.

    `mark` tells one content of the instruction from another, and `context` one of the folders that
    a build is given from another.
    """

    chmod: str | None = None
    owner: str | None = None
    mark: str | None = None
    context: str = ""

    def of(self, node: Node) -> Node:
        if self == _AS_THEY_ARE:
            return node
        return self._folder(node) if isinstance(node, Folder) else self._itself(node)

    def _itself(self, node: Node) -> Node:
        mode = node.mode
        if self.chmod is not None and node.link is None:
            mode = changed(mode, self.chmod, folder=isinstance(node, Folder))
        return node.other(
            mode=mode,
            content=f"{node.content}\0{self.mark}" if self.mark else None,
            source=f"{self.context}\0{node.source}" if self.context and node.source else None,
            owner=self.owner,
        )

    def _folder(self, folder: Folder) -> Place:
        place = placed(folder)

        def make() -> dict[str, Node]:
            return {name: self.of(node) for name, node in place.hold.known.items()}

        unknown = _behind(place.unknown, self)
        return Place(Hold(make, place.hold), unknown, self._itself(folder), sure=place.sure)


_AS_THEY_ARE = Looks()


def _behind(unknown: Unseen, words: tuple[object, ...]) -> Unseen:
    return tuple(each._replace(words=(*each.words, *words)) for each in unknown)


def without(folder: Folder, excludes: tuple[str, ...]) -> Folder:
    """A folder that is copied with `--exclude`."""
    if not any(excludes):
        return folder
    place = placed(folder)

    def make() -> Mapping[str, Node]:
        sieve = Sieve(patterns.listed(excludes), None)
        sieve.pour(Part("", "", Place(place.hold), whole=True))
        return gathered(sieve.parts).hold.known

    # What is a file itself, no exclude leaves out.
    hold = Hold(make, place.hold) if place.sure else place.hold
    return Place(hold, _behind(place.unknown, excludes), place, sure=place.sure)


def gathered(parts: Iterable[Part]) -> Place:
    """The parts of a selection as a folder, by their names."""
    nodes: dict[str, dict[str, Node]] = {"": {}}
    folders: dict[str, Folder] = {}
    unknown: dict[str, Unseen] = {}
    for name, _, node, whole in parts:
        for folder in (name, *above(name)) if isinstance(node, Folder) else above(name):
            if folder in nodes:
                break
            nodes[folder] = {}
        if not isinstance(node, Folder):
            nodes[_parent(name)][last(name)] = node
        elif isinstance(node, Place) and whole:
            unknown[name] = node.unknown
        else:
            folders[name] = node
    top = Place()
    for path in sorted(nodes, key=lambda path: (path != "", path.count("/")), reverse=True):
        hold = Hold(partial(dict, nodes[path]), weight=1)
        top = Place(hold, unknown.get(path, ()), folders.get(path))
        if path:
            nodes[_parent(path)][last(path)] = top
    return top


def over(below: Node | None, node: Node) -> Node:
    """A node laid over another one: folders child by child, when somebody looks."""
    if not (isinstance(below, Folder) and isinstance(node, Folder)):
        return node
    return _laid(placed(below), placed(node))


def _laid(lower: Place, upper: Place) -> Place:
    hold, under = _both(lower.hold, upper.hold), lower.unknown
    if upper.unknown:
        writer = writer_of(upper.unknown)
        hold = upper.hold.with_weight(lower.hold.weight)
        under = tuple(hidden(each, writer) for each in under)
        if lower.hold is not NOTHING:
            under = (Hidden(Place(lower.hold), writer), *under)
    like = lower if lower.sure and not upper.sure else upper
    return Place(hold, united(upper.unknown, under), like, sure=upper.sure or lower.sure)


def _both(lower: Hold, upper: Hold) -> Hold:
    if upper in (NOTHING, lower):
        return lower
    if lower is NOTHING:
        return upper

    def make() -> dict[str, Node]:
        known = {**lower.known}
        for name, node in upper.known.items():
            known[name] = over(known.get(name), node)
        return known

    return Hold(make, lower, upper)


class Graft:
    """Files that are put at one place of a stage's tree, one after the other.

    `within`: the target is a folder, as what is written says. `owner` is that of folders which are
    made on the way. `linked`: made on nothing and then laid over the stage, so that neither links
    nor folders that are there are looked at, and the folders on the way are new ones all the same.
    """

    def __init__(
        self, root: Place, target: str, *, within: bool, owner: str = "", linked: bool = False
    ) -> None:
        self.root = root
        self._target = posixpath.normpath(target).strip("/") if linked else resolved(root, target)
        self._within = within
        self._new = Node("folder", 0o755, owner=owner)
        self._linked = linked

    def folder(self, folder: Folder) -> None:
        """What it holds; of a file, if it is one, the file."""
        there = self._there()
        laid = over(there, folder)
        place = placed(laid if isinstance(laid, Folder) else folder)
        like = there if _is_folder(there) and not self._linked else self._new
        sure = place.sure or self._within
        self._put(self._target, Place(place.hold, place.unknown, like, sure=sure))

    def file(self, name: str, node: Node) -> None:
        """A file, which lies in the target if that is a folder, and else in its place."""
        there = None if self._linked else self._there()
        if self._within or _is_folder(there):
            self._put(joined(self._target, name), node)
        elif isinstance(there, Place) and writer_of(there.unknown):
            self._put(self._target, there.with_child(name, node))
        else:
            # An image has the usual folders alone.
            self._put(self._target, node)

    def _there(self) -> Node | None:
        if not self._linked:
            at = found(self.root, self._target)
            return None if at is None else at[1]
        node: Node | None = self.root
        for each in filter(None, self._target.split("/")):
            node = node.child(each) if isinstance(node, Folder) else None
        return node

    def _put(self, path: str, node: Node) -> None:
        """The folders on the way become others: what others have seen of them stays as it was."""
        names = [each for each in path.split("/") if each]
        way = [self.root]
        for each in names[:-1]:
            below = way[-1].hold.known.get(each)
            there = placed(below) if isinstance(below, Folder) else Place(like=self._new)
            kept = there.sure and not self._linked
            way.append(there if kept else Place(there.hold, there.unknown, self._new))
        for place, each in zip(reversed(way), reversed(names), strict=False):
            node = place.with_child(each, node)
        assert isinstance(node, Place)  # noqa: S101
        self.root = node


def _is_folder(node: Node | None) -> bool:
    return isinstance(node, Folder) and node.sure


def _parent(path: str) -> str:
    return path.rpartition("/")[0]
