"""What the catalog offers, for tests that are repeated over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from generator import catalog as catalogs

CATALOG = catalogs.load()
FRAMEWORKS = list(CATALOG.frameworks)
INSTALLERS = list(CATALOG.installers)


def subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for count in range(len(names) + 1):
        yield from combinations(names, count)


def wired(framework: str) -> list[str]:
    """The extras of a framework that bring packages."""
    return [name for name in CATALOG.can_have(framework) if CATALOG.extras[name].wired]


# Each has a lock: a framework, with any of the extras that bring packages.
COMBINATIONS = [(name, extras) for name in FRAMEWORKS for extras in subsets(wired(name))]
