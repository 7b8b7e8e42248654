"""What a project with a database has, told of and set alike whatever the framework is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from generator.answers import Answers
from generator.create import create
from generator.project import plan
from tests.offered import CATALOG, FRAMEWORKS


def _answers(framework: str) -> Answers:
    return Answers("my-shop", framework, "3.14", 8000, "pip", ("postgres",))


@pytest.fixture(params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def project(framework: str, tmp_path: Path) -> Path:
    answers = _answers(framework)
    return create(answers, CATALOG, tmp_path / answers.name).folder


def test_processes_are_said_to_hold_connections(project: Path) -> None:
    readme = " ".join((project / "README.md").read_text("utf-8").split())
    assert "Each of the `WEB_CONCURRENCY` processes holds up to 16 connections" in readme


def test_commands_of_the_readme_are_those_of_the_manifest(framework: str, project: Path) -> None:
    readme = (project / "README.md").read_text("utf-8")
    (section,) = re.findall(r"(?ms)^## The database\n(.*?)^## ", readme)
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```$", section)

    commands = [shlex.split(line) for block in blocks for line in block.splitlines()]

    (making,) = [words for words in commands if "dev" in words]
    lists = plan(_answers(framework), CATALOG).context["lists"]
    assert isinstance(lists, dict)
    assert making[making.index("dev") + 1 :] == lists["make_migration"]
    for words in commands:
        assert words[0] == "docker", words
