from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.explain.dockerfile.expansion import Expanded, Expander
from generator.explain.dockerfile.refused import Refused

VALUES = {"A": "app.tar.gz", "EMPTY": "", "PATHS": "/a/b:/c", "SPACED": "x  y", "LINES": "a\nab"}


def expanded(word: str) -> str:
    return Expander().word(word, VALUES).text


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("plain", "plain"),
        ("$A", "app.tar.gz"),
        ("${A}x", "app.tar.gzx"),
        ("$NONE.", "."),
        ("$", "$"),
        ("$.", "$."),
        ("$1x", "x"),
        (r"\$A", "$A"),
        (r"\\$A", "\\app.tar.gz"),
        ("'$A'", "$A"),
        ('"$A"', "app.tar.gz"),
        (r'"\$A \a \" \\"', r"$A \a " + '" \\'),
        ("a\\", "a"),
        ("${NONE:-w}${EMPTY:-w}${A:-w}", "wwapp.tar.gz"),
        ("${NONE-w}${EMPTY-w}${A-w}", "wapp.tar.gz"),
        ("${NONE:+w}${EMPTY:+w}${A:+w}", "w"),
        ("${NONE+w}${EMPTY+w}${A+w}", "ww"),
        ("${A:?no}${A?no}", "app.tar.gzapp.tar.gz"),
        ("${NONE:-${ALSO:-$A}}", "app.tar.gz"),
        ("${NONE:-'a }'}", "a }"),
        ("${NONE:-}", ""),
        ("${A#*.}", "tar.gz"),
        ("${A##*.}", "gz"),
        ("${A%.*}", "app.tar"),
        ("${A%%.*}", "app"),
        ("${A#no}", "app.tar.gz"),
        ("${A#}", "app.tar.gz"),
        (r"${PATHS%%\/c}", "/a/b:"),
        ("${A#?pp?}", "tar.gz"),
        ("${LINES##*b}", "a\nab"),
        ("${A/a/-}", "-pp.tar.gz"),
        ("${A//a/-}", "-pp.t-r.gz"),
        ("${A//a*r/-}", "-.gz"),
        (r"${PATHS//\//_}", "_a_b:_c"),
        ("${A//x/-}", "app.tar.gz"),
        ("${EMPTY/*/x}", "x"),
    ],
)
def test_a_word_is_what_buildkit_makes_of_it(word: str, text: str) -> None:
    assert expanded(word) == text


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("'", "unexpected end of statement while looking for matching single-quote"),
        ('"', "unexpected end of statement while looking for matching double-quote"),
        ("${", "syntax error: missing '}'"),
        ("${A", "unsupported modifier () in substitution"),
        ("${}", "syntax error: bad substitution"),
        ("${:-a}", "syntax error: bad substitution"),
        ("${A:-b", "syntax error: missing '}'"),
        ("${A/b", "syntax error: missing '/' in ${}"),
        ("${A/b/", "syntax error: missing '}'"),
        ("${A:#b}", "unsupported modifier (:#) in substitution"),
        ("${A^}", "unsupported modifier (^) in substitution"),
        ("${NONE:?}", "NONE: is not allowed to be unset"),
        ("${EMPTY:?}", "EMPTY: is not allowed to be empty"),
        ("${NONE?say so}", "NONE: say so"),
        (r"${A#\a}", r"invalid pattern (\a) in substitution: invalid escape '\a'"),
    ],
)
def test_what_buildkit_does_not_read_is_refused(word: str, reason: str) -> None:
    with pytest.raises(Refused, match=re.escape(reason)):
        expanded(word)


def test_it_says_which_names_were_used_and_which_were_missing() -> None:
    found = Expander().word("$A ${NONE:-$EMPTY} '$PATHS' ${SPACED:+x}", VALUES)
    assert found.used == {"A", "EMPTY", "SPACED"}
    assert found.missing == {"NONE"}


def test_the_other_branch_uses_its_names_too() -> None:
    assert Expander().word("${A:-$EMPTY}", VALUES).used == {"A", "EMPTY"}


def test_the_escape_can_be_a_backtick() -> None:
    assert Expander("`").word("a\\b `$A $A", VALUES).text == "a\\b $A app.tar.gz"


def test_words_are_split_at_blanks_outside_of_quotes_after_expansion() -> None:
    words, found = Expander().words("a$SPACED \"$SPACED\" b\\ c ''", VALUES)
    assert words == ("ax", "y", "x  y", "b c")
    assert found == Expanded("", frozenset({"SPACED"}))


def test_a_body_keeps_its_quotes() -> None:
    assert Expander("`").body("'$A' \"b\" \\$A", VALUES).text == "'app.tar.gz' \"b\" $A"


def test_what_nests_too_deep_is_refused() -> None:
    deep = "${a:-" * 1000 + "}" * 1000
    with pytest.raises(Refused, match="more than 50 substitutions within one another"):
        expanded(deep)


def test_what_grows_without_end_is_refused() -> None:
    expander, value = Expander(), "x"
    for _ in range(20):
        value = expander.word("$A$A", {"A": value}).text
    with pytest.raises(Refused, match="too much text in all once its variables are expanded"):
        expander.word("$A" * 20, {"A": value})


@pytest.mark.parametrize("word", ["${X##*a*a*a*a*a*a*b}", "${X//*a*a*a*b/}", "${X//?/b}"])
def test_no_pattern_takes_long(word: str) -> None:
    start = time.process_time()
    try:
        Expander().word(word, {"X": "a" * 30_000})
    except Refused as refused:
        assert "too much text" in refused.message  # noqa: PT017
    assert time.process_time() - start < 5


letters = st.text("ab\n", max_size=12)
patterns = st.text("ab*?", max_size=6)


def regex(pattern: str, star: str) -> str:
    return "".join({"*": star, "?": "."}.get(each, re.escape(each)) for each in pattern)


@settings(max_examples=300, deadline=None)
@given(letters, patterns)
def test_trims_are_those_of_regular_expressions(value: str, pattern: str) -> None:
    def trimmed(sign: str) -> str:
        return Expander().word(f"${{X{sign}{pattern}}}", {"X": value}).text

    assert trimmed("#") == re.sub(rf"\A(?:{regex(pattern, '.*?')})", "", value, count=1)
    assert trimmed("##") == re.sub(rf"\A(?:{regex(pattern, '.*')})", "", value, count=1)
    ends = [
        at for at in range(len(value) + 1) if re.fullmatch(regex(pattern, ".*"), value[at:])
    ] or [len(value)]
    assert trimmed("%%") == value[: ends[0]]
    assert trimmed("%") == value[: ends[-1]]


@settings(max_examples=300, deadline=None)
@given(letters, st.text("ab*?", min_size=1, max_size=6).filter(lambda each: each.strip("*")))
def test_replacements_are_those_of_regular_expressions(value: str, pattern: str) -> None:
    right = regex(pattern, ".*")
    one = Expander().word(f"${{X/{pattern}/-}}", {"X": value}).text
    all_ = Expander().word(f"${{X//{pattern}/-}}", {"X": value}).text
    assert (one, all_) == (re.sub(right, "-", value, count=1), re.sub(right, "-", value))
