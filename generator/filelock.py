"""An exclusive lock on a file, held as long as the file is open; the system frees it at death."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o666)


def acquire(path: Path) -> IO[bytes] | None:
    """Return `path` opened and locked, or None if another process holds it or has removed it.

    Raises FileNotFoundError if the folder is gone, another OSError if it cannot be opened or the
    disk knows no locks.
    """
    # Not through a link and not into a pipe: others may write to the folder.
    file = open(path, "ab", opener=_opener)  # noqa: SIM115 - held; Path.open has no opener
    try:
        _lock(file)
        if os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
    except (BlockingIOError, PermissionError, FileNotFoundError):
        pass  # held, as POSIX and as Windows say it, or removed
    except OSError:
        file.close()
        raise
    file.close()
    return None
