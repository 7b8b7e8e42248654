from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from generator.explain.answer import Answer
from generator.explain.report import programs
from tests.explain.report import answers

SCHEMA: dict[str, Any] = json.loads(
    (files("generator.explain.report") / "schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

SLOPPY = {
    "schema": 1,
    "dockerfile": "Dockerfile",
    "target": "stage-0",
    "steps": [
        {
            "name": "[1/4]",
            "stage": "stage-0",
            "line": 1,
            "last": 1,
            "instruction": "FROM",
            "text": "FROM python:3.14-slim",
            "makes": "layer",
            "reached": True,
            "depends": {
                "files": 0,
                "bytes": 0,
                "arguments": [],
                "stages": [],
                "images": [],
                "base": "python:3.14-slim",
                "unknown": [],
                "missing": [],
            },
            "when": "its base image changes",
        },
        {
            "name": "[2/4]",
            "stage": "stage-0",
            "line": 2,
            "last": 2,
            "instruction": "WORKDIR",
            "text": "WORKDIR /app",
            "makes": "layer",
            "reached": True,
            "depends": {
                "files": 0,
                "bytes": 0,
                "arguments": [],
                "stages": [],
                "images": [],
                "base": None,
                "unknown": [],
                "missing": [],
            },
            "when": "its base image changes",
        },
        {
            "name": "[3/4]",
            "stage": "stage-0",
            "line": 3,
            "last": 3,
            "instruction": "COPY",
            "text": "COPY . .",
            "makes": "layer",
            "reached": True,
            "depends": {
                "files": 48,
                "bytes": 1250000,
                "arguments": [],
                "stages": [],
                "images": [],
                "base": None,
                "unknown": [],
                "missing": [],
            },
            "when": "a file of the context changes",
        },
        {
            "name": "[4/4]",
            "stage": "stage-0",
            "line": 4,
            "last": 4,
            "instruction": "RUN",
            "text": "RUN pip install -r requirements.txt",
            "makes": "layer",
            "reached": True,
            "depends": {
                "files": 0,
                "bytes": 0,
                "arguments": [],
                "stages": [],
                "images": [],
                "base": None,
                "unknown": [],
                "missing": [],
            },
            "when": "a step above it re-runs",
        },
        {
            "name": None,
            "stage": "stage-0",
            "line": 5,
            "last": 5,
            "instruction": "CMD",
            "text": 'CMD ["python", "app.py"]',
            "makes": "empty",
            "reached": True,
            "depends": {
                "files": 0,
                "bytes": 0,
                "arguments": [],
                "stages": [],
                "images": [],
                "base": None,
                "unknown": [],
                "missing": [],
            },
            "when": "",
        },
    ],
    "edits": [
        {
            "change": "app.py",
            "title": "a source file: app.py",
            "note": None,
            "steps": [
                {
                    "name": "[2/4]",
                    "line": 2,
                    "reruns": False,
                    "reason": "nothing it is made of changes",
                },
                {
                    "name": "[3/4]",
                    "line": 3,
                    "reruns": True,
                    "reason": "app.py, which it copies, has changed",
                },
                {"name": "[4/4]", "line": 4, "reruns": True, "reason": "a step above it re-runs"},
            ],
        },
        {
            "change": "line:5",
            "title": "the command",
            "note": None,
            "steps": [
                {
                    "name": f"[{line}/4]",
                    "line": line,
                    "reruns": False,
                    "reason": "nothing it is made of changes",
                }
                for line in (2, 3, 4)
            ],
        },
    ],
    "findings": [
        {
            "rule": "source-before-dependencies",
            "line": 3,
            "message": "every source edit re-runs `pip install`, line 4",
            "fix": answers.FIX,
            "effect": [
                {
                    "change": "app.py",
                    "steps_before": 2,
                    "steps_after": 1,
                    "runs_before": 1,
                    "runs_after": 0,
                }
            ],
            "measured": None,
        },
        {
            "rule": "cache-mount-missing",
            "line": 4,
            "message": "pip downloads every package again whenever this step re-runs",
            "fix": None,
            "effect": None,
            "measured": "with a cache mount a second installation took 9 s instead of 31 s",
        },
    ],
    "ignored": {"leaky-context": 1},
    "kept": [],
}


def test_a_document_holds_all_that_an_answer_knows() -> None:
    assert programs.document(answers.sloppy()) == SLOPPY


def test_a_step_that_hangs_on_what_a_run_writes_names_the_path() -> None:
    steps = programs.document(answers.shop())["edits"][1]["steps"]
    assert next(each for each in steps if each["reruns"] == "if-changed") == {
        "name": "[runtime 3/6]",
        "line": 23,
        "reruns": "if-changed",
        "reason": "it copies /install, which line 7 writes",
        "path": "/install",
    }


def test_a_promise_lists_the_steps_that_break_it() -> None:
    assert programs.document(answers.shop())["kept"] == [
        {
            "promise": "app/**=RUN",
            "kept": False,
            "broken": [
                {
                    "name": "[runtime 6/6]",
                    "line": 27,
                    "reruns": True,
                    "reason": "a step above it re-runs",
                }
            ],
        },
        {"promise": "tests/**=any step", "kept": True, "broken": []},
    ]


def test_a_stage_that_is_not_needed_is_there_and_says_so() -> None:
    steps = programs.document(answers.shop())["steps"]
    assert {each["stage"] for each in steps if not each["reached"]} == {"test"}


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("answer", answers.EVERY)
def test_the_schema_takes_every_document(answer: Callable[[], Answer]) -> None:
    document = json.loads(json.dumps(programs.document(answer())))
    assert [each.message for each in VALIDATOR.iter_errors(document)] == []


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the keys are of every object in it."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key)
            yield from _paths(each, (*path, key))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _paths(each, (*path, at))


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _documents() -> list[dict[str, Any]]:
    """Small ones that have all keys between them: every key makes a document to validate."""
    kept = programs.document(answers.shop())["kept"]
    return [programs.document(answers.chance(("/a",))), {**SLOPPY, "kept": kept}]


def test_the_schema_misses_every_key() -> None:
    for document in _documents():
        for path in _paths(document):
            if "ignored" in path[:-1]:
                continue
            lacking = copy.deepcopy(document)
            del _at(lacking, path[:-1])[path[-1]]
            assert not VALIDATOR.is_valid(lacking), path


def test_the_schema_takes_no_value_of_another_type() -> None:
    for document in _documents():
        for path in _paths(document):
            other = copy.deepcopy(document)
            _at(other, path[:-1])[path[-1]] = 1.5
            assert not VALIDATOR.is_valid(other), path


def test_the_schema_takes_no_key_that_it_does_not_know() -> None:
    for document in _documents():
        for path in {path[:-1] for path in _paths(document)}:
            if path == ("ignored",):
                continue
            more = copy.deepcopy(document)
            _at(more, path)["more"] = "x"
            assert not VALIDATOR.is_valid(more), path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 2),
        (("steps", 0, "line"), 0),
        (("steps", 0, "makes"), "layers"),
        (("steps", 0, "instruction"), "copy"),
        (("edits", 0, "steps", 0, "reruns"), "perhaps"),
        (("edits", 0, "steps", 0, "reruns"), "if-changed"),
        (("edits", 0, "steps", 0, "path"), "/install"),
        (("findings", 0, "rule"), ""),
        (("ignored", "leaky-context"), 0),
    ],
)
def test_the_schema_takes_no_value_that_means_nothing(
    path: tuple[str | int, ...], value: object
) -> None:
    wrong = copy.deepcopy(SLOPPY)
    _at(wrong, path[:-1])[path[-1]] = value
    assert not VALIDATOR.is_valid(wrong)


def test_the_schema_describes_every_key() -> None:
    objects = [SCHEMA, *SCHEMA["$defs"].values()]
    for one in objects:
        for key, value in one["properties"].items():
            assert "description" in value or "$ref" in value, key
        assert one["description"]
