from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.catalog import Catalog
from tests.toys import TOYS, put
from tests.trees import copy_tracked

Run = Callable[..., tuple[int, str, str]]

posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")

BEFORE_THE_EXTRAS = """\
Frameworks (--framework):
  flask    Flask on gunicorn: small core, add what you need (default)
  fastapi  FastAPI on uvicorn: typed APIs that document themselves
  django   Django on gunicorn: pages, forms; users and admin with postgres
Python versions (--python):
  3.15  bug fixes to 2028-10, security to 2031-10
  3.14  bug fixes to 2027-10, security to 2030-10 (recommended, default)
  3.13  bug fixes to 2026-10, security to 2029-10
  3.12  bug fixes to 2025-04, security to 2028-10
  3.11  bug fixes to 2024-04, security to 2027-10
Installers (--installer):
  uv   installs in parallel; its image is a second one to trust (default)
  pip  comes with the base image; nothing else is downloaded
Extras (--with, commas between them, or all):
"""


def test_what_there_is(run: Run, catalog: Catalog) -> None:
    status, out, err = run("list")
    assert (status, err) == (0, "")
    assert out.startswith(BEFORE_THE_EXTRAS)
    extras = out.removeprefix(BEFORE_THE_EXTRAS)
    words = " ".join(f"{each.name} {each.hint}" for each in catalog.extras.values())
    assert " ".join(extras.split()) == words


@pytest.mark.parametrize("columns", ["0", "20", "80", "300"])
def test_it_keeps_to_80_columns_in_any_terminal_and_in_a_pipe(
    columns: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = run("list")[1]
    monkeypatch.setenv("COLUMNS", columns)
    assert run("list") == (0, out, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    assert out.isascii()


def test_a_python_that_has_ended_is_marked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1919808000")  # 2030-11-02
    lines = run("list")[1].splitlines()
    assert "  3.15  bug fixes to 2028-10, security to 2031-10" in lines
    assert (
        "  3.14  bug fixes to 2027-10, security to 2030-10 (ended, recommended, default)" in lines
    )
    assert "  3.11  bug fixes to 2024-04, security to 2027-10 (ended)" in lines


def listed(run: Run) -> dict[str, Any]:
    status, out, err = run("list", "--json")
    assert (status, err) == (0, "")
    offer: dict[str, Any] = json.loads(out)
    assert out == json.dumps(offer, indent=2) + "\n"
    return offer


def test_json(run: Run, catalog: Catalog) -> None:
    offer = listed(run)
    assert list(offer) == ["frameworks", "pythons", "ended_pythons", "installers", "extras"]
    assert offer["frameworks"][0] == {
        "name": "flask",
        "label": "Flask",
        "hint": "small core, add what you need",
        "server": "gunicorn",
        "port": 8000,
        "default": True,
        "extras": catalog.can_have("flask"),
    }
    assert offer["pythons"][1] == {
        "version": "3.14",
        "bugfixes": "2027-10",
        "security": "2030-10",
        "ended": False,
        "recommended": True,
        "default": True,
    }
    assert offer["ended_pythons"][:2] == [
        {"version": "3.10", "security": "2026-10"},
        {"version": "3.9", "security": "2025-10"},
    ]
    assert offer["installers"] == [
        {
            "name": "uv",
            "hint": "installs in parallel; its image is a second one to trust",
            "default": True,
        },
        {
            "name": "pip",
            "hint": "comes with the base image; nothing else is downloaded",
            "default": False,
        },
    ]
    assert offer["extras"] == [
        {"name": each.name, "hint": each.hint} for each in catalog.extras.values()
    ]


def test_json_names_all_that_there_is_in_its_order(run: Run, catalog: Catalog) -> None:
    offer = listed(run)
    assert [each["name"] for each in offer["frameworks"]] == list(catalog.frameworks)
    assert [each["version"] for each in offer["pythons"]] == [
        each.version for each in catalog.pythons
    ]
    assert {each["version"]: each["security"] for each in offer["ended_pythons"]} == (
        catalog.ended_pythons
    )
    assert [each["name"] for each in offer["installers"]] == list(catalog.installers)


@pytest.mark.parametrize("kind", ["frameworks", "pythons", "installers"])
def test_exactly_one_is_the_default(kind: str, run: Run) -> None:
    assert [each["default"] for each in listed(run)[kind]].count(True) == 1


@pytest.mark.parametrize(
    ("epoch", "ended"),
    [
        ("1795564800", []),
        ("1825113600", ["3.11"]),  # 2027-11-02
        ("1951344000", ["3.15", "3.14", "3.13", "3.12", "3.11"]),  # 2031-11-02
    ],
)
def test_what_has_ended_is_seen_from_the_day_that_was_set(
    epoch: str, ended: list[str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    pythons = listed(run)["pythons"]
    assert [each["version"] for each in pythons if each["ended"]] == ended


def test_all_that_is_listed_can_be_made(run: Run, tmp_path: Path) -> None:
    offer = listed(run)
    for framework in offer["frameworks"]:
        options = [f"--framework={framework['name']}", f"--port={framework['port']}"]
        options += [f"--with={extra}" for extra in framework["extras"]]
        for python in offer["pythons"]:
            for installer in offer["installers"]:
                named = [f"--python={python['version']}", f"--installer={installer['name']}"]
                assert run("new", "my-shop", "-q", "--dry-run", *options, *named) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_an_extra_that_not_every_framework_can_have(root: Path, tmp_path: Path) -> None:
    checkout = copy_tracked(root, tmp_path / "checkout")
    put(checkout / "templates", TOYS)

    def run_there(*arguments: str) -> str:
        command = [sys.executable, "-m", "generator", "list", *arguments]
        return subprocess.run(
            command, cwd=checkout, capture_output=True, text=True, check=True
        ).stdout

    words = " ".join(run_there().split())
    assert " sign says whose it is toy for play (not with fastapi, not with django)" in words
    frameworks = json.loads(run_there("--json"))["frameworks"]
    assert [each["name"] for each in frameworks if "toy" in each["extras"]] == ["flask"]
    assert all("sign" in each["extras"] for each in frameworks)


# What can go wrong


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("flask", "Got unexpected extra argument (flask)"),
        ("--jsn", "No such option '--jsn'. Did you mean '--json'?"),
    ],
)
def test_what_it_does_not_take(argument: str, message: str, run: Run) -> None:
    hint = "dockerize list --help lists what there is"
    assert run("list", argument) == (2, "", f"dockerize: {message}\n  {hint}\n")
    status, out, err = run("list", "--json", argument)
    assert (status, err) == (2, "")
    assert json.loads(out) == {"error": {"code": "usage", "message": message, "hint": hint}}


@pytest.fixture
def in_shell(dockerize: list[str], tmp_path: Path) -> Callable[[str], tuple[int, str]]:
    """Run `dockerize list` with what follows in sh; gives status and stderr."""

    def running(rest: str) -> tuple[int, str]:
        line = f"{shlex.join([*dockerize, 'list'])} {rest}"
        done = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr
        assert "Exception" not in done.stderr
        return done.returncode, done.stderr

    return running


@posix
@pytest.mark.parametrize("option", ["", "--json"])
def test_a_closed_standard_output(option: str, in_shell: Callable[[str], tuple[int, str]]) -> None:
    assert in_shell(f"{option} >&-")[0] in (0, 1)


@full
@pytest.mark.parametrize("option", ["", "--json"])
def test_a_full_standard_output(option: str, in_shell: Callable[[str], tuple[int, str]]) -> None:
    status, err = in_shell(f"{option} >/dev/full")
    assert status == 1
    assert err == "dockerize: cannot print: No space left on device\n"


@posix
@pytest.mark.parametrize("option", ["", "--json"])
def test_a_reader_that_goes_away(option: str, in_shell: Callable[[str], tuple[int, str]]) -> None:
    # The first one reads the shell's own last status, which is that of the reader.
    assert in_shell(f"{option} | true") == (0, "")
    assert in_shell(f"{option} | head -n 1 > /dev/null") == (0, "")


def test_help_documents_the_json(run: Run) -> None:
    status, out, err = run("list", "--help")
    assert (status, err) == (0, "")
    assert out.startswith(
        "Usage: dockerize list [OPTIONS]\n\n  Show what projects can be made of.\n"
    )
    words = " ".join(out.split())
    for kind, choices in listed(run).items():
        described = words.partition(f'"{kind}" (')[2].partition(")")[0]
        assert set(choices[0]) <= set(described.replace(",", "").split()), kind
    assert max(map(len, out.splitlines())) <= 80
