"""`.ci/lock`, which resolves the templates' locks: what it refuses and what it reports."""

from __future__ import annotations

import re
import runpy
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from tests.packages import Index, serving, wheel


@pytest.fixture(scope="module")
def script(root: Path) -> dict[str, Any]:
    return runpy.run_path(str(root / ".ci/lock"))


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """The one that uv asks."""
    with serving(tmp_path) as index:
        monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
        monkeypatch.setenv("UV_NO_CACHE", "1")
        yield index


def locked(index: Index, *requirements: str) -> Path:
    lock = index.wheels / "requirements-dev.txt"
    lock.write_text("".join(f"{each}\n" for each in requirements), "utf-8")
    return lock


def test_what_has_wheels_everywhere_passes(script: dict[str, Any], index: Index) -> None:
    wheel(index.wheels, "pure", "1.0")
    for machine in ("x86_64", "aarch64"):
        wheel(index.wheels, "fast", "1.0", f"cp311-abi3-manylinux_2_28_{machine}")
    wheel(index.wheels, "elsewhere", "1.0", "py3-none-win_amd64")
    lock = locked(index, "pure==1.0", "fast==1.0", "elsewhere==1.0 ; sys_platform == 'win32'")
    script["try_everywhere"](lock, ["3.15", "3.11"])


def test_a_project_says_for_which_processors_the_lock_was_tried(
    script: dict[str, Any], answers: Answers, catalog: Catalog, tmp_path: Path
) -> None:
    readme = create(answers, catalog, tmp_path / "shop").folder / "README.md"
    platforms = re.findall(r"`(?:--platform )?linux/(\w+)`", readme.read_text("utf-8"))
    names = {"amd64": "x86_64", "arm64": "aarch64"}
    assert tuple(f"{names[each]}-manylinux_2_28" for each in platforms) == script["PLATFORMS"]


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("cp311-cp311-manylinux_2_28_x86_64", "You require CPython 3.15"),
        ("cp311-abi3-manylinux_2_28_x86_64", "manylinux_2_28_aarch64"),
        ("cp311-abi3-musllinux_1_2_x86_64", "manylinux_2_28_x86_64"),
    ],
)
def test_what_lacks_a_wheel_somewhere_is_named(
    script: dict[str, Any], index: Index, capfd: pytest.CaptureFixture[str], tag: str, told: str
) -> None:
    wheel(index.wheels, "fast", "1.0", tag)
    with pytest.raises(subprocess.CalledProcessError):
        script["try_everywhere"](locked(index, "fast==1.0"), ["3.15", "3.11"])
    said = capfd.readouterr().err
    assert "fast==1.0 has no wheels" in said
    assert told in said


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (["x==2.0"], ["x==1.0"], "  x went down from 2.0 to 1.0\n"),
        (["x[fast]==1.10"], ["x[fast]==1.9"], "  x went down from 1.10 to 1.9\n"),
        (["x==2.0"], ["x==1.0 ; python_version < '3.12'", "x==2.0 ; python_version >= '3.12'"], ""),
        (["x==1.9"], ["x==1.10"], ""),
        (["x==2.0"], ["y==1.0"], ""),
        ([], ["x==1.0"], ""),
    ],
)
def test_what_went_down_is_told(
    script: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    *,
    before: list[str],
    after: list[str],
    told: str,
) -> None:
    script["report_older"]("\n".join(before), "\n".join(after))
    assert capsys.readouterr().out == told
