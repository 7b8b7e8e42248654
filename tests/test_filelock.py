from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from generator import filelock

HOLDER = """
import sys
from pathlib import Path
from generator import filelock

lock = filelock.acquire(Path(sys.argv[1]))
print("held" if lock else "refused", flush=True)
sys.stdin.read()
"""

# Whoever has the lock is alone with it, though each holder removes the file it has locked.
RIVAL = """
import os, sys
from pathlib import Path
from generator import filelock

path, inside = Path(sys.argv[1]), Path(sys.argv[2])
for _ in range(2000):
    lock = filelock.acquire(path)
    if lock is not None:
        os.close(os.open(inside, os.O_CREAT | os.O_EXCL))
        inside.unlink()
        path.unlink()
        lock.close()
"""

posix = pytest.mark.skipif(os.name == "nt", reason="Windows removes no open file and has no fcntl")


@contextmanager
def _holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A living process that has asked for the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_free_lock_is_given_and_its_file_made(tmp_path: Path) -> None:
    lock = filelock.acquire(tmp_path / "lock")

    assert lock is not None
    lock.close()
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_file_that_is_there_keeps_its_content(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"mine")

    lock = filelock.acquire(tmp_path / "lock")

    assert lock is not None
    lock.close()
    assert (tmp_path / "lock").read_bytes() == b"mine"


def test_refused_while_another_process_holds_it(tmp_path: Path) -> None:
    with _holder(tmp_path / "lock") as process:
        assert _answer(process) == "held"
        assert filelock.acquire(tmp_path / "lock") is None


def test_another_process_is_refused_while_it_is_held_here(tmp_path: Path) -> None:
    lock = filelock.acquire(tmp_path / "lock")

    assert lock is not None
    with lock, _holder(tmp_path / "lock") as process:
        assert _answer(process) == "refused"


def test_freed_by_its_holders_death(tmp_path: Path) -> None:
    with _holder(tmp_path / "lock") as process:
        assert _answer(process) == "held"
        process.kill()
        process.wait()

        lock = filelock.acquire(tmp_path / "lock")

    assert lock is not None
    lock.close()


def test_freed_by_closing(tmp_path: Path) -> None:
    first = filelock.acquire(tmp_path / "lock")
    assert first is not None
    first.close()

    second = filelock.acquire(tmp_path / "lock")

    assert second is not None
    second.close()


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        filelock.acquire(tmp_path / "gone" / "lock")


@posix
@pytest.mark.parametrize("replaced", [False, True])
def test_refused_if_the_file_was_removed_before_it_was_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, replaced: bool
) -> None:
    import fcntl

    path, flock = tmp_path / "lock", fcntl.flock

    def overtaken(file: IO[bytes], operation: int) -> None:
        path.unlink()
        if replaced:
            path.touch()
        flock(file, operation)

    monkeypatch.setattr(fcntl, "flock", overtaken)

    assert filelock.acquire(path) is None


@posix
def test_a_disk_without_locks_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def unknown(file: IO[bytes], operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", unknown)

    with pytest.raises(OSError, match=os.strerror(errno.ENOLCK)):
        filelock.acquire(tmp_path / "lock")


@posix
def test_never_two_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(RIVAL), "lock", "inside"]
    rivals = [
        subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]

    assert [(rival.communicate()[1], rival.returncode) for rival in rivals] == [("", 0)] * 3
