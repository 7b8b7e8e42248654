"""The answer for people, programs, code-scanning pages, and as a page.

people    lines for a terminal or a file
programs  one JSON object, which schema.json spells out
sarif     findings and broken promises for code-scanning pages
html      a page that lights up what an edit re-runs
graph     what the page draws
words     wording that they share

Nothing here decides anything, and nothing is imported before its format is asked for.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from generator.explain.answer import Answer

if TYPE_CHECKING:
    from rich.console import Console

Format = Callable[[Answer, bool], str]


def show(answer: Answer, console: Console, *, detailed: bool) -> None:
    """As the format `text`, in the colours and the width that the console has."""
    from generator.explain.report import people

    people.show(answer, console, detailed=detailed)


def _text(answer: Answer, detailed: bool) -> str:  # noqa: FBT001
    from generator.explain.report import people

    return people.text(answer, shutil.get_terminal_size().columns, detailed=detailed)


def _programs(answer: Answer, detailed: bool) -> str:  # noqa: FBT001
    from generator.explain.report import programs

    return _json(programs.document(answer))


def _sarif(answer: Answer, detailed: bool) -> str:  # noqa: FBT001
    from generator.explain.report import sarif
    from generator.explain.rules import RULES

    return _json(sarif.document(answer, sarif.helps(RULES.values())))


def _html(answer: Answer, detailed: bool) -> str:  # noqa: FBT001
    from generator.explain.report import html

    return html.page(answer)


def _json(value: Mapping[str, Any]) -> str:
    return f"{json.dumps(value, indent=2)}\n"


# Format -> the whole text of it, with its last line's end. The second argument asks for every step
# of each edit; only `text` has a shorter form.
FORMATS: Mapping[str, Format] = {
    "text": _text,
    "json": _programs,
    "sarif": _sarif,
    "html": _html,
}
