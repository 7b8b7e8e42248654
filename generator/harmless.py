"""Texts of somebody else's as they can be shown."""

from __future__ import annotations

import unicodedata

# Control and format characters (an escape sequence, a mark that turns the line's direction around),
# line separators, surrogates, and what no font has.
_UNSEEN = frozenset(("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"))


def harmless(text: str) -> str:
    """With nothing in it that a terminal or a browser would obey instead of show."""
    return text if text.isprintable() else "".join(map(_seen, text))


def harmless_lines(text: str) -> list[str]:
    """Each line by itself, with its tabs: they matter to whoever copies it."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return ["\t".join(map(harmless, line.split("\t"))) for line in lines]


def _seen(letter: str) -> str:
    hidden = unicodedata.category(letter) in _UNSEEN
    return letter.encode("unicode_escape").decode() if hidden else letter
