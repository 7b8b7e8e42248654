"""What a rule is: what it looks for, and what it says about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from generator.explain.answer import Finding
from generator.explain.rules.examined import Examined


@dataclass(frozen=True)
class Rule:
    """`before` and `after` are pieces of a Dockerfile (or an ignore file), `sources` are URLs or

    what was measured. `find` gives the findings in one build; it raises nothing, as the build has
    been read already. `measured` stands where no simulation can tell what a fix is worth.
    """

    id: str
    title: str
    why: str
    before: str
    after: str
    ignore_when: str
    sources: tuple[str, ...]
    find: Callable[[Examined], Iterable[Finding]]
    measured: str | None = None
