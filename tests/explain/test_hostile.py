from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from generator.explain.stages import Settings
from tests.explain.hostile import (
    ORDINARY,
    PATIENCE,
    Came,
    Guard,
    Hostile,
    come,
    drawn,
    make_context,
    real_dockerfiles,
)

COUNT = 400


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_context(tmp_path_factory.mktemp("hostile"))


def asked(context: Path, dockerfile: str, *changes: str) -> Came:
    # Machines that run tests are slow; what grows as a square or worse takes longer than this.
    return come(Hostile(dockerfile, "", Settings(), changes, ()), context, patience=3 * PATIENCE)


def test_whatever_is_asked_is_answered_or_refused(context: Path) -> None:
    real = real_dockerfiles()
    came = Counter(
        come(drawn(Random(f"tests {number}"), real), context).kind for number in range(COUNT)
    )
    assert not [kind for kind in came if kind.startswith("!")], came
    assert {"answer", "BadChange", "BadDockerfile, located"} <= set(came)


def test_the_same_question_has_the_same_answer(context: Path) -> None:
    real = real_dockerfiles()
    for number in range(COUNT // 10):
        hostile = drawn(Random(f"tests {number}"), real)
        assert come(hostile, context) == come(hostile, context)


def test_nothing_is_looked_at_outside_of_the_context(context: Path, guard: Guard) -> None:
    dockerfile = (
        "FROM debian AS base\n"
        "COPY ../outside/x up/x abs/passwd /etc/passwd src/deep up abs ./\n"
        "RUN --mount=source=../outside,target=/a --mount=source=abs,target=/b true\n"
        "COPY * up/* abs/* /c/\n"
    )
    for change in ("up", "up/x", "abs/passwd", "+up/new", "-up/x", "mode:abs/passwd", "**", "up/*"):
        with guard.listening():
            asked(context, dockerfile, change)
    assert guard.strayed == []


def test_the_guard_hears_of_what_is_outside(context: Path, guard: Guard) -> None:
    with guard.listening():
        (context / "up" / "x").read_text("utf-8")
    assert len(guard.strayed) == 1
    guard.strayed.clear()


@pytest.fixture(scope="module")
def guard(context: Path) -> Guard:
    # So that nothing is imported any more.
    come(ORDINARY, context)
    return Guard(context)


@pytest.mark.parametrize(
    ("title", "dockerfile"),
    [
        ("copies that double", "".join([
            "FROM debian AS s0\nCOPY . /\n",
            *(f"FROM debian AS s{n}\nCOPY --from=s{n - 1} /x /\nCOPY --from=s{n - 1} /y /\n"
              for n in range(1, 60)),
            "FROM debian\nCOPY --from=s59 /a /a\n",
        ])),
        ("copies of one folder", "".join([
            "FROM debian AS a\n", "COPY a.py /o/\n" * 1000, "FROM debian\n",
            *(f"COPY --from=a /o/{n} /p/\n" for n in range(1000)),
        ])),
        ("copies that double, with other modes", "".join([
            "FROM scratch AS s0\nCOPY src /\n",
            *(f"FROM scratch AS s{n}\nCOPY --from=s{n - 1} --chown={n} / /x/\n"
              f"COPY --from=s{n - 1} --exclude=*.md / /y/\n" for n in range(1, 60)),
            "FROM debian\nCOPY --from=s59 / /a\n",
        ])),
        ("copies under what a RUN wrote", "".join([
            "FROM debian AS b\nRUN x\nFROM scratch AS s0\nCOPY a.py /p/\n",
            *(f"FROM scratch AS s{n}\nCOPY --from=s{n - 1} / /x/\nCOPY --from=b /o /x/\n"
              for n in range(1, 500)),
            "FROM debian\nCOPY --from=s499 " + "/x" * 400 + " /a\n",
        ])),
        ("values that double", "FROM debian\nARG A=aa\n" + "ENV A=$A$A\n" * 60 + "RUN x\n"),
        ("substitutions in one another", "FROM debian\nRUN --mount=target=" + "${A:-" * 5000),
        ("stars", "FROM debian\nCOPY " + "*a" * 2000 + "b /x\n"),
        ("heredocs", "FROM debian\nRUN " + "<<E " * 2000 + "\n" + "E\n" * 2000),
        ("triggers", "FROM debian AS s0\n" + "ONBUILD RUN x\n" * 500 +
            "".join(f"FROM s0 AS t{n}\n" for n in range(500))),
        ("brackets", "FROM debian\nCMD " + "[" * 50_000 + "\n"),
        ("continuations", "FROM debian\nRUN x" + " \\\n" * 50_000),
    ],
)  # fmt: skip
def test_nothing_takes_long(context: Path, title: str, dockerfile: str) -> None:
    came = asked(context, dockerfile, "a.py")
    assert not came.kind.startswith("!"), (title, came)
