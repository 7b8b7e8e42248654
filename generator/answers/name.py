"""The project's name: one rule that makes it valid everywhere it will be used.

An RFC 1035 label is at once a folder on every system, an image, a Compose project, a Kubernetes
Service, a Python distribution and a host name. 40 characters, of its 63, leave room for suffixes.
"""

from __future__ import annotations

import re
import unicodedata

from generator.answers.field import Field
from generator.catalog import Catalog
from generator.errors import InvalidAnswer

SHORTEST, LONGEST = 2, 40

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)]
)


def parse(text: str, catalog: Catalog) -> str:
    broken = _broken(text, catalog)
    if broken:
        raise InvalidAnswer(
            f"{text!r} cannot be the project's name: {broken}",
            f"try {nearest(text, catalog)}",
            code="invalid-name",
        )
    return text


def nearest(text: str, catalog: Catalog) -> str:
    """The valid name that looks most like `text`; a valid one is its own."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", unicodedata.normalize("NFKD", text))
    ascii_only = words.encode("ascii", "ignore").decode("ascii").lower()
    name = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-") or "my-app"
    if name[0].isdigit():
        name = f"app-{name}"
    name = name[:LONGEST].strip("-")
    for suffix in ("", "-app", "-web", "-service"):
        candidate = name[: LONGEST - len(suffix)].rstrip("-") + suffix
        if not _broken(candidate, catalog):
            return candidate
    return "my-app"


def _broken(text: str, catalog: Catalog) -> str | None:
    """Which part of the rule `text` breaks, in words."""
    if not text:
        return "it is empty"
    if any("\ud800" <= each <= "\udfff" for each in text):
        return "it holds bytes that are not UTF-8"
    wrong = re.search(r"[^a-z0-9-]", text)
    if wrong:
        capital = wrong[0].isascii() and wrong[0].isupper()
        what = f"the {'capital letter' if capital else 'character'} {wrong[0]!r}"
        return f"it holds {what}; only a-z, 0-9 and - may be in it"
    if not "a" <= text[0] <= "z":
        return f"it begins with {text[0]!r}, not with a letter from a to z"
    if text[-1] == "-":
        return "it ends with '-'"
    if "--" in text:
        return "it holds '--'; only single '-' may be in it"
    if not SHORTEST <= len(text) <= LONGEST:
        return f"it is {len(text)} long, and {SHORTEST} to {LONGEST} characters are right"
    if text in _WINDOWS_DEVICES:
        return "Windows keeps it for a device"
    if text == "localhost":
        return "it means this very machine"
    if text in catalog.locked_packages:
        return "a package that projects install has it, and an installer would mix up the two"
    return None


FIELD = Field(key="name", flag="NAME", kind=str, question="Project name", parse=parse)
