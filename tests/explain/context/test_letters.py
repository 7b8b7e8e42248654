from __future__ import annotations

import sys

from generator.explain.context.letters import Letters, category, complement, ranges_of


def test_letters_are_in_ranges_or_not() -> None:
    some = Letters(ranges_of("ac", "xx", "bd"))
    assert [letter for letter in "abdexyz" if some.has(letter)] == ["a", "b", "d", "x"]
    others = Letters(ranges_of("ac"), negated=True)
    assert [letter for letter in "abd\0\U0010ffff" if others.has(letter)] == [
        "d",
        "\0",
        "\U0010ffff",
    ]


def test_nothing_is_in_no_range() -> None:
    assert not Letters(()).has("a")


def test_the_complement_is_all_else() -> None:
    assert complement(ranges_of("bc", "ce")) == ((0, ord("a")), (ord("f"), sys.maxunicode))
    assert complement(()) == ((0, sys.maxunicode),)
    assert complement(complement(ranges_of("az"))) == ranges_of("az")


def test_categories_are_those_of_unicode() -> None:
    upper = Letters(category("Lu"))
    assert [letter for letter in "aAéÉ1" if upper.has(letter)] == ["A", "É"]
    assert category("Xx") == ()
