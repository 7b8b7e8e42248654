from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from generator import output
from generator.answers import Answers
from generator.catalog.manifests import SourceEdit
from generator.create import Created, File
from generator.errors import CouldNot, Interrupted

FILES = (
    File("Dockerfile", 10),
    File("app/__init__.py", 0),
    File("app/templates/[bold]home.html", 1_234_567),
    File("app/wsgi.py", 999),
    File("tests/test_app.py", 5),
)
COMMAND = "dockerize new my-shop --port 9000"
EDIT = SourceEdit("app/wsgi.py", reruns=2, steps=10, runs=0)


@pytest.fixture
def folder() -> Path:
    return Path("/srv/my-shop") if os.name != "nt" else Path(r"C:\srv\my-shop")


@pytest.fixture
def created(folder: Path) -> Created:
    answers = Answers("my-shop", "flask", "3.14", 9000, "uv", ("one", "other"))
    return Created(folder, answers, FILES, dry_run=False)


@pytest.fixture
def planned(created: Created) -> Created:
    return Created(created.folder, created.answers, created.files, dry_run=True)


TREE = """\
my-shop/
├── app/
│   ├── __init__.py
│   ├── templates/
│   │   └── [bold]home.html
│   └── wsgi.py
├── tests/
│   └── test_app.py
└── Dockerfile
"""
SIZES = """\
my-shop/
├── app/
│   ├── __init__.py  0
│   ├── templates/
│   │   └── [bold]home.html  1,234,567
│   └── wsgi.py  999
├── tests/
│   └── test_app.py  5
└── Dockerfile  10
"""
NEXT = """\
Next:
  cd shops/my-shop
  docker compose up --build --wait
Then open http://localhost:9000
The same project again, without questions:
  dockerize new my-shop --port 9000
Editing app/wsgi.py re-runs 2 of 10 steps, no RUN: dockerize explain shops/my-shop
"""
DRY = """\
Nothing was written. To make it:
  dockerize new my-shop --port 9000
"""


def test_people(created: Created, capsys: pytest.CaptureFixture[str]) -> None:
    output.people(created, COMMAND, "shops/my-shop", EDIT, sizes=False)
    head = f"Made {created.folder}: 5 files, 1,235,581 bytes\n"
    assert capsys.readouterr() == (head + TREE + NEXT, "")


def test_people_are_not_sent_to_a_port_that_browsers_refuse(
    created: Created, capsys: pytest.CaptureFixture[str]
) -> None:
    at_6000 = replace(created, answers=replace(created.answers, port=6000))
    output.people(at_6000, COMMAND, "my-shop", EDIT, sizes=False)
    assert "\nThen curl http://localhost:6000\n" in capsys.readouterr().out


def test_people_with_sizes(created: Created, capsys: pytest.CaptureFixture[str]) -> None:
    output.people(created, COMMAND, "shops/my-shop", EDIT, sizes=True)
    head = f"Made {created.folder}: 5 files, 1,235,581 bytes\n"
    assert capsys.readouterr() == (head + SIZES + NEXT, "")


def test_people_are_told_what_an_edit_re_runs(
    created: Created, capsys: pytest.CaptureFixture[str]
) -> None:
    edit = SourceEdit("app.py", reruns=2, steps=3, runs=1)
    output.people(created, COMMAND, "my shops/my-shop", edit, sizes=False)
    assert capsys.readouterr().out.endswith(
        "  dockerize new my-shop --port 9000\n"
        "Editing app.py re-runs 2 of 3 steps, 1 of them RUN:"
        " dockerize explain 'my shops/my-shop'\n"
    )


def test_people_of_a_dry_run(planned: Created, capsys: pytest.CaptureFixture[str]) -> None:
    output.people(planned, COMMAND, "shops/my-shop", EDIT, sizes=False)
    head = f"Would make {planned.folder}: 5 files, 1,235,581 bytes\n"
    assert capsys.readouterr() == (head + SIZES + DRY, "")


@pytest.mark.skipif(os.name == "nt", reason="POSIX quoting")
def test_what_is_to_be_typed_is_quoted(
    created: Created, capsys: pytest.CaptureFixture[str]
) -> None:
    output.people(created, COMMAND, "it's [red]here/my-shop", EDIT, sizes=False)
    assert "\n  cd 'it'\"'\"'s [red]here/my-shop'\n" in capsys.readouterr().out


def test_a_long_command_stays_one_line(
    created: Created, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    command = "dockerize new my-shop " + "--output-dir somewhere/else " * 9
    output.people(created, command, "my-shop", EDIT, sizes=False)
    assert f"\n  {command}\n" in capsys.readouterr().out


def test_program(created: Created, capsys: pytest.CaptureFixture[str]) -> None:
    output.program(created, COMMAND)
    out, err = capsys.readouterr()
    assert err == ""
    assert out.endswith("}\n")
    assert json.loads(out) == {
        "project": str(created.folder),
        "files": [
            "Dockerfile",
            "app/__init__.py",
            "app/templates/[bold]home.html",
            "app/wsgi.py",
            "tests/test_app.py",
        ],
        "answers": {
            "name": "my-shop",
            "framework": "flask",
            "python": "3.14",
            "port": 9000,
            "installer": "uv",
            "with": ["one", "other"],
        },
        "command": COMMAND,
        "dry_run": False,
    }


def test_program_of_a_dry_run(planned: Created, capsys: pytest.CaptureFixture[str]) -> None:
    output.program(planned, COMMAND)
    assert json.loads(capsys.readouterr().out)["dry_run"] is True


def test_note(capsys: pytest.CaptureFixture[str]) -> None:
    output.note("port 80 is low")
    assert capsys.readouterr() == ("", "note: port 80 is low\n")


def test_failure(capsys: pytest.CaptureFixture[str]) -> None:
    output.failure(CouldNot("it is [full]", "make room\nor go"), as_json=False)
    assert capsys.readouterr() == ("", "dockerize: it is [full]\n  make room\n  or go\n")


def test_failure_repeats_nothing_that_a_terminal_would_obey(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.failure(CouldNot("a\x1b[31m\nb\u202ec", "\tx\x07"), as_json=False)
    assert capsys.readouterr().err == ("dockerize: a\\x1b[31m\\nb\\u202ec\n  \tx\\x07\n")


def test_failure_without_a_hint_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.failure(Interrupted(), as_json=False)
    assert capsys.readouterr() == ("", "dockerize: interrupted; nothing was written\n")


def test_failure_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    output.failure(CouldNot("it is \udcff full", "make room"), as_json=True)
    out, err = capsys.readouterr()
    assert err == ""
    assert out == (
        '{\n  "error": {\n    "code": "could-not",\n    "message": "it is \\udcff full",\n'
        '    "hint": "make room"\n  }\n}\n'
    )
