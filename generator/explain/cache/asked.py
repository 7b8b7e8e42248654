"""What somebody who takes files from a stage asks for."""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from generator.explain.cache.piles import Names
from generator.explain.cache.views import View
from generator.explain.context.automaton import Automaton
from generator.explain.context.trees import BadWildcard
from generator.explain.context.wildcards import has_wildcards, parsed


class Asked(NamedTuple):
    """A path, a pattern of one if it is `wild`, and how what lies there looks to them."""

    path: Names
    view: View
    wild: bool = False

    @property
    def plain(self) -> Names:
        """The folders that all of it lies in: the path itself, or what comes before wildcards."""
        return tuple(takewhile(_is_plain, self.path)) if self.wild else self.path

    def takes(self, place: Names) -> bool:
        """Whether `place` is at or under what is asked for."""
        if len(self.path) > len(place):
            return False
        if not self.wild:
            return place[: len(self.path)] == self.path
        return all(map(_matches, self.path, place))

    def lies_in(self, place: Names) -> bool:
        """Whether what is asked for may be at or under `place`."""
        return self._replace(path=self.path[: len(place)]).takes(place)


def _matches(pattern: str, name: str) -> bool:
    automaton = _automaton(pattern)
    return automaton is not None and automaton.accepted(automaton.run(automaton.start, name)) != 0


@lru_cache(maxsize=256)
def _automaton(pattern: str) -> Automaton | None:
    try:
        return Automaton([parsed(pattern)])
    except BadWildcard:
        return None


def _is_plain(name: str) -> bool:
    return not has_wildcards(name) and "\\" not in name
