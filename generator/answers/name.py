"""The project's name: one rule that makes it valid everywhere it will be used.

An RFC 1035 label is at once a folder on every system, an image, a Compose project, a Kubernetes
Service, a Python distribution and a host name. 40 characters, of its 63, leave room for suffixes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.answers.field import Field
from generator.catalog import Catalog
from generator.errors import InvalidAnswer

SHORTEST, LONGEST = 2, 40

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICES = ["con", "prn", "aux", "nul"] + [
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
]
# What projects, or the tests of this tool, are built from and run beside: `docker build -t NAME .`
# would give the name to an image of its own.
_IMAGES = ["debian", "postgres", "python", "redis", "registry"]
_RESERVED = {
    "localhost": "it means this very machine",
    "kubernetes": "a cluster's own Service has this name",
    "scratch": "a Dockerfile keeps it for the empty image",
    **dict.fromkeys(_IMAGES, "an image that others build from has this name"),
    **dict.fromkeys(_DEVICES, "Windows keeps it for a device"),
}


def parse(text: str, catalog: Catalog) -> str:
    broken = _broken(text, catalog)
    if broken:
        raise InvalidAnswer("name", text, broken, f"try {nearest(text, catalog)}")
    return text


def nearest(text: str, catalog: Catalog) -> str:
    """The valid name that looks most like `text`; a valid one is its own."""
    import unicodedata

    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", unicodedata.normalize("NFKD", text))
    ascii_only = words.encode("ascii", "ignore").decode("ascii").lower()
    name = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-") or "my-app"
    if name[0].isdigit():
        name = f"app-{name}"
    for suffix in ("", "-app", "-web", "-service"):
        candidate = name[: LONGEST - len(suffix)].rstrip("-") + suffix
        if not _broken(candidate, catalog):
            return candidate
    return "my-app"


def _broken(text: str, catalog: Catalog) -> str | None:
    """The first part of the rule that `text` breaks, in words."""
    return next(_faults(text, catalog), None)


def _faults(text: str, catalog: Catalog) -> Iterator[str]:
    """The parts of the rule that `text` breaks; only the first is sure to make sense."""
    if not text:
        yield "it is empty"
    if any("\ud800" <= each <= "\udfff" for each in text):
        yield "it holds bytes that are not UTF-8"
    if wrong := re.search(r"[^a-z0-9-]", text):
        kind = "capital letter" if wrong[0].isascii() and wrong[0].isupper() else "character"
        yield f"it holds the {kind} {wrong[0]!r}, and only a-z, 0-9 and - are right"
    if not "a" <= text[0] <= "z":
        yield f"it begins with {text[0]!r}, not with a letter from a to z"
    if text.endswith("-"):
        yield "it ends with '-'"
    if "--" in text:
        yield "it holds '--', and only single '-' are right"
    if not SHORTEST <= len(text) <= LONGEST:
        yield f"it is {len(text)} long, and {SHORTEST} to {LONGEST} characters are right"
    if text in _RESERVED:
        yield _RESERVED[text]
    if text in catalog.locked_packages:
        yield "a package that projects install has this name"


FIELD = Field(key="name", flag="NAME", kind=str, question="Project name", parse=parse)
