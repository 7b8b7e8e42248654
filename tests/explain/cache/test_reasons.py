from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.cache.compare import compare
from generator.explain.edits import edit
from generator.explain.stages import Settings
from tests.explain.builds import LINKED, build, outcomes

FILES = ("a", "b", "c", "d", "e", "src/one.py", "src/two.py", "src/deep/three.py")


def reasons(folder: Path, dockerfile: str, change: str, **settings: object) -> list[str]:
    made = build(folder, dockerfile, FILES, Settings(**settings))  # type: ignore[arg-type]
    return [each.reason for each in outcomes(made, change)]


@pytest.mark.parametrize(
    ("dockerfile", "change", "reason"),
    [
        ("COPY a /", "a", "it copies a"),
        ("COPY src /", "src/one.py", "it copies src/one.py"),
        ("COPY src /", "src/*.py", "it copies src/one.py and src/two.py"),
        ("COPY src /", "**/*.py", "it copies src/deep/three.py, src/one.py and src/two.py"),
        ("COPY . /", "?", "it copies a, b, c and 2 more"),
        ("COPY src/deep /", "**", "it copies src/deep/three.py"),
        ("COPY src/* /", "**/*.py", "it copies src/deep/three.py, src/one.py and src/two.py"),
        ("COPY --exclude=deep src /", "**/*.py", "it copies src/one.py and src/two.py"),
        ("COPY src /", "+src/new", "it copies src/new (new)"),
        ("COPY src /", "-src/one.py", "it copies src/one.py (gone)"),
        ("COPY src /", "-src/deep", "it copies src/deep (gone) and src/deep/three.py (gone)"),
        ("COPY src/deep /", "-src", "it copies src/deep, which is gone: the build fails here"),
        ("COPY a b /x/", "-a", "it copies a, which is gone: the build fails here"),
        ("COPY src /", "mode:src/deep", "it copies src/deep (another mode)"),
        ("ADD src /", "src/one.py", "it copies src/one.py"),
        ("RUN --mount=source=src,target=/s x", "src/one.py", "it mounts src/one.py"),
        ("RUN --mount=target=/s x", "a", "it mounts a"),
        (
            "RUN --mount=source=a,target=/s x",
            "-a",
            "it mounts a, which is gone: the build fails here",
        ),
        ("RUN x", "line:2", "its own text has changed"),
        ("COPY a /", "line:2", "its own text has changed"),
        ("RUN <<E\nx\nE", "line:3", "its own text has changed"),
        ("ARG V\nRUN x", "arg:V", "the build argument V has another value"),
        ("ARG V=1\nCOPY a /$V/", "line:2", "the build argument V has another value"),
        ("ARG V\nENV W=$V\nRUN x", "arg:V", "the build argument V has another value"),
        ("ENV V=1\nRUN x", "line:2", "the variable V has another value"),
        ("ENV V=1 W=2\nRUN x", "line:2", "the variables V and W have other values"),
        ("ENV V=1\nCOPY a /$V/", "line:2", "its destination has changed"),
        ("ENV V=1\nCOPY --chown=$V a /", "line:2", "a variable in it has another value"),
        ("ENV V=a\nCOPY $V /", "line:2", "a variable in it has another value"),
        ("WORKDIR w\nCOPY a .", "line:2", "its destination has changed"),
        ("WORKDIR w\nRUN x", "line:2", "the working directory has changed"),
        ("WORKDIR w\nWORKDIR v", "line:2", "its path has changed"),
        ("USER u\nRUN x", "line:2", "the user has changed"),
        ("USER u\nWORKDIR /w", "line:2", "the user has changed"),
        ('SHELL ["s"]\nRUN x', "line:2", "the shell has changed"),
        (
            "ENV V=/a\nRUN --mount=type=cache,target=$V x",
            "line:2",
            "the variable V has another value",
        ),
        (
            "ARG SOURCE_DATE_EPOCH\nWORKDIR /w",
            "arg:SOURCE_DATE_EPOCH",
            "SOURCE_DATE_EPOCH has another value",
        ),
        ("RUN x", "base", "the base image i has changed"),
        ("RUN x\nCMD y\nRUN z", "line:2", "[2/3] before it re-runs"),
        ("COPY --from=j /x /y", "base", "the base image i has changed"),
        (
            "COPY --link --from=j /x /y",
            "base",
            (
                "only if /x of j comes out different: what an image or an archive holds decides,"
                " which cannot be known here"
            ),
        ),
        ("ENV A=1 B=2\nRUN x", "line:2", "the variables A and B have other values"),
    ],
)
def test_why_the_last_step_runs_again(
    dockerfile: str, change: str, reason: str, tmp_path: Path
) -> None:
    # Whatever the base is, what lies nearer is told.
    assert reasons(tmp_path, f"FROM i\n{dockerfile}", change)[-1] == reason


@pytest.mark.parametrize(
    ("dockerfile", "reason"),
    [
        ("COPY a /", "it copies a alone, which has not changed"),
        ("COPY a b /x/", "it copies a and b alone, which have not changed"),
        ("COPY a b c d src /x/", "it copies a, b, c and 2 more alone, which have not changed"),
        ("COPY src/*.py /x/", "it copies src/*.py alone, which has not changed"),
        ("COPY --exclude=e . /", "no file that it copies has changed"),
        ("COPY <<E /x\ntext\nE", "nothing that it depends on has changed"),
        ("ADD https://example.org/x /", "https://example.org/x is taken to hold the same"),
        ("COPY --from=j /x /", "j is the same"),
        ("RUN x", "its command, environment and all before it are the same"),
        (
            "RUN --mount=source=a,target=/a x",
            "its command, environment, mounts and all before it are the same",
        ),
        ("WORKDIR /w", "its path and all before it are the same"),
    ],
)
def test_why_a_step_stays(dockerfile: str, reason: str, tmp_path: Path) -> None:
    assert reasons(tmp_path, f"FROM i\n{dockerfile}", "e") == [reason]


def test_what_comes_from_another_stage(tmp_path: Path) -> None:
    dockerfile = (
        "FROM i AS o\nCOPY a /\nRUN x\nFROM scratch\nCOPY --from=o /y /\nCOPY --from=o /z /"
    )
    assert reasons(tmp_path, dockerfile, "b")[-2:] == [
        "what it copies from another stage is the same",
        "what it copies from another stage is the same",
    ]
    assert reasons(tmp_path, dockerfile, "a") == [
        "it copies a",
        "[o 2/3] before it re-runs",
        "only if /y of stage o comes out different: what [o 3/3] writes decides",
        "only if /z of stage o comes out different: what [o 3/3] writes decides",
    ]


def test_files_that_come_through_another_stage(tmp_path: Path) -> None:
    dockerfile = (
        "FROM scratch AS o\nCOPY a b /x/\nFROM i\nCOPY --from=o /x/a /\nCOPY --from=o /x/b /"
    )
    assert reasons(tmp_path, dockerfile, "a")[-2:] == [
        "it copies /x/a of stage o, which has changed",
        "[stage-1 2/3] before it re-runs",
    ]


def test_what_an_image_holds_is_not_known(tmp_path: Path) -> None:
    dockerfile = "FROM j AS o\nFROM i\nCOPY --from=o /x /"
    made = build(tmp_path, dockerfile, FILES)
    edited = edit(made, "base:o")
    (outcome,) = compare(made, edited.after)
    assert outcome.reruns == "if-changed"
    assert outcome.reason == (
        "only if /x of stage o comes out different: what an image or an archive holds decides,"
        " which cannot be known here"
    )
    assert outcome.path == "/x"


def test_a_linked_copy_depends_on_its_files_alone(tmp_path: Path) -> None:
    dockerfile = "FROM i\nCOPY a /\nCOPY --link b /\nRUN x"
    assert reasons(tmp_path, dockerfile, "a") == [
        "it copies a",
        LINKED,
        "[2/4] before it re-runs",
    ]
    assert reasons(tmp_path, dockerfile, "c")[1] == "it copies b alone, which has not changed"


def test_a_step_before_it_in_the_stage_that_it_is_from(tmp_path: Path) -> None:
    dockerfile = "FROM i AS o\nRUN x\nFROM o AS p\nFROM p\nRUN y"
    assert reasons(tmp_path, dockerfile, "line:2")[-1] == "[o 2/2] before it re-runs"
    bare = "FROM i AS o\nFROM o AS p\nRUN y"
    assert reasons(tmp_path, bare, "base") == ["the base image i has changed"]


def test_what_hangs_on_a_step_that_perhaps_re_runs(tmp_path: Path) -> None:
    dockerfile = "FROM i AS o\nRUN x\nFROM i\nCOPY --from=o /y /\nRUN z\nWORKDIR /w"
    assert reasons(tmp_path, dockerfile, "line:2")[-2:] == [
        "only if [stage-1 2/4] before it does",
        "only if [stage-1 3/4] before it does",
    ]


def test_another_order_of_variables(tmp_path: Path) -> None:
    one = build(tmp_path, "FROM i\nENV A=1\nENV B=2\nRUN x")
    other = build(tmp_path, "FROM i\nENV B=2\nENV A=1\nRUN x")
    (outcome,) = compare(one, other)
    assert outcome.reason == "its variables are set in another order"


def test_other_flags(tmp_path: Path) -> None:
    one = build(tmp_path, "FROM i\nRUN x")
    given = Settings(build_args={"BUILDKIT_SANDBOX_HOSTNAME": "h"})
    (outcome,) = compare(one, build(tmp_path, "FROM i\nRUN x", settings=given))
    assert outcome.reason == "its flags are others"
