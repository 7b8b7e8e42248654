"""The extras: any of the folders in `templates/extras/`, as names between commas; `all` is each."""

from __future__ import annotations

from collections.abc import Sequence

from generator.answers.field import Choice, Field, Texts, unknown
from generator.catalog import Catalog
from generator.errors import InvalidAnswer

ALL = "all"


def parse(text: str, catalog: Catalog) -> tuple[str, ...]:
    """Return the extras that `text` names, sorted, each once."""
    names = [each.strip() for each in text.split(",")] if text.strip() else []
    for name in names:
        if name != ALL and name not in catalog.extras:
            raise unknown("with", text, name, [*catalog.extras, ALL])
    return tuple(catalog.extras) if ALL in names else tuple(sorted(set(names)))


def refuse_unfit(names: Sequence[str], framework: str, catalog: Catalog) -> None:
    """Raise InvalidAnswer if one of the extras is not to be had with the framework."""
    fit = catalog.can_have(framework)
    for name in names:
        if name not in fit:
            label = catalog.frameworks[framework].label
            hint = f"with {label} there are {', '.join(fit)}" if fit else "leave out --with"
            raise InvalidAnswer("with", ",".join(names), f"{label} cannot have {name}", hint)


def default(given: Texts, catalog: Catalog) -> str:
    return ""


def choices(catalog: Catalog, month: str) -> Sequence[Choice]:
    return [Choice(each.name, each.hint) for each in catalog.extras.values()]


FIELD = Field(
    key="with",
    flag="--with",
    kind=list,
    question="Extras",
    parse=parse,
    default=default,
    choices=choices,
    asked=False,
)
