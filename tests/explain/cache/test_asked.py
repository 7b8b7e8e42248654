from __future__ import annotations

import pytest

from generator.explain.cache.asked import Asked
from generator.explain.cache.views import View


def names(path: str) -> tuple[str, ...]:
    return tuple(path.split("/")) if path else ()


def asked(path: str, *, wild: bool = False) -> Asked:
    return Asked(names(path), View(), wild)


@pytest.mark.parametrize(
    ("path", "wild", "place", "takes", "lies_in"),
    [
        ("", False, "a/b", True, True),
        ("a", False, "a/b", True, True),
        ("a/b", False, "a/b", True, True),
        ("a/b/c", False, "a/b", False, True),
        ("a/x", False, "a/b", False, False),
        ("ab", False, "a/b", False, False),
        ("*", False, "a/b", False, False),
        ("*", True, "a/b", True, True),
        ("a/b?", True, "a/bc/d", True, True),
        ("a/b?", True, "a/b/d", False, False),
        ("*/b/*.py", True, "a/b", False, True),
        ("*/b/*.py", True, "a/c", False, False),
        ("*/b/*.py", True, "a/b/x.py", True, True),
        ("a/[", True, "a/[", False, False),
    ],
)
def test_where_something_lies(
    path: str,
    wild: bool,  # noqa: FBT001
    place: str,
    takes: bool,  # noqa: FBT001
    lies_in: bool,  # noqa: FBT001
) -> None:
    one = asked(path, wild=wild)
    assert (one.takes(names(place)), one.lies_in(names(place))) == (takes, lies_in)


@pytest.mark.parametrize(
    ("path", "plain"),
    [("a/b", "a/b"), ("a/*/b", "a"), ("*", ""), ("a/[b]/c", "a"), (r"a/\b/c", "a")],
)
def test_what_comes_before_wildcards_is_plain(path: str, plain: str) -> None:
    assert asked(path, wild=True).plain == names(plain)
    assert asked(path).plain == names(path)
