from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def in_shell(dockerize: list[str], tmp_path: Path) -> Callable[[str], tuple[int, str]]:
    """Run lines in sh, where `dockerize` is the command; gives status and stderr."""
    definition = f'dockerize() {{ {shlex.join(dockerize)} "$@"; }}\n'

    def running(lines: str) -> tuple[int, str]:
        process = subprocess.run(
            ["sh", "-c", definition + lines],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in process.stderr
        assert "Exception" not in process.stderr
        return process.returncode, process.stderr

    return running
