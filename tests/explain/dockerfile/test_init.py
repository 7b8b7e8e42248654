from __future__ import annotations

import pytest
from e2b_dockerfile_utils import parse_dockerfile_ast
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import BadDockerfile
from generator.explain.dockerfile import Heredoc, Instruction, parse
from generator.explain.stages import Settings, plan
from tests.explain.fragments import dockerfiles


def only(text: str) -> Instruction:
    """The instruction behind `FROM scratch`."""
    (found,) = parse(f"FROM scratch\n{text}").instructions[1:]
    return found


def refused(text: str) -> BadDockerfile:
    with pytest.raises(BadDockerfile) as caught:
        parse(text)
    return caught.value


def test_an_instruction_knows_its_lines_and_its_text_on_one_line() -> None:
    found = only("RUN one \\\n  # why\n\n  two \\\nthree\n")
    assert (found.line, found.last) == (2, 6)
    assert found.text == "RUN one   two three"
    assert found.words == ("one   two three",)


def test_names_are_in_capitals_and_white_space_before_them_does_not_count() -> None:
    assert only("\t rUn  true ") == Instruction(2, 2, "RUN", (), ("true",), "rUn  true")


def test_a_byte_order_mark_and_windows_line_ends_do_not_count() -> None:
    found = parse("\ufeffFROM a\r\nRUN x \\\r\n y\r\n").instructions
    assert [each.words for each in found] == [("a",), ("x  y",)]


def test_directives_are_read_from_the_top() -> None:
    found = parse(
        "# Syntax = docker/dockerfile:1 \n#escape=`\n# check=skip=all\nFROM a\nRUN x `\n y"
    )
    assert found.directives == {
        "syntax": "docker/dockerfile:1",
        "escape": "`",
        "check": "skip=all",
    }
    assert found.escape == "`"
    assert found.instructions[1].words == ("x  y",)


def test_no_directive_stands_below_a_comment() -> None:
    found = parse("# a file\n# escape=`\nFROM a\nRUN x `\nRUN y")
    assert found.escape == "\\"
    assert [each.words[0] for each in found.instructions] == ["a", "x `", "y"]


def test_an_escaped_escape_continues_nothing() -> None:
    assert only("RUN a \\\\").words == ("a \\\\",)


def test_heredocs_of_one_line_follow_one_another() -> None:
    found = only("RUN cat <<A 3<<-'B C' && x\none\nA\n\ttwo\n\tB C\n")
    assert found.heredocs == (
        Heredoc("A", "one\n", expanded=True),
        Heredoc("B C", "\ttwo\n", expanded=False),
    )
    assert (found.line, found.last) == (2, 6)


def test_heredocs_keep_comments_directives_and_continuations() -> None:
    found = only("COPY <<A /a\n# escape=`\n\\\nRUN x\nA")
    assert found.heredocs[0].body == "# escape=`\n\\\nRUN x\n"


def test_a_trigger_has_heredocs_too() -> None:
    found = parse("FROM a\nONBUILD RUN <<A\nx\nA\nCMD y").instructions
    assert [each.name for each in found] == ["FROM", "ONBUILD", "CMD"]
    assert found[1].words == ("RUN <<A",)
    assert found[1].heredocs[0].body == "x\n"


@pytest.mark.parametrize("text", ["ENV A=<<B", 'RUN ["<<B"]', "CMD <<B", "RUN a <<B<C"])
def test_a_marker_is_none_where_no_heredoc_can_be(text: str) -> None:
    assert only(text).heredocs == ()


def test_json_is_read_where_it_is_right_and_else_is_a_command() -> None:
    assert only(r'RUN ["a", "\u00e9 b"]').words == ("a", "\u00e9 b")
    assert only("RUN ['a']") == Instruction(2, 2, "RUN", (), ("['a']",), "RUN ['a']")
    assert only('COPY ["a b", "c"]').is_json
    assert only("CMD [NaN]").words == ("[NaN]",)


def test_copy_splits_at_each_blank() -> None:
    assert only("COPY a\\ b 'c d' /e").words == ("a\\", "b", "'c", "d'", "/e")


def test_flags_lose_their_dashes_quotes_and_escapes() -> None:
    found = only('COPY --from="a" --link --exclude=*.a --exclude=b\\ c x y')
    assert found.flags == (("from", "a"), ("link", None), ("exclude", "*.a"), ("exclude", "b c"))
    assert found.words == ("x", "y")


def test_two_dashes_end_the_flags() -> None:
    assert only("RUN -- --mount=x").words == ("--mount=x",)


def test_pairs_keep_their_quotes() -> None:
    assert only("ENV a='b c' d=\"e\" f=g\\ h").pairs == (
        ("a", "'b c'"),
        ("d", '"e"'),
        ("f", "g\\ h"),
    )


def test_the_old_form_of_env_has_one_pair() -> None:
    assert only("ENV a  b c=d ").pairs == (("a", "b c=d"),)


def test_an_argument_without_a_value_has_none() -> None:
    assert only("ARG a b= c=d").pairs == (("a", None), ("b", ""), ("c", "d"))
    assert only("ARG a b= c=d").words == ("a", "b", "", "c", "d")


def test_an_error_shows_the_line_it_is_about() -> None:
    error = refused("FROM a\n\n  RUNN x \\\n y\n")
    assert str(error) == "Dockerfile:3: unknown instruction: RUNN"
    assert error.hint == "3 |   RUNN x \\\ndid you mean RUN?"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", None, "the Dockerfile cannot be empty"),
        ("# only\n\n", None, "the Dockerfile cannot be empty"),
        ("ARG A=1", None, "no FROM in it"),
        ("ARG A\nRUN x\nFROM a", 2, "RUN before the first FROM"),
        ("# escape=x\nFROM a", 1, "invalid escape token 'x'"),
        ("# escape=`\n# escape=`\nFROM a", 2, "only one escape parser directive can be used"),
        ("FROM a b", 1, "FROM requires either one or three arguments"),
        ("FROM", 1, "FROM requires either one or three arguments"),
        ("FROM a AS 1b", 1, "invalid name for build stage: '1b'"),
        ("FROM a\nCOPY b", 2, "COPY requires at least two arguments, but only one was provided"),
        ("FROM a\nCOPY b <<E\nE", 2, "COPY cannot accept a heredoc as a destination"),
        ("FROM a\nCOPY --form=b c d", 2, "unknown flag: --form"),
        ("FROM a\nCOPY --from b c", 2, "missing a value on flag: --from"),
        ("FROM a\nCOPY --link=maybe b c", 2, "expecting boolean value for flag --link, not: maybe"),
        ("FROM a\nCOPY --chown=1 --chown=2 b c", 2, "duplicate flag specified: --chown"),
        ("FROM a\nENV --x b=c", 2, "unknown flag: --x"),
        ("FROM a\nRUN --network=x y", 2, "invalid network mode 'x'"),
        ("FROM a\nRUN --mount=from=$B,target=/c y", 2, "'from' doesn't support variable expansion"),
        ("FROM a\nRUN <<E\nx\nE ", 2, "unterminated heredoc"),
        ("FROM a\nRUN [1]", 2, "when using JSON array syntax"),
        ("FROM a\nRUN []", 2, "RUN requires at least one argument"),
        ("FROM a\nRUN " + "[" * 9999, 2, "when using JSON array syntax"),
        ("FROM a\nENV b", 2, "no value for b"),
        ("FROM a\nENV b=c d", 2, 'can\'t find = in "d"'),
        ("FROM a\nLABEL =b", 2, "LABEL names can not be blank"),
        ("FROM a\nWORKDIR", 2, "WORKDIR requires exactly one argument"),
        ("FROM a\nEXPOSE", 2, "EXPOSE requires at least one argument"),
        ("FROM a\nSHELL sh -c", 2, "SHELL requires the arguments to be in JSON form"),
        ("FROM a\nONBUILD ONBUILD RUN x", 2, "Chaining ONBUILD"),
        ("FROM a\nONBUILD FROM b", 2, "FROM isn't allowed as an ONBUILD trigger"),
        ("FROM a\nHEALTHCHECK NONE x", 2, "HEALTHCHECK NONE takes no arguments"),
        ("FROM a\nHEALTHCHECK x", 2, "Unknown type 'x' in HEALTHCHECK (try CMD)"),
        ("FROM a\nHEALTHCHECK --interval=5 CMD x", 2, "invalid value for --interval: '5'"),
        ("FROM a\nRUN x\0", 2, "a NUL byte"),
        ("FROM a\nRUN " + "x" * 65536, 2, "dockerfile line greater than max allowed size of 65535"),
    ],
)
def test_what_buildkit_refuses_is_refused_at_its_line(
    text: str, line: int | None, reason: str
) -> None:
    error = refused(text)
    assert error.line == line
    assert error.reason.startswith(reason)


def test_a_line_of_buildkits_longest_is_read() -> None:
    assert len(only("RUN " + "x" * 65531 + "\n").words[0]) == 65531


def test_half_a_surrogate_pair_is_no_letter() -> None:
    assert only("RUN a\ud800b").words == ("a\ufffdb",)


def test_a_long_message_is_cut() -> None:
    assert len(refused("X" * 60_000).reason) < 300


@settings(max_examples=150, deadline=None)
@given(dockerfiles())
def test_anything_is_a_plan_or_an_error_with_its_line(text: str) -> None:
    try:
        found = parse(text)
        planned = plan(found, Settings(build_args={"A": "b"}, contexts={"base": "/b"}))
    except BadDockerfile as error:
        assert error.line is None or 1 <= error.line <= text.count("\n") + 1  # noqa: PT017
        return
    lines = [(each.line, each.last) for each in found.instructions]
    assert lines == sorted(lines)
    assert all(first <= last for first, last in lines)
    assert len(planned.stages) == sum(each.name == "FROM" for each in found.instructions)
    assert len(planned.globals_) == [each.name for each in found.instructions].index("FROM")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec=None), max_size=200))
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    try:
        parse(f"FROM a\n{text}")
    except BadDockerfile:
        return


@settings(max_examples=150, deadline=None)
@given(dockerfiles())
def test_lines_and_heredocs_are_those_of_another_parser(text: str) -> None:
    try:
        found = parse(text).instructions
    except BadDockerfile:
        return
    if any(each.name == "ONBUILD" for each in found):
        return  # it knows no heredocs in them
    other = parse_dockerfile_ast(text).instructions
    assert [(each.name, each.line, each.last) for each in found] == [
        (each.name, each.start_line, each.end_line) for each in other
    ]
    assert [[doc.body for doc in each.heredocs] for each in found] == [
        [doc.content for doc in each.heredocs] for each in other
    ]
