from __future__ import annotations

from dataclasses import replace

import pytest

from generator.explain.report import graph
from tests.explain.report import answers


def test_an_edge_leads_from_a_stage_to_the_step_that_takes_from_it() -> None:
    shop = answers.shop()
    assert [
        (shop.plan.stages[edge.stage].label, shop.steps[edge.step].step.line, edge.kind)
        for edge in graph.edges(shop)
    ] == [
        ("build", 23, "copy"),
        ("assets", 24, "copy"),
        ("build", 27, "mount"),
    ]


def test_a_column_takes_only_from_those_to_its_left_and_holds_what_is_built() -> None:
    assert graph.columns(answers.shop()) == ((0, 1), (3,))


def test_a_chain_of_stages_is_a_column_each() -> None:
    assert graph.columns(answers.many(300)) == tuple((at,) for at in range(300))


def test_a_single_stage_is_one_column_without_edges() -> None:
    sloppy = answers.sloppy()
    assert graph.columns(sloppy) == ((0,),)
    assert graph.edges(sloppy) == ()


def test_each_outcome_finds_its_step() -> None:
    sloppy = answers.sloppy()
    assert graph.places(sloppy) == ((1, 2, 3), (1, 2, 3))
    # An argument before the first stage is a step of none.
    assert graph.places(answers.shop())[0][0] == 2


@pytest.mark.parametrize("other", [{"text": "WORKDIR /other"}, {"name": "[3/5]"}])
def test_a_step_with_another_text_or_name_is_still_the_same_step(other: dict[str, str]) -> None:
    sloppy = answers.sloppy()
    [edit, _] = sloppy.edits
    first, *rest = edit.outcomes
    edited = replace(first, step=replace(first.step, **other))  # type: ignore[arg-type]
    answer = replace(sloppy, edits=(replace(edit, outcomes=(edited, *rest)),))
    assert graph.places(answer) == ((1, 2, 3),)


def test_a_step_that_only_the_edited_file_has_is_nowhere() -> None:
    sloppy = answers.sloppy()
    [edit, _] = sloppy.edits
    [first, *_] = edit.outcomes
    new = replace(first, step=replace(first.step, line=99))
    answer = replace(sloppy, edits=(replace(edit, outcomes=(new,)),))
    assert graph.places(answer) == ((None,),)
