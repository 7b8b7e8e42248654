"""Which of the engine's tests may run at one time, in whichever processes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GATE, ROOM = (Path(tempfile.gettempdir(), f"dockerize-engine-{name}") for name in ("gate", "room"))


@contextmanager
def admitted(*, alone: bool) -> Iterator[None]:
    """Beside others, or `alone`: whoever wants that holds the gate until the room is empty."""
    import fcntl  # not on Windows, where there is no engine for Linux images to share

    with GATE.open("ab") as gate, ROOM.open("ab") as room:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield
