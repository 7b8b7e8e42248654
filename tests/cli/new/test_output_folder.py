from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.cli.new.helpers import COMMAND, InShell, Run, posix, refused
from tests.trees import tree


def test_the_output_folder_is_made(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("new", "my-shop", "-y", "--output-dir", "a/b c")
    assert status == 0
    assert (tmp_path / "a" / "b c" / "my-shop" / "Dockerfile").is_file()
    if os.name != "nt":
        assert "\n  cd 'a/b c/my-shop'\n" in out
        assert f"\n  {COMMAND} --output-dir 'a/b c'\n" in out
        assert out.endswith(": dockerize explain 'a/b c/my-shop'\n")


def test_an_absolute_output_folder(run: Run, tmp_path: Path) -> None:
    made = json.loads(run("new", "my-shop", "-y", "--json", "-o", str(tmp_path / "there"))[1])
    assert made["project"] == str(tmp_path / "there" / "my-shop")


def test_an_output_folder_above(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    made = json.loads(run("new", "my-shop", "-y", "--json", "-o", "..")[1])
    assert made["project"] == str((tmp_path / "my-shop").resolve())


@posix
@pytest.mark.parametrize("folder", ["{{ 7*7 }}", "$(id)", "it's", "-x", "--help", "~", "a\nb", "é"])
def test_an_output_folder_is_data(folder: str, run: Run, tmp_path: Path) -> None:
    status, out, _ = run("new", "my-shop", "-y", "-o", folder)
    assert status == 0
    assert [path.name for path in tmp_path.iterdir()] == [folder]
    assert (tmp_path / folder / "my-shop" / "Dockerfile").is_file()
    command = out.partition("without questions:\n")[2].partition("\nEditing ")[0]
    assert shlex.split(command)[-2:] == ["--output-dir", folder]


@posix
@pytest.mark.parametrize("folder", ["-x", "--help", "it's a b"])
def test_the_cd_that_is_printed_goes_there(folder: str, run: Run, tmp_path: Path) -> None:
    out = run("new", "my-shop", "-y", "-o", folder)[1]
    cd = out.partition("Next:\n")[2].splitlines()[0]
    process = subprocess.run(
        ["sh", "-c", f"{cd} && pwd -P"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert process.stdout == f"{(tmp_path / folder / 'my-shop').resolve()}\n"


def test_an_empty_output_folder_is_refused(run: Run) -> None:
    assert refused(run, "my-shop", "-y", "-o", "") == (
        "dockerize: --output-dir is empty\n  leave it out to use the current folder\n"
    )


def test_a_folder_in_the_way_is_refused_with_what_it_holds(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my-shop").mkdir()
    for name in "abcdefg":
        (tmp_path / "my-shop" / name).touch()
    assert run("new", "my-shop", "-y") == (
        1,
        "",
        (
            f"dockerize: {tmp_path / 'my-shop'} exists and is not empty: "
            "it holds a, b, c, d, e and 2 more\n"
            "  choose another name or --output-dir\n"
        ),
    )
    assert len(tree(tmp_path)) == 7


def test_an_empty_folder_is_not_in_the_way(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my-shop").mkdir()
    assert run("new", "my-shop", "-yq") == (0, "", "")
    assert (tmp_path / "my-shop" / "Dockerfile").is_file()


def test_json_of_a_folder_in_the_way(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my-shop").touch()
    status, out, err = run("new", "my-shop", "-y", "--json")
    assert (status, err) == (1, "")
    assert json.loads(out) == {
        "error": {
            "code": "target-exists",
            "message": f"{tmp_path / 'my-shop'} exists and is not a folder",
            "hint": "choose another name or --output-dir",
        }
    }


def test_an_output_folder_that_is_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, out, err = run("new", "my-shop", "-y", "-o", "file")
    assert (status, out) == (1, "")
    assert err.startswith("dockerize: ")
    assert str(tmp_path / "file") in err


@posix
@pytest.mark.parametrize("output_dir", [None, "my shops", "-x"])
def test_the_way_on_in_a_folder_that_holds_only_git(
    output_dir: str | None, run: Run, in_shell: InShell, tmp_path: Path
) -> None:
    project = tmp_path / (output_dir or "") / "my-shop"
    (project / ".git").mkdir(parents=True)
    (project / ".git" / "HEAD").write_bytes(b"ref: refs/heads/main\n")
    options = [] if output_dir is None else ["-o", output_dir]
    status, out, err = run("new", "my-shop", "-y", *options)
    assert (status, out) == (1, "")
    first, second, third = err.splitlines()
    assert first == f"dockerize: {project} exists and is not empty: it holds .git"
    assert second == "  to make the project in this repository:"
    assert in_shell(third) == (0, "")
    made = tree(project)
    assert made.pop(".git/HEAD") == b"ref: refs/heads/main\n"
    assert "Dockerfile" in made
    assert not any(path.startswith(".git/") for path in made)
    assert [path.name for path in project.parent.iterdir()] == ["my-shop"]


@posix
def test_the_way_on_leaves_another_repository_alone(
    run: Run, in_shell: InShell, tmp_path: Path
) -> None:
    for repository in ("my-shop/.git", "my-shop.git"):
        (tmp_path / repository).mkdir(parents=True)
        (tmp_path / repository / "HEAD").write_text(repository, "ascii")
    err = run("new", "my-shop", "-y")[2]
    in_shell(err.splitlines()[2])
    assert (tmp_path / "my-shop" / ".git" / "HEAD").read_text("ascii") == "my-shop/.git"
    assert (tmp_path / "my-shop.git" / "HEAD").read_text("ascii") == "my-shop.git"


@posix
def test_a_current_folder_that_is_gone(in_shell: InShell) -> None:
    status, err = in_shell("mkdir gone; cd gone; rmdir ../gone; dockerize new my-shop -y")
    assert status in (1, 2)
    assert err.startswith("dockerize: the current folder does not exist any more\n")
