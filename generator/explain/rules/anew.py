"""Installations that an edit of source runs anew, whatever it is that they read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.explain.rules.downloads import far
from generator.explain.rules.examined import Examined
from generator.explain.rules.managers import Install, install
from generator.explain.rules.simulate import rerun
from generator.explain.stages import Copy, Run, Stage, Step


@dataclass(frozen=True)
class Anew:
    """`line` is where the source comes into a stage, or the first of `installs` if that is above;
    those are verbs and the steps they are in."""

    line: int
    installs: tuple[tuple[str, Step], ...]


def anew(examined: Examined, stage: Stage) -> Anew | None:
    steps = [each for each in stage.steps if not each.inherited]
    installs = [
        (made, step)
        for step in steps
        for made in map(install, examined.commands(step))
        if made is not None and _of_packages(made)
    ]
    # Looking for source takes a walk through the whole context.
    again = again_for_source(examined, stage) if installs else frozenset()
    spoilt = tuple(
        (made.verb, step)
        for made, step in installs
        if step.line in again and not _goes_on(examined, stage, again, made)
    )
    if not spoilt:
        return None
    copies = (each for each in steps if isinstance(each.operation, Copy) and each.line in again)
    first = next(copies, spoilt[0][1])
    return Anew(min(first.line, spoilt[0][1].line), tuple(dict.fromkeys(spoilt)))


def again_for_source(examined: Examined, stage: Stage) -> frozenset[int]:
    """The lines of a stage that re-run for an edit of the source that it takes."""
    for change in examined.source_edits:
        lines = frozenset(line for index, line in rerun(examined, [change]) if index == stage.index)
        if lines:
            return lines
    return frozenset()


def _of_packages(made: Install) -> bool:
    """Whether it installs what others have made, and does not build the project as well."""
    if made.manager.system:
        return not any("/" in each or "$" in each for each in made.arguments)
    return far(made) and tuple(made.verb.split()[1:]) not in made.manager.builds


def _goes_on(examined: Examined, stage: Stage, again: frozenset[int], made: Install) -> bool:
    """Whether its packages are there already, from a step above it that stays."""
    return not made.manager.system and any(
        other is not None and other.manager is made.manager
        for step in _reading(stage)
        if step.line not in again
        for other in map(install, examined.commands(step))
    )


def _reading(stage: Stage) -> Iterator[Step]:
    """The RUNs that may read a file of the project."""
    copied = False
    for step in stage.steps:
        match step.operation:
            case Copy():
                copied = True
            case Run(mounts=mounts) if copied or any(each.type == "bind" for each in mounts):
                yield step
