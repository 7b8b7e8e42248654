from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import pytest

from generator.answers.field import Choice
from generator.wizard.fancy import FancyPrompts

Press = Callable[..., AbstractContextManager[None]]

UP, DOWN, ENTER, ALT_ENTER = "\x1b[A", "\x1b[B", "\r", "\x1b\r"
CTRL_C, CTRL_D, CTRL_U = "\x03", "\x04", "\x15"
CHOICES = [Choice("red", "warm"), Choice("green", "calm"), Choice("blue", "")]


WRONG = "try letters: digits are wrong"


def no_digits(text: str) -> str | None:
    return WRONG if any(map(str.isdigit, text)) else None


@pytest.fixture
def text(press: Press) -> Callable[..., str]:
    def ask(keys: str, *then: tuple[str, str], default: str = "") -> str:
        with press(keys, *then):
            return FancyPrompts().text("Colour", default, no_digits)

    return ask


@pytest.fixture
def select(press: Press) -> Callable[..., str]:
    def ask(keys: str, default: str = "green") -> str:
        with press(keys):
            return FancyPrompts().select("Colour", CHOICES, default)

    return ask


@pytest.fixture
def several(press: Press) -> Callable[..., list[str]]:
    def ask(keys: str, chosen: Sequence[str] = ()) -> list[str]:
        with press(keys):
            return list(FancyPrompts().several("Colours", CHOICES, chosen))

    return ask


def test_text(text: Callable[..., str], screen: io.StringIO) -> None:
    assert text(f"red{ENTER}") == "red"
    assert "Colour" in screen.getvalue()


def test_text_has_its_default_written_in(text: Callable[..., str]) -> None:
    assert text(ENTER, default="red") == "red"
    assert text(f"dish{ENTER}", default="red") == "reddish"
    assert text(f"{CTRL_U}blue{ENTER}", default="red") == "blue"


def test_what_is_wrong_is_said_while_it_is_typed(
    text: Callable[..., str], screen: io.StringIO
) -> None:
    assert text("red1", (WRONG, f"{CTRL_U}blue{ENTER}")) == "blue"
    assert screen.getvalue().count(WRONG) == 1


def test_wrong_text_cannot_be_submitted(text: Callable[..., str]) -> None:
    assert text(f"red1{ENTER}", (WRONG, f"{ENTER}{ENTER}{CTRL_U}blue{ENTER}")) == "blue"


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (ENTER, "green"),
        (UP + ENTER, "red"),
        (DOWN + ENTER, "blue"),
        (DOWN + DOWN + ENTER, "red"),
        (UP + UP + ENTER, "blue"),
        ("x" + ENTER, "green"),
        (ALT_ENTER + ENTER, "green"),
        (DOWN + ALT_ENTER + ALT_ENTER + UP + ENTER, "red"),
    ],
)
def test_select(keys: str, value: str, select: Callable[..., str]) -> None:
    assert select(keys) == value


def test_select_shows_every_hint_in_a_column(
    select: Callable[..., str], screen: io.StringIO
) -> None:
    select(ENTER)
    for line in ("red    warm", "green  calm", "blue"):
        assert line in screen.getvalue()


@pytest.mark.parametrize(
    ("chosen", "keys", "values"),
    [
        ([], ENTER, []),
        ([], f" {ENTER}", ["red"]),
        ([], f"{DOWN}{DOWN} {UP}{UP} {ENTER}", ["red", "blue"]),
        ([], f"  {ENTER}", []),
        (["blue", "red"], ENTER, ["red", "blue"]),
        (["green"], f" {ENTER}", ["red", "green"]),
        (["green"], f"{DOWN} {ENTER}", []),
        (["none of them"], ENTER, []),
        (["green"], f"x{ENTER}", ["green"]),
        (["green"], f"{ALT_ENTER}{ENTER}", ["green"]),
        (["green"], f"{ALT_ENTER}{ALT_ENTER} {ENTER}", ["red", "green"]),
    ],
)
def test_several(
    chosen: list[str], keys: str, values: list[str], several: Callable[..., list[str]]
) -> None:
    assert several(keys, chosen) == values


def test_several_shows_every_hint_in_a_column_and_how_to_choose(
    several: Callable[..., list[str]], screen: io.StringIO
) -> None:
    several(ENTER, ["green"])
    for line in ("red    warm", "green  calm", "blue", "(Space chooses, Enter goes on)"):
        assert line in screen.getvalue()


@pytest.mark.parametrize(("key", "error"), [(CTRL_C, KeyboardInterrupt), (CTRL_D, EOFError)])
@pytest.mark.parametrize("before", ["", DOWN, " "])
def test_several_is_left(
    key: str, error: type[BaseException], before: str, several: Callable[..., list[str]]
) -> None:
    with pytest.raises(error):
        several(f"{before}{key}{ENTER}")


@pytest.mark.parametrize(("key", "error"), [(CTRL_C, KeyboardInterrupt), (CTRL_D, EOFError)])
@pytest.mark.parametrize("before", ["", "half", "half1", f"half1{ENTER}"])
def test_text_is_left(
    key: str, error: type[BaseException], before: str, text: Callable[..., str]
) -> None:
    with pytest.raises(error):
        text(f"{before}{key}more{ENTER}")


@pytest.mark.parametrize(("key", "error"), [(CTRL_C, KeyboardInterrupt), (CTRL_D, EOFError)])
@pytest.mark.parametrize("before", ["", DOWN, ALT_ENTER])
def test_select_is_left(
    key: str, error: type[BaseException], before: str, select: Callable[..., str]
) -> None:
    with pytest.raises(error):
        select(f"{before}{key}{ENTER}")


def test_a_terminal_that_goes_away_is_the_end_of_its_input(
    text: Callable[..., str],
    select: Callable[..., str],
    several: Callable[..., list[str]],
) -> None:
    with pytest.raises(EOFError):
        text("half")
    with pytest.raises(EOFError):
        select(DOWN)
    with pytest.raises(EOFError):
        several(DOWN)


def test_say(capsys: pytest.CaptureFixture[str]) -> None:
    FancyPrompts().say("[bold] {{ x }}")
    assert capsys.readouterr() == ("[bold] {{ x }}\n", "")
