from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import CouldNot
from generator.explain.edits.git import Repository
from tests.explain.repositories import repository


@pytest.fixture
def made(tmp_path: Path) -> Repository:
    files = {"a": "a", "sub/b": "b", ".gitignore": "*.log\n/out\n"}
    return Repository(repository(tmp_path / "r", files).folder)


def test_what_is_in_a_repository(made: Repository, tmp_path: Path) -> None:
    assert made.is_one()
    assert Repository(made.folder / "sub").is_one()
    assert not Repository(tmp_path / "nowhere").is_one()


def test_a_commit_by_its_name(made: Repository) -> None:
    found = made.commit("HEAD")
    assert found is not None
    assert len(found) == 40
    assert made.commit(found[:8]) == found
    assert made.commit("nothing") is None


def test_the_text_of_a_file(made: Repository, tmp_path: Path) -> None:
    commit = made.commit("HEAD") or ""
    assert made.text(commit, made.folder / "sub/b") == "b"
    assert Repository(made.folder / "sub").text(commit, made.folder / "a") == "a"
    assert made.text(commit, made.folder / "sub") is None
    assert made.text(commit, made.folder / "new\nline") is None
    assert made.text(commit, tmp_path / "elsewhere") is None


def test_what_the_work_tree_holds(made: Repository, tmp_path: Path) -> None:
    assert made.holds(made.folder / "sub/new")
    assert Repository(made.folder / "sub").holds(made.folder / "a")
    assert not made.holds(tmp_path / "a")
    assert not Repository(made.folder / ".git").holds(made.folder / "a")


def test_what_git_is_told_not_to_look_at(made: Repository) -> None:
    for name in ("x.log", "sub/y.log", "sub/new"):
        (made.folder / name).touch()
    (made.folder / "out").mkdir()
    (made.folder / "out/z").touch()
    assert made.ignores(made.folder / "x.log")
    assert not made.ignores(made.folder / "a")
    assert made.ignored() == ["out", "sub/y.log", "x.log"]
    assert Repository(made.folder / "sub").ignored() == ["y.log"]
    assert made.touched(made.commit("HEAD") or "") == {"sub/new": "new"}


def test_what_git_cannot_tell(made: Repository) -> None:
    with pytest.raises(CouldNot) as caught:
        made.touched("nonsense")
    assert caught.value.hint == "bad revision 'nonsense'"
