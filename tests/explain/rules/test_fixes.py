from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.explain.rules.fixes import Change, Fix

TEN = "".join(f"{number}\n" for number in range(1, 11))


def test_a_diff_shows_three_lines_around() -> None:
    fix = Fix("Dockerfile", TEN, (Change(5, 5, ("five", "more")),))

    assert fix.text == TEN.replace("5\n", "five\nmore\n")
    assert fix.diff == (
        "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+more\n"
        " 6\n 7\n 8\n"
    )


def test_changes_that_are_far_apart_are_hunks_of_their_own() -> None:
    fix = Fix("a/b", TEN * 2, (Change(20, 20, ()), Change(1, 0, ("0",))))

    assert fix.diff == (
        "--- a/a/b\n+++ b/a/b\n@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n"
        "@@ -17,4 +18,3 @@\n 7\n 8\n 9\n-10\n"
    )


def test_lines_that_stay_are_not_in_a_change() -> None:
    assert Fix("f", "a\nb\nc\n", (Change(1, 3, ("a", "x", "c")),)).diff == (
        "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"
    )


def test_a_new_file_comes_from_nowhere() -> None:
    fix = Fix(".dockerignore", "", (Change(1, 0, (".git",)),), new=True)

    assert fix.diff == "--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1 @@\n+.git\n"


def test_a_name_with_blanks_ends_where_a_tab_is() -> None:
    fix = Fix("my docker/f", "a\n", (Change(1, 1, ("b",)),))

    assert fix.diff == "--- a/my docker/f\t\n+++ b/my docker/f\t\n@@ -1 +1 @@\n-a\n+b\n"


def test_a_file_without_a_last_end_of_line_gets_one_where_something_follows() -> None:
    fix = Fix("f", "a\nb", (Change(3, 2, ("c",)),))

    assert fix.text == "a\nb\nc\n"
    assert fix.diff == (
        "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+c\n"
    )


def test_ends_of_lines_stay_what_they_are() -> None:
    assert Fix("f", "a\r\nb\r\n", (Change(2, 2, ("c",)),)).text == "a\r\nc\r\n"


LINES = st.lists(st.sampled_from(["a", "b", "", "  c"]), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fixes")


@given(LINES, st.sampled_from(["", "ended"]), st.sampled_from(["\n", "\r\n"]), st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_git_applies_every_diff(
    folder: Path, lines: list[str], ended: str, end: str, data: st.DataObject
) -> None:
    text = end.join(lines) + (end if ended else "")
    count = text.count("\n") + (not text.endswith("\n") and bool(text))
    changes: list[Change] = []
    at = 1
    while at <= count + 1 and data.draw(st.booleans()):
        first = data.draw(st.integers(at, count + 1))
        last = data.draw(st.integers(first - 1, min(first + 2, count)))
        new = tuple(data.draw(st.lists(st.sampled_from(["x", "y"]), max_size=3)))
        changes.append(Change(first, last, new))
        at = max(last, first) + 1
    fix = Fix("f", text, tuple(changes))
    if fix.text == text or not text or not fix.text:
        return
    (folder / "f").write_bytes(text.encode())
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=folder, input=fix.diff.encode(), check=True)
    assert (folder / "f").read_bytes().decode() == fix.text
