"""The same image, bit for bit."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from tests.engine.engine import docker, make, named


def digest(project: Path, archive: Path) -> str:
    """The digest of the platform's manifest, by the owner's README's own command."""
    readme = (project / "README.md").read_text("utf-8")
    (line,) = [each for each in readme.splitlines() if "rewrite-timestamp=true" in each]
    arguments = line.replace("image.tar", str(archive)).split()
    assert arguments[0] == "docker"
    docker(*arguments[1:], cwd=project)
    with tarfile.open(archive) as layout:
        index = layout.extractfile("index.json")
        assert index is not None
        (manifest,) = json.load(index)["manifests"]
    return str(manifest["digest"])


@pytest.mark.alone
@pytest.mark.parametrize(
    ("framework", "installer", "extras"),
    [("flask", "pip", ""), ("django", "uv", "postgres,redis")],
)
def test_two_builds_without_cache_from_two_checkouts_are_one_image(
    tmp_path: Path, framework: str, installer: str, extras: str
) -> None:
    project = make(tmp_path, framework, installer=installer, extras=extras)
    other = tmp_path / "elsewhere"
    shutil.copytree(project, other, copy_function=shutil.copyfile)
    for path in [other, *other.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (86400, 86400))
        if os.geteuid() == 0:
            os.chown(path, 1234, 1234)
    assert digest(project, tmp_path / "one.tar") == digest(other, tmp_path / "two.tar")


def test_nothing_in_a_layer_tells_the_day(project: Path) -> None:
    docker("build", "-t", "my-flask", ".", cwd=project)
    shadow = docker("run", "--rm", "--user=0", "my-flask", "grep", "^app:", "/etc/shadow")
    assert shadow == "app:!:::::::\n"
    # Nor does a RUN leave a log, a cache or a temporary file.
    assert written("my-flask") == written(named(project, "PYTHON_IMAGE"))


def written(image: str) -> str:
    script = "find /var/log /var/cache /var/tmp /tmp /root /run -type f -size +0 | sort"
    return docker("run", "--rm", "--user=0", image, "sh", "-c", script)
