from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from tests.landing.helpers import Mount
from tests.trees import tree


@pytest.fixture(scope="module")
def reference(
    catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, bytes]]:
    """What `dockerize new NAME --yes` makes."""

    def make(name: str) -> dict[str, bytes]:
        answers = Answers(name, "flask", "3.14", 8000, "uv", ())
        return tree(create(answers, catalog, tmp_path_factory.mktemp(name) / name).folder)

    return make


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Call `mount`; everything is unmounted at the end."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount")
    mounted: list[Path] = []

    def call(at: Path, *arguments: str) -> None:
        done = subprocess.run(
            ["mount", *arguments, str(at)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"cannot mount here: {done.stderr.strip()}")
        mounted.append(at)

    yield call
    for at in reversed(mounted):
        subprocess.run(["umount", str(at)], check=True)
