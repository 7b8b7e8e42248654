"""Docker's own checks and hadolint, without a line that silences them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.engine.engine import docker, execute


@pytest.mark.parametrize("target", ["runtime", "dev", "lock"])
def test_build_checks_find_nothing(project: Path, target: str) -> None:
    assert "no warnings found" in docker("build", "--check", "--target", target, ".", cwd=project)


def test_hadolint_finds_nothing(project: Path) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    options = ("--failure-threshold", "info", "--no-color")
    found = execute(str(hadolint), *options, "Dockerfile", cwd=project, check=False)
    assert (found.returncode, found.stdout) == (0, "")


def test_no_check_is_skipped(project: Path) -> None:
    text = (project / "Dockerfile").read_text("utf-8")
    assert "hadolint" not in text
    assert "skip=" not in text
