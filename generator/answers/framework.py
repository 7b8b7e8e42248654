"""The framework: one of the folders in `templates/frameworks/`."""

from __future__ import annotations

from collections.abc import Sequence

from generator.answers.field import Choice, Field, Texts, unknown
from generator.catalog import Catalog


def parse(text: str, catalog: Catalog) -> str:
    if text not in catalog.frameworks:
        raise unknown("framework", text, text, catalog.frameworks)
    return text


def default(given: Texts, catalog: Catalog) -> str:
    return next(iter(catalog.frameworks))


def choices(catalog: Catalog, month: str) -> Sequence[Choice]:
    return [
        Choice(each.name, f"{each.label} on {catalog.server(each.name).label}: {each.hint}")
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
