from __future__ import annotations

from generator.explain.cache.digests import Growing


def test_what_grows_has_the_digest_of_what_was_never_smaller() -> None:
    growing = Growing()
    for parts in (("a",), ("a", "b"), ("a", "b"), ("a", "c"), ("c",), (), ("a", "b", "c")):
        assert growing.digest(parts) == Growing().digest(parts)


def test_other_parts_have_another_digest() -> None:
    listed = [(), ("a",), ("b",), ("a", "b"), ("b", "a"), ("ab",), (("a", "b"),)]
    assert len({Growing().digest(parts) for parts in listed}) == len(listed)
