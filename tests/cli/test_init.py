from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import __version__
from generator.catalog import Catalog

Run = Callable[..., tuple[int, str, str]]

HELP = """\
Usage: dockerize [OPTIONS] COMMAND [ARGS]...

  Make containerised Python web apps that build at the first try.

Options:
  --version   Show the version and exit.
  -h, --help  Show this message and exit.

Commands:
  new      Make a project: ask four questions, or take flags.
  list     Show what projects can be made of.
  explain  Show which edit re-runs which step of a Dockerfile.
"""


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(option: str, run: Run) -> None:
    assert run(option) == (0, HELP, "")


def test_no_arguments_at_all(run: Run) -> None:
    assert run() == (2, "", HELP)


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"dockerize, version {__version__}\n", "")


def test_an_unknown_command_is_told_what_was_meant(run: Run) -> None:
    assert run("nwe") == (
        2,
        "",
        (
            "dockerize: No such command 'nwe'. Did you mean 'new'?\n"
            "  dockerize --help lists what there is\n"
        ),
    )


def test_an_unknown_command_like_nothing(run: Run) -> None:
    assert run("frobnicate") == (
        2,
        "",
        "dockerize: No such command 'frobnicate'.\n  dockerize --help lists what there is\n",
    )


def test_an_unknown_option(run: Run) -> None:
    status, out, err = run("--frobnicate")
    assert (status, out) == (2, "")
    assert err.startswith("dockerize: No such option '--frobnicate'.")
    assert err.endswith("\n  dockerize --help lists what there is\n")


def imported(code: str, folder: Path) -> set[str]:
    """What `main` with the arguments in `code` imports, in a process of its own."""
    program = (
        "import sys\nfrom generator.__main__ import main\n"
        f"status = main({code})\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\nraise SystemExit(status)"
    )
    command = [sys.executable, "-c", program]
    process = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(process.stderr.splitlines())


def test_help_imports_next_to_nothing(tmp_path: Path) -> None:
    modules = imported("['--help']", tmp_path)
    assert "generator.cli" in modules
    heavy = {"cookiecutter", "questionary", "prompt_toolkit", "rich", "jinja2", "requests"}
    assert modules & heavy == set()
    assert "generator.cli.new" not in modules


def test_the_help_of_new_imports_nothing_that_makes_or_asks(tmp_path: Path) -> None:
    modules = imported("['new', '--help']", tmp_path)
    assert "generator.cli.new" in modules
    heavy = {"cookiecutter", "questionary", "prompt_toolkit", "rich", "jinja2", "requests"}
    assert modules & heavy == set()


def test_listing_imports_nothing_that_makes_or_asks(tmp_path: Path) -> None:
    for arguments in ("['list']", "['list', '--json']"):
        modules = imported(arguments, tmp_path)
        assert "generator.cli.list" in modules
        heavy = {"cookiecutter", "questionary", "prompt_toolkit", "rich", "jinja2", "requests"}
        assert modules & heavy == set()
        assert "generator.cli.new" not in modules


def test_explaining_imports_nothing_that_makes_or_asks(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    heavy = {"cookiecutter", "questionary", "prompt_toolkit", "jinja2", "requests"}
    assert imported("['explain']", tmp_path) & heavy == set()
    for arguments in ("['explain', '--help']", "['explain', '--json']"):
        modules = imported(arguments, tmp_path)
        assert "generator.cli.explain" in modules
        assert modules & (heavy | {"rich"}) == set()
        assert "generator.cli.new" not in modules


def test_making_a_project_imports_nothing_that_asks(tmp_path: Path) -> None:
    modules = imported("['new', 'my-shop', '--yes']", tmp_path)
    assert (tmp_path / "my-shop").is_dir()
    assert "cookiecutter.generate" in modules
    unused = {
        "questionary",
        "prompt_toolkit",
        "requests",
        "cookiecutter.main",
        "generator.wizard",
        "generator.answers.file",
    }
    assert modules & unused == set()


@pytest.fixture
def complete(dockerize: list[str], tmp_path: Path) -> Callable[[str], list[str]]:
    """What bash is offered for the last word of a line."""

    def completing(line: str) -> list[str]:
        environment = {
            **os.environ,
            "_DOCKERIZE_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(line.split(" ")) - 1),
        }
        process = subprocess.run(
            dockerize, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert process.stderr == ""
        return process.stdout.split()

    return completing


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("dockerize ", ["plain,new", "plain,list", "plain,explain"]),
        ("dockerize n", ["plain,new"]),
        ("dockerize new --py", ["plain,--python"]),
        ("dockerize new --framework fl", ["plain,flask"]),
        ("dockerize new --framework x", []),
        ("dockerize new --framework flask,", []),
        ("dockerize list --", ["plain,--json", "plain,--help"]),
        ("dockerize new my-shop --python 3.15", ["plain,3.15"]),
    ],
)
def test_completion(line: str, offered: list[str], complete: Callable[[str], list[str]]) -> None:
    assert complete(line) == offered


def test_completion_behind_a_mistyped_command_offers_commands_and_says_nothing(
    complete: Callable[[str], list[str]],
) -> None:
    assert complete("dockerize nwe ") == ["plain,new", "plain,list", "plain,explain"]


def test_completion_of_pythons(complete: Callable[[str], list[str]]) -> None:
    offered = complete("dockerize new --python ")
    assert offered[:2] == ["plain,3.15", "plain,3.14"]


def test_completion_of_installers(complete: Callable[[str], list[str]]) -> None:
    assert complete("dockerize new --installer ") == ["plain,uv", "plain,pip"]
    assert complete("dockerize new --installer u") == ["plain,uv"]


def test_completion_of_extras(complete: Callable[[str], list[str]], catalog: Catalog) -> None:
    one = next(iter(catalog.extras))
    assert complete("dockerize new --with ") == [f"plain,{each}" for each in catalog.extras]
    assert f"plain,{one}" in complete(f"dockerize new --with {one[:2]}")
    assert complete("dockerize new --with x-y-z") == []


def test_completion_of_extras_after_a_comma_offers_those_that_are_not_there_yet(
    complete: Callable[[str], list[str]], catalog: Catalog
) -> None:
    one, other, *more = catalog.extras
    assert complete(f"dockerize new --with {one},") == [
        f"plain,{one},{each}" for each in (other, *more)
    ]
    assert f"plain,{one},{other}" in complete(f"dockerize new --with {one},{other[:2]}")
    assert complete(f"dockerize new --with {one},{other},{one}") == []
    assert complete(f"dockerize new --with {','.join(catalog.extras)},") == []


def test_completion_shows_hints_where_the_shell_does(
    dockerize: list[str], catalog: Catalog
) -> None:
    words = "dockerize new --with "
    environment = {**os.environ, "COMP_WORDS": words, "COMP_CWORD": ""}
    process = subprocess.run(
        dockerize,
        env={**environment, "_DOCKERIZE_COMPLETE": "fish_complete"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout.splitlines() == [
        f"plain,{each.name}\t{each.hint}" for each in catalog.extras.values()
    ]


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
def test_completion_in_fish(dockerize: list[str], catalog: Catalog, tmp_path: Path) -> None:
    one, other, *_ = catalog.extras
    (tmp_path / "dockerize").write_text(f'#!/bin/sh\nexec {shlex.join(dockerize)} "$@"\n', "utf-8")
    (tmp_path / "dockerize").chmod(0o755)
    script = (
        "_DOCKERIZE_COMPLETE=fish_source dockerize | source;"
        f" complete -C 'dockerize new --with {one},{other[:-1]}'"
    )
    process = subprocess.run(
        ["fish", "--no-config", "-c", script],
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == f"{one},{other}\t{catalog.extras[other].hint}\n"


def test_a_value_with_commas_comes_whole_into_fish(dockerize: list[str]) -> None:
    environment = {**os.environ, "_DOCKERIZE_COMPLETE": "fish_source"}
    process = subprocess.run(dockerize, env=environment, capture_output=True, text=True, check=True)
    assert '(string split --max 1 "," $completion)' in process.stdout


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_scripts(shell: str, dockerize: list[str]) -> None:
    environment = {**os.environ, "_DOCKERIZE_COMPLETE": f"{shell}_source"}
    process = subprocess.run(dockerize, env=environment, capture_output=True, text=True, check=True)
    assert f"_DOCKERIZE_COMPLETE={shell}_complete" in process.stdout
