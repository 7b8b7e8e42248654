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
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from generator.explain.answer import Answer

if TYPE_CHECKING:
    from rich.console import Console

# What people can be told: all steps, what the usual edits re-run, what keeps the build from its
# end, each step of the edits, the findings, the promises.
Part = Literal["steps", "table", "missing", "edits", "findings", "promises"]


def show(answer: Answer, console: Console, parts: Sequence[Part]) -> None:
    """These parts for people, in the colours and the width that the console has."""
    from generator.explain.report import people

    people.show(answer, console, parts)


def _programs(answer: Answer) -> str:
    from generator.explain.report import programs

    return _json(programs.document(answer))


def _sarif(answer: Answer) -> str:
    from generator.explain.report import sarif
    from generator.explain.rules import RULES

    return _json(sarif.document(answer, sarif.helps(RULES.values())))


def _html(answer: Answer) -> str:
    from generator.explain.report import html

    return html.page(answer)


def _json(value: Mapping[str, Any]) -> str:
    return f"{json.dumps(value, indent=2)}\n"


# Format -> the whole text of it, with its last line's end.
FORMATS: Mapping[str, Callable[[Answer], str]] = {
    "json": _programs,
    "sarif": _sarif,
    "html": _html,
}
