"""A real engine: what `docker` reaches, or the reason why these tests are skipped.

With DOCKERIZE_NEEDS_ENGINE set, as CI sets it, whatever is missing is a failure instead.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.engine import PYTHONS, docker, execute, lacking, make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session", autouse=True)
def _engine() -> None:
    if shutil.which("docker") is None:
        lacking("there is no docker command")
    if execute("docker", "info", "-f", "{{.OSType}}", check=False).stdout.strip() != "linux":
        lacking("no Docker engine for Linux images answers")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A new project on the default Python."""
    return make(tmp_path)


@pytest.fixture(scope="session", params=PYTHONS)
def image(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The built image of an unchanged project, one for every Python."""
    tag = f"my-flask:{request.param}"
    docker("build", "-t", tag, ".", cwd=make(tmp_path_factory.mktemp("image"), request.param))
    yield tag
    docker("image", "rm", "-f", tag)
