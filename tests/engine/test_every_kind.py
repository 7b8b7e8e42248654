"""Every Python with either installer, bare, and every framework with every extra at once.

The frameworks take turns, so that each meets both installers and more than half of the Pythons; of
three of these test_image.py sees all that is seen here, and more.
Left out are the others: their locks are held to every Python without an engine, and their own tests
and linters run on the oldest and the newest. With every extra a framework has the newest Python or
the oldest. Left out are those between, whose wheels are looked for when the locks are made. The
projects' own checks run in the container by their workflow and in the dev container, and those of
each without an engine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.engine.compose import composed, get, logs
from tests.engine.conftest import IMAGES
from tests.engine.engine import (
    FRAMEWORKS,
    HARDENED,
    INSTALLERS,
    PYTHONS,
    build,
    docker,
    healthy,
    make,
)

KINDS = [
    (FRAMEWORKS[number % len(FRAMEWORKS)], python, installer)
    for number, (python, installer) in enumerate(product(PYTHONS, INSTALLERS))
]


def test_installers_meet_every_framework_and_every_python() -> None:
    assert {(each[0], each[2]) for each in KINDS} == set(product(FRAMEWORKS, INSTALLERS))
    assert {(each[1], each[2]) for each in KINDS} == set(product(PYTHONS, INSTALLERS))
    assert set(IMAGES) < set(KINDS)


@pytest.mark.parametrize(
    ("framework", "python", "installer"), [each for each in KINDS if each not in IMAGES]
)
def test_bare(tmp_path: Path, framework: str, python: str, installer: str) -> None:
    project = make(tmp_path, framework, f"bare-{framework}", python=python, installer=installer)
    image = build(project, framework)
    with image.running(*HARDENED) as container:
        healthy(container)
        assert container.get("/readyz")[0] == 200
        assert f"Hello from bare-{framework}!" in container.get("/")[1]
        version = docker("exec", container.id, "python", "--version")
        assert version.startswith(f"Python {python}.")
        assert "ERROR" not in container.logs()
        container.stop()
        assert container.state()["ExitCode"] == 0


# The newest and the oldest.
ENDS = (PYTHONS[0], PYTHONS[-1])
EVERYTHING = [(framework, ENDS[(n + 1) % 2]) for n, framework in enumerate(FRAMEWORKS)]


@pytest.fixture(params=EVERYTHING, ids="-".join)
def everything(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A project with every extra, and the port that Compose publishes."""
    framework, python = request.param
    installer = INSTALLERS[FRAMEWORKS.index(framework) % len(INSTALLERS)]
    answers = {"python": python, "installer": installer, "extras": "all"}
    name = f"all-{framework}-{os.urandom(3).hex()}"
    with composed(tmp_path, framework, name, **answers) as made:
        yield made


def test_with_every_extra(everything: tuple[Path, int]) -> None:
    project, port = everything
    docker("compose", "up", "--build", "--wait", cwd=project)
    assert json.loads(get(port, "/readyz")[1]) == {"status": "ready"}
    assert json.loads(get(port, "/notes")[1]) == []
    assert json.loads(get(port, "/hits")[1]) == {"hits": 1}
    assert "ERROR" not in logs(project, "web")
