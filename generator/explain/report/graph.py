"""Stages and what they take from one another, laid out in columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from generator.explain.answer import Answer
from generator.explain.stages import Copy, From, Origin, Run, Step

Kind = Literal["from", "copy", "mount"]


@dataclass(frozen=True)
class Edge:
    """`stage` is the index of the stage that is taken from, `step` that of the step that takes,
    in `Answer.steps`."""

    stage: int
    step: int
    kind: Kind


def edges(answer: Answer) -> tuple[Edge, ...]:
    """One for each pair of a step that the target reaches and a stage that it takes from."""
    return tuple(
        Edge(stage, number, kind)
        for number, each in enumerate(answer.steps)
        if each.reached
        for stage, kind in dict(_taken(each.step)).items()
    )


def _taken(step: Step) -> Iterator[tuple[int, Kind]]:
    match step.operation:
        case From(origin=origin):
            yield from _stage(origin, "from")
        case Copy(origin=origin):
            yield from _stage(origin, "copy")
        case Run(mounts=mounts):
            for mount in mounts:
                yield from _stage(mount.origin, "mount")


def _stage(origin: Origin | None, kind: Kind) -> Iterator[tuple[int, Kind]]:
    if origin is not None and origin.kind == "stage":
        yield origin.stage, kind


def columns(answer: Answer) -> tuple[tuple[int, ...], ...]:
    """Indices of the stages that are built: each column takes only from those to its left.

    Within a column they are in the file's order. A stage can only take from those above it.
    """
    depths = {stage.index: 0 for stage in answer.plan.stages if stage.reached}
    for edge in edges(answer):
        taker = answer.steps[edge.step].step.stage
        if edge.stage < taker:
            depths[taker] = max(depths[taker], depths[edge.stage] + 1)
    found: list[list[int]] = [[] for _ in range(max(depths.values()) + 1)]
    for stage, depth in depths.items():
        found[depth].append(stage)
    return tuple(map(tuple, found))


def places(answer: Answer) -> tuple[tuple[int | None, ...], ...]:
    """For each outcome of each edit the index of its step in `Answer.steps`.

    None is for a step that the edit itself brought. An edit may give a step another text or name,
    but it leaves it at its place.
    """
    numbers = _placed([each.step for each in answer.steps])
    known = {place: number for number, place in enumerate(numbers)}
    return tuple(
        tuple(known.get(place) for place in _placed([each.step for each in edit.outcomes]))
        for edit in answer.edits
    )


def _placed(steps: Sequence[Step]) -> list[tuple[int, int, int]]:
    """Stage, line and which of its line that can run, as ONBUILD brings several at one."""
    seen: Counter[tuple[int, int]] = Counter()
    placed = []
    for step in steps:
        at = (step.stage, step.line)
        runs = step.name is not None and step.instruction != "FROM"
        seen[at] += runs
        placed.append((*at, seen[at] if runs else 0))
    return placed
