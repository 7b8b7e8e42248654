from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generator.explain.stages.scope import Registry, Scope


def free(_: int) -> None:
    pass


@given(st.lists(st.integers(0, (1 << 40) - 1), max_size=6))
def test_a_set_of_arguments_is_found_again(sets: list[int]) -> None:
    registry = Registry(free)
    pairs = [(f"A{each}", "1") for each in range(40)]
    assert [registry.bit(*pair) for pair in pairs] == [1 << each for each in range(40)]
    for bits in sets:
        assert registry.pairs(bits) == tuple(
            pair for each, pair in enumerate(pairs) if bits >> each & 1
        )


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 7)), max_size=8))
def test_an_environment_hangs_on_what_its_values_hang_on(sets: list[tuple[str, int]]) -> None:
    scope = Scope()
    hanging: dict[str, int] = {}
    for name, hangs in sets:
        scope.set(name, "x", hangs)
        hanging[name] = hangs
        _, found = scope.environment(free)
        union = 0
        for each in hanging.values():
            union |= each
        assert found == union


def test_a_child_changes_nothing_of_its_parent() -> None:
    parent = Scope()
    parent.set("A", "1", 1)
    child = parent.child(free)
    child.set("A", "2", 2)
    assert parent.environment(free) == ((("A", "1"),), 1)
    assert child.environment(free) == ((("A", "2"),), 2)
