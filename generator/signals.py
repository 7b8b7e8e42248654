"""What stops a run from outside: Ctrl-C, and being told to end.

Only the main thread can set what a signal does, and only it is stopped; elsewhere these do nothing.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Those that this system has.
_TOLD_TO_END = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def unwind_when_told_to_end() -> None:
    """End as at Ctrl-C, after what is half done has been removed."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    if _in_main_thread():
        for number in _TOLD_TO_END:
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, end)


def ignore_interrupts() -> None:
    """Ignore Ctrl-C from here on."""
    if _in_main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore whatever would stop this half-way; what is set in it for one of these stays set."""
    if not _in_main_thread():
        yield
        return
    numbers = [signal.SIGINT, *_TOLD_TO_END]
    before = {number: signal.signal(number, _hold) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is _hold:
                signal.signal(number, handler)


def _hold(number: int, _: FrameType | None) -> None:
    """Do nothing: unlike SIG_IGN, told from what somebody else has set."""


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
