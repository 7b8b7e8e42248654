from __future__ import annotations

import time

import pytest

from generator.explain.context.automaton import Automaton
from generator.explain.context.regexps import BadExpression, parsed


def found(expression: str, *texts: str) -> list[str]:
    """Those of `texts` in which Go finds `expression`."""
    automaton = Automaton([parsed(expression)])
    return [text for text in texts if automaton.accepted(automaton.run(automaton.start, text))]


def test_an_expression_is_found_anywhere_unless_it_is_tied_down() -> None:
    assert found("b", "abc", "a") == ["abc"]
    assert found("^b", "bc", "ab") == ["bc"]
    assert found("b$", "bc", "ab") == ["ab"]
    assert found("^a|c$", "ax", "xa", "xc", "cx") == ["ax", "xc"]


def test_begin_and_end_in_the_middle_match_nothing() -> None:
    assert found("^a^b$", "ab", "a^b") == []
    assert found(r"^a\zb", "ab") == []
    assert found(r"\Aa\z", "a", "aa") == ["a"]


def test_repetitions() -> None:
    assert found("^a{2}$", "a", "aa", "aaa") == ["aa"]
    assert found("^a{1,2}$", "", "a", "aa", "aaa") == ["a", "aa"]
    assert found("^a{2,}$", "a", "aa", "aaa") == ["aa", "aaa"]
    assert found("^[^/]*$", "", "ab", "a/b") == ["", "ab"]
    assert found("^(.*/)?a$", "a", "b/a", "b/c/a", "ba") == ["a", "b/a", "b/c/a"]


def test_braces_that_count_nothing_are_letters() -> None:
    assert found("^a{,2}{x}{$", "a{,2}{x}{", "aa") == ["a{,2}{x}{"]


def test_classes() -> None:
    assert found(r"^\d$", "1", "a", "²") == ["1"]
    assert found(r"^\D$", "1", "a", "²") == ["a", "²"]
    assert found(r"^\w\s\W\S$", "a \tb", "ab b") == ["a \tb"]
    assert found(r"^[\d-]$", "1", "-", "d") == ["1", "-"]
    assert found(r"^[^\D]$", "1", "a") == ["1"]
    assert found(r"^\pL\p{Lu}\P{Nd}\p{^L}$", "aAa1", "aaa1", "aA11") == ["aAa1"]
    assert found(r"^\p{Any}\pN$", "a1", "½½", "ab") == ["a1", "½½"]
    assert found(r"^[[:alpha:]_][[:^digit:]]$", "ab", "_b", "a1", "1b") == ["ab", "_b"]


def test_sets() -> None:
    assert found("^[]a]$", "]", "a", "b") == ["]", "a"]
    assert found("^[^]a]$", "]", "a", "b") == ["b"]
    assert found("^[a-]$", "a", "-", "b") == ["a", "-"]
    assert found(r"^[\]\-]$", "]", "-", "\\") == ["]", "-"]
    assert found("^[[:x]$", "[", ":", "x", "a") == ["[", ":", "x"]
    assert found("^[^a]$", "\n", "a") == ["\n"]


def test_escapes() -> None:
    assert found(r"^\.\_\*$", "._*") == ["._*"]
    assert found(r"^\a\f\n\r\t\v$", "\a\f\n\r\t\v") == ["\a\f\n\r\t\v"]
    assert found(r"^\x41\x{e9}\101\0$", "AéA\0") == ["AéA\0"]
    assert found(r"^\Qa.*\E.$", "a.*b", "axxb") == ["a.*b"]
    assert found(r"^\Qa{2}", "a{2}", "aa") == ["a{2}"]


def test_boundaries_of_words() -> None:
    assert found(r"\bab\b", "ab", "x ab y", "cab", "abé") == ["ab", "x ab y", "abé"]
    assert found(r"a\B", "ab", "a", "a b") == ["ab"]
    assert found(r"^\b$", "") == []
    assert found(r"^\B$", "") == [""]


def test_a_dot_is_no_new_line() -> None:
    assert found("^.*$", "ab", "a\nb") == ["ab"]


@pytest.mark.parametrize(
    "expression",
    [
        *("[", "[a", "[^", "[[:alpha:]", "[[:x:]]", "[b-a]", r"[\q]", "[a-\\"),
        *(r"\q", r"\8", r"\1", r"\é", "\\", r"\C", r"\xg1", r"\x{110000}", r"\x{}", r"\x4"),
        *(r"\p", r"\pX", r"\p{Greek", r"\p{Greek}", r"\p{}"),
        *("{2}", "*", "a|*", "a**", "a*{2}", "a{2}{2}", "a{2,1}", "a{1001}", "a{1,9999999999}"),
    ],
)
def test_what_go_does_not_compile(expression: str) -> None:
    with pytest.raises(BadExpression):
        parsed(expression)


def test_a_number_of_any_length_is_refused_at_once() -> None:
    begin = time.process_time()
    for expression in ("a{%s}", r"\x{%s}"):
        with pytest.raises(BadExpression):
            parsed(expression % ("9" * 50_000))
    assert time.process_time() - begin < 1
