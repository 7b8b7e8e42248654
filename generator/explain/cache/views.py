"""How files look to whoever asks for them behind COPYs: fewer of them, with other modes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from generator.explain.context import patterns
from generator.explain.context.files import Folder, Node, joined, walked
from generator.explain.context.patterns import Patterns
from generator.explain.context.trees import Selection, record

_CLAUSE = re.compile(r"([ugoa]*)((?:[-+=][rwxXst]*)+)")
_ACTION = re.compile(r"([-+=])([rwxXst]*)")
_BITS = {"r": 0o444, "w": 0o222, "x": 0o111}
_WHO = {"u": 0o4700, "g": 0o2070, "o": 0o1007}
_PERMISSIONS = 0o7777


@dataclass(frozen=True)
class View:
    """`without` are patterns of `--exclude`, each list with the folder in which what is asked for
    lies below the place that they are about. `modes` are `--chmod`s, the first one done first.
    `inside`: of a folder its content is seen and its own mode is not, as a COPY brings that alone.
    """

    without: tuple[tuple[str, tuple[str, ...]], ...] = ()
    modes: tuple[str, ...] = ()
    inside: bool = False

    @property
    def plain(self) -> tuple[str, ...] | None:
        """The patterns, if it is no more than these of the very place; else None."""
        if self.modes or len(self.without) > 1:
            return None
        folder, excludes = self.without[0] if self.without else ("", ())
        return None if folder else excludes

    def within(self, folder: str) -> View:
        """Of what a COPY has put into `folder` of what was asked for."""
        without = tuple((joined(above, folder), each) for above, each in self.without)
        return View(without, self.modes, inside=True)

    def behind(self, excludes: tuple[str, ...], mode: str | None, folder: str = "") -> View:
        """Of what a COPY with these flags takes it from, where it lies in `folder`."""
        without = ((folder, excludes),) if excludes else ()
        modes = (*((mode,) if mode else ()), *self.modes)
        return View((*without, *self.without), modes, self.inside)

    def leaves_out(self, path: str) -> bool:
        return any(
            _listed(excludes).left_out_by(joined(folder, path)) is not None
            for folder, excludes in self.without
        )


def digest(selection: Selection, view: View) -> bytes:
    """As `trees.digest` of a selection without excludes, for what the view lets through."""
    hashed = blake2b(digest_size=16)
    for part in selection.parts:
        below = walked(part.node) if isinstance(part.node, Folder) and part.whole else ()
        for path, node in (("", part.node), *below):
            if path and view.leaves_out(path):
                continue
            name = joined(part.name, path)
            if isinstance(node, Folder):
                mode = _mode(node, view.modes) if path or (part.path and not view.inside) else 0
                hashed.update(f"{name}\0folder {mode:o}\0".encode("utf-8", "surrogateescape"))
                continue
            seen = Node(node.kind, _mode(node, view.modes), node.size, node.link, node.content)
            hashed.update(record(f"{name}\0{joined(part.path, path)}", seen))
    return hashed.digest()


def _mode(node: Node, modes: tuple[str, ...]) -> int:
    mode = node.mode
    if node.link is None:
        for each in modes:
            mode = changed(mode, each, folder=isinstance(node, Folder))
    return mode


def changed(mode: int, wanted: str, *, folder: bool) -> int:
    """What `chmod` makes of a mode, as BuildKit does it for `--chmod`."""
    if wanted.isdecimal():
        return int(wanted, 8)
    for clause in wanted.split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            return mode
        who = _masks(match[1])
        for action, letters in _ACTION.findall(match[2]):
            bits = _wanted(letters, who, mode, folder=folder)
            if action == "=":
                mode = mode & ~who | bits
            else:
                mode = mode | bits if action == "+" else mode & ~bits
    return mode & _PERMISSIONS


def _masks(who: str) -> int:
    mask = 0
    for each in "ugo" if not who or "a" in who else who:
        mask |= _WHO[each]
    return mask


def _wanted(letters: str, who: int, mode: int, *, folder: bool) -> int:
    bits = 0
    for letter in letters:
        if letter == "X":
            bits |= 0o111 if folder or mode & 0o111 else 0
        elif letter == "s":
            bits |= 0o6000
        elif letter == "t":
            bits |= 0o1000
        else:
            bits |= _BITS[letter]
    return bits & who


@lru_cache(maxsize=256)
def _listed(excludes: tuple[str, ...]) -> Patterns:
    return patterns.listed(excludes)
