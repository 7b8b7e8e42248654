"""Many patterns matched at once, in time linear in the text whatever the patterns are.

A finite automaton made as it is walked: each (state, letter) is worked out once. A state can be
kept, so that what is below a folder starts where the folder's own path ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from generator.explain.context.letters import Letters, is_word

# Letters that one pattern and all together may have; `a{1000}` has a thousand. More would make each
# step slow, as all that may be next is looked at.
_LONGEST: Final = 5000
_LONGEST_ALL: Final = 200_000
# States kept before all are forgotten and made anew: some megabytes.
_STATES: Final = 20_000

Where = Literal["begin", "end", "word", "inside"]


class TooLarge(ValueError):
    """A pattern that repeats itself into more than is reasonable to hold; its index is `args`."""


class One(NamedTuple):
    """One letter: this one, or any of these."""

    letter: str | Letters


class Then(NamedTuple):
    parts: tuple[Node, ...]


class Either(NamedTuple):
    parts: tuple[Node, ...]


class Repeat(NamedTuple):
    """At least `least` times, at most `most` times (None: any number)."""

    part: Node
    least: int
    most: int | None


class At(NamedTuple):
    """No letter, but a place: begin or end of the text, a word's boundary or none."""

    where: Where


Node = One | Then | Either | Repeat | At


class State:
    """A set of places in the patterns, before what needs no letter is followed."""

    __slots__ = ("accepted", "begin", "live", "next", "places", "word")

    def __init__(self, places: frozenset[int], *, begin: bool, word: bool) -> None:
        self.places = places
        self.begin = begin
        self.word = word
        self.next: dict[str, State] = {}
        # Bits of patterns, -1 as long as nobody has asked.
        self.accepted = -1
        self.live = -1


class Automaton:
    """The patterns, as bits: pattern 0 is 1, pattern 1 is 2, pattern 2 is 4, ..."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._letters: list[str | Letters | None] = []
        self._where: list[Where | None] = []
        self._after: list[tuple[int, ...]] = []
        self._bit: list[int] = []
        self._words = False
        self._states: dict[tuple[frozenset[int], bool, bool], State] = {}
        entries = [self._pattern(node, index) for index, node in enumerate(nodes)]
        self.start = State(frozenset(entries), begin=True, word=False)

    def run(self, state: State, text: str) -> State:
        for letter in text:
            known = state.next.get(letter)
            state = self._step(state, letter) if known is None else known
        return state

    def accepted(self, state: State) -> int:
        """The patterns that match all of what was read until here."""
        if state.accepted < 0:
            state.accepted = self._closed(state, None)[1]
        return state.accepted

    def live(self, state: State) -> int:
        """The patterns that may still match if more is read."""
        if state.live < 0:
            places = {*self._closed(state, "a")[0], *self._closed(state, "/")[0]}
            state.live = _all(self._bit[place] for place in places)
        return state.live

    def _step(self, state: State, letter: str) -> State:
        after = set()
        for place in self._closed(state, letter)[0]:
            wanted = self._letters[place]
            if wanted == letter or (isinstance(wanted, Letters) and wanted.has(letter)):
                after.add(self._after[place][0])
        key = (frozenset(after), False, self._words and is_word(letter))
        found = self._states.get(key)
        if found is None:
            if len(self._states) >= _STATES:
                self._forget()
            found = State(key[0], begin=False, word=key[2])
            self._states[key] = found
        state.next[letter] = found
        return found

    def _forget(self) -> None:
        """States that somebody holds stay good, but lead nowhere that is known already."""
        for state in self._states.values():
            state.next.clear()
        self.start.next.clear()
        self._states.clear()

    def _closed(self, state: State, letter: str | None) -> tuple[list[int], int]:
        """The places that wait for a letter, and the patterns that are complete here."""
        waiting: list[int] = []
        complete = 0
        seen = set(state.places)
        stack = list(state.places)
        while stack:
            place = stack.pop()
            where = self._where[place]
            if where is not None and not _holds(where, state, letter):
                continue
            if self._letters[place] is not None:
                waiting.append(place)
                continue
            after = self._after[place]
            if not after:
                complete |= self._bit[place]
            for each in after:
                if each not in seen:
                    seen.add(each)
                    stack.append(each)
        return waiting, complete

    def _pattern(self, node: Node, index: int) -> int:
        self._limit = min(len(self._bit) + _LONGEST, _LONGEST_ALL)
        bit = 1 << index
        return self._compiled(node, self._add(bit), bit)

    def _add(
        self,
        bit: int,
        after: tuple[int, ...] = (),
        letter: str | Letters | None = None,
        where: Where | None = None,
    ) -> int:
        if len(self._bit) > self._limit:
            raise TooLarge(bit.bit_length() - 1)
        self._bit.append(bit)
        self._after.append(after)
        self._letters.append(letter)
        self._where.append(where)
        self._words = self._words or where in ("word", "inside")
        return len(self._bit) - 1

    def _compiled(self, node: Node, after: int, bit: int) -> int:
        """The place where `node` begins, if `after` is where it goes on when it has matched."""
        match node:
            case One(letter):
                return self._add(bit, (after,), letter)
            case At(where):
                return self._add(bit, (after,), where=where)
            case Then(parts):
                for part in reversed(parts):
                    after = self._compiled(part, after, bit)
                return after
            case Either(parts):
                entries = tuple(self._compiled(part, after, bit) for part in parts)
                return self._add(bit, entries)
            case Repeat(part, least, most):
                return self._repeated(part, least, most, after, bit)

    def _repeated(self, part: Node, least: int, most: int | None, after: int, bit: int) -> int:
        if most is None:
            loop = self._add(bit, (after,))
            self._after[loop] = (self._compiled(part, loop, bit), after)
            after = loop
        else:
            end = after
            for _ in range(most - least):
                after = self._add(bit, (self._compiled(part, after, bit), end))
        for _ in range(least):
            after = self._compiled(part, after, bit)
        return after


def _holds(where: Where, state: State, letter: str | None) -> bool:
    if where == "begin":
        return state.begin
    if where == "end":
        return letter is None
    boundary = state.word != (letter is not None and is_word(letter))
    return boundary == (where == "word")


def _all(bits: Iterable[int]) -> int:
    together = 0
    for bit in bits:
        together |= bit
    return together
