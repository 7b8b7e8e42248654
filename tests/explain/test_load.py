from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from generator.errors import BadDockerfile, CannotRead, UsageError
from generator.explain.context import Context
from generator.explain.load import decoded, load, text_of
from generator.explain.stages import Settings
from tests.explain.builds import write


def test_a_text_in_any_encoding(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"FROM \xff\xc3\xa9\r\n")
    assert text_of(tmp_path / "f", "f") == "FROM \udcff\xe9\r\n"


@pytest.mark.parametrize("name", ["", "nothing", "a/b", "x" * 300, "a\0b", "\ud800"])
def test_a_file_that_there_is_not(name: str, tmp_path: Path) -> None:
    with pytest.raises((BadDockerfile, CannotRead)) as caught:
        text_of(tmp_path / "folder" / name, "shown")
    assert "shown" in caught.value.message


@pytest.mark.parametrize("name", ["folder", "pipe"])
def test_what_is_no_regular_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadDockerfile) as caught:
        text_of(tmp_path / name, "shown")
    assert caught.value.message == "shown: that is no regular file"
    assert caught.value.hint == f"it was looked for in {tmp_path}; -f FILE names another"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "f").touch()

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(CannotRead) as caught:
        text_of(tmp_path / "f", "shown")
    assert caught.value.message == "cannot read shown: Permission denied"


def test_a_file_larger_than_any_dockerfile(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"#" * (4 * 1024 * 1024))
    assert len(text_of(tmp_path / "f", "f")) == 4 * 1024 * 1024
    with pytest.raises(BadDockerfile, match="larger than 4 MiB"):
        decoded(io.BytesIO(b"#" * (4 * 1024 * 1024 + 1)), "-")


def test_named_contexts_that_are_folders_are_trees(tmp_path: Path) -> None:
    write(tmp_path, {"lib/a": "", "lib/b": "", "lib/.dockerignore": "b\n"})
    contexts = {"lib": str(tmp_path / "lib"), "i": "docker-image://j", "u": "https://example.org"}
    made = load("FROM i", Settings(contexts=contexts), Context(tmp_path), "Dockerfile")
    assert set(made.trees) == {"", "lib"}
    assert made.trees["lib"].names("") == (".dockerignore", "a")
    assert made.dockerfile == "Dockerfile"


def test_a_named_context_that_there_is_not(tmp_path: Path) -> None:
    settings = Settings(contexts={"lib": str(tmp_path / "nowhere")})
    with pytest.raises(UsageError, match="there is no such folder"):
        load("FROM i", settings, Context(tmp_path))
