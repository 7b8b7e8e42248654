"""What git knows of a folder, without running anything that a repository's configuration names.

Filters, hooks, external diffs, file system monitors and fetching of what a partial clone lacks are
all programs that a `.git/config` can name; https://git-scm.com/docs/git-config has them.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from string import ascii_lowercase

from generator.errors import CouldNot
from generator.explain.context.files import above

_SECONDS = 60
_WHAT = {"A": "new", "D": "gone"}
_FILES = ("100644", "100755")  # one that is executable is the second
_LINK = "120000"
_SUBMODULE = "160000"
_BLOB = "blob"
# Of the environment: where git's own parts are, and what an administrator has set.
_KEPT = ("GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
_KEPT_TOO = ("GIT_CONFIG",)
_OWN = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# The last one: a comparison would write the index, which a build may see.
_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotepath=false",
    "diff.autoRefreshIndex=false",
)
_FROM_A_REPOSITORY = ("local", "worktree")
_PROGRAMS = ("clean", "smudge", "process")
# `git update-index` with --assume-unchanged (any letter, small) and with --skip-worktree.
_ASSUMED = frozenset((*ascii_lowercase, "S"))
# Submodules in submodules further down than this are not looked at.
_DEEPEST = 8


@dataclass
class Repository:
    """Of the work tree that `folder` is in. All paths are relative to it, with `/`; one of a
    folder stands for all that it holds.

    Every method raises CouldNot without git, or if that takes too long.
    """

    folder: Path
    depth: int = 0
    # What git said to the last question that it refused.
    refused: str = field(default="", init=False)
    # Commit -> how the work tree differs from it, which is asked for more than once.
    _differences: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict, init=False)

    def is_one(self) -> bool:
        return self._ask("rev-parse", "--is-inside-work-tree") == b"true\n"

    def commit(self, revision: str) -> str | None:
        """The whole hash of what `revision` names, None if there is no such commit."""
        for suffix in ("", "^{commit}"):  # not at once: behind `:/` it would be text to look for
            asked = ("--verify", "--quiet", "--end-of-options", f"{revision}{suffix}")
            shown = self._ask("rev-parse", *asked)
            if shown is None:
                return None
            revision = shown.decode("ascii", "replace").split("\n")[-2]
        return revision

    def touched(self, commit: str) -> dict[str, str]:
        """Path -> "", "new", "gone" or "another mode": what differs from the commit, and what git
        has not yet."""
        found: dict[str, str] = {}
        modules = self._submodules()
        remoded: dict[str, tuple[str, str]] = {}
        for path, what, old in self._differing(commit):
            modules.pop(path, None)
            before, after = what.split()[:2]
            if before == after == _SUBMODULE:
                modules[path] = old
                continue
            found[path] = _WHAT.get(what.split()[-1][:1], "")
            if before in _FILES and before != after:
                remoded[path] = before, old
        for path in self._listed("--others"):
            # Deleted in the index and there again: it is not new to the commit.
            found[path.rstrip("/")] = "" if found.get(path) == "gone" else "new"
        for path, blob in self._blobs([path for path in remoded if found[path] == ""]).items():
            mode, content = remoded[path]
            if blob == content and self._mode(path) == mode:
                del found[path]
            elif blob == content:
                found[path] = "another mode"
        for path, old in modules.items():
            found.update(self._in_submodule(path, old))
        return found

    def links(self, commit: str) -> dict[str, str]:
        """Path -> the target, of what was a symbolic link then and differs now."""
        found = {}
        for path, what, old in self._differing(commit):
            if what.startswith(_LINK):
                target = self._ask("cat-file", "blob", old)
                found[path] = os.fsdecode(target or b"")
        return found

    def text(self, commit: str, file: Path) -> str | None:
        """What a file held, symbolic links followed as they were; None if there was none."""
        path = f"{self._prefix}{self._path(file)}"
        asked = f"{commit}:{os.path.normpath(path)}\n"
        if "\n" in path:
            return None
        told = self._ask("cat-file", "--batch", "--follow-symlinks", given=os.fsencode(asked))
        head, _, data = (told or b"").partition(b"\n")
        kind, _, size = head.decode("ascii", "replace").partition(" ")[2].partition(" ")
        if kind != _BLOB:
            return None
        return data[: int(size)].decode("utf-8", "surrogateescape")

    def same(self, commit: str, file: Path) -> bool:
        """Whether git takes a file that it keeps for unchanged, however it writes its line ends."""
        path = f"./{self._path(file)}"
        real = file.absolute() == file.resolve()
        return real and self._ask("diff", "--quiet", commit, "--", path) is not None

    def before_it_moved(self, commit: str, file: Path) -> Path | None:
        """Where a file was that is elsewhere now and much the same, if git has been told."""
        if self._top is None:
            return None
        path = _placed(file).relative_to(self._top).as_posix()
        raw = self._need("diff", "-z", "--name-status", "--find-renames", "--diff-filter=R", commit)
        _, *fields = [os.fsdecode(each) for each in raw.split(b"\0")]
        old = dict(zip(fields[1::3], fields[0::3], strict=False)).get(path)
        return None if old is None else self._top / old

    def levels_line_ends(self, file: Path) -> bool:
        """Whether git keeps a file with other ends of lines than it has."""
        path = self._path(file)
        kept = self._ask("hash-object", "--", path)
        return kept != self._ask("hash-object", "--no-filters", "--", path)

    def holds(self, file: Path) -> bool:
        """Whether a file lies in the work tree, kept or not."""
        if self._top is None or not file.name:
            return False
        return _placed(file).is_relative_to(self._top)

    def ignores(self, file: Path) -> bool:
        """Whether git is told not to look at it, so that it may be as old as any."""
        return self._ask("check-ignore", "-q", "--", f"./{self._path(file)}") is not None

    def ignored(self) -> list[str]:
        """All that git is told not to look at; a folder stands for what it holds."""
        found = {each.rstrip("/") for each in self._listed("--others", "--ignored", "--directory")}
        return sorted(each for each in found if not any(map(found.__contains__, above(each))))

    def own(self, commit: str) -> list[str]:
        """What a commit writes into `.git`, if HEAD is another one now."""
        if self.commit("HEAD") == commit:
            return []
        branch = self._ask("symbolic-ref", "--quiet", "HEAD")
        head = "HEAD" if branch is None else os.fsdecode(branch.removesuffix(b"\n"))
        return [f".git/{name}" for name in ("index", "logs/HEAD", head)]

    def assumed(self) -> list[str]:
        """The files that git is told not to look at though it keeps them."""
        return sorted(path for path, (letter, *_) in self._index.items() if letter in _ASSUMED)

    # --------------------------------------------------------------------------------------------

    def _differing(self, commit: str) -> list[tuple[str, str, str]]:
        """Path, what git tells of it (modes, hashes, a letter), and its old hash."""
        if commit not in self._differences:
            self._differences[commit] = self._compared(commit)
        return self._differences[commit]

    def _compared(self, commit: str) -> list[tuple[str, str, str]]:
        raw = self._need(
            "diff",
            "--raw",
            "-z",
            "--abbrev=64",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--ignore-submodules=dirty",
            "--relative",
            commit,
            "--",
            ".",
        )
        fields = [os.fsdecode(each) for each in raw.split(b"\0")]
        found = [
            (path, what.lstrip(":"), what.split()[2])
            for what, path in zip(fields[0::2], fields[1::2], strict=False)
            if what.startswith(":")
        ]
        same = self._same_after_all(found)
        return [each for each in found if each[0] not in same]

    def _same_after_all(self, found: Sequence[tuple[str, str, str]]) -> set[str]:
        """Those of which only the time is another than the index has."""
        files: dict[str, str] = {}
        links: dict[str, str] = {}
        for path, what, old in found:
            before, after, _, new, *_ = what.split()
            if before == after and not new.strip("0"):
                (links if before == _LINK else files)[path] = old
        blobs = self._blobs(list(files))
        return {path for path, blob in blobs.items() if blob == files[path]} | {
            path for path, old in links.items() if self._leads(path, old)
        }

    def _leads(self, path: str, blob: str) -> bool:
        """Whether a symbolic link has that target."""
        try:
            # As it is written, which a Path would tidy.
            target = os.readlink(self.folder / path)  # noqa: PTH115
        except OSError:
            return False
        return self._ask("cat-file", "blob", blob) == os.fsencode(target)

    def _blobs(self, paths: Sequence[str]) -> dict[str, str]:
        """Path -> the hash that git would keep it under, of those that are ordinary files."""
        files = [path for path in paths if self._mode(path) in _FILES]
        # On standard input a name is a line, without a CR at its end, and may be quoted.
        odd = {path for path in files if re.search(r'\A"|\n|\r\Z', f"{self._prefix}{path}")}
        plain = [path for path in files if path not in odd]
        lines = os.fsencode("".join(f"{self._prefix}{path}\n" for path in plain))
        told = self._need("hash-object", "--stdin-paths", given=lines) if plain else b""
        known = dict(zip(plain, told.decode("ascii").split(), strict=True))
        for path in sorted(odd):
            known[path] = self._need("hash-object", "--", path).decode("ascii").strip()
        return known

    def _mode(self, path: str) -> str:
        """As git keeps it, "" of what is no ordinary file."""
        try:
            mode = os.lstat(self.folder / path).st_mode
        except OSError:
            return ""
        return _FILES[bool(mode & stat.S_IXUSR)] if stat.S_ISREG(mode) else ""

    def _listed(self, *which: str) -> list[str]:
        told = self._need("ls-files", "-z", "--exclude-standard", *which, "--", ".")
        return [os.fsdecode(each) for each in told.split(b"\0") if each]

    def _submodules(self) -> dict[str, str]:
        """Path -> the commit that is kept."""
        return {path: blob for path, (_, mode, blob) in self._index.items() if mode == _SUBMODULE}

    @cached_property
    def _index(self) -> dict[str, tuple[str, str, str]]:
        """Path -> the letter that `ls-files -v` has for it, mode, hash."""
        told = self._need("ls-files", "-v", "-z", "--stage", "--", ".")
        lines = (os.fsdecode(each).partition("\t") for each in told.split(b"\0"))
        found = ((path, what.split()) for what, _, path in lines if path)
        return {path: (letter, mode, blob) for path, (letter, mode, blob, *_) in found}

    def _in_submodule(self, path: str, old: str) -> dict[str, str]:
        """All of its files, if the commit of then is not there to compare with."""
        folder = self.folder / path
        if folder.is_symlink() or not (folder / ".git").exists():
            return {}
        module = Repository(folder, self.depth + 1)
        commit = module.commit(old) if self.depth < _DEEPEST else None
        if commit is None:
            return {path: ""}
        return {f"{path}/{each}": what for each, what in module.touched(commit).items()}

    @cached_property
    def _top(self) -> Path | None:
        """The work tree's root, without links."""
        top = self._ask("rev-parse", "--show-toplevel")
        return None if top is None else Path(os.fsdecode(top.removesuffix(b"\n"))).resolve()

    @cached_property
    def _prefix(self) -> str:
        """From the work tree's root to the folder: "" or a path with a slash at its end."""
        return os.fsdecode(self._need("rev-parse", "--show-prefix").removesuffix(b"\n"))

    def _path(self, file: Path) -> str:
        return Path(os.path.relpath(_placed(file), self.folder.resolve())).as_posix()

    @cached_property
    def _settings(self) -> list[str]:
        """Filters that the repository itself names are none."""
        told = self._run(
            ["config", "--show-scope", "--null", "--name-only", "--get-regexp", r"^filter\."]
        ).stdout
        fields = [os.fsdecode(each) for each in told.split(b"\0")]
        filters = {
            name.rpartition(".")[0]
            for scope, name in zip(fields[0::2], fields[1::2], strict=False)
            if scope in _FROM_A_REPOSITORY
        }
        off = [f"{name}.{program}=" for name in sorted(filters) for program in _PROGRAMS]
        return off + [f"{name}.required=false" for name in sorted(filters)]

    def _need(self, *arguments: str, given: bytes = b"") -> bytes:
        told = self._ask(*arguments, given=given)
        if told is None:
            raise CouldNot(f"git cannot tell what has changed in {self.folder}", self.refused)
        return told

    def _ask(self, *arguments: str, given: bytes = b"") -> bytes | None:
        """What git prints, None if it says no."""
        done = self._run(arguments, self._settings, given)
        if done.returncode == 0:
            return done.stdout
        self.refused = os.fsdecode(done.stderr).strip().removeprefix("fatal: ").split("\n")[0]
        return None

    def _run(
        self, arguments: Sequence[str], settings: Sequence[str] = (), given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        options = [option for each in (*_SETTINGS, *settings) for option in ("-c", each)]
        command = ["git", "--no-pager", *options, "-C", str(self.folder), *arguments]
        try:
            return subprocess.run(
                command,
                input=given,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                env={**_environment(), **_OWN},
            )
        except subprocess.TimeoutExpired:
            raise CouldNot(f"git did not answer within {_SECONDS} s") from None
        except OSError as error:
            raise CouldNot(f"--since needs git: {error.strerror}", "install git") from None
        except ValueError:  # a NUL or half a letter in an argument, which names nothing
            return subprocess.CompletedProcess(command, 128, b"", b"")


def _environment() -> dict[str, str]:
    """Without what a hook of git sets for git, which is about another folder."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_TOO)
    }


def _placed(file: Path) -> Path:
    """Its folder without links, the file itself as it is."""
    return file.absolute().parent.resolve() / file.name
