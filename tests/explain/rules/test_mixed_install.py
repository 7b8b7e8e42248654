from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import fixed, found, one, only_told

RULE = "mixed-install"
BAD = """\
FROM python:3.14-slim
COPY requirements.txt ./
RUN apt-get update && apt-get install -y libpq5 \\
    && pip install -r requirements.txt
"""
GOOD = """\
FROM python:3.14-slim
RUN apt-get update && apt-get install -y libpq5
COPY requirements.txt ./
RUN pip install -r requirements.txt
"""


def test_apt_and_pip_in_one_run_are_found(tmp_path: Path) -> None:
    finding = one(tmp_path / "p", RULE, BAD)

    assert finding.line == 3
    assert finding.message == (
        "every edit of requirements.txt re-runs `apt-get install` together with `pip install`"
    )
    assert finding.effect is None
    assert finding.measured == (
        "the fix cuts one RUN in two, so a count of RUNs does not tell; simulated, the system's"
        " packages are not installed again"
    )
    assert fixed(tmp_path, finding, BAD) == GOOD


def test_the_fixed_file_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD) == []


def test_what_the_project_reads_need_not_be_known(tmp_path: Path) -> None:
    text = BAD.replace("pip install", "pip install -e . ")

    assert fixed(tmp_path, one(tmp_path / "p", RULE, text), text) == (
        GOOD.replace("pip install", "pip install -e . ")
    )


def test_a_comment_silences_it(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, BAD.replace("RUN", f"# dockerize: ignore={RULE}\nRUN")) == []


@pytest.mark.parametrize(
    "command",
    [
        "apt-get install -y gcc; pip install -r requirements.txt",
        "apt-get install -y gcc && pip install -r requirements.txt && apt-get install -y b",
        "./prepare && apt-get install -y gcc && pip install -r requirements.txt",
        "apt-get install -y gcc && pip install -r requirements.txt && rm -rf /var/lib/apt/lists/*",
    ],
)
def test_what_no_program_can_cut_is_told(tmp_path: Path, command: str) -> None:
    text = f"FROM a\nWORKDIR /app\nCOPY requirements.txt ./\nRUN {command}\n"

    assert only_told(tmp_path, RULE, text).message == (
        "every edit of requirements.txt re-runs `apt-get install` together with `pip install`"
    )


def test_a_list_that_comes_from_another_stage_is_one(tmp_path: Path) -> None:
    text = (
        "FROM scratch AS ctx\nCOPY requirements.txt /\nFROM a\n"
        "COPY --from=ctx /requirements.txt ./\n"
        "RUN apt-get install -y gcc && pip install -r requirements.txt\n"
    )
    assert only_told(tmp_path, RULE, text).line == 5


@pytest.mark.parametrize(
    "command",
    [
        "apt-get install -y gcc",
        "apt-get install -y gcc && pip install flask",
        "pip install -r requirements.txt && apt-get install -y gcc",
        "apt-get install -y gcc && pip install -r requirements.txt && apt-get purge -y gcc",
        "apk add gcc && pip install -r requirements.txt && apk del gcc",
    ],
)
def test_what_belongs_together_is_left_alone(tmp_path: Path, command: str) -> None:
    text = f"FROM a\nWORKDIR /app\nCOPY requirements.txt ./\nRUN {command}\n"

    assert found(tmp_path, RULE, text) == []
