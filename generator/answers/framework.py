"""The framework: one of the folders in `templates/frameworks/`."""

from __future__ import annotations

from collections.abc import Sequence

from generator.answers.field import Choice, Field, Texts
from generator.catalog import Catalog
from generator.errors import InvalidAnswer


def parse(text: str, catalog: Catalog) -> str:
    if text not in catalog.frameworks:
        from difflib import get_close_matches

        close = get_close_matches(text.lower(), catalog.frameworks, n=1)
        known = f"there are {', '.join(catalog.frameworks)}"
        raise InvalidAnswer(
            "framework",
            text,
            "this release does not know it",
            f"try {close[0]}; {known}" if close else known,
        )
    return text


def default(given: Texts, catalog: Catalog) -> str:
    return next(iter(catalog.frameworks))


def choices(catalog: Catalog, month: str) -> Sequence[Choice]:
    return [
        Choice(each.name, f"{each.label}, served by {each.server.label}: {each.hint}")
        for each in catalog.frameworks.values()
    ]


FIELD = Field(
    key="framework",
    flag="--framework",
    kind=str,
    question="Framework",
    parse=parse,
    default=default,
    choices=choices,
)
