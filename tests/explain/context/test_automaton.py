from __future__ import annotations

import pytest

from generator.explain.context import automaton as module
from generator.explain.context.automaton import Automaton, Node, One, Repeat, Then, TooLarge
from generator.explain.context.letters import ANY


def text(letters: str) -> Node:
    return Then(tuple(One(letter) for letter in letters))


def ending(letters: str) -> Node:
    return Then((Repeat(One(ANY), 0, None), text(letters)))


def test_many_patterns_are_told_apart_by_their_bits() -> None:
    automaton = Automaton([text("ab"), ending("b"), text("b")])
    accepted = {
        word: automaton.accepted(automaton.run(automaton.start, word)) for word in ("ab", "b", "a")
    }
    assert accepted == {"ab": 0b011, "b": 0b110, "a": 0}


def test_a_pattern_lives_as_long_as_it_may_match() -> None:
    automaton = Automaton([text("ab"), ending("b"), text("b")])
    state = automaton.run(automaton.start, "a")
    assert automaton.live(automaton.start) == 0b111
    assert automaton.live(state) == 0b011
    assert automaton.live(automaton.run(state, "x")) == 0b010


def test_no_pattern_matches_nothing() -> None:
    automaton = Automaton([])
    state = automaton.run(automaton.start, "a")
    assert (automaton.accepted(state), automaton.live(state)) == (0, 0)


def test_states_are_forgotten_before_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    automaton = Automaton([ending("a".join("xyz"))])
    kept = automaton.run(automaton.start, "x")
    before = [automaton.accepted(automaton.run(kept, word)) for word in ("ayaz", "xaz")]
    monkeypatch.setattr(module, "_STATES", 2)
    again = [automaton.accepted(automaton.run(kept, word)) for word in ("ayaz", "xaz", "ayaz")]
    assert again == [*before, before[0]] == [1, 0, 1]


def test_a_pattern_that_is_too_large_is_named() -> None:
    with pytest.raises(TooLarge) as caught:
        Automaton([text("a"), Repeat(text("a" * 10), 1000, 1000)])
    assert caught.value.args == (1,)


def test_all_patterns_together_may_be_too_large() -> None:
    with pytest.raises(TooLarge) as caught:
        Automaton([text("a" * 3999)] * 100)
    assert caught.value.args == (50,)
