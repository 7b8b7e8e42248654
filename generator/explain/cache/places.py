"""A stage's files as a tree like that of a build context, of which much may be unknown.

What a RUN has written and what an image holds, nobody knows here. It lies where it lies all the
same: a folder of known files may hold more, and what is asked for beside them is of the unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

from generator.explain.cache.digests import Digest, digest, together
from generator.explain.context.files import Folder, Node, joined
from generator.explain.context.trees import Selection, contents, header, record
from generator.explain.stages import Step

# Folders that every distribution has: a file that is copied to one of them lands in it.
_USUAL = (
    "bin boot dev etc home lib lib64 media mnt opt proc root run sbin srv sys tmp usr var"
    " etc/apt etc/apt/sources.list.d etc/ssl etc/ssl/certs etc/profile.d etc/cron.d"
    " usr/bin usr/lib usr/sbin usr/share usr/src usr/include usr/local usr/local/bin"
    " usr/local/lib usr/local/sbin usr/local/share usr/local/etc usr/local/src"
    " usr/local/include usr/local/share/ca-certificates var/lib var/log var/tmp var/cache var/run"
)
_FOLDERS = frozenset(_USUAL.split())
# A path in what is no file system of a distribution.
_NOWHERE = "?"
# What stands where only running could tell; the same before and after, so that it decides nothing.
WHATEVER = digest("whatever is there")
# Unknown things that may lie in one place before they count as one.
_MANY = 8


class Unknown(NamedTuple):
    """What nobody has looked into: `path` of it, and `words` for what copies have made of it.

    `hidden`: something else that is unknown may lie over it.
    """

    content: Digest
    path: str = ""
    words: tuple[object, ...] = ()
    hidden: bool = False

    @property
    def is_folder(self) -> bool:
        return self.path in _FOLDERS

    @property
    def writer(self) -> Step | None:
        return self.content.writer

    def at(self, name: str) -> Unseen:
        return (self._replace(path=joined(self.path, name)),)

    def digest(self, *, alone: bool) -> Digest:
        """`alone`: nothing that is known lies there, so that all of it is of this very path."""
        return together((self.content,), self.words, self.path if alone else "")


class Hidden(NamedTuple):
    """What is known to lie there if nothing unknown lies over it: what `writer`, a RUN, wrote."""

    folder: Folder
    writer: Step | None
    words: tuple[object, ...] = ()

    @property
    def hidden(self) -> bool:
        return True

    @property
    def is_folder(self) -> bool:
        return True

    def at(self, name: str) -> Unseen:
        node = self.folder.child(name)
        if node is None:
            return ()
        if not isinstance(node, Folder):
            return (hidden(opaque(node), self.writer),)
        place = placed(node)
        below = self._replace(folder=Place(place.hold))
        return (below, *(hidden(each, self.writer) for each in place.unknown))

    def digest(self, *, alone: bool) -> Digest:
        return together((_perhaps(digest_of(self.folder), self.writer),), self.words)


# What may lie in a folder and in all that is below it, beside what is known.
Unseen = tuple[Unknown | Hidden, ...]


def opaque(node: Node) -> Unknown:
    """A file of which one cannot tell where it lies: here or in a folder that is here."""
    value = record("", node)
    return Unknown(Digest(value, value), _NOWHERE)


def hidden(unknown: Unknown | Hidden, writer: Step | None) -> Unknown | Hidden:
    """`unknown`, over which something lies that is unknown too, of `writer` if that is a RUN."""
    if isinstance(unknown, Hidden):
        return unknown
    content = unknown.content
    if content.lenient != WHATEVER:
        content = _perhaps(content, writer)
    return unknown._replace(content=content, hidden=True)


def writer_of(unknown: Unseen) -> Step | None:
    """A RUN that wrote any of it."""
    return next((each.writer for each in unknown if each.writer), None)


def united(upper: Unseen, lower: Unseen) -> Unseen:
    every = tuple(dict.fromkeys((*upper, *lower)))
    if len(every) <= _MANY:
        return every
    last = every[-1]
    path = last.path if isinstance(last, Unknown) else _NOWHERE
    return (Unknown(_with(every, alone=True), path),)


class Hold:
    """What is known to be in a folder: worked out when somebody asks for it, once.

    Not by recursion: thousands of copies may lie one over the other, thousands of folders deep.
    `weight` is how many things copies have put there, those that are hidden too.
    """

    __slots__ = ("_digest", "_known", "_make", "_needs", "weight")

    def __init__(
        self, make: Callable[[], Mapping[str, Node]], *needs: Hold, weight: int | None = None
    ) -> None:
        self.weight: int = sum(each.weight for each in needs) if weight is None else weight
        self._make = make
        # What `make` looks into.
        self._needs = needs
        self._known: Mapping[str, Node] | None = None
        self._digest: Digest | None = None

    @property
    def known(self) -> Mapping[str, Node]:
        if self._known is None:
            for hold in _deepest_first(self, Hold.unmade):
                hold.work_out()
        assert self._known is not None  # noqa: S101
        return self._known

    @property
    def digest(self) -> Digest:
        """As that of a folder of the build context, if all is known."""
        if self._digest is None:
            for hold in _deepest_first(self, Hold.undigested):
                hold.fold()
        assert self._digest is not None  # noqa: S101
        return self._digest

    def with_weight(self, more: int) -> Hold:
        return Hold(lambda: self.known, self, weight=self.weight + more) if more else self

    def unmade(self) -> list[Hold]:
        return [each for each in self._needs if each._known is None]  # noqa: SLF001

    def undigested(self) -> list[Hold]:
        if self._digest is not None:
            return []
        every = [each for node in self.known.values() for each in _holds(node)]
        return [each for each in every if each._digest is None]  # noqa: SLF001

    def work_out(self) -> None:
        if self._known is None:
            self._known = self._make()
            self._make, self._needs = dict, ()

    def fold(self) -> None:
        if self._digest is None:
            self._digest = _folded(self.known)


def _deepest_first(top: Hold, needs: Callable[[Hold], list[Hold]]) -> Iterator[Hold]:
    stack = [top]
    while stack:
        waiting = needs(stack[-1])
        if waiting:
            stack += waiting
        else:
            yield stack.pop()


def _holds(node: Node) -> Iterator[Hold]:
    if isinstance(node, Place):
        yield node.hold
        for each in node.unknown:
            if isinstance(each, Hidden):
                yield from _holds(each.folder)


NOTHING = Hold(dict, weight=0)


class Place(Folder):
    """A folder of a stage. What is `unknown` may lie in it as well, and in all that is below it.

    Not `sure`: a file if it is not a folder, which only running could tell.
    """

    __slots__ = ("_sure", "hold", "unknown")

    def __init__(
        self,
        hold: Hold = NOTHING,
        unknown: Unseen = (),
        like: Node | None = None,
        *,
        sure: bool = True,
    ) -> None:
        mode, content, owner = (like.mode, like.content, like.owner) if like else (0o755, "", "")
        super().__init__("", mode, content=content, owner=owner)
        self.hold = hold
        self.unknown = unknown
        self._sure = sure

    @property
    def sure(self) -> bool:
        return self._sure

    @property
    def children(self) -> dict[str, Node]:
        return dict(sorted(self.hold.known.items()))

    @property
    def unseen(self) -> Place | None:
        return Place(NOTHING, self.unknown) if self.unknown else None

    def child(self, name: str) -> Node | None:
        unknown = united((), tuple(found for each in self.unknown for found in each.at(name)))
        node = self.hold.known.get(name)
        if node is None and unknown:
            return self._link(name) or Place(
                NOTHING, unknown, sure=any(each.is_folder for each in unknown)
            )
        if not isinstance(node, Folder) or not unknown:
            return node
        place = placed(node)
        return Place(place.hold, united(place.unknown, unknown), place, sure=place.sure)

    def _link(self, name: str) -> Node | None:
        """One that may be hidden is followed all the same."""
        for each in self.unknown:
            node = each.folder.child(name) if isinstance(each, Hidden) else None
            if node is not None and node.link is not None:
                return node
        return None

    def with_child(self, name: str, node: Node) -> Place:
        known = self.hold.known
        weight = self.hold.weight - _weight(known.get(name)) + _weight(node)
        hold = Hold(lambda: {**known, name: node}, weight=weight)
        hold.work_out()
        return Place(hold, self.unknown, self, sure=self.sure)


def _weight(node: Node | None) -> int:
    if isinstance(node, Place):
        return 1 + node.hold.weight
    return 0 if node is None else 1


def placed(folder: Folder) -> Place:
    """A folder of the build context as one of a stage."""
    if isinstance(folder, Place):
        return folder
    return Place(Hold(lambda: folder.children, weight=1), (), folder)


# --- digests --------------------------------------------------------------------------------------


def taken(selection: Selection) -> Digest:
    """What stands in a key for all that a COPY or a mount takes."""
    if selection.missing:
        return together((), "nothing")
    return together(
        together(
            (digest_of(part.node),) if isinstance(part.node, Folder) and part.whole else (),
            *header(part),
        )
        for part in selection.parts
    )


def digest_of(folder: Folder) -> Digest:
    if not isinstance(folder, Place):
        value = contents(folder).digest
        return Digest(value, value)
    known = folder.hold.digest
    if not folder.unknown:
        return known
    return _with(folder.unknown, known, alone=not folder.hold.known)


def _with(unknown: Unseen, *known: Digest, alone: bool) -> Digest:
    """Of both. What may be hidden, and be there or not, makes no difference that is certain."""
    parts = [(each.digest(alone=alone), each.hidden) for each in unknown]
    every = together((*known, *(part for part, _ in parts)))
    if not any(hidden for _, hidden in parts):
        return every
    seen = together((*known, *(part for part, hidden in parts if not hidden)))
    return every._replace(lenient=seen.lenient)


def _folded(children: Mapping[str, Node]) -> Digest:
    strict, lenient = blake2b(digest_size=16), blake2b(digest_size=16)
    writer = None
    for name, node in sorted(children.items()):
        own = record(name, node)
        inner = digest_of(node) if isinstance(node, Folder) else Digest(b"", b"")
        strict.update(own + inner.strict)
        lenient.update(own + inner.lenient)
        writer = writer or inner.writer
    return Digest(strict.digest(), lenient.digest(), writer)


def _perhaps(content: Digest, writer: Step | None) -> Digest:
    return Digest(content.strict, WHATEVER, writer)
