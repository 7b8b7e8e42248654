from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator.explain.cache.modes import changed, owner

# Of these BuildKit's reading and that of chmod(1) are the same.
WORDS = ["u+x", "go-w", "a=r", "u=rwX,go=rX", "ug+rw,o-rwx", "+x", "g+s", "u=rw,g+X", "o-x+r"]
COPIED = ["g=u", "o=g", "go=u", "u-o", "o+u"]
MODES = [0o644, 0o755, 0o600, 0o664, 0o777, 0o070, 0o4711]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("word", [*WORDS, *COPIED, "0", "0640", "2755"])
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


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        (("0", "0:0", "00", "0:00"), ""),
        (("1000", "1000:1000", "01000"), "1000:1000"),
        (("1000:0",), "1000:0"),
        (("app",), "app"),
        (("app:app",), "app:app"),
        (("app:0",), "app:0"),
    ],
)
def test_an_owner_is_the_same_in_other_words(words: tuple[str, ...], whose: str) -> None:
    assert {owner(each) for each in words} == {whose}
