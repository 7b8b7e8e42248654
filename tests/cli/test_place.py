from __future__ import annotations

import sys
from pathlib import Path

import pytest

from generator.cli.place import place
from generator.errors import UsageError

posix = pytest.mark.skipif(sys.platform == "win32", reason="paths and commands of a POSIX shell")


@posix
@pytest.mark.parametrize(
    ("output_dir", "parent", "typed"),
    [
        (None, "", "my-shop"),
        (".", "", "./my-shop"),
        ("a/b", "a/b", "a/b/my-shop"),
        ("a/../b", "b", "a/../b/my-shop"),
        ("-x", "-x", "./-x/my-shop"),
    ],
)
def test_a_folder_as_it_is_and_as_it_is_typed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    output_dir: str | None,
    parent: str,
    typed: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    here = place(output_dir)
    assert here.folder("my-shop") == tmp_path / parent / "my-shop"
    assert here.typed("my-shop") == typed


def test_an_absolute_folder_stays_as_it_is(tmp_path: Path) -> None:
    here = place(str(tmp_path))
    assert here.folder("my-shop") == tmp_path / "my-shop"
    assert here.typed("my-shop") == str(tmp_path / "my-shop")


@pytest.mark.parametrize("output_dir", ["", "sh\udcc3op"])
def test_what_cannot_be_a_folder_is_refused(output_dir: str) -> None:
    with pytest.raises(UsageError):
        place(output_dir)


@posix
def test_the_way_on_takes_a_name_that_nothing_has(tmp_path: Path) -> None:
    (tmp_path / "shop.git").mkdir()
    folder, aside = tmp_path / "shop", tmp_path / "shop.git.aside"
    assert place(str(tmp_path)).around_git("shop", {"name": "shop"}) == (
        "to make the project in this repository:\n"
        f"mv {folder}/.git {aside} && dockerize new shop --output-dir {tmp_path}"
        f" && mv {aside} {folder}/.git"
    )
