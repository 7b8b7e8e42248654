"""The installer: what puts the locked requirements into the image."""

from __future__ import annotations

from collections.abc import Sequence

from generator.answers.field import Choice, Field, Texts, unknown
from generator.catalog import Catalog


def parse(text: str, catalog: Catalog) -> str:
    if text not in catalog.installers:
        raise unknown("installer", text, text, catalog.installers)
    return text


def default(given: Texts, catalog: Catalog) -> str:
    return next(iter(catalog.installers))


def choices(catalog: Catalog, month: str) -> Sequence[Choice]:
    return [Choice(each.name, each.hint) for each in catalog.installers.values()]


FIELD = Field(
    key="installer",
    flag="--installer",
    kind=str,
    question="Installer",
    parse=parse,
    default=default,
    choices=choices,
    asked=False,
)
