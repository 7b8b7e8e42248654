"""The rules of the cache, both ways: what an edit re-runs, and what it must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.cache.compare import answered
from generator.explain.edits import edit
from generator.explain.stages import Settings
from tests.explain.builds import LINKED, build, outcomes, shown

FILES = ("a", "b", "src/app.py", "src/lib/util.py", "docs/x.md", "pkg/one_test.go", "pkg/one.go")

# Dockerfile, edit -> the lines that run again, and those that perhaps do.
CASES: dict[str, tuple[str, str, set[int], set[int]]] = {
    "a copied file": ("FROM i\nCOPY a b /d/\nRUN x", "a", {2, 3}, set()),
    "a file that nobody copies": ("FROM i\nCOPY a /d/\nRUN x", "b", set(), set()),
    "a new file in a copied folder": ("FROM i\nCOPY src /d", "+src/new.py", {2}, set()),
    "a file gone": ("FROM i\nCOPY src /d", "-src/app.py", {2}, set()),
    "a file's mode": ("FROM i\nCOPY src /d", "mode:src/app.py", {2}, set()),
    "a folder's mode": ("FROM i\nCOPY src /d", "mode:src/lib", {2}, set()),
    "the mode of the folder that is the source": ("FROM i\nCOPY src /d", "mode:src", {2}, set()),
    "a match more": ("FROM i\nCOPY *.txt a /d/", "+new.txt", {2}, set()),
    "what does not match": ("FROM i\nCOPY *.txt a /d/", "+new.md", set(), set()),
    "an excluded file": ("FROM i\nCOPY --exclude=lib src /d", "src/lib/util.py", set(), set()),
    "exclude spares a source that is a file": (
        "FROM i\nCOPY --exclude=*_test.go pkg/*.go /d/",
        "pkg/one_test.go",
        {2},
        set(),
    ),
    "a RUN's text": ("FROM i\nRUN x\nRUN y", "line:2", {2, 3}, set()),
    "a later RUN's text": ("FROM i\nRUN x\nRUN y", "line:3", {3}, set()),
    "ENV": ("FROM i\nRUN x\nENV A=1\nCOPY a /\nRUN y", "line:3", {5}, set()),
    "ENV expanded by COPY": ("FROM i\nENV A=1\nCOPY a /d$A/", "line:2", {3}, set()),
    "LABEL": ("FROM i\nLABEL a=b\nRUN x\nCOPY a /", "line:2", set(), set()),
    "CMD": ("FROM i\nCMD x\nRUN x\nCOPY a /", "line:2", set(), set()),
    "EXPOSE": ("FROM i\nEXPOSE 80\nRUN x\nCOPY a /", "line:2", set(), set()),
    "USER": ("FROM i\nUSER 1\nCOPY a /d/\nRUN x", "line:2", {4}, set()),
    "SHELL": ('FROM i\nSHELL ["sh"]\nCOPY a /d/\nRUN x\nRUN ["x"]', "line:2", {4, 5}, set()),
    "SHELL before exec form alone": ('FROM i\nSHELL ["sh"]\nRUN ["x"]', "line:2", set(), set()),
    "WORKDIR": ("FROM i\nWORKDIR /w\nRUN x", "line:2", {2, 3}, set()),
    "an argument": ("FROM i\nRUN x\nARG V=1\nCOPY a /\nRUN y", "arg:V", {5}, set()),
    "an argument without a value": ("FROM i\nARG V\nRUN y", "arg:V", {3}, set()),
    "an argument that ENV overrides": ("FROM i\nARG V=1\nENV V=2\nRUN y", "arg:V", set(), set()),
    "a global argument in FROM": ("ARG V=1\nFROM i:$V\nRUN y", "arg:V", {3}, set()),
    "a global argument in no stage": ("ARG V=1\nFROM i\nRUN y", "arg:V", set(), set()),
    "a global argument in a stage": ("ARG V=1\nFROM i\nARG V\nRUN y", "arg:V", {4}, set()),
    "an undeclared proxy": ("FROM i\nRUN y", "arg:HTTP_PROXY", set(), set()),
    "the base": ("FROM i\nRUN y\nCOPY a /", "base", {2, 3}, set()),
    "the base under a linked copy": ("FROM i\nCOPY --link a /", "base", set(), set()),
    "another stage's base": ("FROM i AS o\nRUN x\nFROM j\nRUN y", "base:1", {4}, set()),
    "a linked copy stays, what follows does not": (
        "FROM i\nCOPY a /\nCOPY --link b /\nRUN x",
        "a",
        {2, 4},
        set(),
    ),
    "a linked copy's own file": ("FROM i\nCOPY --link a /\nCOPY --link b /", "a", {2}, set()),
    "a bind mount": ("FROM i\nRUN --mount=type=bind,source=a,target=/a x", "a", {2}, set()),
    "beside a bind mount": (
        "FROM i\nRUN --mount=type=bind,source=a,target=/a x",
        "b",
        set(),
        set(),
    ),
    "a bind mount of all": ("FROM i\nRUN --mount=target=/s x", "docs/x.md", {2}, set()),
    "what a RUN writes": (
        "FROM i AS o\nCOPY a /\nRUN x\nFROM i\nCOPY --from=o /o /o",
        "a",
        {2, 3},
        {5},
    ),
    "what hangs on it": (
        "FROM i AS o\nCOPY a /\nRUN x\nFROM i\nCOPY --from=o /o /o\nRUN y",
        "a",
        {2, 3},
        {5, 6},
    ),
    "a file through a stage": (
        "FROM scratch AS o\nCOPY src /s\nFROM i\nCOPY --from=o /s/app.py /",
        "src/app.py",
        {2, 4},
        set(),
    ),
    "another file of that stage": (
        "FROM scratch AS o\nCOPY src /s\nFROM i\nCOPY --from=o /s/app.py /",
        "src/lib/util.py",
        {2},
        set(),
    ),
    "through two stages": (
        "FROM i AS o\nCOPY src /\nFROM i AS p\nCOPY --from=o / /\nFROM i\nCOPY --from=p /lib /",
        "src/lib/util.py",
        {2, 4, 6},
        set(),
    ),
    "a copy above a RUN is known": (
        "FROM i AS o\nRUN x\nCOPY a /s/a\nCOPY b /s/b\nFROM i\nCOPY --from=o /s/b /",
        "a",
        {3, 4},
        set(),
    ),
    "a file that another covers": (
        "FROM i AS o\nCOPY a /f\nCOPY b /f\nFROM i\nCOPY --from=o /f /",
        "a",
        {2, 3},
        set(),
    ),
    "wildcards of a stage": (
        "FROM scratch AS o\nCOPY pkg /s\nFROM i\nCOPY --from=o /s/*_test.go /",
        "pkg/one.go",
        {2},
        set(),
    ),
    "a mount from a stage": (
        "FROM scratch AS o\nCOPY src /s\nFROM i\nRUN --mount=from=o,source=/s,target=/s x",
        "src/app.py",
        {2, 4},
        set(),
    ),
    "a stage that nobody needs": ("FROM i AS o\nCOPY a /\nFROM i\nCOPY b /", "a", set(), set()),
    "ONBUILD": ("FROM i AS o\nONBUILD COPY a /\nFROM o\nRUN x", "a", {3, 4}, set()),
    "a heredoc": ("FROM i\nCOPY <<E /f\nx\nE\nRUN x", "line:2", {2, 5}, set()),
    "a secret": ("FROM i\nRUN --mount=type=secret,id=s x\nRUN y", "line:2", {2, 3}, set()),
    "a comment": ("FROM i\n# c\nRUN x\nCOPY a /", "comment", set(), set()),
}


@pytest.mark.parametrize("case", CASES)
def test_runs_again(tmp_path: Path, case: str) -> None:
    dockerfile, change, again, perhaps = CASES[case]
    found = shown(build(tmp_path, dockerfile, FILES), change)
    assert {line for line, what in found.items() if what == "again"} == again
    assert {line for line, what in found.items() if what == "perhaps"} == perhaps


def test_equal_texts_are_equal_keys_wherever_they_stand(tmp_path: Path) -> None:
    one = build(tmp_path, "FROM i\nRUN x\nCOPY a /", FILES)
    other = build(tmp_path, "# why\nfrom i as o\n\nrun  x\ncopy ./a /", FILES)
    from generator.explain.cache.compare import compare

    assert [each.reruns for each in compare(one, other)] == [False, False]


def test_an_argument_given_as_its_default_is_the_same(tmp_path: Path) -> None:
    from generator.explain.cache.compare import compare

    dockerfile = "FROM i\nARG V=1\nRUN x"
    one = build(tmp_path, dockerfile)
    other = build(tmp_path, dockerfile, settings=Settings(build_args={"V": "1"}))
    assert [each.reruns for each in compare(one, other)] == [False]


@pytest.mark.parametrize(
    ("dockerfile", "change", "reasons"),
    [
        (
            "FROM i\nCOPY src /s\nRUN x",
            "src/app.py",
            ["it copies src/app.py", "[2/3] before it re-runs"],
        ),
        ("FROM i\nCOPY src /s", "+src/new.py", ["it copies src/new.py (new)"]),
        ("FROM i\nARG V\nRUN x", "arg:V", ["the build argument V has another value"]),
        ("FROM i\nENV V=1\nRUN x", "line:2", ["the variable V has another value"]),
        ("FROM i\nUSER 1\nRUN x", "line:2", ["the user has changed"]),
        ("FROM i:1\nRUN x", "base", ["the base image i:1 has changed"]),
        (
            "FROM i\nCOPY a /\nCOPY --link b /",
            "a",
            ["it copies a", LINKED],
        ),
        (
            "FROM i AS o\nCOPY a /\nRUN x\nFROM i\nCOPY --from=o /o /o\nRUN y",
            "a",
            [
                "it copies a",
                "[o 2/3] before it re-runs",
                "only if /o of stage o comes out different: what [o 3/3] writes decides",
                "only if [stage-1 2/3] before it does",
            ],
        ),
    ],
)
def test_the_reason_is_the_nearest_cause(
    tmp_path: Path, dockerfile: str, change: str, reasons: list[str]
) -> None:
    found = outcomes(build(tmp_path, dockerfile, FILES), change)
    assert [each.reason for each in found] == reasons


def test_what_hangs_on_a_path_names_it(tmp_path: Path) -> None:
    dockerfile = "FROM i AS o\nCOPY a /\nRUN x\nFROM i\nCOPY --from=o /o /o\nRUN y"
    found = outcomes(build(tmp_path, dockerfile, FILES), "a")
    assert [each.path for each in found] == [None, None, "/o", "/o"]


def test_stages_that_copy_from_one_another_without_end_are_looked_through(tmp_path: Path) -> None:
    stages = ["FROM scratch AS s0\nCOPY a /x/0/a"]
    stages += [f"FROM scratch AS s{n}\nCOPY --from=s{n - 1} /x /x/{n}" for n in range(1, 1500)]
    made = build(tmp_path, "\n".join(stages), FILES)
    assert outcomes(made, "a")[0].reruns is True


def test_an_edit_of_a_dockerfile_that_is_copied_itself_says_so(tmp_path: Path) -> None:
    text = "FROM i\nCOPY a /\nCOPY . /d\nEXPOSE 80"
    made = build(tmp_path, text, {"Dockerfile": text, "a": ""})
    notes = [answered(made, edit(made, change)).note for change in ("comment", "line:4", "a")]
    itself = "Dockerfile is itself among the files of line 3"
    assert notes == [itself, f"EXPOSE is in no step's key; {itself}", None]
    assert answered(made, edit(made, "Dockerfile")).note is not None
    assert itself not in str(answered(made, edit(made, "Dockerfile")).note)


def test_an_argument_that_names_the_base_image_says_so(tmp_path: Path) -> None:
    made = build(tmp_path, "ARG I=i\nFROM ${I} AS b\nRUN x", {"a": ""})
    [outcome] = answered(made, edit(made, "arg:I")).outcomes
    assert outcome.reason == "the base image of stage b has changed"
