"""What the tests of landing do with folders and with runs of `dockerize new`."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PREFIX = ".dockerize-staging-"
posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")

Run = Callable[..., tuple[int, str, str]]
Mount = Callable[..., None]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def staging_in(folder: Path) -> list[str]:
    return [name for name in names_in(folder) if name.startswith(PREFIX)]


def start_new(dockerize: list[str], folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*dockerize, "new", "shop", "--yes", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(folder: Path, pattern: str, process: subprocess.Popen[str]) -> None:
    """Until something that matches appears in `folder`."""
    while process.poll() is None and not list(folder.glob(pattern)):
        pass


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder anyone may use, and no right to anything more: modes do not stop root."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o777)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for path in folder.iterdir():
            path.chmod(0o700)
        shutil.rmtree(folder)
