from __future__ import annotations

from pathlib import Path

from generator.explain.context import Context
from generator.explain.edits import paths
from tests.explain.builds import write


def test_what_is_not_there_is_nothing_in_particular(tmp_path: Path) -> None:
    context = Context(tmp_path)
    assert not paths.is_link(context, "nothing")
    assert not paths.is_folder(context, "nothing")
    assert paths.is_folder(context, "")


def test_paths_on_disk_by_what_they_begin_with(tmp_path: Path) -> None:
    write(tmp_path, ["a/b/c", "a/bc", "ab", ".dockerignore"])
    (tmp_path / ".dockerignore").write_text("*\n")
    context = Context(tmp_path)
    assert set(paths.on_disk(context)) == {".dockerignore", "a", "a/b", "a/b/c", "a/bc", "ab"}
    assert set(paths.on_disk(context, "a/b")) == {"a/b", "a/b/c", "a/bc"}
    assert set(paths.on_disk(context, "nothing/")) == set()


def test_a_near_path_is_the_one_of_the_same_name(tmp_path: Path) -> None:
    context = Context(write(tmp_path, ["deep/er/routes.py", "rooutes.py"]))
    assert paths.near(context, "routes.py") == "did you mean deep/er/routes.py?"
    assert paths.near(context, "x/rooutes.pi").startswith("a change is ")
    assert paths.near(context, "routes.pi") == "did you mean rooutes.py?"
