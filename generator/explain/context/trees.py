"""What a COPY, an ADD or a bind mount takes from a tree of files, and what stands for it in a key.

After BuildKit's `cache/contenthash`: names below the source, content, modes, sizes, types and
links' targets; not times, not owners, not the mode of the root. The source's own name is no part
of it: COPY has that in its definition, a bind mount nowhere.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple, Protocol

from generator.explain.context import patterns
from generator.explain.context.automaton import Automaton
from generator.explain.context.files import Folder, Kept, Node, found, joined, walked
from generator.explain.context.patterns import Patterns
from generator.explain.context.sieve import Part, Sieve
from generator.explain.context.wildcards import BadWildcard, has_wildcards, parsed

__all__ = ["BadWildcard", "Selection", "Tree", "chosen", "select"]

_NOTHING = Kept(b"", 0, 0)


class Tree(Protocol):
    @property
    def top(self) -> Folder: ...


class Selection(NamedTuple):
    """What is taken. `missing`: a source that does not exist, and no build succeeds.

    A wildcard that matches nothing takes nothing, which is no error as long as its folder exists.
    """

    source: str
    parts: tuple[Part, ...] = ()
    missing: bool = False

    @property
    def files(self) -> int:
        """How many files (and links, and sockets) there are, folders not counted."""
        return sum(_held(part).files for part in self.parts)

    @property
    def bytes(self) -> int:
        return sum(_held(part).bytes for part in self.parts)

    def paths(self) -> Iterator[str]:
        """The paths in the tree, without links, folders too."""
        for part in self.parts:
            if part.path:
                yield part.path
            if part.whole and isinstance(part.node, Folder):
                yield from (path for path, _ in walked(part.node, part.path))


def select(
    tree: Tree,
    source: str,
    *,
    excludes: tuple[str, ...] = (),
    wildcards: bool = True,
    parents: bool = False,
) -> Selection:
    """What `source` takes of `tree`; a bind mount's source has no `wildcards`.

    `parents` is COPY's `--parents`; then `/./` in `source` is where the kept names begin. Raises
    BadWildcard for a source, and BadDockerfile without a line for an exclude, that cannot be read.
    """
    exclude = patterns.listed(excludes) if any(excludes) else None
    if parents:
        return _with_parents(tree, source, exclude)
    if wildcards and has_wildcards(source):
        matched = _matches(tree, source)
        if matched is None:
            return Selection(source, missing=True)
        return _followed(tree, source, _filtered(matched, exclude, None))
    at = found(tree.top, _cleaned(source), follow=exclude is None)
    if at is None:
        return Selection(source, missing=True)
    return _followed(tree, source, _filtered([Part("", *at, whole=True)], exclude, None))


def chosen(
    tree: Tree,
    source: str,
    *,
    excludes: tuple[str, ...] = (),
    wildcards: bool = True,
    parents: bool = False,
) -> Selection:
    """As `select`, but nothing is taken by what no build could read."""
    try:
        return select(tree, source, excludes=excludes, wildcards=wildcards, parents=parents)
    except BadWildcard:
        return Selection(source, missing=True)


def _cleaned(source: str) -> str:
    return posixpath.normpath(f"/{source}").lstrip("/")


def _matches(tree: Tree, source: str) -> list[Part] | None:
    """A wildcard's matches: it never goes through a link, the folders before it may.

    None if there is no such folder.
    """
    names = _cleaned(source).split("/")
    first = next(index for index, part in enumerate(names) if has_wildcards(part))
    automaton = Automaton([parsed("/".join(names[first:]))])
    at = found(tree.top, "/".join(names[:first]), follow=True)
    if at is None:
        return None
    if not isinstance(at[1], Folder):
        return []
    matched: list[Part] = []
    stack = [("", at[1], automaton.start)]
    while stack:
        above, folder, state = stack.pop()
        for name, node in folder.children.items():
            here = automaton.run(state, name)
            path = joined(above, name)
            if automaton.accepted(here):
                matched.append(Part(path, joined(at[0], path), node, whole=True))
            elif isinstance(node, Folder):
                inside = automaton.run(here, "/")
                if automaton.live(inside):
                    stack.append((path, node, inside))
        if folder.unseen:
            matched.append(Part(above, joined(at[0], above), folder.unseen, whole=True))
    return sorted(matched, key=lambda part: part.name.split("/"))


def _filtered(tops: list[Part], exclude: Patterns | None, include: Patterns | None) -> list[Part]:
    if exclude is None and include is None:
        return tops
    sieve = Sieve(exclude, include)
    for top in tops:
        sieve.pour(top)
    return sieve.parts


def _followed(tree: Tree, source: str, parts: list[Part]) -> Selection:
    """A link that is itself a source stands for what it leads to; others stay links."""
    result = []
    for part in parts:
        if part.node.link is None or not part.whole:
            result.append(part)
            continue
        at = found(tree.top, part.path, follow=True)
        if at is None:
            return Selection(source, missing=True)
        result.append(Part(part.name, *at, whole=True))
    return Selection(source, tuple(result))


def _with_parents(tree: Tree, source: str, exclude: Patterns | None) -> Selection:
    pivot, kept, pattern = source.partition("/./")
    if not kept:
        pivot, pattern = "", source
    pattern = _cleaned(pattern)
    if has_wildcards(pivot):
        tops = _matches(tree, pivot) or []
    else:
        at = found(tree.top, _cleaned(pivot))
        tops = [] if at is None else [Part("", *at, whole=True)]
    parts = _filtered(tops, exclude, patterns.listed((pattern,)))
    if not has_wildcards(source) and not any(
        part.whole or f"{part.name}/".startswith(f"{pattern}/") for part in parts
    ):
        return Selection(source, missing=True)
    return _followed(tree, source, parts)


def header(part: Part) -> tuple[bytes, bytes]:
    """What counts of a part beside all that it holds; the root's mode is never in a key."""
    if not isinstance(part.node, Folder):
        return _bytes(part.name), record("", part.node)
    mode = f"{part.node.mode:o} {part.node.owner}" if part.path else ""
    return _bytes(part.name), _bytes(f"folder {mode}")


def _held(part: Part) -> Kept:
    """Of what is below a part; a file counts as itself."""
    if not isinstance(part.node, Folder):
        return Kept(b"", 1, part.node.size)
    return contents(part.node) if part.whole else _NOTHING


def contents(top: Folder) -> Kept:
    """Worked out once for a folder, and after an edit only for the folders above it."""
    if top.kept:
        return top.kept
    order = [top]
    for folder in order:
        order.extend(
            child
            for child in folder.children.values()
            if isinstance(child, Folder) and not child.kept
        )
    for folder in reversed(order):
        folder.kept = _content(folder)
    assert top.kept  # noqa: S101
    return top.kept


def _content(folder: Folder) -> Kept:
    records: list[bytes] = []
    files = size = 0
    for name, node in folder.children.items():
        records.append(record(name, node))
        if isinstance(node, Folder):
            assert node.kept  # noqa: S101
            records.append(node.kept.digest)
            files += node.kept.files
            size += node.kept.bytes
        else:
            files += 1
            size += node.size
    return Kept(blake2b(b"".join(records), digest_size=16).digest(), files, size)


def record(name: str, node: Node) -> bytes:
    """Of a node but for what it holds. Where a file comes from stands for its content."""
    link = "" if node.link is None else node.link
    which = f"{node.size}\0{link}\0{node.content}\0{node.source}"
    return _bytes(f"{name}\0{node.kind}\0{node.mode:o}\0{node.owner}\0{which}\0")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
