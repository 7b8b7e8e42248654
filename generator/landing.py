"""A folder that appears whole or not at all.

The work is done in a hidden staging folder beside the target, so on the same file system, and ends
with one rename, which every system does as one step. A run that is killed leaves its staging
folder; the next run there knows by its lock, which no living process holds, that it can go.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TypeVar

from generator import filelock
from generator.errors import CannotWrite, Interrupted, TargetExists
from generator.signals import uninterrupted

T = TypeVar("T")

_PREFIX = ".dockerize-staging-"
_LOCK = "lock"
_PROJECT = "project"
_ATTEMPTS = 10
# What a disk without locks says: no run sweeps there what another has left.
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


def refuse_occupied(target: Path) -> None:
    """Raise TargetExists unless there is nothing, or an empty folder, at `target`.

    Raises CannotWrite if that cannot be told.
    """
    try:
        _refuse_occupied(target)
    except OSError as error:
        raise CannotWrite(
            f"cannot look at {target}: {error.strerror}",
            "choose another --output-dir",
            reason=str(error.strerror),
        ) from error


def _refuse_occupied(target: Path) -> None:
    if target.is_symlink():
        raise TargetExists(
            target,
            "is a symbolic link, which the project would replace",
            "remove the link, or choose another name or --output-dir",
        )
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        raise TargetExists(
            target, "exists and is not a folder", "choose another name or --output-dir"
        )
    if os.path.ismount(target):
        raise TargetExists(
            target,
            "is a mount point, whose place no project can take",
            f"mount its parent folder instead, or pass --output-dir {target}",
        )
    try:
        entries = sorted(each.name for each in target.iterdir())
    except OSError:
        entries = ["what you may not read"]
    if entries:
        raise TargetExists(
            target,
            "exists and is not empty",
            "choose another name or --output-dir",
            entries,
        )


def nothing() -> None:
    pass


def land(target: Path, fill: Callable[[Path], T], done: Callable[[], None] = nothing) -> T:
    """Let `fill` fill a new folder and make it the target; return what `fill` returns.

    `done` is called once the target is there, at a moment when nothing can interrupt.

    Parent folders that are missing are made. Whatever goes wrong, nothing of it stays, and what
    stood there stands: raises TargetExists, Interrupted, OSError and what `fill` raises.
    """
    refuse_occupied(target)
    made = _make_parents(target.parent)
    try:
        _sweep(target.parent)
        return _land(target, fill, done)
    except BaseException as error:
        _remove_empty(made)
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted from None
        raise


def _land(target: Path, fill: Callable[[Path], T], done: Callable[[], None]) -> T:
    staging, lock = _new_staging(target.parent)
    try:
        folder = staging / _PROJECT
        # Not by tempfile: this one gets the mode that the person's umask gives a new folder.
        folder.mkdir()
        result = fill(folder)
        # From here on it is done: an interrupt would only leave rubbish, and say so wrongly.
        with uninterrupted():
            _rename(folder, target)
            _remove(staging, lock)
            done()
    except BaseException:
        with uninterrupted():
            _remove(staging, lock)
        raise
    return result


def _rename(folder: Path, target: Path) -> None:
    refuse_occupied(target)
    try:
        if os.name == "nt" and target.is_dir():
            target.rmdir()
        folder.rename(target)
    except OSError:
        refuse_occupied(target)
        raise


def _make_parents(folder: Path) -> list[Path]:
    """Make `folder`; return what had to be made, outermost first."""
    absent = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise CannotWrite(f"{folder} is not a folder", "choose another --output-dir") from None
    return absent[::-1]


def _remove_empty(folders: list[Path]) -> None:
    for folder in reversed(folders):
        with suppress(OSError):
            folder.rmdir()


def _new_staging(parent: Path) -> tuple[Path, IO[bytes]]:
    # Another run's sweep may take a folder for abandoned in the instant before it is locked.
    for _ in range(_ATTEMPTS):
        staging = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        try:
            lock = _locked(staging)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        if lock is not None:
            return staging, lock
        shutil.rmtree(staging, ignore_errors=True)
    raise CannotWrite(f"no staging folder in {parent} would stay", "try again")


def _locked(staging: Path) -> IO[bytes] | None:
    """The folder's lock, open, or None if another run has swept it."""
    try:
        staging.chmod(0o700)  # whatever the umask, what is in it can be removed
        return filelock.acquire(staging / _LOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return (staging / _LOCK).open("ab")
        raise


def _sweep(parent: Path) -> None:
    """Remove what killed runs have left in `parent`; what cannot be removed stays."""
    with suppress(OSError):
        for staging in list(parent.glob(f"{_PREFIX}*")):
            if staging.is_dir() and not staging.is_symlink():
                _sweep_one(staging)


def _sweep_one(staging: Path) -> None:
    with suppress(OSError):
        if {each.name for each in staging.iterdir()} <= {_LOCK, _PROJECT}:
            lock = filelock.acquire(staging / _LOCK)
            if lock is not None:
                _remove(staging, lock)


def _remove(staging: Path, lock: IO[bytes]) -> None:
    """Remove the folder under its lock, but on Windows, where an open file cannot be removed."""
    if os.name == "nt":
        lock.close()
    shutil.rmtree(staging, ignore_errors=True)
    lock.close()


def refuse_unmakeable(target: Path) -> None:
    """Raise CannotWrite if `land` could not make `target`, as far as can be told without trying."""
    refuse_occupied(target)
    nearest = next(each for each in target.parents if os.path.lexists(each))
    if not nearest.is_dir():
        raise CannotWrite(f"{nearest} is not a folder", "choose another --output-dir")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise CannotWrite(f"{nearest} cannot be written to", "choose another --output-dir")
