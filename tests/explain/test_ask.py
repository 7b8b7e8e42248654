from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import BadChange, BadDockerfile
from generator.explain.answer import Answer
from generator.explain.ask import Question, ask, loaded
from generator.explain.context import Context
from tests.explain.builds import write

DOCKERFILE = "FROM i\nCOPY req /\nRUN x\nCOPY app /app\nWORKDIR /w\nRUN y\n"
FILES = {"Dockerfile": DOCKERFILE, "req": "", "app/a.py": "", "app/b.py": "", "=": "", "x=RUN": ""}


def asked(folder: Path, **more: object) -> Answer:
    write(folder, FILES)
    file = folder / "Dockerfile"
    return ask(Question(Context(folder, file), file, "shown", DOCKERFILE, **more))  # type: ignore[arg-type]


def test_an_answer_holds_steps_edits_findings_and_promises(tmp_path: Path) -> None:
    answer = asked(tmp_path)
    assert (answer.dockerfile, answer.target) == ("shown", "stage-0")
    assert [each.step.line for each in answer.steps] == [1, 2, 3, 4, 5, 6]
    assert answer.kept == ()


def test_the_usual_edits_say_what_they_are(tmp_path: Path) -> None:
    assert [(each.change, each.title) for each in asked(tmp_path).edits] == [
        ("app/a.py", "a source file: app/a.py"),
        ("+notes.txt", "a new file at the top: +notes.txt"),
        ("comment", "a comment in the Dockerfile"),
        ("base", "the base image"),
    ]


def test_changes_are_answered_in_their_order(tmp_path: Path) -> None:
    edits = asked(tmp_path, changes=("req", "app/*.py", "req")).edits
    assert [(each.change, each.title, each.reruns) for each in edits] == [
        ("req", "req", 5),
        ("app/*.py", "app/*.py (2 files)", 3),
        ("req", "req", 5),
    ]


def test_one_change_of_many_that_names_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadChange, match=r"^--change nothing: "):
        asked(tmp_path, changes=("req", "nothing"))


@pytest.mark.parametrize(
    ("promise", "broken"),
    [
        ("app/**=RUN", [6]),
        ("app/**=run", [6]),
        ("app/**=COPY", [4]),
        ("app/**=COPY,RUN", [4, 6]),
        ("app/**= copy , workdir ", [4, 5]),
        ("app/**=ALL", [4, 5, 6]),
        ("app/**=ADD", []),
        ("req=RUN", [3, 6]),
        ("==ALL", []),
        ("x=RUN=ALL", []),
        ("line:6=RUN", [6]),
        ("base=COPY", [2, 4]),
        ("+app/new=RUN", [6]),
    ],
)
def test_a_promise_is_kept_or_broken(promise: str, broken: list[int], tmp_path: Path) -> None:
    (kept,) = asked(tmp_path, keep=(promise,)).kept
    assert kept.promise == promise
    assert [each.step.line for each in kept.broken] == broken


def test_a_step_that_perhaps_re_runs_breaks_a_promise(tmp_path: Path) -> None:
    text = "FROM i AS o\nCOPY req /\nRUN x\nFROM i\nCOPY --from=o /y /\n"
    write(tmp_path, FILES)
    question = Question(Context(tmp_path), None, "-", text, keep=("req=COPY",))
    assert [each.reruns for each in ask(question).kept[0].broken] == [True, "if-changed"]


@pytest.mark.parametrize(
    ("promise", "message", "hint"),
    [
        ("app/**", "--keep app/**: that is not WHAT=STEPS", "--keep 'app/**=RUN'"),
        ("", "--keep : that is not WHAT=STEPS", "--keep 'app/**=RUN'"),
        ("=RUN", "--keep =RUN: that is not WHAT=STEPS", "--keep 'app/**=RUN'"),
        (
            "req=",
            "--keep req=: no step is called nothing",
            "there are RUN, COPY, ADD, WORKDIR, ALL",
        ),
        ("req=RUM", "--keep req=RUM: no step is called RUM", "did you mean RUN?"),
        ("req=CMD", "--keep req=CMD: no step is called CMD", "did you mean ADD?"),
        ("req=RUN,", "--keep req=RUN,: no step is called nothing", None),
        (
            "rek=RUN",
            "--keep rek: there is no such file in the build context",
            "did you mean req?",
        ),
        ("a\0=RUN", "--keep 'a\\x00': no name holds such letters", None),
    ],
)
def test_a_promise_that_says_nothing(
    promise: str, message: str, hint: str | None, tmp_path: Path
) -> None:
    with pytest.raises(BadChange) as caught:
        asked(tmp_path, keep=(promise,))
    assert caught.value.message == message
    assert hint is None or caught.value.hint == hint


def place(context: Path, dockerfile: Path | None) -> str | None:
    return loaded(Question(Context(context), dockerfile, "x", "FROM i")).dockerfile


def test_where_the_dockerfile_lies_in_the_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"c/docker/web": "", "out/web": ""})
    (tmp_path / "c/link").symlink_to("docker/web")
    (tmp_path / "c/away").symlink_to("../out/web")
    (tmp_path / "c/loop").symlink_to("loop")
    (tmp_path / "also-c").symlink_to("c")
    monkeypatch.chdir(tmp_path)
    context = Path("c")
    assert place(context, Path("c/docker/web")) == "docker/web"
    assert place(context, Path("also-c/docker/web")) == "docker/web"
    assert place(Path("also-c"), tmp_path / "c/docker/web") == "docker/web"
    # An edit of a link is one of the file that it leads to.
    assert place(context, Path("c/link")) == "docker/web"
    assert place(context, Path("c/away")) is None
    assert place(context, Path("out/web")) is None
    assert place(context, Path("c/loop")) is None
    assert place(context, None) is None


def test_a_dockerfile_that_no_build_takes(tmp_path: Path) -> None:
    with pytest.raises(BadDockerfile, match=r"^x:1: "):
        ask(Question(Context(tmp_path), None, "x", "FROM"))
