from __future__ import annotations

from pathlib import Path

from generator.explain.context import Context
from generator.explain.rules import reading


def test_a_file_of_the_context_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")

    assert reading.text(Context(tmp_path), "a.txt") == "x"


def test_nothing_outside_of_the_context_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "link").symlink_to("../secret")
    (folder / "up").symlink_to("..")
    (folder / ".dockerignore").symlink_to("../secret")
    context = Context(folder)

    assert reading.text(context, "link") is None
    assert reading.text(context, "up/secret") is None
    assert reading.text(context, "../secret") is None
    assert reading.beside(context, ".dockerignore") is None


def test_what_is_ignored_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / ".dockerignore").write_text("a.txt")

    assert reading.text(Context(tmp_path), "a.txt") is None


def test_what_is_too_deep_or_no_object_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 100_000)
    (tmp_path / "large.json").write_bytes(b" " * 2_000_000 + b"{}")
    context = Context(tmp_path)

    assert reading.from_json(context, "deep.json") is None
    assert reading.from_json(context, "list.json") is None
    assert reading.from_toml(context, "deep.toml") is None
    assert reading.from_json(context, "missing") is None
    assert reading.text(context, "large.json") is None


def test_a_byte_order_mark_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'\xef\xbb\xbf{"a": 1}')

    assert reading.from_json(Context(tmp_path), "a.json") == {"a": 1}
