from __future__ import annotations

import inspect
import os
import socket
import sys
from pathlib import Path

import pytest

from generator.errors import BadDockerfile, CannotRead, UsageError
from generator.explain.context import Context, Entry, patterns
from tests.explain.context.disk import Listed, write


def shown(context: Context, folder: str = "") -> list[str]:
    return [entry.path for entry in context.walk(folder)]


def test_a_context_is_walked_depth_first_in_the_order_of_names(tmp_path: Path) -> None:
    write(tmp_path, "b/c.txt", "b/a/x", "a.txt", "b-.txt")
    assert shown(Context(tmp_path)) == ["a.txt", "b", "b/a", "b/a/x", "b/c.txt", "b-.txt"]
    assert shown(Context(tmp_path), "b") == ["b/a", "b/a/x", "b/c.txt"]


def test_an_entry_has_kind_mode_and_size(tmp_path: Path) -> None:
    write(tmp_path, "a/b", text="four")
    (tmp_path / "a").chmod(0o2750)
    (tmp_path / "a/b").chmod(0o4755)
    context = Context(tmp_path)
    assert context.entry("a/b") == Entry("a/b", "file", 0o4755, 4)
    assert context.entry("a") == Entry("a", "folder", 0o2750)
    assert context.entry("a/c") is None
    assert context.entry("a/b/c") is None
    assert context.names("") == ("a",)
    assert context.names("a/b") == ()


def test_a_link_is_an_entry_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(".././/outside")
    assert Context(tmp_path).entry("link") == Entry("link", "link", 0o777, 0, ".././/outside")


def test_what_is_neither_file_nor_folder_is_other(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
    kinds = {entry.path: entry.kind for entry in Context(tmp_path).walk()}
    assert kinds == {"pipe": "other", "socket": "other"}


def test_no_link_is_entered(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret", "root/real/file")
    (tmp_path / "root/out").symlink_to("../outside")
    (tmp_path / "root/in").symlink_to("real")
    assert shown(Context(tmp_path / "root")) == ["in", "out", "real", "real/file"]


def test_a_path_through_a_link_stays_in_the_context(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret", "root/real/file", "root/etc/secret")
    for name, target in {
        "in": "real",
        "out": "../outside",
        "up": "../../../etc",
        "absolute": "/etc",
        "loop": "loop",
    }.items():
        (tmp_path / "root" / name).symlink_to(target)
    context = Context(tmp_path / "root")
    assert context.entry("in/file") == Entry("real/file", "file", 0o644, len("root/real/file"))
    assert context.entry("out/secret") is None
    assert context.names("absolute/") == context.names("absolute") == ()
    for way in ("up/secret", "absolute/secret", "in/../../absolute/secret"):
        found = context.entry(way)
        assert found
        assert found.path == "etc/secret"
    assert context.entry("loop/secret") is None
    assert context.entry("../outside/secret") is None


def test_a_folder_is_listed_when_it_is_asked_for_and_once(tmp_path: Path, listed: Listed) -> None:
    write(tmp_path, "a/b/c", "d/e")
    context = Context(tmp_path)
    assert listed() == []
    context.entry("a/b/c")
    context.entry("a/b/x")
    assert listed() == [tmp_path.name, "a", "b"]
    assert context.walked == 4


def test_a_folder_that_is_left_out_is_never_listed(tmp_path: Path, listed: Listed) -> None:
    write(tmp_path, "node_modules/a/b", "src/a", "src/node_modules/x", "docs/a/b", "docs/keep/c")
    write(tmp_path, ".dockerignore", text="**/node_modules\ndocs\n!docs/keep\n!other/*")
    context = Context(tmp_path)
    assert shown(context) == [".dockerignore", "docs", "docs/keep", "docs/keep/c", "src", "src/a"]
    assert sorted(listed()) == sorted([tmp_path.name, "docs", "keep", "src"])


def test_a_left_out_folder_is_there_for_what_it_holds(tmp_path: Path) -> None:
    write(tmp_path, "a/b/c/keep.py", "a/b/d/drop", "e/f/drop", "a/g/keep.py/x")
    write(tmp_path, ".dockerignore", text="*\n!**/keep.py")
    assert shown(Context(tmp_path)) == [
        "a",
        "a/b",
        "a/b/c",
        "a/b/c/keep.py",
        "a/g",
        "a/g/keep.py",
        "a/g/keep.py/x",
    ]


def test_folders_may_be_deeper_than_python_calls(tmp_path: Path) -> None:
    here = str(tmp_path)
    for _ in range(300):
        here += "/a"
        os.mkdir(here)  # noqa: PTH102
    most = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        assert len(shown(Context(tmp_path))) == 300
        write(tmp_path, ".dockerignore", text="*\n!**/b")
        assert shown(Context(tmp_path)) == []
    finally:
        sys.setrecursionlimit(most)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list all folders")
def test_what_may_not_be_listed_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "a/b")
    (tmp_path / "a").chmod(0)
    with pytest.raises(CannotRead, match=f"cannot read {tmp_path}/a: Permission denied"):
        shown(Context(tmp_path))
    (tmp_path / "a").chmod(0o755)


def test_a_path_too_long_to_be_listed_is_an_error(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("a" * 250, dir_fd=here)
        below = os.open("a" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    with pytest.raises(CannotRead, match="File name too long"):
        shown(Context(tmp_path))


def test_a_folder_that_is_gone_meanwhile_is_empty(tmp_path: Path) -> None:
    write(tmp_path, "a/b")
    context = Context(tmp_path)
    assert context.names("") == ("a",)
    (tmp_path / "a/b").unlink()
    (tmp_path / "a").rmdir()
    assert context.names("a") == ()


@pytest.mark.parametrize("name", ["missing", "file", "file/below", "loop", "a\0b"])
def test_a_context_that_is_no_folder_is_an_error(tmp_path: Path, name: str) -> None:
    write(tmp_path, "file")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match="folder to build from"):
        Context(tmp_path / name)


def test_the_context_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path, "real/a")
    (tmp_path / "link").symlink_to("real")
    assert shown(Context(tmp_path / "link")) == ["a"]


# --- the ignore file ------------------------------------------------------------------------------


def test_without_an_ignore_file_nothing_is_left_out(tmp_path: Path) -> None:
    context = Context(write(tmp_path, ".git/a"))
    assert context.ignore_file is None
    assert context.left_out_by(".git/a") is None


def test_the_pattern_that_leaves_a_file_out_is_told(tmp_path: Path) -> None:
    write(tmp_path, "build/a", ".dockerignore", text="# made\n /build/ \n!build/b\n")
    context = Context(tmp_path)
    assert context.ignore_file == ".dockerignore"
    assert context.left_out_by("build/a") == ("/build/", 2)
    assert context.left_out_by("build") == ("/build/", 2)
    assert context.left_out_by("build/b") is None
    assert context.left_out_by("new/file") is None


def test_a_left_out_folder_with_something_in_it_is_let_through(tmp_path: Path) -> None:
    write(tmp_path, "build/b", ".dockerignore", text="build\n!build/b\n")
    assert Context(tmp_path).left_out_by("build") is None


def test_the_dockerfiles_own_ignore_file_wins(tmp_path: Path) -> None:
    write(tmp_path, ".dockerignore", text="a")
    write(tmp_path, "docker/web.Dockerfile.dockerignore", text="b")
    context = Context(tmp_path, tmp_path / "docker/web.Dockerfile")
    assert context.ignore_file == "docker/web.Dockerfile.dockerignore"
    assert context.left_out_by("b") == ("b", 1)
    assert context.left_out_by("a") is None
    assert Context(tmp_path, tmp_path / "docker/Dockerfile").ignore_file == ".dockerignore"


def test_an_ignore_file_outside_the_context_is_shown_with_its_path(tmp_path: Path) -> None:
    write(tmp_path, "root/a", "Dockerfile.dockerignore", text="a")
    context = Context(tmp_path / "root", tmp_path / "Dockerfile")
    assert context.ignore_file == str(tmp_path / "Dockerfile.dockerignore")
    assert context.left_out_by("a") == ("a", 1)


def test_an_ignore_file_may_be_a_link_that_stays_in_its_folder(tmp_path: Path) -> None:
    write(tmp_path, "root/shared/ignore", "outside", text="a")
    (tmp_path / "root/.dockerignore").symlink_to("shared/ignore")
    assert Context(tmp_path / "root").left_out_by("a") == ("a", 1)
    (tmp_path / "root/.dockerignore").unlink()
    (tmp_path / "root/.dockerignore").symlink_to("../outside")
    assert Context(tmp_path / "root").ignore_file is None
    (tmp_path / "root/.dockerignore").unlink()
    (tmp_path / "root/.dockerignore").symlink_to("/shared/../../shared/./ignore")
    assert Context(tmp_path / "root").left_out_by("a") == ("a", 1)
    (tmp_path / "root/.dockerignore").unlink()
    (tmp_path / "root/.dockerignore").symlink_to(".dockerignore")
    assert Context(tmp_path / "root").ignore_file is None


def test_an_empty_ignore_file_of_the_dockerfile_wins_too(tmp_path: Path) -> None:
    write(tmp_path, ".dockerignore", text="a")
    (tmp_path / "Dockerfile.dockerignore").touch()
    assert Context(tmp_path, tmp_path / "Dockerfile").left_out_by("a") is None


def test_a_bad_pattern_is_told_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "docker/a.dockerignore", text="a\n[b\n")
    with pytest.raises(BadDockerfile) as caught:
        Context(tmp_path, tmp_path / "docker/a")
    message = "docker/a.dockerignore:2: a pattern that cannot be read"
    assert (caught.value.message, caught.value.hint) == (message, "2 | [b")


def test_an_ignore_file_that_is_none_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").mkdir()
    assert Context(tmp_path).ignore_file is None
    (tmp_path / ".dockerignore").rmdir()
    os.mkfifo(tmp_path / ".dockerignore")
    assert Context(tmp_path).ignore_file is None


def test_a_huge_ignore_file_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, ".dockerignore", text="#" * 2**20 + "\n")
    with pytest.raises(UsageError, match="larger than 1 MiB"):
        Context(tmp_path)


def test_a_context_behind_another_ignore_file_is_the_same_folder(tmp_path: Path) -> None:
    context = Context(write(tmp_path, "a", "b"))
    before = context.behind(patterns.read("a"))
    assert shown(before) == ["b"]
    assert before.digest("b") == context.digest("b")


def test_exists_looks_behind_the_ignore_file_but_through_no_link(tmp_path: Path) -> None:
    write(tmp_path, "root/a/b", "outside/c")
    write(tmp_path, "root/.dockerignore", text="a")
    (tmp_path / "root/out").symlink_to("../outside")
    context = Context(tmp_path / "root")
    found = [
        path
        for path in ("a", "a/b", "out", "out/c", "../outside/c", "x", "a/b/c", "", "a/../a", "\0")
        if context.exists(path)
    ]
    assert found == ["a", "a/b", "out"]
