from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.edits import edit
from generator.explain.edits.usual import files, is_source, is_test, source, usual
from generator.explain.stages import Settings
from tests.explain.builds import build


def table(folder: Path, dockerfile: str, names: list[str], **settings: object) -> dict[str, str]:
    made = build(folder, dockerfile, names, Settings(**settings))  # type: ignore[arg-type]
    return {title: change for change, title in usual(made)}


def test_the_rows_of_a_project(tmp_path: Path) -> None:
    dockerfile = "ARG A=1\nFROM i:$A\nARG B=2\nCOPY . /\nRUN x\nEXPOSE 80\nCMD y"
    names = ["app/routes.py", "app/__init__.py", "requirements.txt", "tests/test_routes.py"]
    assert table(tmp_path, dockerfile, [*names, "README.md", "setup.cfg"]) == {
        "a source file": "app/routes.py",
        "the dependency list": "requirements.txt",
        "a test": "tests/test_routes.py",
        "the README": "README.md",
        "a new file at the top": "+notes.txt",
        "how it is started": "line:6",
        "a comment in the Dockerfile": "comment",
        "the base image": "base",
        "a build argument": "arg:B",
    }


def rows(folder: Path, dockerfile: str, names: list[str], title: str) -> list[str]:
    return [change for change, each in usual(build(folder, dockerfile, names)) if each == title]


def test_each_part_of_a_monorepo_that_other_steps_take_has_its_rows(tmp_path: Path) -> None:
    dockerfile = (
        "FROM n AS web\nCOPY web/package*.json /\nRUN npm ci\nCOPY web /\nFROM p AS unused\n"
        "COPY tools /\nFROM p\nCOPY api/pyproject.toml api/uv.lock /\nRUN uv sync\n"
        "COPY api lib /\nCOPY --from=web /dist /"
    )
    names = ["api/a.py", "api/b.py", "lib/c.py", "web/src/a.ts", "tools/x.sh", "web/package.json"]
    names += ["web/package-lock.json", "api/pyproject.toml", "api/uv.lock"]
    assert rows(tmp_path, dockerfile, names, "a source file") == ["api/a.py", "web/src/a.ts"]
    assert rows(tmp_path, dockerfile, names, "the dependency list") == [
        "api/pyproject.toml",
        "web/package-lock.json",
    ]


def test_there_are_no_more_than_three_rows_of_one_kind(tmp_path: Path) -> None:
    letters = "abcde"
    dockerfile = "FROM i\n" + "\n".join(f"COPY {each} /{each}" for each in letters)
    names = [f"{each}/x.py" for each in letters]
    assert rows(tmp_path, dockerfile, names, "a source file") == ["a/x.py", "b/x.py", "c/x.py"]


def test_what_there_is_not_has_no_row(tmp_path: Path) -> None:
    assert table(tmp_path, "FROM scratch\nCOPY x /", ["x"]) == {
        "a new file at the top": "+notes.txt",
        "a comment in the Dockerfile": "comment",
    }


def test_every_row_is_a_change_that_can_be_answered(tmp_path: Path) -> None:
    names = ["+x.py", "-README.md", "base", "[t].test.js", "README", "a/-go.mod", "notes.txt"]
    dockerfile = "FROM i\nARG T=bind\nRUN --mount=type=$T,target=/x x\nLABEL a=b"
    made = build(tmp_path, dockerfile, names)
    changes = dict(usual(made))
    assert list(changes) == [
        "./+x.py", "[t].test.js", "README", "+notes-2.txt", "line:4", "comment", "base", "arg:T"
    ]  # fmt: skip
    for change in changes:
        edit(made, change)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["a.py", "app/b.py"], "app/b.py"),
        (["app/_b.py", "app/c.py"], "app/c.py"),
        (["app/deep/b.py", "app/c.py"], "app/c.py"),
        (["a.go", "b.py", "c.py"], "b.py"),
        (["a.sh", "b.sh", "c.py"], "c.py"),
        (["index.html"], "index.html"),
        (["dist/a.js", "src/b.js"], "src/b.js"),
        (["node_modules/x/a.js", "deep/er/b.js"], "deep/er/b.js"),
        (["test_a.py", "tests/b.py"], None),
        (["setup.py"], None),
        (["a.txt"], None),
        ([], None),
        (["./-x.py"], "./-x.py"),
    ],
)
def test_the_likeliest_source_file(names: list[str], chosen: str | None, tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i", names)
    assert source(made, files(made)) == chosen


def test_the_dockerfile_is_no_source_file(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i", {"Dockerfile": "", "a.py": ""})
    assert source(made, ["Dockerfile", "a.py"]) == "a.py"


def test_a_file_that_the_ignore_file_leaves_out_is_not_chosen(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i", {".dockerignore": "app\n", "app/a.py": "", "b/c/d.py": ""})
    assert source(made, files(made)) == "b/c/d.py"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/x.py", True),
        ("a/__tests__/b.js", True),
        ("a/test_b.py", True),
        ("a/b_test.go", True),
        ("a/b.spec.ts", True),
        ("a/B.Test.js", True),
        ("a/contest.py", False),
        ("a/testing.py", False),
        ("latest/x.py", False),
    ],
)
def test_what_a_test_is(path: str, expected: bool) -> None:  # noqa: FBT001
    assert is_test(path) == expected
    assert is_source(path)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["pyproject.toml", "requirements.txt"], "requirements.txt"),
        (["a/requirements.txt", "requirements.txt"], "requirements.txt"),
        (["requirements/base.txt"], "requirements/base.txt"),
        (["web/package.json", "go.mod"], "web/package.json"),
        (["my-requirements.txt"], None),
    ],
)
def test_the_dependency_list(names: list[str], chosen: str | None, tmp_path: Path) -> None:
    assert table(tmp_path, "FROM i", names).get("the dependency list") == chosen


def test_a_readme_that_is_left_out_is_edited_all_the_same(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("*\n")
    assert table(tmp_path, "FROM i", ["README.rst"])["the README"] == "README.rst"


def test_names_for_a_new_file_that_are_taken(tmp_path: Path) -> None:
    names = ["notes.txt", "notes-2.txt"]
    assert table(tmp_path, "FROM i", names)["a new file at the top"] == "+notes-3.txt"


@pytest.mark.parametrize(
    ("dockerfile", "line"),
    [
        ("FROM i\nCMD x\nEXPOSE 1", "line:3"),
        ("FROM i\nENTRYPOINT x", "line:2"),
        ("FROM i\nLABEL a=b", "line:2"),
        ("FROM i AS o\nCMD x\nFROM i", None),
        ("FROM i\nRUN x", None),
    ],
)
def test_how_it_is_started(dockerfile: str, line: str | None, tmp_path: Path) -> None:
    assert table(tmp_path, dockerfile, []).get("how it is started") == line


@pytest.mark.parametrize(
    ("dockerfile", "name"),
    [
        ("ARG A\nARG B=1\nFROM i:$B\nRUN x", "B"),
        ("ARG A\nARG B=1\nFROM i:$B\nARG C=1\nRUN x", "C"),
        ("ARG A=1\nFROM i AS o\nARG A\nRUN x\nFROM i\nARG B=1\nRUN y", "B"),
        ("FROM i\nARG A\nRUN x", "A"),
    ],
)
def test_the_argument_that_most_hangs_on(dockerfile: str, name: str, tmp_path: Path) -> None:
    assert table(tmp_path, dockerfile, [])["a build argument"] == f"arg:{name}"
