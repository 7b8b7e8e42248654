"""The Python version, X.Y: one that this release ships templates and locks for.

The default is fixed for a release, and a shipped version renders for ever: no script changes its
meaning overnight. Dates only steer what the wizard offers and what is noted.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.answers.field import Choice, Field, Texts
from generator.catalog import Catalog
from generator.errors import InvalidAnswer


def parse(text: str, catalog: Catalog) -> str:
    offered = [each.version for each in reversed(catalog.pythons)]
    if text in offered:
        return text
    minor = ".".join(text.split(".")[:2])
    if minor in catalog.ended_pythons:
        reason = f"Python {minor} reached its end of life in {catalog.ended_pythons[minor]}"
        better = catalog.recommended_python
    elif minor in offered:
        reason = "only X.Y is right; the base image brings its newest patch release"
        better = minor
    else:
        reason = "this release does not know it"
        better = catalog.recommended_python
    raise InvalidAnswer("python", text, reason, f"take {better}; there are {', '.join(offered)}")


def default(given: Texts, catalog: Catalog) -> str:
    return catalog.recommended_python


def choices(catalog: Catalog, month: str) -> Sequence[Choice]:
    alive = [each for each in catalog.pythons if not each.ended(month)]
    return [
        Choice(
            each.version,
            _hint(each.support(month), recommended=each.version == catalog.recommended_python),
        )
        for each in alive or catalog.pythons
    ]


def _hint(support: str, *, recommended: bool) -> str:
    return f"{support} (recommended)" if recommended else support


def note(text: str, catalog: Catalog, month: str) -> str | None:
    pythons = {each.version: each for each in catalog.pythons}
    if not pythons[text].ended(month):
        return None
    recommended = pythons[catalog.recommended_python]
    # A release that is as old as that has nothing wiser to offer.
    better = "a newer dockerize" if recommended.ended(month) else recommended.version
    return f"Python {text} {pythons[text].support(month)}: {better} is wiser"


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
