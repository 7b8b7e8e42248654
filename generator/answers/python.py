"""The Python version, X.Y: one that this release ships templates and locks for.

The default is fixed for a release, and a shipped version renders for ever: no script changes its
meaning overnight. Dates only steer what the wizard offers and what is noted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.answers.field import Choice, Field, Texts
from generator.catalog import Catalog
from generator.errors import InvalidAnswer


def parse(text: str, catalog: Catalog) -> str:
    offered = [each.version for each in catalog.pythons]
    if text in offered:
        return text
    return _refuse(text, catalog, offered)


def _refuse(text: str, catalog: Catalog, offered: Sequence[str]) -> str:
    minor = re.match(r"(\d+\.\d+)\.", text, re.ASCII)
    if text in catalog.ended_pythons:
        wrong = f"Python {text} reached its end of life in {catalog.ended_pythons[text]}"
        hint = f"take {catalog.recommended_python}"
    elif minor and minor[1] in offered:
        wrong = f"{text!r} is not a Python version as X.Y"
        hint = f"take {minor[1]}: its newest patch release comes with the base image"
    elif minor and minor[1] in catalog.ended_pythons:
        return _refuse(minor[1], catalog, offered)
    else:
        wrong = f"{text!r} is not a Python version that this release knows"
        hint = f"take {catalog.recommended_python}"
    raise InvalidAnswer(
        wrong, f"{hint}; there are {', '.join(reversed(offered))}", code="invalid-python"
    )


def default(given: Texts, catalog: Catalog) -> str:
    return catalog.recommended_python


def choices(catalog: Catalog, month: str) -> Sequence[Choice]:
    alive = [each for each in catalog.pythons if not each.ended(month)]
    return [
        Choice(each.version, _hint(each.support(month), each.version == catalog.recommended_python))
        for each in alive or catalog.pythons
    ]


def _hint(support: str, recommended: bool) -> str:
    return f"{support} (recommended)" if recommended else support


def note(text: str, catalog: Catalog, month: str) -> str | None:
    python = next(each for each in catalog.pythons if each.version == text)
    if not python.ended(month):
        return None
    return f"Python {text} {python.support(month)}: {catalog.recommended_python} is wiser"


FIELD = Field(
    key="python",
    flag="--python",
    kind=str,
    question="Python version",
    parse=parse,
    default=default,
    choices=choices,
    note=note,
)
