"""The answers that make a project, and the rules they obey wherever they come from.

Flags, an answers file and the wizard all bring texts; `settle` is the one way from texts to
`Answers`. A further answer is a module with a FIELD here and a field of `Answers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from generator.answers import extras, framework, installer, name, port, python
from generator.answers.field import Field, Texts
from generator.catalog import Catalog

# In the order they are asked; a default may rest on an answer before it.
FIELDS: tuple[Field, ...] = (
    name.FIELD,
    framework.FIELD,
    python.FIELD,
    port.FIELD,
    installer.FIELD,
    extras.FIELD,
)


@dataclass(frozen=True)
class Answers:
    name: str
    framework: str
    python: str
    port: int
    installer: str
    extras: tuple[str, ...]

    def as_dict(self) -> dict[str, str | int | list[str]]:
        values = asdict(self)
        extras = values.pop("extras")
        return {**values, "with": list(extras)}

    def texts(self) -> dict[str, str]:
        return {
            key: ",".join(value) if isinstance(value, list) else str(value)
            for key, value in self.as_dict().items()
        }


def missing(texts: Texts) -> Sequence[Field]:
    """What has to be asked."""
    return [field for field in FIELDS if field.asked and field.key not in texts]


def check(texts: Texts, catalog: Catalog) -> None:
    """Raise InvalidAnswer for the first of `texts` that breaks its rule."""
    for field in FIELDS:
        if field.key in texts:
            field.parse(texts[field.key], catalog)


def with_defaults(texts: Texts, catalog: Catalog) -> dict[str, str]:
    """`texts` and the default of each answer that has one and is not among them."""
    complete = dict(texts)
    for field in FIELDS:
        if field.key not in texts and field.default is not None:
            complete[field.key] = field.default(complete, catalog)
    return complete


def settle(texts: Texts, catalog: Catalog) -> Answers:
    """Return the answers that `texts` stand for; raises InvalidAnswer.

    They have one for each field that is asked; what is not asked may have its default.
    """
    texts = with_defaults(texts, catalog)
    answers = Answers(
        name=name.parse(texts["name"], catalog),
        framework=framework.parse(texts["framework"], catalog),
        python=python.parse(texts["python"], catalog),
        port=port.parse(texts["port"], catalog),
        installer=installer.parse(texts["installer"], catalog),
        extras=extras.parse(texts["with"], catalog),
    )
    extras.refuse_unfit(answers.extras, answers.framework, catalog)
    return answers


def notes(answers: Answers, catalog: Catalog, month: str) -> Sequence[str]:
    """A line for each answer that is right but may not be wise in `month` (`YYYY-MM`)."""
    texts = answers.texts()
    found = (field.note(texts[field.key], catalog, month) for field in FIELDS)
    return [note for note in found if note]
