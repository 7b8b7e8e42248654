from __future__ import annotations

import time

import pytest

from generator.errors import BadDockerfile
from generator.explain.context import patterns


def left_out(text: str, *paths: str) -> list[str]:
    """Those of `paths` that the ignore file `text` leaves out."""
    ignore = patterns.read(text)
    return [path for path in paths if ignore.left_out_by(path)]


def test_a_pattern_is_anchored_at_the_root() -> None:
    assert left_out("a.txt", "a.txt", "b/a.txt") == ["a.txt"]


def test_a_folder_takes_with_it_all_that_it_holds() -> None:
    assert left_out("build", "build", "build/x/y", "builds") == ["build", "build/x/y"]


def test_a_leading_slash_and_dots_mean_nothing() -> None:
    assert left_out("/a/./b/../c", "a/c", "c") == ["a/c"]
    assert left_out("./a/", "a/x", "b") == ["a/x"]
    assert left_out("../a", "a") == []


def test_a_slash_alone_and_a_dot_match_nothing() -> None:
    assert left_out("/\n.\n", "a", "a/b") == []


def test_a_star_stops_at_a_slash() -> None:
    assert left_out("*.py", "a.py", "a.pyc", "b/a.py") == ["a.py"]
    assert left_out("*/*.py", "a.py", "b/a.py", "c/b/a.py") == ["b/a.py"]


def test_two_stars_are_any_number_of_folders() -> None:
    assert left_out("**/a", "a", "b/a", "b/c/a", "ba") == ["a", "b/a", "b/c/a"]
    assert left_out("**/*.pyc", "a.pyc", "b/c/a.pyc", "a.py") == ["a.pyc", "b/c/a.pyc"]
    assert left_out("a/**/b", "a/b", "a/x/b", "a/x/y/b", "a/xb") == ["a/b", "a/x/b", "a/x/y/b"]


def test_two_stars_at_the_end_leave_the_folder_itself() -> None:
    assert left_out("a/**", "a", "a/b", "ab/c") == ["a/b"]


def test_two_stars_alone_leave_out_everything() -> None:
    assert left_out("**", "a", "a/b") == ["a", "a/b"]


def test_two_stars_with_letters_behind_are_the_end_of_a_path() -> None:
    # moby compares the path's end only, so that this is no name of its own.
    assert left_out("**foo", "foo", "xfoo", "a/xfoo", "foox") == ["foo", "xfoo", "a/xfoo"]


def test_a_question_mark_is_one_letter_of_a_name() -> None:
    assert left_out("a?c", "abc", "aéc", "ac", "a/c") == ["abc", "aéc"]


def test_sets_of_letters() -> None:
    assert left_out("[a-c]x", "ax", "cx", "dx") == ["ax", "cx"]
    assert left_out("[^a]x", "ax", "bx") == ["bx"]
    assert left_out("*.py[cod]", "a.pyc", "a.pyo", "a.py") == ["a.pyc", "a.pyo"]


def test_an_exclamation_mark_in_a_set_is_a_letter() -> None:
    assert left_out("[!a]x", "ax", "!x", "bx") == ["ax", "!x"]


def test_an_escaped_letter_is_itself() -> None:
    assert left_out(r"\*", "*", "a") == ["*"]
    assert left_out(r"a\.b", "a.b", "axb") == ["a.b"]


def test_letters_that_mean_something_to_expressions_are_letters() -> None:
    assert left_out("a.b*", "a.b", "axb") == ["a.b"]
    assert left_out("(a)+$*", "(a)+$x", "aa") == ["(a)+$x"]


def test_what_moby_forgets_to_escape_keeps_its_meaning_in_expressions() -> None:
    assert left_out("a{2}*", "aa", "aax", "a{2}") == ["aa", "aax"]
    assert left_out("a|b*", "ax/y", "cb", "c") == ["ax/y", "cb"]
    assert left_out(r"\d?", "1x", "dx") == ["1x"]
    # Without a wildcard there is no expression.
    assert left_out("a{2}\na|b", "aa", "a{2}", "a", "a|b") == ["a{2}", "a|b"]


def test_the_last_pattern_that_matches_wins() -> None:
    assert left_out("*.md\n!README.md", "a.md", "README.md") == ["a.md"]
    assert left_out("!README.md\n*.md", "a.md", "README.md") == ["a.md", "README.md"]


def test_a_file_in_a_left_out_folder_can_be_let_through() -> None:
    assert left_out("a\n!a/b", "a/b", "a/b/c", "a/c") == ["a/c"]
    assert left_out("*\n!src/*.py", "src/a.py", "src/b/a.py", "x") == ["src/b/a.py", "x"]


def test_folders_are_judged_before_what_they_hold() -> None:
    # `d/s` is skipped when the folder d/s is judged, as `d` has left it out already, and it does
    # not match what is in it: whole paths, each with its parents, would give another answer.
    assert left_out("d\n!d/s/f\nd/s", "d/s", "d/s/f", "d/s/g") == ["d/s", "d/s/g"]


def test_comments_begin_in_the_first_column() -> None:
    assert left_out("#a\n #b", "#a", "#b", "a") == ["#b"]


def test_blanks_around_a_pattern_are_dropped() -> None:
    assert left_out("  a b\t\r\n\u00a0c\u3000\n! \td\n", "a b", "c", "d") == ["a b", "c"]


def test_a_byte_order_mark_is_dropped_from_the_first_line_only() -> None:
    assert left_out("\ufeffa\n\ufeffb", "a", "b", "\ufeffb") == ["a", "\ufeffb"]


def test_the_pattern_that_decides_is_named_as_written() -> None:
    ignore = patterns.read("# all\n*.log\n\n  /build/  \n!build/keep")
    pattern = ignore.left_out_by("build/x/y")
    assert pattern
    assert pattern.line == patterns.Line("/build/", 4)
    assert ignore.left_out_by("build/keep") is None


@pytest.mark.parametrize("text", ["[", "a[]", "[a-]", "[]a]", "a\\", "!", "!/", "! ", "[^]"])
def test_a_pattern_that_go_cannot_read_is_an_error(text: str) -> None:
    with pytest.raises(BadDockerfile) as caught:
        patterns.read(f"# one\n{text}")
    assert caught.value.message == ".dockerignore:2: a pattern that cannot be read"
    assert caught.value.hint == f"2 | {text.strip()}"


def test_a_syntax_error_that_go_does_not_come_to_is_none() -> None:
    assert left_out("a*/[a-]", "a1/-", "a1/a", "a1/b", "-") == ["a1/-", "a1/a"]


def test_a_pattern_that_is_no_expression_fails_when_it_is_tried() -> None:
    ignore = patterns.read("*.md\n" + r"\q", path="docker/a.dockerignore")
    assert ignore.left_out_by("a.md")
    with pytest.raises(BadDockerfile, match=r"^docker/a\.dockerignore:2: "):
        ignore.left_out_by("b")


def test_a_line_too_long_for_go_is_an_error() -> None:
    assert left_out("#" * (64 * 1024 - 1), "#") == []
    with pytest.raises(BadDockerfile, match=r"^\.dockerignore:1: a line longer than 64 KiB"):
        patterns.read("#" * 64 * 1024)


def test_too_many_patterns_are_an_error() -> None:
    with pytest.raises(BadDockerfile, match=r"^\.dockerignore:10001: more than 10000 patterns"):
        patterns.read("a\n" * 10_001)


@pytest.mark.parametrize("text", ["a{1000}" * 6 + "*", "[a-c]{0,1000}" * 9])
def test_a_pattern_that_repeats_itself_too_often_is_an_error(text: str) -> None:
    with pytest.raises(BadDockerfile, match=r"^\.dockerignore:1: a pattern that is too large"):
        patterns.read(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("**/" * 500 + "a", "b/" * 1000 + "b"),
        ("*a" * 300 + "c", "a" * 1500 + "b"),
        ("**/*a" * 200 + "c", "a/" * 1000 + "b"),
        ("[a-z]{0,900}c*", "a" * 1500),
    ],
)
def test_no_pattern_takes_long(text: str, path: str) -> None:
    begin = time.process_time()
    assert not left_out(text, path)
    assert time.process_time() - begin < 3


def test_a_folder_is_walked_if_a_pattern_may_let_through_what_it_holds() -> None:
    ignore = patterns.read("a\nb\nc\n!b/keep\n!**/z/*.py")
    places = {name: ignore.enter(ignore.top, name) for name in "abd"}
    assert [name for name in "abd" if ignore.walks(places[name])] == ["a", "b", "d"]
    ignore = patterns.read("a\nb\n!b/keep\n!c/*")
    places = {name: ignore.enter(ignore.top, name) for name in "abd"}
    assert [name for name in "abd" if ignore.walks(places[name])] == ["b", "d"]


def test_names_that_are_no_text_are_matched_too() -> None:
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    assert left_out("caf?", name) == [name]
    assert left_out(name, name, "cafe") == [name]


def test_excludes_keep_their_leading_slash() -> None:
    listed = patterns.listed(("/a", "b"))
    assert [name for name in ("a", "b") if listed.left_out_by(name)] == ["b"]
