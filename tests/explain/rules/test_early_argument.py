from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import fixed, found, gains, one

RULE = "early-argument"
BAD = """\
FROM python:3.14-slim
ARG THEME=plain
COPY requirements.txt ./
RUN pip install -r requirements.txt
RUN make site THEME=$THEME
"""
GOOD = """\
FROM python:3.14-slim
COPY requirements.txt ./
RUN pip install -r requirements.txt
ARG THEME=plain
RUN make site THEME=$THEME
"""


def test_an_argument_above_a_step_without_it_is_found(tmp_path: Path) -> None:
    finding = one(tmp_path / "p", RULE, BAD)

    assert finding.line == 2
    assert finding.message == (
        "another value of THEME re-runs `pip install` (line 4), which does not use it"
    )
    assert gains(finding) == [("arg:THEME", 2, 1, 2, 1)]
    assert fixed(tmp_path, finding, BAD) == GOOD


def test_the_fixed_file_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD) == []


def test_a_comment_silences_it(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, BAD.replace("ARG", f"# dockerize: ignore={RULE}\nARG")) == []


def test_one_that_no_step_uses_goes_to_the_end(tmp_path: Path) -> None:
    text = "FROM a\nARG THEME\nRUN apt-get install -y gcc\nCMD x\n"

    assert fixed(tmp_path, one(tmp_path / "p", RULE, text), text) == (
        "FROM a\nRUN apt-get install -y gcc\nCMD x\nARG THEME\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nARG THEME\nRUN pip install $THEME\n",
        "FROM a\nARG THEME\nRUN make\nRUN pip install x\n",
        "FROM a\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get install -y gcc\n",
        "FROM a\nARG PIP_INDEX_URL\nRUN pip install x\n",
        "FROM a\nARG HTTP_PROXY\nRUN pip install x\n",
        "FROM a\nARG TARGETARCH\nRUN apt-get install -y gcc\n",
        "FROM a\nARG THEME\nRUN python -c 'import os; print(os.environ[\"THEME\"])'\n",
        "ARG THEME\nFROM a\nRUN pip install x\n",
        "FROM a\nARG THEME\nUSER $THEME\nRUN pip install x\n",
        "FROM a\nARG THEME\nRUN pip install .\n",
        "FROM a\nARG THEME\nCOPY app /app\n",
    ],
)
def test_what_may_be_used_is_left_alone(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, RULE, text) == []


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "INDEX_PASSWORD", "FONTAWESOME_AUTH", "API_KEY"])
def test_a_secret_may_be_used_where_it_is_not_named(tmp_path: Path, name: str) -> None:
    text = f"FROM a\nARG {name}=x\nRUN pip install flask\nRUN echo ${name}\n"

    assert found(tmp_path, RULE, text) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "--find-links ${THEME}\nflask\n"),
        ("conf/pip.conf", "[global]\nindex-url = https://${THEME}/\n"),
        (".npmrc", "registry=${THEME}\n"),
        ("Gemfile", 'source ENV["THEME"]\n'),
    ],
)
def test_an_argument_that_a_list_of_packages_mentions_is_used(
    tmp_path: Path, path: str, text: str
) -> None:
    files = {"requirements.txt": "flask\n"}

    assert found(tmp_path / "used", RULE, BAD, {**files, path: text}) == []
    assert len(found(tmp_path / "not", RULE, BAD, {**files, path: text.replace("THEME", "X")})) == 1
