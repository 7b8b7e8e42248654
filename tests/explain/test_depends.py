from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.answer import Depends
from generator.explain.depends import steps
from generator.explain.stages import Settings
from tests.explain.builds import build

FILES = {"a": "12345", "b": "1", "src/x.py": "123", "src/deep/y.py": "1234", "[s].js": "1"}


def told(folder: Path, dockerfile: str, **settings: object) -> list[tuple[Depends, str]]:
    made = build(folder, dockerfile, FILES, Settings(**settings))  # type: ignore[arg-type]
    return [(each.depends, each.when) for each in steps(made)]


IMAGE = Depends(base="i", unknown=("which digest i has",))


@pytest.mark.parametrize(
    ("dockerfile", "depends", "when"),
    [
        ("FROM i", IMAGE, "the base image i changes"),
        ("FROM scratch", Depends(base="scratch"), ""),
        (f"FROM i@sha256:{'0' * 64}", Depends(base=f"i@sha256:{'0' * 64}"), None),
        (
            "ARG V=1\nFROM i:$V",
            Depends(arguments=("V",), base="i:1", unknown=("which digest i:1 has",)),
            None,
        ),
        ("FROM i AS o\nFROM o", Depends(base="o"), "a step of stage o re-runs"),
        ("FROM i\nCMD x", Depends(), ""),
        ("FROM i\nWORKDIR /", Depends(), ""),
        ("FROM i\nWORKDIR /w", Depends(), "the base image i changes"),
        ("FROM scratch\nWORKDIR /w", Depends(), ""),
        (
            "FROM i\nCMD x\nENV a=b\nRUN x",
            Depends(),
            "its command or environment changes, or the base image i changes",
        ),
        (
            "FROM i\nRUN x\nRUN y",
            Depends(),
            "its command or environment changes, or a step before it re-runs",
        ),
        (
            "FROM i AS o\nRUN x\nFROM o\nRUN y",
            Depends(),
            "its command or environment changes, or a step of stage o re-runs",
        ),
        ("FROM i\nRUN x\nCOPY a /", Depends(1, 5), "a changes, or a step before it re-runs"),
        ("FROM scratch\nCOPY a b /x/", Depends(2, 6), "a or b changes"),
        (
            "FROM scratch\nCOPY a b src [[]s].js /x/",
            Depends(5, 14),
            "a, b, src or one more source changes",
        ),
        ("FROM scratch\nCOPY a a a a a /x/", Depends(5, 25), "a, a, a or one of 2 more changes"),
        ("FROM scratch\nCOPY . /", Depends(5, 14), "any file of the build context changes"),
        ("FROM scratch\nCOPY src/*.py /x/", Depends(1, 3), "src/*.py changes"),
        ("FROM scratch\nCOPY nothing /x/", Depends(missing=("nothing",)), "nothing changes"),
        ("FROM scratch\nCOPY [a /x/", Depends(missing=("[a",)), "[a changes"),
        ("FROM scratch\nCOPY <<E /x\nt\nE", Depends(), "its text changes"),
        ("FROM scratch\nCOPY --link a /x", Depends(1, 5), "a changes"),
        ("FROM i\nRUN x\nCOPY --link a /x", Depends(1, 5), "a changes"),
        (
            "FROM i\nRUN x\nCOPY --link --chmod=644 a /x",
            Depends(1, 5),
            "a changes, or a step before it re-runs",
        ),
        (
            "FROM scratch\nARG V=1\nCOPY a /$V",
            Depends(1, 5, ("V",)),
            "a changes, or --build-arg V has another value",
        ),
        (
            "FROM i\nARG V=1\nARG W=1\nRUN x",
            Depends(arguments=("V", "W")),
            (
                "its command or environment changes,"
                " --build-arg V or --build-arg W has another value, or the base image i changes"
            ),
        ),
        (
            "FROM scratch\nADD https://example.org/x /",
            Depends(unknown=("what https://example.org/x holds",)),
            "what https://example.org/x holds changes",
        ),
        (
            "FROM i AS o\nFROM scratch\nCOPY --from=o /x /y /z/",
            Depends(stages=("o",)),
            "/x of stage o or /y of stage o changes",
        ),
        (
            "FROM scratch\nCOPY --from=j /x /",
            Depends(images=("j",), unknown=("which digest j has",)),
            "/x of j changes",
        ),
        (
            (
                "FROM i\nRUN --mount=source=src,target=/s --mount=type=cache,target=/c"
                " --mount=from=i,target=/i x"
            ),
            Depends(2, 7, images=("i",), unknown=("which digest i has",)),
            (
                "its command or environment changes, / of i or src changes,"
                " or the base image i changes"
            ),
        ),
    ],
)
def test_what_the_last_step_depends_on(
    dockerfile: str, depends: Depends, when: str | None, tmp_path: Path
) -> None:
    found = told(tmp_path, dockerfile)[-1]
    assert found[0] == depends
    assert when is None or found[1] == when


def test_named_contexts(tmp_path: Path) -> None:
    contexts = {"lib": str(tmp_path / "src"), "far": "https://example.org/x.tar"}
    dockerfile = "FROM scratch\nCOPY --from=lib / /\nCOPY --from=lib deep /\nCOPY --from=far x /"
    _, whole, deep, far = told(tmp_path, dockerfile, contexts=contexts)
    assert whole == (Depends(2, 7), "any file of the context lib changes")
    assert deep[0] == Depends(1, 4)
    assert deep[1] == "deep of the context lib changes, or a step before it re-runs"
    assert far[0] == Depends(images=("far",), unknown=("what far holds",))


def test_a_base_that_is_a_context(tmp_path: Path) -> None:
    base, run = told(tmp_path, "FROM i\nRUN x", contexts={"i": str(tmp_path / "src")})
    assert base == (Depends(base="the context i"), "a file of the context i changes")
    assert run[1] == "its command or environment changes, or a file of the context i changes"


def test_what_is_not_built_re_runs_never(tmp_path: Path) -> None:
    made = build(tmp_path, "ARG A\nFROM i AS o\nRUN x\nFROM i\nRUN y")
    assert [(each.step.line, each.reached, bool(each.when)) for each in steps(made)] == [
        (1, True, False),
        (2, False, False),
        (3, False, False),
        (4, True, True),
        (5, True, True),
    ]


def test_sources_that_the_context_does_not_have_are_missing(tmp_path: Path) -> None:
    dockerfile = (
        "FROM scratch\n"
        "COPY a nothing src/nowhere /x/\n"
        "COPY no*.txt missing/*.py /x/\n"
        "COPY --parents src/./x.py src/nothing.py /x/\n"
        "RUN --mount=type=bind,source=lost,target=/y z"
    )
    found = [each.missing for each, _ in told(tmp_path, dockerfile)]
    assert found == [(), ("nothing", "src/nowhere"), ("missing/*.py",), (), ("/lost",)]
