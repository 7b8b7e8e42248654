"""What an edit of a build re-runs, and what is said of one that names nothing."""

from __future__ import annotations

import pytest

from generator.errors import BadChange
from generator.explain.build import Build
from generator.explain.edits import edit
from tests.explain.builds import shown

FILES = ("app/a.py", "app/b.py", "app/lib/c.py", "docs/x.md", "README.md", "[slug].js", "s.js")
WHOLE = "FROM i\nCOPY app /app\nCOPY docs /docs\nCOPY *.js /js/\nRUN x"


def again(made: Build, change: str) -> set[int]:
    return {line for line, what in shown(made, change).items() if what == "again"}


def refused(made: Build, change: str) -> tuple[str, str]:
    with pytest.raises(BadChange) as caught:
        edit(made, change)
    return caught.value.message, caught.value.hint
