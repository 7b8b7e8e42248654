"""Files and folders as nodes: what a build knows of them, but for their names.

A tree shares its nodes with the tree it was edited from, so that only what an edit touched is
looked at again. Nothing here reads a file: a file's content stands as where it comes from (the
disk at this path, an edit of that path), which is the same if and only if nothing changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple

Kind = Literal["file", "folder", "link", "other"]

# As many symbolic links as BuildKit follows for one path.
LINKS: Final = 255
LINK_MODE: Final = 0o777


class Node:
    """`mode` holds the permission bits, setuid, setgid and sticky among them.

    `size` is in bytes, 0 for all but files; `link` is a symbolic link's target; `content` is ""
    for what is as it is on disk, or says which edit it comes from. `source` is of a file alone: the
    path that it has on disk, wherever a build may have copied it. `owner` is "" for root.
    """

    __slots__ = ("content", "kind", "link", "mode", "owner", "size", "source")

    def __init__(
        self,
        kind: Kind,
        mode: int,
        size: int = 0,
        link: str | None = None,
        *,
        content: str = "",
        source: str = "",
        owner: str = "",
    ) -> None:
        self.kind: Kind = kind
        self.mode = mode
        self.size = size
        self.link = link
        self.content = content
        self.source = source
        self.owner = owner

    def other(
        self,
        *,
        mode: int | None = None,
        content: str | None = None,
        source: str | None = None,
        owner: str | None = None,
    ) -> Node:
        """The same with another mode, content, ...; of a folder, what is said of itself alone."""
        return Node(
            self.kind,
            self.mode if mode is None else mode,
            self.size,
            self.link,
            content=self.content if content is None else content,
            source=self.source if source is None else source,
            owner=self.owner if owner is None else owner,
        )


class Kept(NamedTuple):
    """`files` and `bytes` are how many there are."""

    digest: bytes
    files: int
    bytes: int


class Folder(Node):
    """`path` is from the root of its context; the root itself is "".

    `hidden`: the ignore file leaves it out, and it is there for what it holds only.
    """

    __slots__ = ("_children", "_load", "hidden", "kept", "path")

    def __init__(
        self,
        path: str,
        mode: int,
        load: Callable[[Folder], dict[str, Node]] | None = None,
        *,
        hidden: bool = False,
        content: str = "",
        owner: str = "",
    ) -> None:
        super().__init__("folder", mode, content=content, owner=owner)
        self.path = path
        self.hidden = hidden
        self._load = load
        self._children: dict[str, Node] | None = None if load else {}
        # What somebody has worked out for this folder and all below it.
        self.kept: Kept | None = None

    @property
    def children(self) -> dict[str, Node]:
        """Name to node, sorted by name; not to be written to."""
        if self._children is None:
            assert self._load  # noqa: S101
            self.fill(self._load(self))
        assert self._children is not None  # noqa: S101
        return self._children

    def child(self, name: str) -> Node | None:
        return self.children.get(name)

    @property
    def sure(self) -> bool:
        """Whether it is a folder at all; where that cannot be known, it may be a file."""
        return True

    @property
    def unseen(self) -> Folder | None:
        """What else it may hold, where that cannot be known; of a folder on disk, nothing."""
        return None

    def fill(self, children: dict[str, Node]) -> None:
        self._children = dict(sorted(children.items()))
        self._load = None

    def with_children(self, children: dict[str, Node]) -> Folder:
        copy = self.with_mode(self.mode)
        copy.fill(children)
        return copy

    def with_mode(self, mode: int) -> Folder:
        """The same folder, with another mode; loads what it holds when that is asked for."""
        copy = Folder(self.path, mode, hidden=self.hidden, content=self.content, owner=self.owner)
        copy._children = self._children
        copy._load = None if self._load is None else lambda _: self.children
        return copy


def found(root: Folder, path: str, *, follow: bool = False) -> tuple[str, Node] | None:
    """What is at `path`, and its path without links; None if there is nothing.

    Symbolic links on the way are followed as BuildKit does, and the last one too with `follow`;
    none leads out of `root`, which is where absolute ones and too many `..` end.
    """
    way, left = _reached(root, path, follow=follow)
    if left:
        return None
    return "/".join(name for name, _ in way), way[-1][1] if way else root


def resolved(root: Folder, path: str) -> str:
    """`path` without links; what there is not is taken as it is written."""
    way, left = _reached(root, path, follow=True)
    names = [name for name, _ in way]
    for part in reversed(left):
        if part != "..":
            names.append(part)
        elif names:
            names.pop()
    return "/".join(names)


def _reached(root: Folder, path: str, *, follow: bool) -> tuple[list[tuple[str, Node]], list[str]]:
    """The way to what is at `path`, and the names that are left, the last one first."""
    left = _names(path)
    way: list[tuple[str, Node]] = []
    links = 0
    while left:
        here = way[-1][1] if way else root
        if not isinstance(here, Folder):
            break
        part = left.pop()
        if part == "..":
            way = way[:-1]
            continue
        child = here.child(part)
        if child is not None and (child.link is None or not (left or follow)):
            way.append((part, child))
            continue
        links += 1
        if child is None or child.link is None or links > LINKS:
            left.append(part)
            break
        way = [] if child.link.startswith("/") else way
        left += _names(child.link)
    return way, left


def _names(path: str) -> list[str]:
    """The last one first."""
    return [part for part in reversed(path.split("/")) if part not in ("", ".")]


def walked(root: Folder, path: str = "") -> Iterator[tuple[str, Node]]:
    """All that is below `root`, which is at `path`: depth first, sorted by name, with paths."""
    stack = [(path, iter(root.children.items()))]
    while stack:
        above, children = stack[-1]
        for name, node in children:
            here = f"{above}/{name}" if above else name
            yield here, node
            if isinstance(node, Folder):
                stack.append((here, iter(node.children.items())))
                break
        else:
            stack.pop()


def above(path: str) -> Iterator[str]:
    """The folders that it lies in, the nearest first, but for the root."""
    while path := path.rpartition("/")[0]:
        yield path


def last(path: str) -> str:
    """The last of its names; a slash behind that is none."""
    return path.rstrip("/").rpartition("/")[2]


def joined(folder: str, path: str) -> str:
    """`path` as seen from where `folder` lies; each may be "", the place itself."""
    return f"{folder}/{path}" if folder and path else folder or path
