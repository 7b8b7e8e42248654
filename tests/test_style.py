"""The checks that need no test of their own: linter, formatter, types, the workflow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

WORKFLOW = ".github/workflows/test.yml"


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "--no-cache", "."),
        ("ruff", "format", "--no-cache", "--check", "."),
        ("mypy", "--no-error-summary"),
        ("check-jsonschema", "-q", "--builtin-schema", "vendor.github-workflows", WORKFLOW),
        ("zizmor", "--offline", "--no-progress", "--quiet", ".github"),
    ],
    ids=" ".join,
)
def test_finds_nothing(command: tuple[str, ...], root: Path) -> None:
    program = Path(sys.executable).with_name(command[0])
    found = subprocess.run(
        [program, *command[1:]], cwd=root, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
