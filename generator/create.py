"""From answers to a project on disk: the whole of `dockerize new` but for asking and telling."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generator import landing
from generator.answers import Answers
from generator.catalog import Catalog
from generator.errors import CannotWrite
from generator.project import Project, plan
from generator.render import render


@dataclass(frozen=True)
class File:
    """`path` is relative to the project's folder, with `/`; `size` is in bytes."""

    path: str
    size: int


@dataclass(frozen=True)
class Created:
    """A project that was made, or with `dry_run` would be. `folder` is absolute."""

    folder: Path
    answers: Answers
    files: tuple[File, ...]
    dry_run: bool


def create(
    answers: Answers,
    catalog: Catalog,
    folder: Path,
    *,
    dry_run: bool = False,
    done: Callable[[], None] = landing.nothing,
) -> Created:
    """Make the project in `folder` (absolute; its parents are made too), or raise CouldNot.

    `done` is called once it is there, at a moment when nothing can interrupt.
    """
    project = plan(answers, catalog)
    with _disk_errors(folder):
        if dry_run:
            landing.refuse_unmakeable(folder)
            with tempfile.TemporaryDirectory(prefix="dockerize-") as scratch:
                files = _rendered(project, Path(scratch))
            done()
        else:
            files = landing.land(folder, lambda staged: _rendered(project, staged), done)
    return Created(folder, answers, files, dry_run)


def _rendered(project: Project, folder: Path) -> tuple[File, ...]:
    return tuple(File(path, (folder / path).stat().st_size) for path in render(project, folder))


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise CannotWrite(
            f"cannot make {folder}: {reason}", _HINTS.get(error.errno or 0, "")
        ) from error


_HINTS = {
    errno.EACCES: "choose a folder that you may write to: --output-dir DIR",
    errno.EPERM: "choose a folder that you may write to: --output-dir DIR",
    errno.EROFS: "choose a folder on a disk that can be written to: --output-dir DIR",
    errno.ENOSPC: "make room there, or choose another disk: --output-dir DIR",
    errno.EDQUOT: "make room there, or choose another disk: --output-dir DIR",
}
