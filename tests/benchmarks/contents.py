"""What an image holds beyond its base: files by layer, and packages."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.engine.engine import docker, execute

STANDARD_BYTECODE = re.compile(r"usr/local/lib/python3[^/]*/(?!site-packages/).*\.pyc")
APPLICATION = re.compile(r"app/")
# The base has its packages here; an image with an environment of its own has them there.
PACKAGES = re.compile(r"(usr/local|opt/venv)/(lib/python3[^/]*/site-packages|bin)/")


@dataclass(frozen=True)
class Contents:
    """Bytes of the files in the layers over the base; one that is in two of them counts twice."""

    files: tuple[tuple[str, int], ...]

    def bytes(self, kind: re.Pattern[str] | None = None) -> int:
        return sum(size for path, size in self.files if not kind or kind.match(path))

    def elsewhere(self) -> dict[str, int]:
        """Files that are neither packages nor the application nor bytecode."""
        kinds = (STANDARD_BYTECODE, APPLICATION, PACKAGES)
        return {
            path: size
            for path, size in self.files
            if size and not any(kind.match(path) for kind in kinds)
        }


def contents(image: str, base: str) -> Contents:
    """Unpacked, as it is stored and pulled: what a later layer hides is still there."""
    below = len(json.loads(docker("image", "inspect", "-f", "{{json .RootFS.Layers}}", base)))
    with TemporaryDirectory() as folder:
        archive = saved(image, Path(folder))
        with tarfile.open(archive) as whole:
            manifest = whole.extractfile("manifest.json")
            assert manifest
            layers = json.load(manifest)[0]["Layers"][below:]
            return Contents(tuple(file for layer in layers for file in _files(whole, layer)))


def saved(image: str, folder: Path) -> Path:
    archive = folder / "image.tar"
    docker("save", "--output", str(archive), image)
    return archive


def _files(whole: tarfile.TarFile, layer: str) -> Iterable[tuple[str, int]]:
    with tarfile.open(fileobj=whole.extractfile(layer)) as files:
        for member in files:
            if member.isfile() and not Path(member.name).name.startswith(".wh."):
                yield member.name.removeprefix("./"), member.size


def unexpected(image: str, base: str, locked: Iterable[str]) -> tuple[str, list[str]]:
    """Return who looked, and the packages that are neither in the base nor locked."""
    scanner, look = ("syft", _scanned) if shutil.which("syft") else ("dist-info", _distributions)
    beyond = look(image).items() - look(base).items()
    known = {normalised(name) for name in locked}
    return scanner, sorted(f"{name} {version}" for name, version in beyond if name not in known)


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _scanned(image: str) -> Mapping[str, str]:
    with TemporaryDirectory() as folder:
        archive = saved(image, Path(folder))
        found = execute("syft", "-q", "-o", "json", f"docker-archive:{archive}").stdout
    return {normalised(each["name"]): each["version"] for each in json.loads(found)["artifacts"]}


def _distributions(image: str) -> Mapping[str, str]:
    """By their dist-info folders, wherever they lie."""
    look = "find / -xdev -type d -name '*-*.dist-info' -print"
    found = docker("run", "--rm", "--entrypoint=sh", "--user=0", image, "-c", look)
    names = (Path(path).name.removesuffix(".dist-info") for path in found.splitlines())
    return {normalised(name): version for name, version in (each.split("-") for each in names)}
