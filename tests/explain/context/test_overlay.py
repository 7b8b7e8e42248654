from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.context import Changes, Context, Entry, Files, Tree, edited
from tests.explain.builds import changes
from tests.explain.context.disk import Listed, write


def edit(context: Context, **kinds: str) -> Tree:
    """`edit(context, changed="a b")`: files a and b."""
    return edited(context, changes(**kinds))


def walk(tree: Tree) -> list[Entry]:
    assert isinstance(tree, Files)
    return list(tree.walk())


def test_a_changed_file_has_another_content_the_same_each_time(tmp_path: Path) -> None:
    context = Context(write(tmp_path, "a", "b"))
    after = edit(context, changed="a")
    assert after.digest("a") != context.digest("a")
    assert after.digest("a") == edit(context, changed="a").digest("a")
    assert after.digest("b") == context.digest("b")
    assert after.entry("a") == context.entry("a")


def test_no_file_is_read_for_a_digest(tmp_path: Path, listed: Listed) -> None:
    context = Context(write(tmp_path, "a"))
    listed.forget()
    assert context.digest("a") != edit(context, changed="a").digest("a")
    assert (listed(), listed("open")) == ([tmp_path.name], [])
    with pytest.raises(KeyError):
        context.digest("b")


def test_an_added_file_brings_its_folders(tmp_path: Path) -> None:
    after = edit(Context(write(tmp_path, "a")), added="b/c/d b/e")
    assert [entry for entry in walk(after) if entry.path != "a"] == [
        Entry("b", "folder", 0o755),
        Entry("b/c", "folder", 0o755),
        Entry("b/c/d", "file", 0o644),
        Entry("b/e", "file", 0o644),
    ]


def test_a_new_folder_may_hold_nothing(tmp_path: Path) -> None:
    write(tmp_path, "a/b", ".dockerignore", text="out")
    after = edit(Context(tmp_path), folders="a a/c/d out/e out ../f a/b/g")
    assert [entry.path for entry in walk(after)] == [".dockerignore", "a", "a/b", "a/c", "a/c/d"]
    assert edit(Context(tmp_path), folders="a").digest("a") == Context(tmp_path).digest("a")


def test_an_added_file_that_is_there_has_another_content(tmp_path: Path) -> None:
    context = Context(write(tmp_path, "a"))
    assert edit(context, added="a").digest("a") != context.digest("a")


def test_a_removed_file_leaves_its_folder(tmp_path: Path) -> None:
    after = edit(Context(write(tmp_path, "a/b", "a/c/d")), removed="a/b a/c/d x/y")
    assert [entry.path for entry in walk(after)] == ["a", "a/c"]


def test_a_removed_folder_takes_with_it_what_it_holds(tmp_path: Path) -> None:
    after = edit(Context(write(tmp_path, "a/b", "c")), removed="a", added="a/x")
    assert [entry.path for entry in walk(after)] == ["a", "a/x", "c"]


def test_a_file_can_become_a_folder(tmp_path: Path) -> None:
    after = edit(Context(write(tmp_path, "a")), removed="a", added="a/b")
    assert [entry.kind for entry in walk(after)] == ["folder", "file"]


def test_a_mode_edit_flips_the_groups_write_bit(tmp_path: Path) -> None:
    write(tmp_path, "a/b", "a/c")
    (tmp_path / "a").chmod(0o775)
    (tmp_path / "link").symlink_to("a")
    after = edit(Context(tmp_path), remoded="a a/b link")
    modes = {entry.path: entry.mode for entry in walk(after)}
    assert modes == {"a": 0o755, "a/b": 0o664, "a/c": 0o644, "link": 0o777}


def test_an_edit_does_not_reach_behind_the_ignore_file(tmp_path: Path) -> None:
    write(tmp_path, "a/b", "c", ".dockerignore", text="a\n*.log\n!a/keep/*")
    after = edit(Context(tmp_path), changed="a/b", added="x.log y/x.log a/keep/z", remoded="a")
    assert [entry.path for entry in walk(after)] == [
        ".dockerignore",
        "a",
        "a/keep",
        "a/keep/z",
        "c",
        "y",
        "y/x.log",
    ]


def test_a_left_out_folder_goes_with_the_last_file_that_kept_it(tmp_path: Path) -> None:
    write(tmp_path, "a/b/keep", "c", ".dockerignore", text="*\n!c\n!a/b/keep")
    after = edit(Context(tmp_path), removed="a/b/keep")
    assert [entry.path for entry in walk(after)] == ["c"]


def test_paths_out_of_the_tree_or_through_links_change_nothing(tmp_path: Path) -> None:
    write(tmp_path, "a/b")
    (tmp_path / "link").symlink_to("a")
    context = Context(tmp_path)
    after = edit(context, changed="link/b ../a", added="/x ../y link/z a//c a/b/d")
    assert [entry.path for entry in walk(after)] == ["a", "a/b", "link"]
    assert after.digest("a/b") == context.digest("a/b")


def test_an_edit_of_an_edit_knows_both(tmp_path: Path) -> None:
    context = Context(write(tmp_path, "a", "b"))
    after = edited(edit(context, changed="a"), Changes(changed=frozenset({"b"})))
    assert {after.digest(x) == context.digest(x) for x in "ab"} == {False}


def test_an_edit_lists_only_the_folders_on_its_way(tmp_path: Path, listed: Listed) -> None:
    write(tmp_path, "a/b/c", "d/e/f")
    edit(Context(tmp_path), changed="a/b/c")
    assert listed() == [tmp_path.name, "a", "b"]


def test_an_edit_may_be_a_thousand_folders_deep(tmp_path: Path) -> None:
    after = edit(Context(tmp_path), added="a/" * 3000 + "b")
    assert after.entry("a/" * 3000 + "b")
