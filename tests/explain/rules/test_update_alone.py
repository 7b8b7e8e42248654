from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import fixed, found, one

RULE = "update-alone"
BAD = "FROM debian\nRUN apt-get update\nRUN apt-get install -y \\\n    gcc\n"
GOOD = "FROM debian\nRUN apt-get update && apt-get install -y \\\n    gcc\n"


def test_an_update_in_a_step_of_its_own_is_found(tmp_path: Path) -> None:
    finding = one(tmp_path / "p", RULE, BAD)

    assert finding.line == 2
    assert finding.message == (
        "its package lists stay as old as the cached step is, so an edit of `apt-get install`"
        " (line 3) installs by old lists, or fails on packages that are gone"
    )
    assert finding.effect is None
    assert finding.measured == (
        "no key holds the age of package lists, so no simulation can tell; Docker's documentation"
        " asks for both in one RUN"
    )
    assert fixed(tmp_path, finding, BAD) == GOOD


def test_the_fixed_file_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD) == []


def test_a_comment_silences_it(tmp_path: Path) -> None:
    text = BAD.replace("RUN apt-get update", f"# dockerize: ignore={RULE}\nRUN apt-get update")

    assert found(tmp_path, RULE, text) == []


def test_an_update_among_other_commands_is_found_without_a_fix(tmp_path: Path) -> None:
    text = "FROM alpine\nRUN apk update && echo done\nRUN apk add gcc\n"

    assert one(tmp_path, RULE, text).fix is None


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN apt-get update\n",
        "FROM a\nRUN apt-get update\nRUN apt-get update && apt-get install -y gcc\n",
        "FROM a\nRUN apt-get update\nRUN pip install x\n",
        "FROM a\nRUN apt-get update && apt-get install -y a\nRUN apt-get install -y b\n",
        "FROM a\nRUN echo apt-get update\nRUN apt-get install -y b\n",
        "FROM a AS x\nRUN apt-get update\nFROM a\nRUN apt-get install -y b\n",
    ],
)
def test_what_no_installation_hangs_on_is_left_alone(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, RULE, text) == []


@pytest.mark.parametrize(
    "between",
    [
        "RUN apt-get update # fresh lists\n",
        "RUN apt-get update;\n",
        "RUN apt-get update\nUSER 1000\n",
        "RUN apt-get update\nRUN ./install-more.sh\n",
    ],
)
def test_an_update_that_cannot_simply_go_there_has_no_fix(tmp_path: Path, between: str) -> None:
    text = f"FROM a\n{between}RUN apt-get install -y curl\n"

    assert one(tmp_path, RULE, text).fix is None


@pytest.mark.parametrize(
    "text",
    [
        "RUN apt-get update\nRUN apt-get install -y curl || true\n",
        "RUN apt-get update\nCOPY s.list /etc/apt/sources.list.d/\nRUN apt-get install -y curl\n",
    ],
)
def test_an_update_keeps_its_failure_and_its_sources(tmp_path: Path, text: str) -> None:
    assert one(tmp_path, RULE, f"FROM a\n{text}").fix is None


def test_an_update_does_not_go_before_other_commands(tmp_path: Path) -> None:
    text = "FROM a\nRUN apt-get update\nRUN set -eux; apt-get install -y curl\n"

    assert one(tmp_path, RULE, text).fix is None
