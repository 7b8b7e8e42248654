from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator.explain.cache.views import View, changed, digest
from generator.explain.context import Context, edited
from generator.explain.context.trees import select
from tests.explain.builds import changes
from tests.explain.context.disk import write


def test_a_view_of_the_very_place_is_plain() -> None:
    assert View().plain == ()
    assert View().behind(("*.md",), None).plain == ("*.md",)
    assert View().behind(("*.md",), "644").plain is None
    assert View().behind(("*.md",), None, "docs").plain is None
    assert View().behind(("a",), None).behind(("b",), None).plain is None


def test_a_copy_of_a_copy_leaves_out_what_either_does() -> None:
    view = View().behind(("*.md",), None).behind(("b", "!b/keep"), None, "sub")
    assert view.leaves_out("x.md")
    assert not view.leaves_out("b")
    view = View().behind(("*.md",), None).behind(("sub/b", "!sub/b/keep"), None, "sub")
    assert view.leaves_out("b/x")
    assert not view.leaves_out("b/keep")
    assert not view.leaves_out("c/x.md")


def test_what_lies_in_a_folder_of_it_is_matched_with_that_folder() -> None:
    view = View().behind(("docs/*.md",), None)
    assert not view.leaves_out("a.md")
    assert view.within("docs").leaves_out("a.md")
    assert not view.within("docs/sub").leaves_out("a.md")


def test_modes_are_those_of_the_first_copy_first() -> None:
    assert View().behind((), "u=rwX").behind((), "644").modes == ("644", "u=rwX")


# Of these BuildKit's reading and that of chmod(1) are the same.
WORDS = ["u+x", "go-w", "a=r", "u=rwX,go=rX", "ug+rw,o-rwx", "+x", "g+s", "u=rw,g+X", "o-x+r"]
MODES = [0o644, 0o755, 0o600, 0o664, 0o777, 0o070, 0o4711]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("word", [*WORDS, "0", "0640", "2755"])
def test_a_mode_is_changed_as_by_chmod(word: str, mode: int, tmp_path: Path) -> None:
    paths = [tmp_path / "file"]
    paths[0].touch()
    if not mode & 0o7000 and not word.isdecimal():  # GNU keeps some bits of folders
        paths.append(tmp_path / "folder")
        paths[1].mkdir()
    for path in paths:
        path.chmod(mode)
        subprocess.run(["sh", "-c", 'umask 0; chmod -- "$0" "$1"', word, path], check=True)
        expected = path.stat().st_mode & 0o7777
        assert changed(mode, word, folder=path.is_dir()) == expected


def test_what_is_no_mode_changes_none() -> None:
    assert changed(0o640, "u+z", folder=False) == 0o640


def test_a_digest_is_of_what_the_view_lets_through(tmp_path: Path) -> None:
    context = Context(write(tmp_path, "src/a.py", "src/b.md", "src/c/d.py", "src/c/e.md"))
    view = View().behind(("**/*.md",), "u=rwX,go=rX")
    levelled = View().behind((), "644")

    def busts(view: View, **kinds: str) -> bool:
        change = changes(**kinds)
        after = edited(context, change)
        return digest(select(context, "src"), view) != digest(select(after, "src"), view)

    assert busts(view, changed="src/c/d.py")
    assert busts(view, added="src/c/f.py")
    assert not busts(view, changed="src/c/e.md", added="src/new.md", removed="src/b.md")
    assert busts(View(), changed="src/b.md")
    assert not busts(view, remoded="src/a.py")
    assert not busts(view, remoded="src/c")
    assert busts(View(), remoded="src/c")
    assert not busts(levelled, remoded="src/a.py")
    assert busts(levelled, changed="src/b.md")


def test_inside_a_folder_its_own_mode_is_not_seen(tmp_path: Path) -> None:
    context = Context(write(tmp_path, "src/a.py", "src/c/d.py"))

    def busts(view: View, path: str) -> bool:
        after = edited(context, changes(remoded=path))
        return digest(select(context, "src"), view) != digest(select(after, "src"), view)

    for view in (View(), View(modes=("u+x",))):
        assert busts(view, "src")
        assert not busts(view.within(""), "src")
        assert busts(view.within(""), "src/c")
