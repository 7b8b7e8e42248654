from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import TargetExists
from generator.landing import refuse_occupied
from tests.landing.helpers import Mount, Run, as_nobody, names_in, posix
from tests.trees import tree


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_folder_that_is_not_empty(run: Run, tmp_path: Path, dry: list[str]) -> None:
    (tmp_path / "shop").mkdir()
    for name in "gfedcba":
        (tmp_path / "shop" / name).touch()

    status, out, err = run("new", "shop", "--yes", *dry)

    assert (status, out) == (1, "")
    assert err == (
        f"dockerize: {tmp_path / 'shop'} exists and is not empty: "
        "it holds a, b, c, d, e and 2 more\n"
        "  choose another name or --output-dir\n"
    )
    assert names_in(tmp_path) == ["shop"]
    assert names_in(tmp_path / "shop") == list("abcdefg")


def test_five_entries_are_all_listed(tmp_path: Path) -> None:
    for name in "abcde":
        (tmp_path / name).touch()

    with pytest.raises(TargetExists) as refused:
        refuse_occupied(tmp_path)

    assert refused.value.message == f"{tmp_path} exists and is not empty: it holds a, b, c, d, e"
    assert refused.value.entries == ("a", "b", "c", "d", "e")


@posix
@pytest.mark.parametrize("output_dir", [[], ["--output-dir", "my work"]])
def test_only_a_repository_and_the_way_around_it(
    run: Run,
    tmp_path: Path,
    reference: Callable[[str], dict[str, bytes]],
    output_dir: list[str],
) -> None:
    project = tmp_path.joinpath(*output_dir[1:], "shop")
    (project / ".git").mkdir(parents=True)
    (project / ".git" / "HEAD").write_bytes(b"ref: refs/heads/main\n")

    status, out, err = run("new", "shop", "--yes", *output_dir)

    first, second, command = err.splitlines()
    assert (status, out) == (1, "")
    assert first == f"dockerize: {project} exists and is not empty: it holds .git"
    assert second == "  to make the project in this repository:"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(command, shell=True, check=True, env={**os.environ, "PATH": path})
    made = tree(project)
    assert made.pop(".git/HEAD") == b"ref: refs/heads/main\n"
    assert made == reference("shop")
    assert names_in(project.parent) == ["shop"]


def test_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop").write_bytes(b"mine")

    status, out, err = run("new", "shop", "--yes")

    assert (status, out) == (1, "")
    assert err == (
        f"dockerize: {tmp_path / 'shop'} exists and is not a folder\n"
        "  choose another name or --output-dir\n"
    )
    assert (tmp_path / "shop").read_bytes() == b"mine"
    assert names_in(tmp_path) == ["shop"]


@posix
@pytest.mark.parametrize("dangling", [False, True])
def test_a_symbolic_link(run: Run, tmp_path: Path, *, dangling: bool) -> None:
    if not dangling:
        (tmp_path / "empty").mkdir()
    (tmp_path / "shop").symlink_to(tmp_path / "empty")

    status, out, err = run("new", "shop", "--yes")

    assert (status, out) == (1, "")
    assert err == (
        f"dockerize: {tmp_path / 'shop'} is a symbolic link, which the project would replace\n"
        "  remove the link, or choose another name or --output-dir\n"
    )
    assert (tmp_path / "shop").is_symlink()
    assert names_in(tmp_path) == (["shop"] if dangling else ["empty", "shop"])


def test_a_mount_point(run: Run, tmp_path: Path, mount: Mount) -> None:
    target = tmp_path / "shop"
    target.mkdir()
    mount(target, "-t", "tmpfs", "none")

    status, out, err = run("new", "shop", "--yes")

    assert (status, out) == (1, "")
    assert err == (
        f"dockerize: {target} is a mount point, whose place no project can take\n"
        f"  mount its parent folder instead, or pass --output-dir {target}\n"
    )
    assert names_in(target) == []
    assert names_in(tmp_path) == ["shop"]


@posix
def test_a_folder_that_may_not_be_read() -> None:
    with as_nobody() as folder:
        target = folder / "shop"
        target.mkdir()
        target.chmod(0o300)

        with pytest.raises(
            TargetExists, match="exists and is not empty: it holds what you may not read"
        ):
            refuse_occupied(target)


def test_an_empty_folder_is_taken(
    run: Run, tmp_path: Path, reference: Callable[[str], dict[str, bytes]]
) -> None:
    (tmp_path / "shop").mkdir()

    assert run("new", "shop", "--yes", "--quiet") == (0, "", "")

    assert tree(tmp_path / "shop") == reference("shop")
    assert names_in(tmp_path) == ["shop"]
