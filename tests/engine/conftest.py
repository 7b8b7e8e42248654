"""A real engine: what `docker` reaches, or the reason why these tests are skipped.

With DOCKERIZE_NEEDS_ENGINE set, as CI sets it, whatever is missing is a failure instead.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.beside import admitted
from tests.engine.engine import Image, build, docker, execute, lacking, make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.engine)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    if shutil.which("docker") is None or Path(__file__).parent not in item.path.parents:
        return (yield)
    with admitted(alone=item.get_closest_marker("alone") is not None):
        return (yield)


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


# What the whole of an image's behaviour is looked at for; test_every_kind.py has the rest.
IMAGES = [
    ("flask", "3.11", "pip"),
    ("fastapi", "3.13", "uv"),
    ("django", "3.14", "uv"),
]


@pytest.fixture(scope="session", params=IMAGES, ids="-".join)
def image(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Image]:
    """The built image of an unchanged project of each framework; both installers are among them."""
    framework, python, installer = request.param
    folder = tmp_path_factory.mktemp("image")
    project = make(folder, framework, python=python, installer=installer)
    built = build(project, framework, f"{project.name}:{python}-{installer}")
    yield built
    docker("image", "rm", "-f", built.tag)
