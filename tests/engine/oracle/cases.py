"""What the oracle is asked: a context, a Dockerfile, settings, and edits of them.

A case is a table of a TOML file:

    name         of the case; a file that holds one case gives its own
    dockerfile   its text; `path` is where it lies in the context, `Dockerfile` if not said
    files        the context: `app/main.py`, `bin/run 755` (a mode), `data.bin 4000` (bytes),
                 `app/ 775` (a folder), `latest -> v2/file` (a symbolic link)
    contents     path -> text, for files whose text matters
    images       outside images: name -> further lines of its stand-in's Dockerfile
    target, args, contexts (name -> folder, beside the context), secrets (ids): as in a build
    edits        texts for `--change`, or tables: see Edit

In all texts `@SALT@` is another word in each run, so that no run finds another one's cache.
"""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent.parent / "cases"
SALT = "@SALT@"
STANDARD_SIZE = 40
_NUMBERED = re.compile(r"(.*?)(?: (\d+))?")


@dataclass(frozen=True)
class Edit:
    """One of: `change` as for `--change`; or what no change can say, which then may be together:

    `replace` (old and new text in the Dockerfile), `shell` (a script run in the context) and
    `args` (other build arguments). `reruns`: lines of the steps that have to re-run, where a
    person has said so.
    """

    title: str
    change: str | None = None
    replace: tuple[str, str] | None = None
    shell: str | None = None
    args: Mapping[str, str] = field(default_factory=dict)
    reruns: frozenset[int] | None = None


@dataclass(frozen=True)
class Case:
    name: str
    group: str
    dockerfile: str
    edits: tuple[Edit, ...]
    files: tuple[str, ...] = ()
    contents: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None
    args: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    path: str = "Dockerfile"
    # A folder to be taken as the context instead of `files` and `contents`, and those of its files
    # that get a line which differs from run to run.
    folder: Path | None = None
    salted: tuple[str, ...] = ()

    def without(self, *changes: str) -> Case:
        """The same case, with fewer edits."""
        return replace(self, edits=tuple(e for e in self.edits if e.change not in changes))


def read(group: str) -> tuple[Case, ...]:
    """All cases of a folder of CASES, in the order of their files."""
    return tuple(
        case for path in sorted((CASES / group).glob("*.toml")) for case in _in(path, group)
    )


def _in(path: Path, group: str) -> Iterator[Case]:
    held = tomllib.loads(path.read_text("utf-8"))
    for table in held.get("case", [{"name": path.stem, **held}]):
        name = f"{path.stem}: {table['name']}" if "case" in held else table["name"]
        yield _case({**table, "name": name}, group)


def _case(table: Mapping[str, Any], group: str) -> Case:
    plain = ("dockerfile", "contents", "images", "target", "args", "path")
    return Case(
        name=table["name"],
        group=group,
        edits=tuple(_edit(each) for each in table["edits"]),
        files=tuple(table.get("files", ())),
        contexts={name: tuple(files) for name, files in table.get("contexts", {}).items()},
        secrets=tuple(table.get("secrets", ())),
        **{name: table[name] for name in plain if name in table},
    )


def _edit(told: str | Mapping[str, Any]) -> Edit:
    if isinstance(told, str):
        return Edit(told, change=told)
    reruns = frozenset(told["reruns"]) if "reruns" in told else None
    title = told.get("title") or told.get("change") or told.get("shell") or str(told.get("replace"))
    return Edit(
        title=title or f"arguments {told['args']}",
        change=told.get("change"),
        replace=tuple(told["replace"]) if "replace" in told else None,
        shell=told.get("shell"),
        args=told.get("args", {}),
        reruns=reruns,
    )


def lay_out(case: Case, dockerfile: str, folder: Path, salt: str) -> None:
    """Make the case's context in `folder`, which is not there, with this for its Dockerfile."""
    if case.folder is not None:
        shutil.copytree(case.folder, folder, symlinks=True)
        for name in case.salted:
            append_comment(folder / name, salt)
        _write(folder / case.path, dockerfile)
        return
    folder.mkdir()
    _make(folder, case.files, salt)
    for name, text in case.contents.items():
        _write(folder / name, text.replace(SALT, salt))
    _write(folder / case.path, dockerfile.replace(SALT, salt))


def lay_out_named(files: tuple[str, ...], folder: Path, salt: str) -> None:
    """Make a named context in `folder`."""
    folder.mkdir(parents=True)
    _make(folder, files, salt)


def _make(folder: Path, files: tuple[str, ...], salt: str) -> None:
    for told in files:
        name, arrow, aim = told.partition(" -> ")
        if arrow:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(aim)
            continue
        numbered = _NUMBERED.fullmatch(told)
        assert numbered
        name, number = numbered.groups("")
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(int(number or "755", 8))
        elif len(number) == len("755"):
            _write(path, _filled(name, salt, STANDARD_SIZE), int(number, 8))
        else:
            _write(path, _filled(name, salt, int(number or STANDARD_SIZE)))


def _filled(name: str, salt: str, size: int) -> str:
    text = f"{name} {salt}\n"
    return text + "." * max(0, size - len(text))


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir()
            parent.chmod(0o755)
    path.write_text(text, "utf-8", newline="\n")
    path.chmod(mode)


def append_comment(path: Path, word: str) -> None:
    with path.open("ab") as file:
        file.write(f"# {word}\n".encode())


def token() -> str:
    """A word that no build has ever seen."""
    return f"t{os.urandom(6).hex()}"
