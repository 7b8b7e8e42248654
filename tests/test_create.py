from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import Created, File, create
from generator.errors import CannotWrite, RenderFailed, TargetExists
from generator.project import ROOT
from tests.offered import FRAMEWORKS
from tests.trees import tree


def _sizes(folder: Path) -> list[File]:
    return [File(path, len(content)) for path, content in sorted(tree(folder).items())]


def test_what_was_made_is_what_is_told(answers: Answers, catalog: Catalog, tmp_path: Path) -> None:
    folder = tmp_path / "my-shop"

    created = create(answers, catalog, folder)

    assert created == Created(folder, answers, tuple(_sizes(folder)), dry_run=False)
    assert list(tmp_path.iterdir()) == [folder]


def test_a_dry_run_tells_the_same_and_writes_nothing(
    answers: Answers, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    dry = create(answers, catalog, tmp_path / "a" / "my-shop", dry_run=True)

    assert [path.name for path in tmp_path.iterdir()] == ["scratch"]
    assert list(scratch.iterdir()) == []
    made = create(answers, catalog, tmp_path / "a" / "my-shop")
    assert dry.dry_run
    assert (dry.folder, dry.answers, dry.files) == (made.folder, made.answers, made.files)


def test_a_dry_run_is_refused_where_a_run_would_be(
    answers: Answers, catalog: Catalog, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(TargetExists):
        create(answers, catalog, tmp_path, dry_run=True)

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_dry_run_of_a_broken_template_leaves_nothing(
    answers: Answers, broken: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    with pytest.raises(RenderFailed):
        create(answers, broken, tmp_path / "my-shop", dry_run=True)

    assert list(scratch.iterdir()) == []
    assert not (tmp_path / "my-shop").exists()


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14", "3.15"])
def test_the_same_answers_give_the_same_bytes(
    catalog: Catalog, tmp_path: Path, python: str, framework: str
) -> None:
    extras = tuple(catalog.can_have(framework))
    answers = Answers("null", framework, python, 65535, "uv", extras)

    one = create(answers, catalog, tmp_path / "one" / "null").folder
    other = create(answers, catalog, tmp_path / "other" / "null").folder

    assert tree(one) == tree(other)


def test_files_are_as_old_as_the_run(answers: Answers, catalog: Catalog, tmp_path: Path) -> None:
    # Some disks keep whole seconds, or two.
    before = time.time() - 2
    project = create(answers, catalog, tmp_path / "my-shop").folder

    times = [path.stat().st_mtime for path in project.rglob("*")]

    assert before <= min(times)
    assert max(times) <= time.time() + 2


def test_a_broken_template_leaves_nothing(
    answers: Answers, broken: Catalog, tmp_path: Path
) -> None:
    with pytest.raises(RenderFailed, match=r"the template of zzz\.txt is broken: "):
        create(answers, broken, tmp_path / "my-shop")

    assert [path.name for path in tmp_path.iterdir()] == ["templates"]


def test_layers_that_overlap_leave_nothing(
    answers: Answers, copied: Callable[[], Path], tmp_path: Path
) -> None:
    templates = copied()
    (templates / "frameworks" / "flask" / ROOT / "Dockerfile").touch()

    with pytest.raises(RenderFailed, match="shared and flask both bring Dockerfile"):
        create(answers, Catalog(templates), tmp_path / "my-shop")

    assert [path.name for path in tmp_path.iterdir()] == ["templates"]


def test_a_disk_error_says_which_folder_and_why(
    answers: Answers, catalog: Catalog, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CannotWrite) as refused:
        create(answers, catalog, tmp_path / "file" / "sub" / "my-shop")

    assert refused.value.code == "cannot-write"
    assert refused.value.message.startswith(f"cannot make {tmp_path / 'file' / 'sub' / 'my-shop'}:")


@pytest.fixture
def copied(catalog: Catalog, tmp_path: Path) -> Callable[[], Path]:
    def copy() -> Path:
        return Path(shutil.copytree(catalog.root, tmp_path / "templates"))

    return copy


@pytest.fixture
def broken(copied: Callable[[], Path]) -> Catalog:
    """The catalogue, with a template that fails after all others have been written."""
    templates = copied()
    (templates / "shared" / ROOT / "zzz.txt").write_text("{{ cookiecutter.nope }}\n", "ascii")
    return Catalog(templates)


@pytest.mark.parametrize("output_dir", ["file", "file/sub"])
def test_a_dry_run_promises_nothing_that_cannot_be(
    answers: Answers, catalog: Catalog, tmp_path: Path, output_dir: str
) -> None:
    (tmp_path / "file").touch()

    for dry_run in (True, False):
        with pytest.raises(CannotWrite):
            create(answers, catalog, tmp_path / output_dir / answers.name, dry_run=dry_run)
