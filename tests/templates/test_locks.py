"""The locks, without the package index: what a resolver made still fits what it was made from."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from generator.project import ROOT

PAIRS = ["requirements", "requirements-dev"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "os_name": "posix"},
    "Darwin": {"sys_platform": "darwin", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "os_name": "nt"},
}


@dataclass(frozen=True)
class Pin:
    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> Version:
        (specifier,) = self.requirement.specifier
        assert specifier.operator == "=="
        return Version(specifier.version)

    def applies(self, environment: Mapping[str, str]) -> bool:
        marker = self.requirement.marker
        return marker is None or marker.evaluate(dict(environment))


def _pins(text: str) -> list[Pin]:
    joined = re.sub(r" *\\\n +", " ", text)
    return [
        Pin(Requirement(line.partition(" --hash=")[0]), tuple(re.findall(r"--hash=(\S+)", line)))
        for line in joined.splitlines()[1:]
    ]


def _environment(python: str, system: str) -> dict[str, str]:
    values = {
        **default_environment(),
        **SYSTEMS[system],
        "platform_system": system,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    return {key: str(value) for key, value in values.items()}


def _wanted(project: Path, name: str) -> Iterator[Requirement]:
    for line in (project / name).read_text("utf-8").splitlines():
        option, _, value = line.partition(" ")
        if option == "-r":
            yield from _wanted(project, value)
        elif line and not line.startswith(("#", "-c ")):
            yield Requirement(line)


@pytest.fixture(params=["flask"], scope="module")
def project(
    request: pytest.FixtureRequest, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    answers = Answers("my-shop", request.param, "3.14", 8000)
    return create(answers, catalog, tmp_path_factory.mktemp("made") / answers.name).folder


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def lock(project: Path, pair: str) -> str:
    return (project / f"{pair}.txt").read_text("utf-8")


def test_every_framework_and_python_is_tested_here(catalog: Catalog) -> None:
    assert list(catalog.frameworks) == ["flask"]
    assert [python.version for python in reversed(catalog.pythons)] == PYTHONS
    locks = catalog.root.glob("locks/*/")
    assert sorted(path.name for path in locks if path.is_dir()) == sorted(catalog.frameworks)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_satisfies_what_is_asked_for(
    project: Path, pair: str, lock: str, python: str, system: str
) -> None:
    environment = _environment(python, system)
    pins = [pin for pin in _pins(lock) if pin.applies(environment)]
    by_name = {pin.name: pin for pin in pins}
    wanted = list(_wanted(project, f"{pair}.in"))

    assert len(by_name) == len(pins), "one package in two versions at once"
    assert len(wanted) >= 2
    for requirement in wanted:
        pin = by_name[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pin.version), requirement


def test_every_line_is_pinned_and_hashed(lock: str) -> None:
    for pin in _pins(lock):
        assert not pin.version.is_prerelease, pin
        assert pin.requirement.url is None
        assert pin.hashes, pin
        assert len(set(pin.hashes)) == len(pin.hashes), pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in pin.hashes), pin


def test_first_line_says_how_it_is_made_and_no_other_does(lock: str) -> None:
    first, *lines = lock.splitlines()
    made = r"# Resolved from requirements(-dev)?\.in by: docker build --target lock --output \. \."
    assert re.fullmatch(made, first)
    assert max(map(len, lines)) <= 100
    assert "#" not in "".join(lines)
    assert "://" not in "".join(lines)


def test_names_are_normalised_and_sorted(lock: str) -> None:
    names = [pin.requirement.name for pin in _pins(lock)]

    assert names == sorted(map(canonicalize_name, names))


def test_the_service_has_the_same_versions_in_development(project: Path) -> None:
    service, development = (_pins((project / f"{pair}.txt").read_text("utf-8")) for pair in PAIRS)
    by_name = {(pin.name, pin.version): pin for pin in development}

    assert len(service) < len(development)
    for pin in service:
        other = by_name[pin.name, pin.version]
        assert set(pin.hashes) == set(other.hashes), pin


def test_the_packaged_list_names_every_locked_package(catalog: Catalog) -> None:
    text = (catalog.root / "locks" / "packages.txt").read_text("ascii")
    locked = {
        pin.name
        for path in catalog.root.glob(f"locks/*/{ROOT}/*.txt")
        for pin in _pins(path.read_text("utf-8"))
    }

    assert text == "".join(f"{name}\n" for name in sorted(locked))
    assert catalog.locked_packages == locked


def test_frameworks_and_servers_are_locked(catalog: Catalog) -> None:
    for framework in catalog.frameworks.values():
        wanted = {*framework.requirements, *framework.server.requirements}
        assert {Requirement(each).name for each in wanted} <= catalog.locked_packages


def test_one_uv_resolves_here_and_there(catalog: Catalog, root: Path, project: Path) -> None:
    groups = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    pinned = [
        requirement
        for group in groups.values()
        for requirement in group
        if isinstance(requirement, str) and Requirement(requirement).name == "uv"
    ]

    assert pinned == [f"uv=={catalog.uv}"]
    assert f"uv:{catalog.uv}\n" in (project / "Dockerfile").read_text("utf-8")
