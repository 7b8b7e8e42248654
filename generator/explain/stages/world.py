"""What all stages of one plan share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from generator.explain.dockerfile import Dockerfile, Instruction
from generator.explain.dockerfile.expansion import Expander
from generator.explain.dockerfile.refused import Refused
from generator.explain.stages import Settings, names, platforms
from generator.explain.stages.declared import Declared
from generator.explain.stages.layout import Draft, Origins, drafts
from generator.explain.stages.scope import Reading, Registry, Scope


class World(NamedTuple):
    """`before` are the ARGs above the first FROM; `bare`: labels have no stage's name."""

    dockerfile: Dockerfile
    settings: Settings
    expander: Expander
    registry: Registry
    declared: Declared
    origins: Origins
    before: tuple[Instruction, ...]
    drafts: tuple[Draft, ...]
    several_platforms: bool
    bare: bool

    def reading(self, scope: Scope) -> Reading:
        return Reading(self.expander, scope)

    @contextmanager
    def at(self, line: int) -> Iterator[None]:
        """What is refused inside is wrong at this line: raises BadDockerfile."""
        try:
            yield
        except Refused as refused:
            raise refused.at(self.dockerfile.text, line) from None


def world(dockerfile: Dockerfile, settings: Settings) -> World:
    """Raises BadDockerfile for a platform that is none."""
    expander = Expander(dockerfile.escape)
    registry = Registry(expander.spend)
    before, stages = drafts(dockerfile)
    try:
        wanted = platforms.wanted(settings.platform)
    except Refused as refused:
        raise refused.at(dockerfile.text, None) from None
    predefined = platforms.predefined(wanted[0], settings.target or stages[-1].key)
    return World(
        dockerfile=dockerfile,
        settings=settings,
        expander=expander,
        registry=registry,
        declared=Declared(settings.build_args, predefined, registry),
        origins=Origins(stages, settings.contexts),
        before=tuple(before),
        drafts=tuple(stages),
        several_platforms=len(wanted) > 1,
        bare=names.is_bare([each.own for each in stages]),
    )
