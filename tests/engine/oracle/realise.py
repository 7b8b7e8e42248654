"""Edits done for real: to files on a disk, to a Dockerfile, to a build's arguments and images."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from tests.engine.oracle.builds import Images, Request, another_image
from tests.engine.oracle.cases import Case, Edit, append_comment, token
from tests.engine.oracle.lines import with_other_line


@contextmanager
def edited(
    case: Case, images: Images, before: Request, edit: Edit, folder: Path
) -> Iterator[Request]:
    """The build after the edit, of a copy in `folder` (which is not there yet) of its context.

    A copy, as a builder that has seen a folder before looks at sizes and times alone.
    """
    shutil.copytree(before.context, folder, symlinks=True)
    dockerfile = folder / before.dockerfile.relative_to(before.context)
    after = replace(before, context=folder, dockerfile=dockerfile)
    if edit.change is not None:
        with _changed(case, images, after, edit.change) as changed:
            yield changed
        return
    if edit.replace:
        text = dockerfile.read_text("utf-8")
        old, new = edit.replace
        assert old in text, f"{case.name}: no {old!r} in the Dockerfile"
        dockerfile.write_text(text.replace(old, new, 1), "utf-8", newline="\n")
    if edit.shell:
        script = edit.shell.replace("@TOKEN@", token())
        subprocess.run(["sh", "-euc", script], cwd=folder, check=True)
    yield replace(after, args={**after.args, **edit.args})


@contextmanager
def _changed(case: Case, images: Images, after: Request, change: str) -> Iterator[Request]:
    kind, colon, rest = change.partition(":")
    if (after.context / change).exists():
        kind = ""
    if change == "base" or (kind == "base" and colon):
        names = [_started_from(case, case.dockerfile, rest)] if colon else list(case.images)
        with images.others(names):
            yield after
    elif kind == "line":
        text = after.dockerfile.read_text("utf-8")
        with another_image() if _starts(text, int(rest)) else nullcontext() as image:
            other = with_other_line(text, int(rest), token(), image)
            after.dockerfile.write_text(other, "utf-8", newline="\n")
            yield after
    elif kind == "arg":
        yield replace(after, args={**after.args, rest: token()})
    else:
        _edit_files(after.context, kind, rest, change)
        yield after


def _starts(text: str, line: int) -> bool:
    return bool(re.match(r"(?i)FROM ", text.split("\n")[line - 1]))


def _edit_files(root: Path, kind: str, rest: str, change: str) -> None:
    if kind == "mode":
        for path in _matches(root, rest, folders=True):
            path.chmod(stat.S_IMODE(path.stat().st_mode) ^ stat.S_IWGRP)
    elif change.startswith("+"):
        path = root / change[1:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{token()}\n", "utf-8")
    elif change.startswith("-"):
        for path in _matches(root, change[1:]):
            path.unlink()
    else:
        for path in _matches(root, change):
            append_comment(path, token())


def _started_from(case: Case, text: str, stage: str) -> str:
    """The image of the stage, as the case names it."""
    values = dict(re.findall(r"(?m)^ARG (\w+)=\"?([^\"\n]*)", text)) | dict(case.args)
    stages = re.findall(r"(?im)^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", text)
    for index, (image, name) in enumerate(stages):
        if stage.lower() in (name.lower(), str(index), f"stage-{index}"):
            expanded = re.sub(r"\$\{?(\w+)\}?", lambda found: values[found[1]], image)
            return expanded if expanded in case.images else _started_from(case, text, expanded)
    raise AssertionError(f"{case.name}: no stage {stage}")


def _matches(root: Path, pattern: str, *, folders: bool = False) -> Iterator[Path]:
    """The files that `pattern` names: a path that exists, or as an ignore file would."""
    exact = root / pattern
    if exact.exists() and (folders or exact.is_file()):
        yield exact
        return
    wanted = _expression(pattern.strip("/"))
    found = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    matching = [path for path in found if wanted.match(path.relative_to(root).as_posix())]
    assert matching, f"nothing matches {pattern}"
    yield from matching


def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/?|\*|\?)", pattern)
    meanings = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meanings.get(p) or re.escape(p) for p in parts) + "(?:/.*)?$")
