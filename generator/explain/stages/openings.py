"""The FROMs: what each stage starts from, and what ONBUILD of that brings along."""

from __future__ import annotations

from collections.abc import Mapping

from generator.errors import BadDockerfile
from generator.explain.dockerfile import Instruction
from generator.explain.dockerfile.refused import Refused
from generator.explain.stages import contexts, platforms
from generator.explain.stages.layout import Draft, trigger
from generator.explain.stages.world import World

# More than a person writes: each stage FROM a stage of many ONBUILDs has them all.
_MOST_TRIGGERS = 10_000


def open_all(world: World) -> None:
    """Fills in the drafts, from the first to the last. Raises BadDockerfile."""
    above: dict[str, int] = {}
    triggers = 0
    for draft in world.drafts:
        with world.at(draft.opening.line):
            _read(world, draft)
            _base(world, draft, above)
            triggers += len(draft.triggers)
            if triggers > _MOST_TRIGGERS:
                raise Refused(f"ONBUILD brings more than {_MOST_TRIGGERS} instructions in all")
        if draft.name is not None:
            above[draft.key] = draft.index


def _read(world: World, draft: Draft) -> None:
    reading = world.reading(world.declared.before)
    draft.image = reading.word(draft.opening.words[0])
    if not draft.image:
        raise Refused(f"base name ({draft.opening.words[0]}) should not be blank")
    platform = dict(draft.opening.flags).get("platform")
    if platform:
        draft.platform = str(platforms.read(reading.word(platform)))
    draft.hangs = reading.hangs


def _base(world: World, draft: Draft, above: Mapping[str, int]) -> None:
    if draft.name is not None:
        draft.named = contexts.named(world.settings.contexts, draft.key)
    if draft.named is not None:
        return
    # FROM takes a stage's name in small letters only.
    draft.base = above.get(draft.image, -1)
    if draft.base >= 0:
        base = world.drafts[draft.base]
        draft.triggers = [_triggered(each, draft) for each in base.own if each.name == "ONBUILD"]


def _triggered(onbuild: Instruction, draft: Draft) -> Instruction:
    try:
        found = trigger(onbuild)
    except (Refused, BadDockerfile) as error:
        reason = error.message if isinstance(error, Refused) else error.reason
        raise Refused(f"{reason}, in the ONBUILD of line {onbuild.line}") from None
    return found._replace(line=draft.opening.line, last=draft.opening.last)
