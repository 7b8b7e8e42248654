from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import fixed, found, gains, one, only_told

RULE = "commit-argument"
BAD = """\
FROM python:3.14-slim
ARG GIT_SHA
ENV GIT_SHA=$GIT_SHA
LABEL org.opencontainers.image.revision=$GIT_SHA
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY app ./app
"""
GOOD = """\
FROM python:3.14-slim
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY app ./app
ARG GIT_SHA
ENV GIT_SHA=$GIT_SHA
LABEL org.opencontainers.image.revision=$GIT_SHA
"""


def test_a_commit_above_an_installation_is_found(tmp_path: Path) -> None:
    finding = one(tmp_path / "p", RULE, BAD)

    assert finding.line == 2
    assert finding.message == (
        "GIT_SHA has another value at each commit, and re-runs `pip install` (line 6)"
    )
    assert gains(finding) == [("arg:GIT_SHA", 2, 0, 1, 0)]
    assert fixed(tmp_path, finding, BAD) == GOOD


def test_the_fixed_file_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD) == []


def test_a_comment_silences_it(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, BAD.replace("ARG", f"# dockerize: ignore={RULE}\nARG")) == []


@pytest.mark.parametrize(
    "name",
    ["COMMIT", "BUILD_DATE", "VCS_REF", "APP_GIT_SHA", "CI_COMMIT_SHORT_SHA", "GITHUB_SHA"],
)
def test_other_names_of_a_commit_are_known(tmp_path: Path, name: str) -> None:
    finding = one(tmp_path, RULE, f"FROM a\nARG {name}\nRUN pip install x\n")

    assert finding.message == (
        f"{name} has another value at each commit, and re-runs `pip install` (line 3)"
    )


def test_a_version_without_a_default_comes_with_each_release(tmp_path: Path) -> None:
    finding = one(tmp_path, RULE, "FROM a\nARG VERSION\nRUN pip install x\n")

    assert finding.message == (
        "VERSION has another value at each release, and re-runs `pip install` (line 3)"
    )


@pytest.mark.parametrize("env", ["A=$GIT_SHA", "GIT_SHA=$GIT_SHA"])
def test_one_that_shares_an_env_is_told(tmp_path: Path, env: str) -> None:
    text = f"FROM a\nARG GIT_SHA\nENV PYTHONUNBUFFERED=1 {env}\nRUN pip install x\nRUN make\n"

    assert only_told(tmp_path, RULE, text).message == (
        "GIT_SHA has another value at each commit, and re-runs `pip install` (line 4): in an ENV of"
        " its own it can stand below"
    )


def test_an_epoch_is_a_matter_of_its_value(tmp_path: Path) -> None:
    finding = one(tmp_path, RULE, "FROM a\nARG SOURCE_DATE_EPOCH\nRUN pip install x\n")

    assert finding.fix is None
    assert finding.effect is None
    assert finding.message == (
        "an epoch that is the commit's time re-runs `pip install` (line 3) at each commit; give a"
        " fixed one"
    )
    assert finding.measured == (
        "with BuildKit, another SOURCE_DATE_EPOCH re-runs every WORKDIR but `/` and all that"
        " stands below it, and where ARG declares it every RUN below that"
    )


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nARG GIT_SHA\nRUN go build -ldflags=-X=main.sha=$GIT_SHA\n",
        "FROM a\nARG GIT_SHA\nRUN npm run build\nRUN npm ci\n",
        "FROM a\nARG PYTHON_VERSION=3.14\nRUN pip install x\n",
        "FROM a\nARG SOURCE_DATE_EPOCH=0\nRUN pip install x\n",
        "FROM a\nARG GIT_SHA\nLABEL revision=$GIT_SHA\n",
        "FROM a\nRUN pip install x\nARG GIT_SHA\nENV GIT_SHA=$GIT_SHA\n",
        "FROM a\nARG GIT_SHA\nENV CI=1 A=$GIT_SHA\nRUN pip install x==$A\n",
        "FROM a\nRUN pip install x\nARG GIT_SHA\nENV CI=1 A=$GIT_SHA\n",
    ],
)
def test_what_needs_the_commit_or_costs_nothing_is_left_alone(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, RULE, text) == []


def test_it_is_not_reported_as_an_early_argument_as_well(tmp_path: Path) -> None:
    assert found(tmp_path, "early-argument", BAD) == []
