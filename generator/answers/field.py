"""What one answer is: its names, its rule, its default and its choices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from generator.catalog import Catalog
from generator.errors import InvalidAnswer

# Answers on their way to becoming `Answers`: key -> the text that was typed or written.
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    value: str
    hint: str


class Rule(Protocol):
    def __call__(self, text: str, catalog: Catalog) -> object:
        """Return the answer that `text` stands for, or raise InvalidAnswer."""


def unknown(key: str, text: str, name: str, known: Iterable[str]) -> InvalidAnswer:
    """What to raise when `name`, in the answer `text`, is none of `known`."""
    from difflib import get_close_matches

    names = list(known)
    close = get_close_matches(name.lower(), names, n=1)
    all_of_them = f"there are {', '.join(names)}"
    subject = "it" if name == text else repr(name)
    return InvalidAnswer(
        key,
        text,
        f"this release does not know {subject}",
        f"try {close[0]}; {all_of_them}" if close else all_of_them,
    )


def no_note(text: str, catalog: Catalog, month: str) -> str | None:
    return None


@dataclass(frozen=True)
class Field:
    """`flag` is how the command line takes it, `kind` its type in an answers file.

    `default` is None where nothing can be assumed, `choices` where anything may be typed.
    An answer that is not `asked` has its default until somebody says otherwise.
    An answer of the kind `list` is any number of its choices; its text has commas between them.
    `note` is a line about an answer that is right but may not be wise in a month (`YYYY-MM`).
    """

    key: str
    flag: str
    kind: type[str | int | list[str]]
    question: str
    parse: Rule
    default: Callable[[Texts, Catalog], str] | None = None
    choices: Callable[[Catalog, str], Sequence[Choice]] | None = None
    note: Callable[[str, Catalog, str], str | None] = no_note
    asked: bool = True
