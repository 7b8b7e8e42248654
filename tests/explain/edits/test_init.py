from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import BadChange
from generator.explain.build import Build
from generator.explain.edits import edit, of_path
from generator.explain.edits.edit import FORMS
from tests.explain.builds import build
from tests.explain.edits.edited import again, refused


@pytest.mark.parametrize(
    "change",
    ["/etc/passwd", "../x", "..", "+../x", "-/etc/passwd", "mode:..", "+/etc/new", "-../a"],
)
def test_what_lies_outside_is_an_error(change: str, whole: Build) -> None:
    message, hint = refused(whole, change)
    assert message.startswith(f"--change {change}: ")
    assert "build context" in message
    assert hint == FORMS


ONE_PATH = "a glob stands alone, for other content; this takes one path"


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ("app/q.py", "there is no such file in the build context", "did you mean app/a.py?"),
        ("c.py", "there is no such file in the build context", "did you mean app/lib/c.py?"),
        ("app\\a.py", "there is no such file in the build context", "did you mean app/a.py?"),
        ("nothing-like-it", "there is no such file in the build context", FORMS),
        ("ap/**", "there is no such file in the build context", "did you mean app?"),
        ("app/li/*.py", "there is no such file in the build context", "did you mean app/lib?"),
        ("app/*.rs", "there is no such file in the build context", FORMS),
        ("*.rs", "there is no such file in the build context", FORMS),
        ("!app", "there is no such file in the build context", "did you mean app?"),
        ("[a", "neither a path nor a pattern that can be read", FORMS),
        ("-app/q.py", "there is no such file in the build context", "did you mean app/a.py?"),
        ("mode:*.py", "there is no such file in the build context", ONE_PATH),
        ("-app/*.py", "there is no such file in the build context", ONE_PATH),
        ("-.", "that is all of the build context", FORMS),
        ("mode:READNE.md", "there is no such file in the build context", "did you mean README.md?"),
        (
            "+README.md",
            "it is there already",
            "without the + it is an edit of what is there",
        ),
        ("+README.md/new", "README.md is no folder", FORMS),
        ("+new/", "a new folder alone is in no build", "+new/NAME is a new file in it"),
        ("+", "it names no file", FORMS),
        ("-", "it names no file", FORMS),
        ("mode:", "it names no file", FORMS),
    ],
)
def test_what_is_not_there_is_an_error_with_the_nearest_name(
    change: str, message: str, hint: str, whole: Build
) -> None:
    assert refused(whole, change) == (f"--change {change}: {message}", hint)


@pytest.mark.parametrize("begin", ["", "+", "-", "mode:", "arg:", "base:", "line:"])
@pytest.mark.parametrize("letter", ["\0", "\ud800"])
def test_letters_that_no_name_holds(begin: str, letter: str, whole: Build) -> None:
    change = f"{begin}nothing{letter}"
    message = f"--change {change!r}: no name holds such letters"
    assert refused(whole, change) == (message, FORMS)


def test_bytes_that_are_no_text_are_letters_of_a_name(whole: Build) -> None:
    assert edit(whole, "+caf\udce9").touched == {"caf\udce9": "new"}
    assert refused(whole, "caf\udce9")[0].endswith("there is no such file in the build context")


def test_no_change_at_all_is_an_error(whole: Build) -> None:
    assert refused(whole, "") == ("--change names nothing", FORMS)


def test_another_option_is_named_in_its_errors(whole: Build) -> None:
    with pytest.raises(BadChange, match=r"^--keep nothing: there is no such file"):
        edit(whole, "nothing", option="--keep")


def test_backslashes_and_odd_letters_are_letters_of_a_name(tmp_path: Path) -> None:
    names = ["a\\b.py", "new\nline", "\x1b[31m", " blank", "caf\udce9", "tab\t"]
    for name in names:
        (tmp_path / name).touch()
    made = build(tmp_path, "FROM i\nCOPY . /")
    for name in names:
        assert set(edit(made, name).touched) == {name}
        assert again(made, name) == {2}


@pytest.mark.parametrize("name", ["+a", "-a", "base", "comment", "line:3", "arg:x", "mode:a"])
def test_a_name_that_begins_as_a_form_does(name: str, tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY . /", [name])
    assert of_path(name) == f"./{name}"
    assert set(edit(made, of_path(name)).touched) == {name}
    assert edit(made, f"mode:{name}").touched == {name: "another mode"}
    assert edit(made, f"-{name}").touched == {name: "gone"}


@pytest.mark.parametrize(("name", "others"), [("+a", ["a"]), ("-a", []), ("mode:a", [])])
def test_a_form_that_is_meant_as_a_name_is_told_how_that_is_written(
    name: str, others: list[str], tmp_path: Path
) -> None:
    made = build(tmp_path, "FROM i\nCOPY . /", [name, *others])
    assert refused(made, name)[1] == f"./{name} is the file of that name"


@pytest.mark.parametrize("name", ["a", "based", "app/base", "comments", "argon", "[slug].js"])
def test_a_name_that_needs_no_mark(name: str) -> None:
    assert of_path(name) == name
