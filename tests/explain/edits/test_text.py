from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.explain.build import Build
from generator.explain.edits import edit
from generator.explain.stages import Settings
from tests.explain.builds import build, outcomes, shown
from tests.explain.edits.edited import FILES, again, refused

# --- arguments


UNUSED = "no step that the target needs uses it"


@pytest.mark.parametrize(
    ("dockerfile", "name", "lines", "note"),
    [
        ("FROM i\nARG V=1\nRUN x", "V", {3}, None),
        ("FROM i\nARG V\nRUN x", "V", {3}, None),
        ("ARG V=1\nFROM i\nRUN x", "V", set(), UNUSED),
        ("ARG V=1\nFROM i:$V\nRUN x", "V", {3}, None),
        ("FROM i\nRUN x\nARG V=1", "V", set(), UNUSED),
        ("FROM i AS o\nARG V\nRUN x\nFROM i\nRUN y", "V", set(), UNUSED),
        ("FROM i\nARG P=80\nEXPOSE $P\nRUN x", "P", {4}, None),
        ("FROM i\nARG S=KILL\nSTOPSIGNAL $S\nRUN x", "S", {4}, None),
        ("ARG P=linux/amd64\nFROM --platform=$P i\nRUN x", "P", {3}, None),
        ("FROM i\nARG D=app\nCOPY $D /d\nRUN x", "D", {3, 4}, None),
        ("FROM i\nARG D=d\nWORKDIR /$D\nCOPY app .\nRUN x", "D", {3, 4, 5}, None),
        ("FROM i\nARG U=1\nCOPY --chown=$U app /\n", "U", {3}, None),
        ("FROM i\nARG HTTP_PROXY\nRUN x", "HTTP_PROXY", {3}, None),
        ("FROM i\nARG V=1\nUSER $V\nRUN x", "V", {4}, None),
        ("ARG B=o\nFROM i AS o\nRUN x\nFROM $B\nRUN y", "B", {5}, None),
        ("FROM i\nARG SOURCE_DATE_EPOCH\nWORKDIR /w\n", "SOURCE_DATE_EPOCH", {3}, None),
        ("FROM i\nWORKDIR /w\n", "SOURCE_DATE_EPOCH", {2}, None),
        (
            "FROM i\nRUN x",
            "http_proxy",
            set(),
            "predefined, and no stage declares it: in no key",
        ),
    ],
)
def test_another_value_of_an_argument(
    dockerfile: str, name: str, lines: set[int], note: str | None, tmp_path: Path
) -> None:
    made = build(tmp_path, dockerfile, FILES)
    assert again(made, f"arg:{name}") == lines
    assert edit(made, f"arg:{name}").note == note


def test_another_value_is_another_than_the_one_that_is_given(tmp_path: Path) -> None:
    given = edit(build(tmp_path, "FROM i\nARG V\nRUN x"), "arg:V").after.plan.settings.build_args
    made = build(tmp_path, "FROM i\nARG V\nRUN x", settings=Settings(build_args=given))
    assert again(made, "arg:V") == {3}
    made = build(tmp_path, f"FROM i\nARG V={given['V']}\nRUN x")
    assert again(made, "arg:V") == {3}


def test_an_argument_of_which_no_other_value_is_known(tmp_path: Path) -> None:
    dockerfile = "FROM i\nARG T=bind\nRUN --mount=type=$T,target=/x x\nRUN y"
    made = build(tmp_path, dockerfile, FILES)
    assert edit(made, "arg:T").note == (
        "no other value of T is known that the Dockerfile takes; the steps that use it are taken to"
        " be others"
    )
    assert again(made, "arg:T") == {3, 4}


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ("arg:VERSOIN", "no ARG declares VERSOIN", "did you mean VERSION?"),
        ("arg:other", "no ARG declares other", "declared are VERSION"),
        ("arg:", "it names no argument", "declared are VERSION"),
        ("base:", "it names no stage", "the stages are stage-0"),
        ("arg:VERSION=3", "no ARG declares VERSION=3", "arg:VERSION takes a value of its own"),
        ("arg:Http_Proxy", "no ARG declares Http_Proxy", "declared are VERSION"),
    ],
)
def test_an_argument_that_no_step_declares(
    change: str, message: str, hint: str, tmp_path: Path
) -> None:
    made = build(tmp_path, "FROM i\nARG VERSION\nRUN x")
    assert refused(made, change) == (f"--change {change}: {message}", hint)


def test_no_argument_is_declared(tmp_path: Path) -> None:
    assert refused(build(tmp_path, "FROM i"), "arg:A")[1] == "it declares none"


# --- images


STAGES = """\
FROM one AS Build
RUN x
FROM build AS test
RUN y
FROM two AS last
COPY --from=build /a /a
COPY --from=three /b /b
RUN z
RUN --mount=from=four,target=/c w
FROM scratch AS empty
COPY app /
"""


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ("base", {2: "again", 6: "again", 7: "again", 8: "again", 9: "again"}),
        ("base:last", {2: "stays", 6: "again", 7: "again", 8: "again", 9: "again"}),
        ("base:2", {2: "stays", 6: "again", 7: "again", 8: "again", 9: "again"}),
        ("base:Build", {2: "again", 6: "perhaps", 7: "perhaps", 8: "perhaps", 9: "perhaps"}),
        ("base:BUILD", {2: "again", 6: "perhaps", 7: "perhaps", 8: "perhaps", 9: "perhaps"}),
        ("base:0", {2: "again", 6: "perhaps", 7: "perhaps", 8: "perhaps", 9: "perhaps"}),
        ("base:test", {2: "again", 6: "perhaps", 7: "perhaps", 8: "perhaps", 9: "perhaps"}),
    ],
)
def test_another_base(change: str, lines: dict[int, str], tmp_path: Path) -> None:
    made = build(tmp_path, STAGES, FILES, Settings(target="last"))
    assert shown(made, change) == lines


def test_a_stage_without_a_name_is_found_by_its_label(tmp_path: Path) -> None:
    assert again(build(tmp_path, "FROM i AS o\nFROM j\nRUN x"), "base:stage-1") == {3}


def test_a_base_that_is_no_image(tmp_path: Path) -> None:
    made = build(tmp_path, STAGES, FILES)
    assert edit(made, "base:empty").note == "it starts from scratch, not from an image"
    assert edit(build(tmp_path, "FROM scratch\nCOPY app /"), "base").note == (
        "no image from outside is used"
    )
    settings = Settings(contexts={"one": str(tmp_path)})
    made = build(tmp_path, "FROM one\nRUN x", settings=settings)
    assert edit(made, "base:0").note == "it starts from the context one, not from an image"


def test_a_base_that_the_target_does_not_need(tmp_path: Path) -> None:
    made = build(tmp_path, STAGES, FILES)
    assert edit(made, "base:2").note == "empty does not need the stage last"
    assert again(made, "base:2") == set()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("biuld", "did you mean Build?"),
        ("other", "the stages are Build, test, last, empty"),
        ("4", None),
        ("-1", None),
        ("9" * 5000, None),
        ("٣", None),
    ],
)
def test_a_stage_that_there_is_not(name: str, hint: str | None, tmp_path: Path) -> None:
    message, said = refused(build(tmp_path, STAGES, FILES), f"base:{name}")
    assert message == f"--change base:{name}: there is no stage {name}"
    assert hint is None or said == hint


# --- lines


LINES = """\
# syntax=docker/dockerfile:1
ARG TAG=1
FROM image:$TAG AS one

# A comment.
ENV A=$TAG \\
    # in between
    B=b
RUN x \\
    && y
COPY <<EOF /file
text
EOF
RUN <<EOF
sh
EOF
ARG C
WORKDIR /w
SHELL ["sh", "-c"]
USER me
RUN z
ADD app /app
LABEL a=b
EXPOSE 80
CMD ["x"]
FROM one
RUN --mount=from=one,target=/o w
"""


@pytest.mark.parametrize(
    ("line", "title", "first"),
    [
        (2, "line 2: ARG", 9),
        (3, "line 3: FROM", 9),
        (6, "line 6: ENV", 9),
        (7, "line 7: ENV", 9),
        (8, "line 8: ENV", 9),
        (9, "line 9: RUN", 9),
        (10, "line 10: RUN", 9),
        (11, "line 11: COPY", 11),
        (12, "line 12: COPY", 11),
        (13, "line 13: COPY", 11),
        (15, "line 15: RUN", 14),
        (17, "line 17: ARG", 21),
        (18, "line 18: WORKDIR", 18),
        (19, "line 19: SHELL", 21),
        (20, "line 20: USER", 21),
        (21, "line 21: RUN", 21),
        (22, "line 22: ADD", 22),
        (23, "line 23: LABEL", None),
        (24, "line 24: EXPOSE", None),
        (25, "line 25: CMD", None),
        (26, "line 26: FROM", 27),
        (27, "line 27: RUN", 27),
    ],
)
def test_another_instruction_at_any_of_its_lines(
    line: int, title: str, first: int | None, tmp_path: Path
) -> None:
    made = build(tmp_path, LINES, FILES)
    found = edit(made, f"line:{line}")
    assert (found.title, dict(found.touched)) == (title, {})
    assert min(again(made, f"line:{line}"), default=None) == first


@pytest.mark.parametrize("line", [23, 24, 25])
def test_what_only_says_how_a_container_runs_is_in_no_key(line: int, tmp_path: Path) -> None:
    dockerfile = LINES[: LINES.index("FROM one\n")]
    made = edit(build(tmp_path, dockerfile, FILES), f"line:{line}")
    assert made.note == f"{made.title.split()[-1]} is in no step's key"


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ("line:1", "no instruction is at that line", "the nearest is line 2: ARG"),
        ("line:0", "no instruction is at that line", "the nearest is line 2: ARG"),
        ("line:4", "no instruction is at that line", "the nearest is line 3: FROM"),
        ("line:5", "no instruction is at that line", "the nearest is line 6: ENV"),
        ("line:28", "no instruction is at that line", "the nearest is line 27: RUN"),
        ("line:999999999", "no instruction is at that line", "the nearest is line 27: RUN"),
        ("line:", "that is no line number", "line:3 is an edit of the third line"),
        ("line:x", "that is no line number", "line:3 is an edit of the third line"),
        ("line:-1", "that is no line number", "line:3 is an edit of the third line"),
        ("line:²", "that is no line number", "line:3 is an edit of the third line"),
        (f"line:{'9' * 5000}", "that is no line number", "line:3 is an edit of the third line"),
    ],
)
def test_a_line_without_an_instruction(
    change: str, message: str, hint: str, tmp_path: Path
) -> None:
    made = build(tmp_path, LINES, FILES)
    assert refused(made, change) == (f"--change {change}: {message}", hint)


@pytest.mark.parametrize(
    "trigger",
    [
        "RUN x",
        'RUN ["x"]',
        "RUN <<EOF\nx\nEOF",
        "COPY app /d",
        "COPY <<EOF /f\nx\nEOF",
        "ENV A=$B",
        "WORKDIR /w",
        'SHELL ["sh"]',
        "USER me",
        "ARG X=1",
    ],
)
def test_what_another_stage_brings_along(trigger: str, tmp_path: Path) -> None:
    made = build(tmp_path, f"FROM i AS o\nONBUILD {trigger}\nFROM o\nRUN z", FILES)
    last = max(shown(made, "line:2"))
    assert last in again(made, "line:2")


def test_what_another_stage_brings_along_that_is_in_no_key(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i AS o\nONBUILD EXPOSE 80\nFROM o\nRUN z", FILES)
    assert again(made, "line:2") == set()


@pytest.mark.parametrize(
    ("dockerfile", "lines"),
    [
        ("FROM i\nENV A=$\nRUN x", {3}),
        ("FROM i\nENV P=80\nEXPOSE $P\nRUN x", {4}),
        ("FROM i\nENV A=\nRUN x", {3}),
        ("FROM i\nENV A b c\nRUN x", {3}),
        ('FROM i\nENV A="b c" D=e\nRUN x', {3}),
        ("FROM i\nENV PATH=/x:$PATH\nRUN x", {3}),
        (f"ARG I=i@sha256:{'0' * 64}\nFROM $I\nRUN x", {3}),
    ],
)
def test_other_values_are_such_that_it_still_is_a_dockerfile(
    dockerfile: str, lines: set[int], tmp_path: Path
) -> None:
    line = 1 if dockerfile.startswith("ARG") else 2
    made = build(tmp_path, dockerfile, FILES)
    assert again(made, f"line:{line}") == lines
    assert not edit(made, f"line:{line}").after.marks


def test_an_instruction_of_which_no_other_is_known_is_marked(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nARG T=bind\nRUN --mount=type=$T,target=/x x", FILES)
    assert set(edit(made, "line:2").after.marks) == {2}


def test_a_default_that_counts_for_nothing(tmp_path: Path) -> None:
    dockerfile = "FROM i\nARG V=1\nRUN x"
    made = build(tmp_path, dockerfile, settings=Settings(build_args={"V": "2"}))
    assert again(made, "line:2") == set()
    assert edit(made, "line:2").note == (
        "--build-arg V is given, so that the default counts for nothing"
    )


def test_a_line_of_a_stage_that_the_target_does_not_need(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i AS o\nRUN x\nFROM i\nRUN y")
    assert edit(made, "line:2").note == "stage-1 does not need the stage o"


# --- the Dockerfile as a file of the context


@pytest.fixture
def held(tmp_path: Path) -> Callable[..., Build]:
    def make(dockerfile: str, **others: str) -> Build:
        return build(tmp_path, dockerfile, {"Dockerfile": dockerfile, **others})

    return make


@pytest.mark.parametrize("change", ["comment", "line:3"])
def test_an_edit_of_the_dockerfile_is_one_of_a_file_that_may_be_copied(
    change: str, held: Callable[..., Build]
) -> None:
    made = held("FROM i\nCOPY . /\nLABEL a=b")
    assert edit(made, change).touched == {"Dockerfile": ""}
    assert again(made, change) == {2}


def test_a_dockerfile_that_no_step_copies(held: Callable[..., Build]) -> None:
    assert again(held("FROM i\nCOPY a /\nLABEL a=b", a=""), "comment") == set()


def test_a_dockerfile_that_the_ignore_file_leaves_out(tmp_path: Path) -> None:
    dockerfile = "FROM i\nCOPY . /\nLABEL a=b"
    files = {"Dockerfile": dockerfile, ".dockerignore": "Dockerfile\n"}
    made = build(tmp_path, dockerfile, files)
    assert again(made, "comment") == again(made, "line:3") == set()
    assert edit(made, "comment").touched == {}


def test_a_dockerfile_elsewhere(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY . /", ["a"])
    found = edit(made, "comment")
    assert (found.title, found.touched) == ("a comment in the Dockerfile", {})
    assert {each.reruns for each in outcomes(made, "comment")} == {False}
