from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from generator.explain import report
from tests.explain.report import answers


def test_there_are_three_formats_for_others_than_people() -> None:
    assert list(report.FORMATS) == ["json", "sarif", "html"]


@pytest.mark.parametrize("name", report.FORMATS)
def test_every_format_ends_its_last_line(name: str) -> None:
    text = report.FORMATS[name](answers.shop())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_json_and_sarif_are_json() -> None:
    for name, version in (("json", {"schema": 1}), ("sarif", {"version": "2.1.0"})):
        document = json.loads(report.FORMATS[name](answers.hostile()))
        assert version.items() <= document.items()


def test_text_can_be_shown_in_colours() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    with console.capture() as shown:
        report.show(answers.shop(), console, ("steps", "table"))
    assert "\x1b[1;31m" in shown.get()


IMPORTS = """
import sys
sys.path.insert(0, {root!r})
from generator.explain.report import FORMATS
from tests.explain.report import answers
FORMATS[{name!r}](answers.shop())
print(*sorted({{each.partition(".")[0] for each in sys.modules}} & {{"rich", "click", "jinja2"}}))
"""


@pytest.mark.parametrize("name", report.FORMATS)
def test_only_what_people_read_needs_rich(name: str) -> None:
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS.format(root=root, name=name)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""
