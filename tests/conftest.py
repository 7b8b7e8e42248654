from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator import catalog as catalogs
from generator.__main__ import main
from generator.answers import Answers
from generator.catalog import Catalog
from tests.toys import with_toys

ROOT = Path(__file__).resolve().parent.parent

# What the machine that runs the tests may have set, and what changes how the program behaves.
_AMBIENT = ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "COOKIECUTTER_CONFIG")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    from tests.side_by_side import EngineTogether

    return EngineTogether(config, log)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return catalogs.load()


@pytest.fixture(scope="session")
def toys(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """A catalog whose extras are `sign` and, with Flask alone, `toy`."""
    return with_toys(catalog, tmp_path_factory.mktemp("toys") / "templates")


@pytest.fixture(scope="session")
def answers() -> Answers:
    """What `dockerize new my-shop --yes` takes."""
    return Answers("my-shop", "flask", "3.14", 8000, "uv", ())


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _AMBIENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    # 25 November 2026: no test depends on the calendar.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795564800")
    monkeypatch.setenv("PROMPT_TOOLKIT_NO_CPR", "1")


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """A run may end with other handlers than it began with, as its process is about to end."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session", autouse=True)
def _untouched_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing that dockerize does may leave anything in the home folder."""
    home = tmp_path_factory.mktemp("home")
    names = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({"HOME": str(home), "USERPROFILE": str(home)})
    for name in names[2:]:
        os.environ.pop(name, None)
    yield
    left = sorted(path.relative_to(home).as_posix() for path in home.rglob("*"))
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    assert left == []


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Call `dockerize` here with arguments, in an empty folder; gives status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture(scope="session")
def dockerize() -> list[str]:
    """The command of a process of its own."""
    return [sys.executable, "-m", "generator"]
