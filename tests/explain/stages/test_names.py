from __future__ import annotations

from typing import Any

from tests.explain.planned import planned


def names(text: str, **given: Any) -> list[str | None]:
    """Of all that BuildKit counts."""
    steps = planned(text, **given).steps
    return [each.name for each in steps if each.instruction in ("FROM", "RUN", "COPY", "WORKDIR")]


def test_a_single_stage_has_bare_numbers_even_if_it_is_named() -> None:
    assert names("FROM a AS b\nENV A=1\nRUN x\nWORKDIR /w") == ["[1/3]", "[2/3]", "[3/3]"]


def test_a_mount_or_an_image_to_copy_from_brings_the_name_back() -> None:
    assert names("FROM a\nRUN --mount=type=tmpfs,target=/x y") == ["[stage-0 1/2]", "[stage-0 2/2]"]
    assert names("FROM a AS B\nCOPY --from=c d e") == ["[b 1/2]", "[b 2/2]"]


def test_several_stages_have_their_names_in_small_letters_or_their_numbers() -> None:
    text = "FROM a AS Build\nRUN x\nFROM a\nRUN x"
    assert names(text) == ["[build 1/2]", "[build 2/2]", "[stage-1 1/2]", "[stage-1 2/2]"]


def test_from_a_stage_and_from_scratch_are_not_counted() -> None:
    text = "FROM scratch AS a\nCOPY x y\nFROM a\nRUN x"
    assert names(text) == [None, "[a 1/1]", None, "[stage-1 1/1]"]


def test_numbers_are_as_wide_as_their_total() -> None:
    found = names("FROM a\n" + "RUN x\n" * 9)
    assert (found[0], found[-1]) == ("[ 1/10]", "[10/10]")


def test_the_root_is_counted_but_not_printed() -> None:
    text = "FROM a\nWORKDIR /\nRUN x\nWORKDIR .\nWORKDIR /a"
    assert names(text) == ["[1/5]", None, "[2/5]", None, "[3/5]"]


def test_all_triggers_are_counted_whatever_they_do() -> None:
    text = "FROM a AS b\nONBUILD ENV A=1\nONBUILD RUN x\nFROM b\nRUN y"
    assert names(text)[1:] == [None, "[stage-1 1/3]", "[stage-1 2/3]"]


def test_a_context_in_place_of_the_image_leaves_its_number_out() -> None:
    found = names("FROM a\nRUN x\nRUN y", contexts={"a": "/a"})
    assert found == [None, "[1/3]", "[2/3]"]


def test_several_platforms_have_no_names() -> None:
    assert names("FROM a\nRUN x", platform="linux/amd64,linux/arm64") == [None, None]
