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


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_commands_of_the_readme_are_those_of_the_manifest(framework: str, tmp_path: Path) -> None:
    answers = Answers("my-shop", framework, "3.14", 8000, "pip", ("postgres",))
    project = create(answers, CATALOG, tmp_path / answers.name).folder
    readme = (project / "README.md").read_text("utf-8")
    (section,) = re.findall(r"(?ms)^## The database\n(.*?)^## ", readme)
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```$", section)

    commands = [shlex.split(line) for block in blocks for line in block.splitlines()]

    (making,) = [words for words in commands if "dev" in words]
    lists = plan(answers, CATALOG).context["lists"]
    assert isinstance(lists, dict)
    assert making[making.index("dev") + 1 :] == lists["make_migration"]
    for words in commands:
        assert words[0] == "docker", words
