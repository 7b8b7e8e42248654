from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import BadDockerfile
from generator.explain.rules import findings
from tests.explain.builds import build

TEXT = "FROM a\nRUN pip install x\nRUN npm ci\n"


def rules(tmp_path: Path, text: str) -> tuple[list[tuple[str, int]], dict[str, int]]:
    found, ignored = findings(build(tmp_path, text))
    return [(each.rule, each.line) for each in found], dict(ignored)


def test_without_comments_all_is_told(tmp_path: Path) -> None:
    assert rules(tmp_path, TEXT) == ([("cache-mount", 2), ("cache-mount", 3)], {})


def test_a_comment_is_for_the_instruction_below_it(tmp_path: Path) -> None:
    text = "FROM a\n# dockerize: ignore=cache-mount\n\n# why\nRUN pip install x\nRUN npm ci\n"

    assert rules(tmp_path, text) == ([("cache-mount", 6)], {"cache-mount": 1})


@pytest.mark.parametrize(
    "comment", ["# dockerize: ignore=cache-mount", "#dockerize:ignore = umask , cache-mount"]
)
def test_a_comment_above_all_is_for_the_whole_file(tmp_path: Path, comment: str) -> None:
    text = f"# syntax=docker/dockerfile:1\n{comment}\n\n{TEXT}"

    assert rules(tmp_path, text) == ([], {"cache-mount": 2})


def test_a_rule_that_is_none_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BadDockerfile) as caught:
        rules(tmp_path, f"FROM a\n# dockerize: ignore=cache-mont\n{TEXT}")

    assert caught.value.message == "Dockerfile:2: there is no rule 'cache-mont' to ignore"
    assert caught.value.hint == ("2 | # dockerize: ignore=cache-mont\ndid you mean cache-mount?")


def test_a_comment_that_orders_something_else_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadDockerfile) as caught:
        rules(tmp_path, f"# dockerize: ignore cache-mount\n{TEXT}")

    assert caught.value.line == 1
    assert "such as # dockerize: ignore=cache-mount" in caught.value.hint


def test_a_heredoc_holds_no_comments(tmp_path: Path) -> None:
    text = "FROM a\nRUN <<E\n# dockerize: ignore=nothing\nE\nRUN npm ci\n"

    assert rules(tmp_path, text) == ([("cache-mount", 5)], {})


def test_other_comments_are_nobodys_business(tmp_path: Path) -> None:
    assert rules(tmp_path, f"# dockerized: ignore=x\n{TEXT}")[1] == {}
