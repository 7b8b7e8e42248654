from __future__ import annotations

from pathlib import Path

import pytest

from generator import errors
from generator.errors import (
    BadAnswersFile,
    BadChange,
    BadDockerfile,
    CannotPrint,
    CannotRead,
    CannotWrite,
    CouldNot,
    DockerizeError,
    Interrupted,
    InvalidAnswer,
    MissingAnswers,
    RenderFailed,
    TargetExists,
    UsageError,
)

TREE = [
    (UsageError("it is wrong"), 2, "usage"),
    (InvalidAnswer("port", "x", "it is wrong", "try 8000"), 2, "invalid-port"),
    (MissingAnswers("it is wrong"), 2, "missing-answers"),
    (BadAnswersFile("it is wrong"), 2, "bad-answers-file"),
    (BadDockerfile("it is wrong"), 2, "bad-dockerfile"),
    (BadChange("it is wrong"), 2, "bad-change"),
    (CouldNot("it is wrong"), 1, "could-not"),
    (TargetExists(Path("x"), "exists", "try y"), 1, "target-exists"),
    (CannotRead("it is wrong"), 1, "cannot-read"),
    (CannotWrite("it is wrong"), 1, "cannot-write"),
    (CannotPrint("it is wrong"), 1, "output-failed"),
    (RenderFailed("it is wrong"), 1, "render-failed"),
    (Interrupted(), 130, "interrupted"),
]


def test_an_invalid_answer_says_which_one() -> None:
    assert InvalidAnswer("port", "x", "it is wrong", "try 8000").key == "port"


@pytest.mark.parametrize(("error", "status", "code"), TREE)
def test_status_and_code(error: DockerizeError, status: int, code: str) -> None:
    assert (error.status, error.code) == (status, code)


def test_the_tree_is_complete_here_and_in_the_docstring() -> None:
    kinds = {
        kind.__name__
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, DockerizeError)
    }
    assert kinds == {type(error).__name__ for error, _, _ in TREE} | {"DockerizeError"}
    assert errors.__doc__
    assert all(kind in errors.__doc__ for kind in kinds)


def test_message_and_hint() -> None:
    error = CouldNot("it is wrong", "do this", code="special")
    assert (str(error), error.message, error.hint) == ("it is wrong", "it is wrong", "do this")
    assert error.code == "special"
    assert CouldNot("another").code == "could-not"


def test_an_invalid_answer_is_repeated_but_not_at_any_length() -> None:
    assert InvalidAnswer("port", "x", "is wrong", "").message == "port 'x': is wrong"
    assert InvalidAnswer("port", "9" * 60, "is wrong", "").message == f"port '{'9' * 60}': is wrong"
    long = InvalidAnswer("port", "9" * 61, "is wrong", "")
    assert long.message == f"port '{'9' * 60}...': is wrong"
    assert long.reason == "is wrong"


def test_a_bad_dockerfile_shows_the_line() -> None:
    error = BadDockerfile("it is wrong", 3, "RUM x", path="docker/web", hint="did you mean RUN?")
    assert error.message == "docker/web:3: it is wrong"
    assert error.hint == "3 | RUM x\ndid you mean RUN?"
    assert (error.reason, error.line) == ("it is wrong", 3)
    whole = BadDockerfile("it is wrong")
    assert (whole.message, whole.hint, whole.line) == ("Dockerfile: it is wrong", "", None)
    long = BadDockerfile("it is wrong", 1, "x" * 61)
    assert long.hint == f"1 | {'x' * 60}..."


def test_what_stands_in_the_way_is_kept() -> None:
    error = TargetExists(Path("x"), "exists", "try y", ["a"])
    assert error.message == "x exists: it holds a"
    assert error.entries == ("a",)
    assert TargetExists(Path("x"), "exists", "").entries == ()


def test_an_interruption_says_that_nothing_was_written() -> None:
    assert Interrupted().message == "interrupted; nothing was written"
