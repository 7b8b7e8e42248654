"""Folders as what they hold, and the checkout as what git keeps of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

Tree = dict[str, bytes]


def tree(folder: Path) -> Tree:
    """Path with `/` -> bytes of every file below `folder`."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def tracked(root: Path) -> list[str]:
    """Every file of the checkout that git keeps, or would; skips where there is no git."""
    listing = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    done = subprocess.run(listing, cwd=root, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    names = {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}
    return sorted(name for name in names if (root / name).is_file())


def copy_tracked(root: Path, target: Path) -> Path:
    for name in tracked(root):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, target / name)
    return target
