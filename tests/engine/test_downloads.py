"""What a changed lock downloads, counted at an index of our own."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.engine import INSTALLERS, docker, make, named
from tests.packages import Index, reaches_loopback, serving

SMALL = "tomli-w"


@pytest.fixture(params=INSTALLERS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return make(tmp_path, installer=request.param)


@pytest.fixture
def index(tmp_path: Path, project: Path) -> Iterator[Index]:
    """Serves what the project's lock and one small package need, as the image would get it."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    base = named(project, "PYTHON_IMAGE")
    download = "pip download -q --no-deps --no-cache-dir -d /wheels"
    docker(
        *("run", "--rm", "-v", f"{wheels}:/wheels", "-v", f"{project}:/project:ro", base),
        *("sh", "-c", f"{download} -r /project/requirements.txt && {download} {SMALL}"),
    )
    with serving(wheels) as server:
        yield server


@reaches_loopback
def test_warm_builder_downloads_only_what_is_new(
    project: Path, index: Index, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    # One that asks the index of our own.
    first = f"FROM {named(project, 'PYTHON_IMAGE')}\n"
    # pip keeps nothing that it gets over http, unless it trusts the host.
    pip = f"PIP_INDEX_URL={index.url} PIP_TRUSTED_HOST=127.0.0.1"
    settings = f"{pip} UV_DEFAULT_INDEX={index.url}"
    (base / "Dockerfile").write_text(f"{first}ENV {settings}\n", "utf-8")
    docker("build", "-t", "own-index", ".", cwd=base)
    # A cache mount that no other build shares: one with --no-cache, anybody's, would empty it.
    own = (f"BUILDKIT_CACHE_MOUNT_NS={secrets.token_hex(8)}", "PYTHON_IMAGE=own-index")
    build = ("build", "--network=host", *(f"--build-arg={each}" for each in own), ".")

    docker(*build, cwd=project)
    locked = sorted(
        wheel.name for wheel in index.wheels.iterdir() if SMALL not in wheel.name.replace("_", "-")
    )
    assert sorted(index.downloaded) == locked

    index.downloaded.clear()
    (small,) = index.wheels.glob("tomli_w-*.whl")
    version, digest = small.name.split("-")[1], hashlib.sha256(small.read_bytes()).hexdigest()
    with (project / "requirements.txt").open("a", encoding="utf-8", newline="\n") as lock:
        lock.write(f"{SMALL}=={version} \\\n    --hash=sha256:{digest}\n")
    docker(*build, cwd=project)
    assert index.downloaded == [small.name]
