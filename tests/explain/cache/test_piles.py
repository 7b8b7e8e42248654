from __future__ import annotations

import pytest

from generator.explain.cache.digests import certain
from generator.explain.cache.piles import Layer, Made, Piles, Unknown


def place(text: str) -> tuple[str, ...]:
    return tuple(text.split("/")) if text else ()


def pile(*places: str, on: Layer | None = None) -> list[Layer]:
    """A layer each, the lowest first; `-` is one that is unknown."""
    layers: list[Layer] = []
    for each in places:
        below = layers[-1] if layers else on
        if each == "-":
            layers.append(Unknown(below, certain("everything")))
        else:
            layers.append(Made(below, place(each)))
    return layers


def found(piles: Piles, top: Layer, path: str) -> list[str]:
    """Their places, the upper ones first."""
    layers = piles.down(top, place(path))
    return ["/".join(each.place) if isinstance(each, Made) else "-" for each in layers]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ["b", "a/b/c", "a/b", "", "a"]),
        ("a", ["a/b/c", "a/b", "", "a"]),
        ("a/b", ["a/b/c", "a/b", "", "a"]),
        ("a/b/c/d", ["a/b/c", "a/b", "", "a"]),
        ("a/x", ["", "a"]),
        ("b/y", ["b", ""]),
        ("z", [""]),
    ],
)
def test_layers_above_at_and_under_a_path_are_found(path: str, expected: list[str]) -> None:
    layers = pile("a", "", "a/b", "a/b/c", "b")
    assert found(Piles(), layers[-1], path) == expected


def test_the_first_layer_that_is_unknown_is_the_last_one_found() -> None:
    layers = pile("a", "-", "a", "-", "b", "a")
    piles = Piles()
    assert found(piles, layers[-1], "a") == ["a", "-"]
    assert found(piles, layers[3], "a") == ["-"]
    assert found(piles, layers[2], "a") == ["a", "-"]
    assert found(piles, layers[0], "a") == ["a"]
    assert piles.floor(layers[-1]) == certain("everything")
    assert piles.floor(layers[0]) is None


def test_stages_on_one_layer_do_not_see_each_other() -> None:
    base = pile("-", "a")
    one = pile("b", "a", on=base[-1])
    other = pile("a/c", on=base[-1])
    third = pile("b/d", on=one[0])
    piles = Piles()
    for _ in range(2):
        assert found(piles, other[-1], "a") == ["a/c", "a", "-"]
        assert found(piles, one[-1], "a") == ["a", "a", "-"]
        assert found(piles, third[-1], "b") == ["b/d", "b", "-"]
        assert found(piles, base[-1], "b") == ["-"]


def test_a_pile_that_grows_is_found_whole() -> None:
    layers = pile(*("a" for _ in range(20)))
    piles = Piles()
    for number, one in enumerate(layers, 1):
        assert found(piles, one, "a") == ["a"] * number
