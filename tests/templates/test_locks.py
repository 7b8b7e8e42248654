"""The locks: what a resolver made still fits what it was made from."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from uv import find_uv_bin

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from generator.project import ROOT
from tests.offered import COMBINATIONS, FRAMEWORKS, INSTALLERS, subsets, wired

PAIRS = ["requirements", "requirements-dev"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "os_name": "posix"},
    "Darwin": {"sys_platform": "darwin", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "os_name": "nt"},
}
UV_NAMES = {"Linux": "linux", "Darwin": "macos", "Windows": "windows"}


def _applies(requirement: Requirement, environment: Mapping[str, str]) -> bool:
    marker = requirement.marker
    return marker is None or marker.evaluate(dict(environment))


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
        return _applies(self.requirement, environment)


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


@pytest.fixture(params=COMBINATIONS, ids=lambda each: "+".join([each[0], *each[1]]), scope="module")
def project(
    request: pytest.FixtureRequest, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    framework, extras = request.param
    answers = Answers("my-shop", framework, "3.14", 8000, "pip", extras)
    return create(answers, catalog, tmp_path_factory.mktemp("made") / answers.name).folder


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def lock(project: Path, pair: str) -> str:
    return (project / f"{pair}.txt").read_text("utf-8")


def test_every_python_is_tested_here(catalog: Catalog) -> None:
    assert [python.version for python in reversed(catalog.pythons)] == PYTHONS


def test_there_is_a_lock_for_each_combination_and_no_other(catalog: Catalog) -> None:
    wanted = {
        "+".join([framework, *extras])
        for framework in FRAMEWORKS
        for extras in subsets(wired(framework))
    }
    assert {*FRAMEWORKS} < wanted
    assert {path.name for path in (catalog.root / "locks").iterdir() if path.is_dir()} == wanted
    for name in wanted:
        folder = catalog.root / "locks" / name
        assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")) == [
            f"{ROOT}",
            f"{ROOT}/requirements-dev.txt",
            f"{ROOT}/requirements.txt",
        ]


def test_an_extra_that_is_not_wired_brings_no_packages(catalog: Catalog) -> None:
    for name, extra in catalog.extras.items():
        if not extra.wired:
            assert not {"requirements", "tools"} & extra.adds.keys(), name


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_package_has_the_same_versions_with_any_extras(framework: str, catalog: Catalog) -> None:
    """Two projects of one release differ in what they were asked for, and in nothing else."""

    def versions(extras: tuple[str, ...]) -> dict[str, set[Version]]:
        text = (catalog.lock(framework, extras) / ROOT / f"{PAIRS[1]}.txt").read_text("utf-8")
        found: dict[str, set[Version]] = {}
        for pin in _pins(text):
            found.setdefault(pin.name, set()).add(pin.version)
        return found

    every = versions(tuple(wired(framework)))
    for extras in subsets(wired(framework)):
        some = versions(extras)
        assert {name: every.get(name) for name in some} == some


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_satisfies_what_is_asked_for(
    project: Path, pair: str, lock: str, python: str, system: str
) -> None:
    environment = _environment(python, system)
    pins = [pin for pin in _pins(lock) if pin.applies(environment)]
    by_name = {pin.name: pin for pin in pins}
    wanted = [each for each in _wanted(project, f"{pair}.in") if _applies(each, environment)]

    assert len(by_name) == len(pins), "one package in two versions at once"
    assert len(wanted) >= 2
    for requirement in wanted:
        pin = by_name[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pin.version), requirement


@pytest.mark.network
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_environment_gets_what_it_needs_and_no_more(
    framework: str, catalog: Catalog, tmp_path: Path
) -> None:
    """Resolved for one environment alone there are no markers that could be lost or too narrow."""
    extras = tuple(catalog.can_have(framework))
    answers = Answers("my-shop", framework, "3.14", 8000, "pip", extras)
    project = create(answers, catalog, tmp_path / answers.name).folder
    pins = _pins((project / "requirements-dev.txt").read_text("utf-8"))
    for python, system in product(PYTHONS, SYSTEMS):
        applying = [pin for pin in pins if pin.applies(_environment(python, system))]
        assert _resolved(project, python, system) == {
            f"{pin.name}=={pin.version}" for pin in applying
        }, (python, system)


def _resolved(project: Path, python: str, system: str) -> set[str]:
    """What the .in files bring there, in the versions of the lock."""
    command = [
        *(find_uv_bin(), "pip", "compile", "--quiet", "--no-build"),
        *("--cache-dir", str(project.parent / "cache")),
        *("--no-python-downloads", "--python-version", python),
        *("--python-platform", UV_NAMES[system], "--no-header", "--no-annotate"),
        *("-c", "requirements-dev.txt", "requirements-dev.in"),
    ]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return {re.sub(r"\[.*\]", "", line) for line in done.stdout.splitlines()}


def test_every_line_is_pinned_and_hashed(lock: str) -> None:
    for pin in _pins(lock):
        assert not pin.version.is_prerelease, pin
        assert pin.requirement.url is None
        assert pin.hashes, pin
        assert len(set(pin.hashes)) == len(pin.hashes), pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in pin.hashes), pin


def test_first_line_says_how_it_is_made_and_no_other_does(lock: str, catalog: Catalog) -> None:
    first, *lines = lock.splitlines()
    # The options are what Dependabot keeps to.
    options = f"--universal --python-version {catalog.oldest_python}"
    assert first == f"# By docker build --target lock --output . .: uv pip compile {options}"
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


@pytest.mark.parametrize(("framework", "extras"), COMBINATIONS)
def test_what_each_layer_requires_is_locked(
    framework: str, extras: tuple[str, ...], catalog: Catalog
) -> None:
    layers = catalog.layers(framework, "pip", extras)
    for key, name in (("requirements", "requirements"), ("tools", "requirements-dev")):
        text = (catalog.lock(framework, extras) / ROOT / f"{name}.txt").read_text("utf-8")
        locked = {pin.name for pin in _pins(text)}
        wanted = {Requirement(each).name for layer in layers for each in layer.adds.get(key, ())}
        assert wanted
        assert wanted <= locked
        assert locked <= catalog.locked_packages


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_installer_does_not_change_the_lock(framework: str, catalog: Catalog) -> None:
    locks = {catalog.layers(framework, installer, [])[-1].folder for installer in INSTALLERS}
    assert locks == {catalog.lock(framework, [])}


def test_one_uv_resolves_here_and_there(catalog: Catalog, root: Path, project: Path) -> None:
    groups = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    pinned = [
        requirement
        for group in groups.values()
        for requirement in group
        if isinstance(requirement, str) and Requirement(requirement).name == "uv"
    ]

    assert pinned == [f"uv=={catalog.uv}"]
    assert f"uv:{catalog.uv} AS" in (project / "Dockerfile").read_text("utf-8")
