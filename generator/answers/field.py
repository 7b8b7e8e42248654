"""What one answer is: its names, its rule, its default and its choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from generator.catalog import Catalog

# Answers on their way to becoming `Answers`: key -> the text that was typed or written.
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    value: str
    hint: str


class Rule(Protocol):
    def __call__(self, text: str, catalog: Catalog) -> object:
        """Return the answer that `text` stands for, or raise InvalidAnswer."""


def no_note(text: str, catalog: Catalog, month: str) -> str | None:
    return None


@dataclass(frozen=True)
class Field:
    """`flag` is how the command line takes it, `kind` its type in an answers file.

    `default` is None where nothing can be assumed, `choices` where anything may be typed.
    `note` is a line about an answer that is right but may not be wise in a month (`YYYY-MM`).
    """

    key: str
    flag: str
    kind: type[str | int]
    question: str
    parse: Rule
    default: Callable[[Texts, Catalog], str] | None = None
    choices: Callable[[Catalog, str], Sequence[Choice]] | None = None
    note: Callable[[str, Catalog, str], str | None] = no_note
