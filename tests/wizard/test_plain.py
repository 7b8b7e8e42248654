from __future__ import annotations

from collections.abc import Callable

import pytest

from generator.answers.field import Choice
from generator.wizard.plain import PlainPrompts

CHOICES = [Choice("red", "warm"), Choice("green", "calm"), Choice("blue", "")]


def no_digits(text: str) -> str | None:
    return "try letters: digits are wrong" if any(map(str.isdigit, text)) else None


def test_text(type_lines: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    type_lines("red")
    assert PlainPrompts().text("Colour", "", no_digits) == "red"
    assert capsys.readouterr() == ("Colour: ", "")


def test_an_empty_line_is_the_default(
    type_lines: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines("")
    assert PlainPrompts().text("Colour", "red", no_digits) == "red"
    assert capsys.readouterr() == ("Colour [red]: ", "")


def test_wrong_text_is_asked_again(
    type_lines: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines("red1", "red2", "blue")
    assert PlainPrompts().text("Colour", "", no_digits) == "blue"
    wrong = "try letters: digits are wrong\n"
    assert capsys.readouterr().out == f"Colour: {wrong}Colour: {wrong}Colour: "


MENU = "Colour:\n  1) red  warm\n  2) green  calm\n  3) blue\n"
PROMPT = "Number or word [green]: "


@pytest.mark.parametrize(
    ("line", "value"),
    [("", "green"), ("1", "red"), ("3", "blue"), ("blue", "blue")],
)
def test_select(
    line: str, value: str, type_lines: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(line)
    assert PlainPrompts().select("Colour", CHOICES, "green") == value
    assert capsys.readouterr() == (MENU + PROMPT, "")


@pytest.mark.parametrize("line", ["0", "4", "-1", "1.0", "Red", "\u00b2", "\uff11", "{{ 1 }}"])
def test_what_is_no_choice_is_asked_again(
    line: str, type_lines: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(line, "1")
    assert PlainPrompts().select("Colour", CHOICES, "green") == "red"
    wrong = f"{line!r} is none of them: type 1 to 3, or a word from the list\n"
    assert capsys.readouterr().out == MENU + PROMPT + wrong + PROMPT


def test_a_number_of_any_length_is_asked_again(type_lines: Callable[..., None]) -> None:
    # Python converts no more than 4300 digits.
    type_lines("9" * 5000, "1")
    assert PlainPrompts().select("Colour", CHOICES, "green") == "red"


LIST = "Colours:\n  red  warm\n  green  calm\n  blue\n"


def words(begin: str) -> str:
    return f"Words with commas between them, or - for none [{begin}]: "


@pytest.mark.parametrize(
    ("chosen", "line", "values"),
    [
        ([], "", []),
        ([], "-", []),
        ([], "red", ["red"]),
        ([], "blue,red", ["red", "blue"]),
        ([], " blue , red ", ["red", "blue"]),
        ([], "red,red,", ["red"]),
        (["blue", "red"], "", ["red", "blue"]),
        (["blue", "red"], "-", []),
        (["blue", "red"], "green", ["green"]),
        (["none of them"], "", []),
    ],
)
def test_several(
    chosen: list[str],
    line: str,
    values: list[str],
    type_lines: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    type_lines(line)
    assert PlainPrompts().several("Colours", CHOICES, chosen) == values
    begin = ",".join(each for each in ("red", "green", "blue") if each in chosen)
    assert capsys.readouterr() == (LIST + words(begin), "")


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("Red", "Red"),
        ("red,pink", "pink"),
        ("red green", "red green"),
        ("1", "1"),
        ("-,red", "-"),
        ("{{ 1 }}", "{{ 1 }}"),
    ],
)
def test_words_that_are_no_choices_are_asked_for_again(
    line: str, wrong: str, type_lines: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(line, "red")
    assert PlainPrompts().several("Colours", CHOICES, []) == ["red"]
    said = f"{wrong!r} is none of them\n"
    assert capsys.readouterr().out == LIST + words("") + said + words("")


def test_the_end_of_the_input(
    type_lines: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines()
    with pytest.raises(EOFError):
        PlainPrompts().text("Colour", "red", no_digits)
    with pytest.raises(EOFError):
        PlainPrompts().select("Colour", CHOICES, "green")
    with pytest.raises(EOFError):
        PlainPrompts().several("Colours", CHOICES, ["red"])
    # What is said next begins a line.
    expected = f"Colour [red]: \n{MENU}{PROMPT}\n{LIST}{words('red')}\n"
    assert capsys.readouterr().out == expected


def test_say(capsys: pytest.CaptureFixture[str]) -> None:
    PlainPrompts().say("[bold] {{ x }}")
    assert capsys.readouterr() == ("[bold] {{ x }}\n", "")
