from __future__ import annotations

import signal
import threading

import pytest

from generator.signals import ignore_interrupts, uninterrupted, unwind_when_told_to_end

TOLD_TO_END = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@pytest.mark.parametrize("number", TOLD_TO_END)
def test_being_told_to_end_unwinds_with_the_usual_status(number: int) -> None:
    signal.signal(number, signal.SIG_DFL)
    unwind_when_told_to_end()
    with pytest.raises(SystemExit) as ended:
        signal.raise_signal(number)
    assert ended.value.code == 128 + number


@pytest.mark.parametrize("number", TOLD_TO_END)
def test_who_ignores_a_signal_goes_on_ignoring_it(number: int) -> None:
    signal.signal(number, signal.SIG_IGN)
    unwind_when_told_to_end()
    signal.raise_signal(number)


def test_interrupts_are_ignored_from_then_on() -> None:
    ignore_interrupts()
    signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, *TOLD_TO_END])
def test_nothing_stops_what_is_uninterrupted_and_all_is_as_before_afterwards(number: int) -> None:
    unwind_when_told_to_end()
    before = signal.getsignal(number)
    with uninterrupted():
        signal.raise_signal(number)
    assert signal.getsignal(number) is before
    with pytest.raises((KeyboardInterrupt, SystemExit)):
        signal.raise_signal(number)


def test_what_is_set_while_uninterrupted_stays_set() -> None:
    with uninterrupted():
        ignore_interrupts()
    signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_another_thread_sets_nothing() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, *TOLD_TO_END)}

    def elsewhere() -> None:
        unwind_when_told_to_end()
        ignore_interrupts()
        with uninterrupted():
            pass

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert {number: signal.getsignal(number) for number in before} == before
