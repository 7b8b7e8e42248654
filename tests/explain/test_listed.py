from __future__ import annotations

from generator.explain.listed import listed, some


def test_names_in_a_sentence() -> None:
    assert [listed("abc"[:count]) for count in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listed("ab", "or") == "a or b"


def test_no_more_than_three_are_named() -> None:
    assert some("abc") == "a, b and c"
    assert some(list("abcd")) == "a, b, c and 1 more"
    assert some(["a"] * 1234) == "a, a, a and 1,231 more"
