"""What reaches a user, by every way there is, and that it works like the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from generator import __version__
from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from tests.trees import Tree, copy_tracked, tracked, tree

pytestmark = pytest.mark.network  # a build fetches its backend


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For tools: what they keep in the home folder is theirs, and goes with the tests."""
    home = str(tmp_path_factory.mktemp("tools-home"))
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {**kept, "HOME": home, "USERPROFILE": home}


@pytest.fixture(scope="module")
def files(root: Path) -> list[str]:
    return tracked(root)


@pytest.fixture(scope="module")
def checkout(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that no build leaves anything in the real one."""
    return copy_tracked(root, tmp_path_factory.mktemp("checkout"))


def _build(environment: dict[str, str], source: Path, out: Path, kind: str) -> Path:
    command = [sys.executable, "-m", "uv", "build", "--quiet", kind, "--out-dir", str(out)]
    done = subprocess.run(
        [*command, str(source)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("*.tar.gz" if kind == "--sdist" else "*.whl")
    return built


@pytest.fixture(scope="module")
def sdist(
    checkout: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return _build(environment, checkout, tmp_path_factory.mktemp("sdist"), "--sdist")


@pytest.fixture(scope="module")
def wheel(
    checkout: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return _build(environment, checkout, tmp_path_factory.mktemp("wheel"), "--wheel")


@pytest.fixture(scope="module")
def wheel_of_sdist(
    sdist: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return _build(environment, sdist, tmp_path_factory.mktemp("wheel-of-sdist"), "--wheel")


@pytest.fixture(scope="module")
def reference(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """What `dockerize new shop --yes` makes here."""
    answers = Answers("shop", "flask", catalog.recommended_python, 8000, "uv", ())
    return tree(create(answers, catalog, tmp_path_factory.mktemp("reference") / "shop").folder)


# --- what is in them ----------------------------------------------------------------------------


def test_the_wheel_holds_the_package_with_the_templates_in_it(
    wheel: Path, files: list[str]
) -> None:
    expected = {
        f"generator/{name}" if name.startswith("templates/") else name
        for name in files
        if name.startswith(("generator/", "templates/"))
    }

    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]

    assert sorted(names) == sorted(expected)


def test_the_wheel_of_the_sdist_is_the_same(wheel: Path, wheel_of_sdist: Path) -> None:
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(wheel_of_sdist) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())
        assert {name: one.read(name) for name in one.namelist()} == {
            name: other.read(name) for name in other.namelist()
        }


def test_the_sdist_holds_all_that_git_keeps(sdist: Path, files: list[str]) -> None:
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}

    wanted = ("generator/", "templates/", "tests/", "README.md", "LICENSE", "pyproject.toml")
    assert {name for name in files if name.startswith(wanted)} <= names
    assert names - set(files) == {"PKG-INFO"}


def test_the_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"dockerize_new-{__version__}.dist-info"
        metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode("utf-8"))
        entry_points = archive.read(f"{info}/entry_points.txt").decode("utf-8")

    assert (metadata["Name"], metadata["Version"]) == ("dockerize-new", __version__)
    assert metadata["Requires-Python"] == ">=3.11"
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert entry_points == "[console_scripts]\ndockerize = generator.__main__:main\n"


# --- that they work -----------------------------------------------------------------------------


@pytest.fixture(params=["wheel", "wheel_of_sdist", "editable"])
def installed(
    request: pytest.FixtureRequest, checkout: Path, environment: dict[str, str], tmp_path: Path
) -> Path:
    """The scripts' folder of a fresh virtual environment with the program alone in it."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    scripts = venv / ("Scripts" if os.name == "nt" else "bin")
    what = (
        ["--editable", str(checkout)]
        if request.param == "editable"
        else [str(request.getfixturevalue(request.param))]
    )
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet"]
    subprocess.run(
        [*pip, "--no-deps", "--disable-pip-version-check", *what], env=environment, check=True
    )
    return scripts


def _with_dependencies(environment: dict[str, str]) -> dict[str, str]:
    # Folders named so are not searched for .pth files: the editable `generator` here stays hidden.
    return {**environment, "PYTHONPATH": sysconfig.get_path("purelib")}


def _generator_of(scripts: Path, environment: dict[str, str], folder: Path) -> Path:
    code = "import generator; print(generator.__file__)"
    done = subprocess.run(
        [scripts / "python", "-c", code],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip()).parent


def test_installed_it_makes_the_same_project(
    installed: Path,
    checkout: Path,
    environment: dict[str, str],
    reference: Tree,
    tmp_path: Path,
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    environment = _with_dependencies(environment)
    generator = _generator_of(installed, environment, work)
    editable = generator.samefile(checkout / "generator")
    assert editable or generator.resolve().is_relative_to(installed.parent.resolve())
    if not editable:
        # pip has compiled what it took for modules, and no project may get that.
        compiled = list((generator / "templates").rglob("*.pyc"))
        assert len(compiled) >= 8

    done = subprocess.run(
        [installed / "dockerize", "new", "shop", "--yes", "--quiet"],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert tree(work / "shop") == reference
    assert not list(work.rglob("__pycache__"))


def test_the_checkout_makes_the_same_project_uninstalled(
    checkout: Path, environment: dict[str, str], reference: Tree, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "generator", "new", "shop", "--yes", "--quiet", "-o", tmp_path],
        cwd=checkout,
        env=_with_dependencies(environment),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert tree(tmp_path / "shop") == reference
