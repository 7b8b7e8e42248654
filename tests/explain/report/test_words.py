from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.explain.answer import Depends, Effect
from generator.explain.report import words
from tests.explain.report import answers


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1049, "1 kB"),
        (1250, "1.2 kB"),
        (9949, "9.9 kB"),
        (9950, "10 kB"),
        (41_200, "41 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (1_250_000, "1.2 MB"),
        (3_000_000_000, "3 GB"),
        (10**20, "100000 PB"),
    ],
)
def test_bytes_are_told_in_the_units_that_docker_counts_in(number: int, said: str) -> None:
    assert words.size(number) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "100 %"),
        (0.999, "99 %"),
        (0.29, "29 %"),
        (2 / 3, "67 %"),
        (0.001, "1 %"),
        (0.0, "0 %"),
    ],
)
def test_nothing_less_than_all_is_said_to_be_100_percent(share: float, said: str) -> None:
    assert words.percent(share) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("a\u202eb\u200f", "a\\u202eb\\u200f"),
        ("one\n  two\u2028three", "one two three"),
        ("\udcff", "\\udcff"),
        ("\U000e0001", "\\U000e0001"),
        ("Grüße 你好 🐳", "Grüße 你好 🐳"),
    ],
)
def test_what_a_terminal_would_obey_is_spelt_out(text: str, shown: str) -> None:
    assert words.visible(text) == shown


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("RUN true", 8, "RUN true"),
        ("RUN true", 7, "RUN tr…"),
        ("RUN true", 5, "RUN…"),
    ],
)
def test_what_is_too_long_ends_in_an_ellipsis(text: str, width: int, shown: str) -> None:
    assert words.shortened(text, width) == shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("app/routes.py", "Editing app/routes.py"),
        ("+new.py", "Adding new.py"),
        ("-old.py", "Removing old.py"),
        ("mode:run.sh", "Changing the mode of run.sh"),
        ("arg:VERSION", "Another value of VERSION"),
        ("base", "Another digest of every base image"),
        ("base:build", "Another base image of build"),
        ("line:7", "Editing line 7"),
        ("since:main", "What has changed since main"),
        ("based.py", "Editing based.py"),
    ],
)
def test_each_form_of_a_change_is_said_in_words(change: str, said: str) -> None:
    assert words.doing(change) == said


def test_an_edit_is_summed_up_in_one_sentence() -> None:
    assert [words.summary(edit) for edit in answers.shop().edits] == [
        "Editing app/routes.py re-runs 2 of 13 steps, one of them RUN.",
        (
            "Editing requirements.txt re-runs 2 of 13 steps, one of them RUN; "
            "4 more only if /install comes out different."
        ),
        "Editing tests/test_shop.py re-runs nothing: all 13 steps stay cached.",
        "Another digest of every base image re-runs 13 of 13 steps, 4 of them RUN.",
    ]


def test_an_edit_that_surely_re_runs_nothing_says_on_what_it_hangs() -> None:
    [edit] = answers.chance(("/a", "/b")).edits
    assert words.summary(edit) == (
        "Editing x re-runs 2 of 2 steps, but only if what they copy comes out different."
    )


def test_a_dockerfile_without_steps_has_nothing_to_re_run() -> None:
    [edit] = answers.bare().edits
    assert words.amounts(edit) == "re-runs nothing: there are no steps"


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (
            Effect("app.py", 2, 1, 1, 0),
            "With the fix, editing app.py re-runs 1 step instead of 2, and no RUN instead of 1.",
        ),
        (Effect("+a", 3, 0, 2, 2), "With the fix, adding a re-runs no step instead of 3."),
    ],
)
def test_the_effect_of_a_fix_is_said_in_steps_and_runs(effect: Effect, said: str) -> None:
    assert words.effect(effect) == said


def test_dependencies_are_listed_by_kind() -> None:
    everything = Depends(2, 2000, ("A", "B"), ("build",), ("img:1",), "debian", ("a digest",))
    assert words.depends(everything) == (
        "base debian · 2 files, 2 kB · arguments A, B · from stage build · from image img:1 · "
        "unknown: a digest"
    )
    assert words.depends(Depends()) == ""


@given(
    st.lists(st.integers(0, 10**6), min_size=3, max_size=3).filter(any),
    st.integers(3, 60),
)
def test_shares_fill_the_cells_and_forget_nobody(amounts: list[int], cells: int) -> None:
    dealt = words.shares(amounts, cells)
    assert sum(dealt) == cells
    assert [each > 0 for each in dealt] == [each > 0 for each in amounts]


def test_a_change_is_quoted_for_a_shell() -> None:
    assert words.quoted("app/routes.py") == "app/routes.py"
    assert words.quoted("my file.py") == "'my file.py'"


def test_a_long_list_of_what_a_step_depends_on_is_cut_short() -> None:
    names = tuple(f"A{number}" for number in range(1_500))
    assert words.depends(Depends(arguments=names)) == (
        "arguments A0, A1, A2, A3, A4, A5, A6, A7 and 1,492 more"
    )
    assert words.depends(Depends(arguments=names[:9])).endswith("A7, A8")
