from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.explain.rules.commands import commands


def words(script: str) -> list[tuple[str, ...]]:
    return [each.words for each in commands(("/bin/sh", "-c", script))]


def plain(script: str) -> list[bool]:
    return [each.plain for each in commands(("/bin/sh", "-c", script))]


def test_operators_part_commands_and_are_kept() -> None:
    found = commands(("/bin/sh", "-c", "a b && c || d; e | f & g"))

    assert [(each.after, each.words) for each in found] == [
        ("", ("a", "b")),
        ("&&", ("c",)),
        ("||", ("d",)),
        (";", ("e",)),
        ("|", ("f",)),
        ("&", ("g",)),
    ]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("a 'b c' \"d e\" f\\ g", ("a", "b c", "d e", "f g")),
        ('a "b \\" \\c"', ("a", 'b " \\c')),
        ("a $(b && c) ${d:-e f} `g; h`", ("a", "$(b && c)", "${d:-e f}", "`g; h`")),
        ("a \\\n  b", ("a", "b")),
        ("a # b && c", ("a",)),
        ("a#b", ("a#b",)),
        ("a > b 2>&1 < c", ("a",)),
        ("a 2>/dev/null b", ("a", "b")),
        ("A=1 B='2 3' a", ("a",)),
        ("sudo -E env X=1 a", ("a",)),
        ("bash -euxc 'a b'", ("a", "b")),
    ],
)
def test_words_are_read_as_a_shell_does(script: str, found: tuple[str, ...]) -> None:
    assert words(script) == [found]


def test_settings_before_a_command_are_its_own() -> None:
    (found,) = commands(("/bin/sh", "-c", "A=1 B='2 3' a C=4"))

    assert (found.settings, found.words) == (("A=1", "B=2 3"), ("a", "C=4"))


def test_a_heredoc_is_no_command() -> None:
    assert words("cat <<EOF > x && a\npip install b\nEOF\nc") == [("cat",), ("a",), ("c",)]


def test_a_shell_in_a_shell_is_read() -> None:
    assert words("sh -c 'a && bash -c \"b; c\"'") == [("a",), ("b",), ("c",)]


def test_exec_form_is_one_command() -> None:
    assert [each.words for each in commands(("pip", "install", "a && b"))] == [
        ("pip", "install", "a && b")
    ]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("a && b", [True, True]),
        ("(a; b); c", [False, False, True]),
        ("{ a; b; }; c", [False, False, True]),
        ("if a; then b; fi; c", [False, False, True]),
        ("for x in y; do b; done", [False, False]),
        ("a > b", [False]),
        ("! a", [False]),
    ],
)
def test_what_may_not_run_is_not_plain(script: str, found: list[bool]) -> None:
    assert plain(script) == found


@given(st.text(alphabet="ab '\"\\$`(){}<>|&;#\nEOF=-", max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_script_is_too_odd(script: str) -> None:
    for each in commands(("/bin/sh", "-c", script)):
        assert each.words


@pytest.mark.parametrize(
    "piece", ["$(", "${", "`", '"', "'", "<<E\n", "(", "{ ", "a &&", "\\", "sh -c ", "A=", "#"]
)
def test_time_grows_with_the_script_alone(piece: str) -> None:
    begun = time.perf_counter()

    commands(("/bin/sh", "-c", piece * 50_000))

    assert time.perf_counter() - begun < 5
