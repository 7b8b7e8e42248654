"""`.ci/pythons`, which a schedule runs: how the release cycle differs from the templates."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.catalog import Catalog

Cycle = dict[str, dict[str, Any]]


@pytest.fixture
def cycle(catalog: Catalog) -> Cycle:
    """The release cycle as the templates have it."""
    offered = {
        each.version: {"status": "bugfix", "end_of_life": f"{each.security}-31"}
        for each in catalog.pythons
    }
    ended = {
        version: {"status": "end-of-life", "end_of_life": f"{month}-07"}
        for version, month in catalog.ended_pythons.items()
    }
    next_one = {"3.99": {"status": "feature", "end_of_life": "2099-10"}}
    return {**next_one, **offered, **ended}


def report(root: Path, cycle: Cycle, folder: Path) -> tuple[int, str]:
    file = folder / "release-cycle.json"
    file.write_text(json.dumps(cycle), "utf-8")
    command = [sys.executable, str(root / ".ci/pythons"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_nothing_has_changed(root: Path, cycle: Cycle, tmp_path: Path) -> None:
    told = "templates/pythons.toml is as the release cycle has it\n"
    assert report(root, cycle, tmp_path) == (0, told)


@pytest.mark.parametrize(
    ("version", "row", "told"),
    [
        (
            "3.99",
            {"status": "bugfix"},
            "3.99 is out and not offered: it needs a row, wheels in the locks and tests",
        ),
        (
            "3.11",
            {"status": "end-of-life"},
            "3.11 reached its end of life in 2027-10 and is still offered",
        ),
        (
            "3.12",
            {"status": "security", "end_of_life": "2029-01-31"},
            "3.12 gets fixes to 2029-01, not to 2028-10",
        ),
        ("3.9", {"end_of_life": "2025-11-30"}, "3.9 ended in 2025-11, not in 2025-10"),
    ],
)
def test_what_has_changed_is_told(
    root: Path, cycle: Cycle, tmp_path: Path, *, version: str, row: dict[str, str], told: str
) -> None:
    changed = {**cycle, version: {**cycle[version], **row}}
    assert report(root, changed, tmp_path) == (1, f"{told}\n")
