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
    for what is as it is on disk, or says which edit it comes from.
    """

    __slots__ = ("content", "kind", "link", "mode", "size")

    def __init__(
        self, kind: Kind, mode: int, size: int = 0, link: str | None = None, content: str = ""
    ) -> None:
        self.kind: Kind = kind
        self.mode = mode
        self.size = size
        self.link = link
        self.content = content


class Kept(NamedTuple):
    """`files` and `bytes` are how many there are; `links`: a symbolic link is among them."""

    digest: bytes
    files: int
    bytes: int
    links: bool


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
    ) -> None:
        super().__init__("folder", mode, content=content)
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

    def fill(self, children: dict[str, Node]) -> None:
        self._children = dict(sorted(children.items()))
        self._load = None

    def with_children(self, children: dict[str, Node]) -> Folder:
        copy = self.with_mode(self.mode)
        copy.fill(children)
        return copy

    def with_mode(self, mode: int) -> Folder:
        """The same folder, with another mode; loads what it holds when that is asked for."""
        copy = Folder(self.path, mode, hidden=self.hidden, content=self.content)
        copy._children = self._children
        copy._load = None if self._load is None else lambda _: self.children
        return copy


def found(root: Folder, path: str, *, follow: bool = False) -> tuple[str, Node] | None:
    """What is at `path`, and its path without links; None if there is nothing.

    Symbolic links on the way are followed as BuildKit does, and the last one too with `follow`;
    none leads out of `root`, which is where absolute ones and too many `..` end.
    """
    left = [part for part in reversed(path.split("/")) if part not in ("", ".")]
    way: list[tuple[str, Folder]] = []
    links = 0
    node: Node = root
    while left:
        part = left.pop()
        if part == "..":
            if way:
                way.pop()
            node = way[-1][1] if way else root
            continue
        folder = way[-1][1] if way else root
        child = folder.children.get(part)
        if child is None:
            return None
        if child.link is not None and (left or follow):
            links += 1
            if links > LINKS:
                return None
            if child.link.startswith("/"):
                way, node = [], root
            left.extend(each for each in reversed(child.link.split("/")) if each not in ("", "."))
            continue
        if isinstance(child, Folder):
            way.append((part, child))
        elif left:
            return None
        else:
            return "/".join([*(name for name, _ in way), part]), child
        node = child
    return "/".join(name for name, _ in way), node if way else root


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


def joined(folder: str, path: str) -> str:
    """`path` as seen from where `folder` lies; each may be "", the place itself."""
    return f"{folder}/{path}" if folder and path else folder or path
