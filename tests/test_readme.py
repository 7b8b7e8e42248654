"""What the README says, done. The tutorial is in `engine/`, its second command is what CI runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from generator.answers import FIELDS, Answers, settle
from generator.answers.file import read
from generator.catalog import Catalog
from generator.cli.new import command as new_command
from generator.create import create
from tests.locks import assert_kept
from tests.trees import copy_tracked

BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def readme(root: Path) -> str:
    return (root / "README.md").read_text("utf-8")


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    return copy_tracked(root, tmp_path / "clone")


def blocks(readme: str, language: str = "sh") -> list[str]:
    found = re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", readme)
    return [text for kind, text in found if kind == language]


def sh(line: str, folder: Path, home: Path | None = None) -> str:
    """Run a line as somebody would who has the environment's commands on PATH."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    if home is not None:  # for tools that keep caches there
        environment["HOME"] = str(home)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


posix = pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a POSIX shell")


def test_is_short_and_shows_its_own_picture(readme: str, root: Path) -> None:
    assert len(readme.splitlines()) < 300
    (picture,) = re.findall(r"!\[[^]]+\]\(([^)]+)\)", readme)
    svg = (root / picture).read_text("utf-8")
    assert "Make&#160;it?" in svg
    assert re.findall(r"(?:url\(|href=\"|src:)[^#)]*http", svg) == [], "a picture that fetches"


@posix
@pytest.mark.network
def test_first_command_installs_and_runs_the_wizard(readme: str, checkout: Path) -> None:
    import pexpect

    install, wizard = blocks(readme)[0].strip().rsplit(" && ", 1)
    assert wizard == ".venv/bin/dockerize new --output-dir .."
    sh(install.replace("python3 ", f"{sys.executable} "), checkout, checkout.parent)
    child = pexpect.spawn(f"{checkout}/{wizard}", cwd=str(checkout), encoding="utf-8", timeout=30)
    for question, answer in [
        ("Project name", "my-flask"),
        ("Framework", ""),
        ("Python version", ""),
    ]:
        child.expect(question)
        child.send(f"{answer}\r")
    child.expect("Port")
    child.send("\r")
    child.expect("Make it")
    child.send("\r")
    child.expect("dockerize new my-flask --framework flask --python 3.14 --port 8000 --installer")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert (checkout.parent / "my-flask/Dockerfile").is_file()


@posix
def test_second_command_is_the_one_that_ci_runs(readme: str, root: Path) -> None:
    (awk,) = re.findall(r"command=\$\((awk .* README\.md)\)", (root / ".ci/run").read_text("utf-8"))
    assert sh(awk, root) == blocks(readme)[1]
    assert blocks(readme)[1].strip().endswith(" && .venv/bin/pytest")


@posix
def test_scripts_commands_work(readme: str, tmp_path: Path) -> None:
    lines = blocks(readme)[2].splitlines()
    assert len(lines) == 3
    for line in lines:
        sh(line, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"my-shop", "services"}


@posix
@pytest.mark.network
@pytest.mark.parametrize("runner", ["uvx --from .", "pipx run --spec ."])
def test_checkout_runs_without_being_installed(readme: str, checkout: Path, runner: str) -> None:
    assert f"`{runner} dockerize new`" in readme
    sh(f"{runner} dockerize new my-shop --yes", checkout, checkout.parent)
    assert (checkout / "my-shop/Dockerfile").is_file()


@posix
def test_completion_is_offered(readme: str, tmp_path: Path) -> None:
    (line,) = re.findall(r"`(eval .*bash_source dockerize\)\")`", readme)
    assert "_dockerize_completion" in sh(f"{line}; complete -p dockerize", tmp_path)


def test_every_flag_is_there_and_no_other(readme: str) -> None:
    table = readme.split("| flag | meaning |")[1].split("\n\n", maxsplit=1)[0]
    shown = {
        flag
        for row in table.splitlines()[2:]
        for flag in re.findall(r"-{1,2}[a-z][a-z-]*", row.split("|")[1])
    }
    taken = {flag for option in new_command.params for flag in option.opts if flag.startswith("-")}
    assert shown == taken


def test_answers_file_is_one_with_all_keys(readme: str, catalog: Catalog) -> None:
    (text,) = blocks(readme, "toml")
    texts = read(text.encode(), "README.md")
    assert list(texts) == [field.key for field in FIELDS]
    settled = settle(texts, catalog)
    assert settled == Answers("my-shop", "flask", "3.14", 8000, "uv", settled.extras)


@posix
def test_what_there_is_to_choose_from_is_listed(readme: str, tmp_path: Path) -> None:
    (block,) = [block for block in blocks(readme) if "dockerize list" in block]
    for line in block.splitlines():
        assert "postgres" in sh(line, tmp_path)


def test_every_extra_is_there_and_no_other(readme: str, catalog: Catalog) -> None:
    table = readme.split("| extra | brings |")[1].split("\n\n", maxsplit=1)[0]
    assert sorted(re.findall(r"(?m)^\| `([a-z-]+)` \|", table)) == list(catalog.extras)


def test_every_installer_is_there(readme: str, catalog: Catalog) -> None:
    (row,) = re.findall(r"(?m)^\| `--installer ([^`]+)` \|.*\(default: (\w+)\) \|$", readme)
    assert row == ("\\|".join(catalog.installers), next(iter(catalog.installers)))


def test_tree_names_what_there_is(
    readme: str, tmp_path: Path, answers: Answers, catalog: Catalog
) -> None:
    project = create(answers, catalog, tmp_path / "my-shop").folder
    tree = next(block for block in blocks(readme, "") if block.startswith("my-shop/"))
    named = re.findall(r"(?m)^[├└]── (\S+)", tree)
    assert [name for name in named if not (project / name).exists()] == []


def test_pythons_are_those_of_the_catalog(readme: str, catalog: Catalog) -> None:
    assert f"**Python**: {catalog.oldest_python} to {catalog.pythons[0].version}." in readme
    assert tomllib.loads(blocks(readme, "toml")[0])["python"] == catalog.recommended_python


@posix
@pytest.mark.network
def test_locks_are_resolved_as_they_are_shipped(readme: str, checkout: Path) -> None:
    assert ".ci/lock\n" in blocks(readme)
    before = {path: path.read_text("utf-8") for path in checkout.glob("templates/locks/*/*/*.txt")}
    names = (checkout / "templates/locks/packages.txt").read_bytes()
    sh("PYTHONPATH=. python .ci/lock", checkout, checkout.parent)
    assert before
    for path, text in before.items():
        assert_kept(text, path.read_text("utf-8"))
    assert (checkout / "templates/locks/packages.txt").read_bytes() == names


@posix
def test_benchmark_prints_its_ratios(readme: str, root: Path) -> None:
    (line,) = [block for block in blocks(readme) if "benchmarks" in block]
    assert line.startswith(".venv/bin/python ")
    printed = sh(f"{line.strip().removeprefix('.venv/bin/')} 1", root)
    assert len(re.findall(r"(?m) : .* \d\.\d\d  \(", printed)) == 3


@posix
def test_commands_that_explain_work(readme: str, tmp_path: Path) -> None:
    sh("dockerize new my-shop --yes --quiet", tmp_path)
    shown, checked = (block for block in blocks(readme) if block.startswith("dockerize explain"))
    for line in (*shown.splitlines(), *checked.splitlines()):
        sh(line, tmp_path)
    assert len(shown.splitlines()) == 4
    (sample,) = re.findall(r"(?ms)^```text\n(.*?)^```$", readme)
    assert sample in sh("dockerize explain my-shop", tmp_path)
    page = (tmp_path / "my-shop.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    edited = sh("dockerize explain my-shop --change app/pages.py", tmp_path)
    assert "Editing app/pages.py re-runs 2 of 10 steps, none of them RUN." in edited
