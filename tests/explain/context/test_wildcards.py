from __future__ import annotations

import pytest

from generator.explain.context.automaton import Automaton
from generator.explain.context.wildcards import BadWildcard, has_wildcards, parsed, refused

# From the tests of Go's own path.Match: (pattern, name, whether it matches).
KNOWN = [
    ("abc", "abc", True),
    ("*", "abc", True),
    ("*c", "abc", True),
    ("a*", "a", True),
    ("a*", "ab/c", False),
    ("a*/b", "abc/b", True),
    ("a*/b", "a/c/b", False),
    ("a*b*c*d*e*/f", "axbxcxdxe/f", True),
    ("a*b*c*d*e*/f", "axbxcxdxexxx/f", True),
    ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", False),
    ("a*b?c*x", "abxbbxdbxebxczzx", True),
    ("a*b?c*x", "abxbbxdbxebxczzy", False),
    ("ab[c]", "abc", True),
    ("ab[b-d]", "abc", True),
    ("ab[e-g]", "abc", False),
    ("ab[^c]", "abc", False),
    ("ab[^e-g]", "abc", True),
    ("a\\*b", "a*b", True),
    ("a\\*b", "ab", False),
    ("a?b", "a☺b", True),
    ("a[^a]b", "a☺b", True),
    ("a???b", "a☺b", False),
    ("[a-ζ]*", "β", True),
    ("*[a-ζ]", "A", False),
    ("a?b", "a/b", False),
    ("a*b", "a/b", False),
    ("a[^x]b", "a/b", True),
    ("[\\]a]", "]", True),
    ("[\\-]", "-", True),
    ("[x\\-]", "-", True),
    ("[\\-x]", "a", False),
    ("*x", "xxx", True),
    ("[!a]", "!", True),
    ("a**b", "axb", True),
    ("a**b", "a/b", False),
]


@pytest.mark.parametrize(("pattern", "name", "matches"), KNOWN)
def test_a_wildcard_matches_as_in_go(pattern: str, name: str, *, matches: bool) -> None:
    automaton = Automaton([parsed(pattern)])
    assert bool(automaton.accepted(automaton.run(automaton.start, name))) is matches


@pytest.mark.parametrize(
    "pattern",
    ["[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "a\\", "[\\", "[a\\", "*["],
)
def test_what_go_cannot_read(pattern: str) -> None:
    with pytest.raises(BadWildcard):
        parsed(pattern)


def test_an_escaped_wildcard_is_none() -> None:
    texts = ("a*", "a?", "[a", r"\*", r"\\*", "a]", r"\[?", "a\\")
    assert [text for text in texts if has_wildcards(text)] == ["a*", "a?", "[a", r"\\*", r"\[?"]


def test_an_ignore_files_pattern_is_refused_where_go_comes_to_its_error() -> None:
    # As seen with a real BuildKit.
    wrong = ("*[a-]", ".*[a-]", "?[a-]", "**/[a-]", "[a-]", ".[a-]", "x/[a-]", "a\\", "[*]*[")
    assert [pattern for pattern in wrong if not refused(pattern)] == ["[*]*["]
    patterns = ("a*/[a-]", "a*/[]a]", "q*\\", ".*", "*", "[a-b]*", "..*[", ".*a*[")
    assert [pattern for pattern in patterns if refused(pattern)] == []
