from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.source_edit import source_edit
from tests.explain.builds import write

DOCKERFILE = "FROM i\nCOPY requirements.txt /\nRUN x\nCOPY app /app\nRUN y\n"


def test_what_an_edit_of_the_source_re_runs(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": DOCKERFILE, "requirements.txt": "", "app/routes.py": ""})
    found = source_edit(tmp_path)
    assert found is not None
    assert (found.change, found.title, found.note) == ("app/routes.py", "app/routes.py", None)
    assert (found.reruns, found.runs_again, len(found.outcomes)) == (2, 1, 4)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"Dockerfile": "FROM i"},
        {"Dockerfile": "nonsense", "a.py": ""},
        {"Dockerfile": "FROM i", "a.py": "", ".dockerignore": "[\n"},
    ],
)
def test_what_cannot_be_told_is_no_reason_to_fail(files: dict[str, str], tmp_path: Path) -> None:
    assert source_edit(write(tmp_path, files)) is None


def test_a_folder_that_there_is_not(tmp_path: Path) -> None:
    assert source_edit(tmp_path / "nowhere") is None
