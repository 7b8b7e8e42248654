from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.project import plan
from tests.cli.new.helpers import ALL_FLAGS, COMMAND, Run
from tests.trees import tree


@pytest.fixture
def paths(answers: Answers, catalog: Catalog) -> list[str]:
    """Of a Flask project's files."""
    return [source.path for source in plan(answers, catalog).sources()]


def test_all_flags(run: Run, paths: list[str], tmp_path: Path) -> None:
    status, out, err = run("new", *ALL_FLAGS)
    assert (status, err) == (0, "")
    made = tree(tmp_path)
    assert sorted(made) == [f"my-shop/{path}" for path in paths]
    size = sum(map(len, made.values()))
    lines = out.splitlines()
    assert lines[0] == f"Made {tmp_path / 'my-shop'}: {len(paths)} files, {size:,} bytes"
    assert lines[1:4] == ["my-shop/", "├── app/", "│   ├── __init__.py"]
    assert lines[-7:] == [
        "Next:",
        "  cd my-shop",
        "  docker compose up --build --wait",
        "Then open http://localhost:8000",
        "The same project again, without questions:",
        f"  {COMMAND}",
        "Editing app/pages.py re-runs 2 of 10 steps, no RUN: dockerize explain my-shop",
    ]


def test_json(run: Run, paths: list[str], tmp_path: Path) -> None:
    status, out, err = run("new", *ALL_FLAGS, "--json")
    assert (status, err) == (0, "")
    expected = {
        "project": str(tmp_path / "my-shop"),
        "files": paths,
        "answers": {
            "name": "my-shop",
            "framework": "flask",
            "python": "3.14",
            "port": 8000,
            "installer": "uv",
            "with": [],
        },
        "command": COMMAND,
        "dry_run": False,
    }
    assert out == json.dumps(expected, indent=2) + "\n"
    assert sorted(tree(tmp_path / "my-shop")) == paths == sorted(paths)


def test_json_of_a_failure(run: Run) -> None:
    status, out, err = run("new", "My_Shop", "--yes", "--json")
    assert (status, err) == (2, "")
    expected = {
        "error": {
            "code": "invalid-name",
            "message": "name 'My_Shop': it holds the capital letter 'M',"
            " and only a-z, 0-9 and - are right",
            "hint": "try my-shop",
        }
    }
    assert out == json.dumps(expected, indent=2) + "\n"


def test_json_keeps_notes_off_stdout(run: Run) -> None:
    status, out, err = run("new", "my-shop", "-y", "--port", "6000", "--json")
    assert status == 0
    assert json.loads(out)["answers"]["port"] == 6000
    assert err == "note: port 6000 is one that browsers refuse to open; 8000 is wiser\n"


@pytest.mark.parametrize("option", ["-q", "--quiet"])
def test_quiet(option: str, run: Run, tmp_path: Path) -> None:
    assert run("new", "my-shop", "-y", "--port", "80", option) == (0, "", "")
    assert (tmp_path / "my-shop" / "Dockerfile").is_file()


def test_quiet_still_says_what_is_wrong(run: Run) -> None:
    assert run("new", "My_Shop", "-yq")[2].startswith("dockerize: name 'My_Shop'")


@pytest.mark.parametrize("option", ["-v", "--verbose"])
def test_verbose_shows_sizes(option: str, run: Run, tmp_path: Path) -> None:
    out = run("new", "my-shop", "-y", option)[1]
    for path, content in tree(tmp_path / "my-shop").items():
        assert f"── {path.rpartition('/')[2]}  {len(content):,}\n" in out
    assert "Next:\n" in out


def test_a_dry_run_writes_nothing(run: Run, paths: list[str], tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_bytes(b"mine")
    status, dry, err = run("new", "my-shop", "-y", "--dry-run", "-o", "not/there")
    assert (status, err) == (0, "")
    assert list(tmp_path.rglob("*")) == [tmp_path / "other.txt"]
    assert dry.startswith(
        f"Would make {tmp_path / 'not' / 'there' / 'my-shop'}: {len(paths)} files, "
    )
    assert dry.endswith(
        f"\nNothing was written. To make it:\n  {COMMAND} --output-dir {Path('not/there')}\n"
    )
    made = run("new", "my-shop", "-y", "-v", "-o", "not/there")[1]
    tree = made.partition("\n")[2].partition("Next:")[0]
    assert "── Dockerfile  " in tree
    assert tree in dry


def test_json_of_a_dry_run(run: Run, tmp_path: Path) -> None:
    dry = json.loads(run("new", "my-shop", "-y", "--json", "--dry-run")[1])
    assert list(tmp_path.iterdir()) == []
    made = json.loads(run("new", "my-shop", "-y", "--json")[1])
    assert dry == {**made, "dry_run": True}


def test_a_dry_run_refuses_what_the_real_one_would(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my-shop").touch()
    real, dry = (run("new", "my-shop", "-y", *option) for option in ([], ["--dry-run"]))
    assert real == dry
    assert real[0] == 1


def test_the_printed_command_makes_the_same_project(run: Run, tmp_path: Path) -> None:
    made = json.loads(run("new", "my-shop", "-y", "--port", "81", "-o", "a b", "--json")[1])
    once = tree(tmp_path / "a b")
    (tmp_path / "a b").rename(tmp_path / "before")
    if os.name == "nt":
        again = subprocess.run(made["command"], check=False, shell=True).returncode
    else:
        again = run(*shlex.split(made["command"])[1:])[0]
    assert again == 0
    assert tree(tmp_path / "a b") == once


def test_help(run: Run, catalog: Catalog) -> None:
    status, out, err = run("new", "--help")
    assert (status, err) == (0, "")
    assert out.startswith("Usage: dockerize new [OPTIONS] [NAME]\n")
    options = "--framework --python --port --installer --with -o --output-dir --answers -y --yes"
    for option in f"{options} --dry-run --json -q --quiet -v -h --help".split():
        assert f" {option}" in out
    assert " --framework [flask|fastapi|django]\n" in out
    assert " --python [3.15|3.14|3.13|3.12|3.11]\n" in out
    assert " --installer [uv|pip] " in out
    assert f" --with [{'|'.join(catalog.extras)}],...\n" in out
    assert all(len(line) <= 80 for line in out.splitlines())


@pytest.mark.skipif(os.name == "nt", reason="a pipe breaks otherwise there")
@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--json",)])
def test_nobody_who_reads_it_is_no_failure(
    tmp_path: Path, dockerize: list[str], more: tuple[str, ...]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [*dockerize, "new", "my-shop", "--yes", *more]
    done = subprocess.run(command, cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "my-shop").exists() is (more != ("--dry-run",))
