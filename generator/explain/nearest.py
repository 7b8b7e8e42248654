"""Which of the right names somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable

# As far as BuildKit looks, in letters to add, drop or change.
_NEAR = 2
_LONGEST = 60


def suggestion(name: str, right: Iterable[str]) -> str:
    """`did you mean COPY?`, or nothing if no name is near. Letters' case does not count."""
    best = min(((_distance(name.lower(), each.lower()), each) for each in right), default=None)
    return f"did you mean {best[1]}?" if best is not None and best[0] <= _NEAR else ""


def _distance(one: str, other: str) -> int:
    if abs(len(one) - len(other)) > _NEAR or len(one) > _LONGEST:
        return _NEAR + 1
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, 1):
        above, row[0] = row[0], count
        for index, against in enumerate(other, 1):
            least = min(above + (letter != against), row[index] + 1, row[index - 1] + 1)
            above, row[index] = row[index], least
    return row[-1]
