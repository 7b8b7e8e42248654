from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Timer

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output


class _Screen(io.StringIO):
    """What was drawn, with its escapes; `waiting` are texts with the keys to press at each."""

    waiting: list[tuple[str, str]]
    pipe: PipeInput

    def write(self, text: str) -> int:
        written = super().write(text)
        self.press_on()
        return written

    def press_on(self) -> None:
        while self.waiting and self.waiting[0][0] in self.getvalue():
            self.pipe.send_text(self.waiting.pop(0)[1])
        if not self.waiting:
            self.pipe.close()


@pytest.fixture
def screen() -> io.StringIO:
    """What the prompts have drawn, with its escapes."""
    return _Screen()


@pytest.fixture
def press(screen: _Screen) -> Callable[..., AbstractContextManager[None]]:
    """`with press(keys, (text, keys), ...):` prompts inside get these keys.

    The first ones at once, others when a text has been drawn; after the last the terminal closes.
    """

    @contextmanager
    def pressing(keys: str, *then: tuple[str, str]) -> Iterator[None]:
        output = Vt100_Output(screen, lambda: Size(rows=40, columns=200), term="xterm")
        with create_pipe_input() as pipe, create_app_session(input=pipe, output=output):
            given_up = Timer(10, pipe.close)
            given_up.start()
            screen.waiting, screen.pipe = [("", keys), *then], pipe
            screen.press_on()
            try:
                yield
            finally:
                given_up.cancel()
        assert screen.waiting == []

    return pressing


@pytest.fixture
def type_lines(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What is read from standard input will be these lines, then its end."""

    def typing(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return typing
