"""Several names in a sentence, several notes in a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# More than these are counted, not named.
_NAMED = 3


def listed(names: Sequence[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) < 2:  # noqa: PLR2004
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def some(names: Sequence[str]) -> str:
    """As `listed`, but no more than three of them: `a, b, c and 2 more`."""
    more = len(names) - _NAMED
    return listed([*names[:_NAMED], f"{more:,} more"] if more > 0 else names)


def noted(notes: Iterable[str | None]) -> str | None:
    """All that is to be noted in one line, None for nothing."""
    return "; ".join(filter(None, notes)) or None
