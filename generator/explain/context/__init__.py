"""The files that an ignore file lets through, looked at when a question needs them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Final, Literal, NamedTuple, Protocol

from generator.errors import CannotRead, UsageError
from generator.explain.context import patterns
from generator.explain.context.files import (
    LINK_MODE,
    LINKS,
    Folder,
    Node,
    found,
    joined,
    walked,
)
from generator.explain.context.patterns import Patterns, Place

_NAME: Final = ".dockerignore"
_PERMISSIONS: Final = 0o7777
# A link's mode is nobody's choice; BuildKit takes it as this one.
# No ignore file of this size was made by a person.
_LARGEST: Final = 1024 * 1024


class Entry(NamedTuple):
    """`path` is relative to the tree's root, with `/`. `mode` holds the permission bits alone.

    `size` is in bytes, 0 for all but files; `link` is a symbolic link's target.
    """

    path: str
    kind: Literal["file", "folder", "link", "other"]
    mode: int
    size: int = 0
    link: str | None = None


class Tree(Protocol):
    """Files as a build sees them: after the ignore file, and after an edit. Root is "".

    Links on the way to a path are followed within the tree; one at its end is not.
    """

    @property
    def top(self) -> Folder:
        """The root, as a node."""
        ...

    def entry(self, path: str) -> Entry | None: ...

    def names(self, folder: str) -> tuple[str, ...]:
        """Base names in `folder`, sorted; none if it is no folder."""
        ...

    def digest(self, path: str) -> bytes:
        """What stands for a file's content: equal as long as no edit changed it.

        Nothing is read, so that files with equal content at two paths have two digests. Raises
        KeyError if there is no such path.
        """
        ...


class Changes(NamedTuple):
    """An edit of files, as paths: `changed` have other content (a token, not known here),

    `added` are new files, `folders` new ones with nothing in them, `removed` are gone (their
    folders stay), `remoded` have the group's write bit flipped, folders too; `executable` are files
    that become executable, or no longer are. `links` are pairs: what becomes a symbolic link,
    whatever it is, and the link's target.
    """

    changed: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    remoded: frozenset[str] = frozenset()
    executable: frozenset[str] = frozenset()
    links: frozenset[tuple[str, str]] = frozenset()


class Files:
    """A Tree of nodes; `ignore` decides about files that an edit adds."""

    def __init__(self, top: Folder, ignore: Patterns) -> None:
        self._top = top
        self.ignore = ignore

    @property
    def top(self) -> Folder:
        return self._top

    def entry(self, path: str) -> Entry | None:
        at = found(self.top, path)
        return None if at is None else _entry(*at)

    def names(self, folder: str) -> tuple[str, ...]:
        at = found(self.top, folder)
        return tuple(at[1].children) if at and isinstance(at[1], Folder) else ()

    def digest(self, path: str) -> bytes:
        at = found(self.top, path)
        if at is None:
            raise KeyError(path)
        where, node = at
        text = f"{where}\0{node.content}"
        return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).digest()

    def walk(self, folder: str = "") -> Iterator[Entry]:
        """All entries under `folder`, depth first, sorted; excluded folders are not entered."""
        at = found(self.top, folder)
        if at and isinstance(at[1], Folder):
            for path, node in walked(at[1], at[0]):
                yield _entry(path, node)


class Context(Files):
    """A folder on disk behind its ignore file. Never follows a link, never leaves `root`.

    `dockerfile` is the path of the Dockerfile, whose own ignore file (`NAME.dockerignore`, beside
    it) wins over the context's. Folders are listed when somebody asks for them, once; `walked`
    counts the entries seen. Raises UsageError if `root` is no folder, BadDockerfile for an ignore
    file that no build would take, CannotRead for what may not be looked at.
    """

    def __init__(
        self, root: Path, dockerfile: Path | None = None, *, ignore: Patterns | None = None
    ) -> None:
        self.root = root
        self._real = _folder(root)
        self.walked = 0
        self.ignore_file: str | None = None
        self._ignore_aim: str | None = None
        if ignore is None:
            self.ignore_file, self._ignore_aim, text = _ignore_file(self._real, dockerfile)
            ignore = patterns.read(text, path=self.ignore_file or _NAME)
        elif ignore.patterns:
            self.ignore_file = ignore.path
        self._places = {"": ignore.top}
        super().__init__(Folder("", 0o755, self._load), ignore)

    def behind(self, ignore: Patterns) -> Context:
        """The same folder behind other patterns, as when its ignore file was another one.

        Behind the same ones it is itself, whose folders are not listed again.
        """
        if ignore.texts() == self.ignore.texts():
            return self
        return Context(self.root, ignore=ignore)

    def without_ignore_file(self) -> Context:
        """The same folder once that is gone: behind its `.dockerignore`, if it was another."""
        text = "" if self.ignore_file == _NAME else _ignore_file(self._real, None).text
        return self.behind(patterns.read(text, path=_NAME))

    def ignores_by(self, path: str) -> bool:
        """Whether `path` is the ignore file, or the file that it is a link to, or holds one."""
        files = (self.ignore_file, self._ignore_aim)
        return any(f"{each}/".startswith(f"{path}/") for each in files if each is not None)

    def exists(self, path: str) -> bool:
        """Whether there is such a path on disk, ignored or not. No link is followed to it."""
        *folders, name = path.split("/")
        if not name or any(each in ("", ".", "..") for each in (*folders, name)):
            return False
        here = os.fspath(self._real)
        try:
            for folder in folders:
                here = f"{here}/{folder}"
                if not stat.S_ISDIR(os.lstat(here).st_mode):
                    return False
            os.lstat(f"{here}/{name}")
        except (OSError, ValueError):
            return False
        return True

    def left_out_by(self, path: str) -> tuple[str, int] | None:
        """The pattern that leaves `path` out, and its line; None if it is let through."""
        at = found(self.top, path)
        if at is not None and at[0] == path.strip("/"):
            return None
        pattern = self.ignore.left_out_by(path)
        return None if pattern is None else (pattern.line.text, pattern.line.number)

    def _load(self, folder: Folder) -> dict[str, Node]:
        """What a folder holds; of those that are left out, the ones that hold something else."""
        children = self._listed(folder)
        scanned = [folder]
        hidden = _hidden(children)
        while hidden:
            each = hidden.pop()
            each.fill(self._listed(each))
            scanned.append(each)
            hidden.extend(_hidden(each.children))
        kept = children
        for each in reversed(scanned):
            held = children if each is folder else each.children
            kept = {
                name: node
                for name, node in held.items()
                if not (isinstance(node, Folder) and node.hidden and not node.children)
            }
            if each is not folder:
                each.fill(kept)
        return kept

    def _listed(self, folder: Folder) -> dict[str, Node]:
        place = self._places.pop(folder.path)
        where = f"{self._real}/{folder.path}"
        judge = self.ignore.judge
        found: dict[str, Node] = {}
        try:
            with os.scandir(where) as entries:
                for entry in entries:
                    self.walked += 1
                    out = judge(place, entry.name).out
                    if entry.is_dir(follow_symlinks=False):
                        below = self._folder(place, entry, out=out)
                        if below:
                            found[entry.name] = below
                    elif not out:
                        found[entry.name] = _node(entry, joined(folder.path, entry.name))
        except (FileNotFoundError, NotADirectoryError):
            return found
        except OSError as error:
            if folder.hidden and isinstance(error, PermissionError):
                return found
            path = Path(error.filename or where)
            raise CannotRead(f"cannot read {path}: {error.strerror}") from error
        return found

    def _folder(self, place: Place, entry: os.DirEntry[str], *, out: bool) -> Folder | None:
        below = self.ignore.enter(place, entry.name)
        if out and not self.ignore.walks(below):
            return None
        mode = entry.stat(follow_symlinks=False).st_mode & _PERMISSIONS
        self._places[below.path] = below
        return Folder(below.path, mode, self._load, hidden=out)


def edited(tree: Tree, changes: Changes) -> Tree:
    """`tree` after an edit; shares with it all that did not change (linear in the edit's size).

    An added file that the ignore file leaves out is not in it, nor is anything at a path that
    leads through a link or out of the tree.
    """
    from generator.explain.context.overlay import after

    return after(tree, changes)


def _entry(path: str, node: Node) -> Entry:
    return Entry(path, node.kind, node.mode, node.size, node.link)


def _hidden(children: dict[str, Node]) -> list[Folder]:
    return [each for each in children.values() if isinstance(each, Folder) and each.hidden]


def _node(entry: os.DirEntry[str], path: str) -> Node:
    if entry.is_symlink():
        # Not Path.readlink, which tidies the target up.
        return Node("link", LINK_MODE, link=os.readlink(entry.path))  # noqa: PTH115
    status = entry.stat(follow_symlinks=False)
    mode = status.st_mode & _PERMISSIONS
    if stat.S_ISREG(status.st_mode):
        return Node("file", mode, status.st_size, source=path)
    return Node("other", mode, content=f"{stat.S_IFMT(status.st_mode):o} {status.st_rdev}")


def _folder(root: Path) -> Path:
    """`root` without links; the context itself may be one."""
    try:
        real = root.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        raise UsageError(f"{root}: there is no such folder to build from") from None
    if not real.is_dir():
        raise UsageError(f"{root} is no folder to build from", "-f FILE names a Dockerfile")
    return real


class _IgnoreFile(NamedTuple):
    """How it is shown, and where in the context it lies without links; None for what is not."""

    shown: str | None = None
    aim: str | None = None
    text: str = ""


def _ignore_file(root: Path, dockerfile: Path | None) -> _IgnoreFile:
    if dockerfile is not None and dockerfile.name:
        own = dockerfile.with_name(f"{dockerfile.name}{_NAME}")
        found = _found(own.parent, own.name)
        if found is not None:
            real, text = found
            shown = _in(root, own.parent.resolve() / own.name)
            return _IgnoreFile(shown or str(own), _in(root, real), text)
    found = _found(root, _NAME)
    return _IgnoreFile() if found is None else _IgnoreFile(_NAME, _in(root, found[0]), found[1])


def _in(root: Path, path: Path) -> str | None:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


def _found(folder: Path, name: str) -> tuple[Path, str] | None:
    """Where a file lies, links followed within the folder, and its text; None if it is none."""
    try:
        real = _within(folder.resolve(), name)
        if real is None or not real.is_file():
            return None
        with real.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except PermissionError as error:
        raise CannotRead(f"cannot read {folder / name}: {error.strerror}") from error
    except (OSError, RuntimeError, ValueError):
        return None
    if len(data) > _LARGEST:
        raise UsageError(f"{folder / name} is larger than 1 MiB")
    return real, data.decode("utf-8", "surrogateescape")


def _within(folder: Path, name: str) -> Path | None:
    """`name` without links; what is absolute or leads upwards ends at `folder`, as in BuildKit."""
    left = [name]
    way: list[str] = []
    links = 0
    while left:
        part = left.pop()
        if part in ("", ".", ".."):
            way = way[:-1] if part == ".." else way
            continue
        here = folder.joinpath(*way, part)
        if not here.is_symlink():
            way.append(part)
            continue
        links += 1
        if links > LINKS:
            return None
        target = os.readlink(here)  # noqa: PTH115
        if target.startswith("/"):
            way = []
        left.extend(reversed(target.split("/")))
    return folder.joinpath(*way)
