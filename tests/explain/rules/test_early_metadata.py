from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import fixed, found, gains, only_told

RULE = "early-metadata"
BAD = """\
FROM python:3.14-slim
LABEL version=1.4.2
ENV APP_VERSION=1.4.2
ENV PORT=8000
COPY requirements.txt ./
RUN pip install -r requirements.txt
CMD ["x"]
"""
GOOD = """\
FROM python:3.14-slim
LABEL version=1.4.2
COPY requirements.txt ./
RUN pip install -r requirements.txt
CMD ["x"]
ENV APP_VERSION=1.4.2
ENV PORT=8000
"""


def test_a_version_above_an_installation_is_found(tmp_path: Path) -> None:
    version, port = found(tmp_path / "p", RULE, BAD)

    assert (version.line, port.line) == (3, 4)
    assert version.message == (
        "another APP_VERSION re-runs `pip install` (line 6), which does not go by it"
    )
    assert gains(version) == [("line:3", 1, 0, 1, 0)]
    assert gains(port) == [("line:4", 1, 0, 1, 0)]
    assert fixed(tmp_path, port, BAD) == (BAD.replace("ENV PORT=8000\n", "") + "ENV PORT=8000\n")


def test_the_fixed_file_is_clean_and_a_label_is_no_matter(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD) == []


def test_one_that_shares_an_env_is_told(tmp_path: Path) -> None:
    text = "FROM a\nENV PYTHONUNBUFFERED=1 APP_VERSION=1 PORT=80\nRUN pip install x\n"

    assert only_told(tmp_path, RULE, text).message == (
        "another APP_VERSION and PORT re-runs `pip install` (line 3), which does not go by it: in"
        " an ENV of its own it can stand below"
    )


def test_a_comment_silences_it(tmp_path: Path) -> None:
    text = BAD.replace("ENV", f"# dockerize: ignore={RULE}\nENV")

    assert found(tmp_path, RULE, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nENV PYTHONUNBUFFERED=1\nRUN pip install x\n",
        "FROM a\nENV PATH=/x:$PATH\nRUN pip install x\n",
        "FROM a\nENV FLASK_APP=app\nRUN pip install x\n",
        "FROM a\nENV POETRY_VERSION=2.2\nRUN pip install poetry==$POETRY_VERSION\n",
        "FROM a\nENV APP_VERSION=1\nRUN make\n",
        "FROM a\nENV PORT=80\nRUN sed s/PORT/$PORT/ x\n",
        "FROM a\nRUN pip install x\nENV PORT=80\n",
        "FROM a\nRUN pip install x\nENV CI=1 PORT=80\n",
        "FROM a\nENV CI=1 PORT=80\nRUN x $PORT && pip install x\n",
    ],
)
def test_what_a_step_goes_by_or_never_changes_is_left_alone(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, RULE, text) == []
