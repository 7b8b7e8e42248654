"""Which instructions belong to which stage, and which stages these look at.

From moby/buildkit, frontend/dockerfile/dockerfile2llb/convert.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from generator.explain.dockerfile import Dockerfile, Instruction, instructions, mounts
from generator.explain.dockerfile.expansion import Expander
from generator.explain.dockerfile.refused import Refused
from generator.explain.nearest import suggestion
from generator.explain.stages import Origin, contexts
from generator.explain.stages.references import familiar

_INDEX = r"[+-]?[0-9]{1,9}"


class Part(NamedTuple):
    """An instruction of a stage; `trigger`: it came by ONBUILD of the stage that it is FROM."""

    instruction: Instruction
    trigger: bool = False


@dataclass
class Draft:
    """A stage before its steps are known. `base` is a stage's index, -1 for anything else.

    `named` is the context that stands in for all of the stage, by name.
    """

    index: int
    opening: Instruction
    name: str | None
    own: list[Instruction] = field(default_factory=list)
    triggers: list[Instruction] = field(default_factory=list)
    image: str = ""
    platform: str | None = None
    hangs: int = 0
    base: int = -1
    named: str | None = None

    @property
    def key(self) -> str:
        """The name by which other stages find it."""
        return (self.name or "").lower()

    @property
    def parts(self) -> Iterator[Part]:
        yield from (Part(each, trigger=True) for each in self.triggers)
        yield from map(Part, self.own)


def drafts(dockerfile: Dockerfile) -> tuple[list[Instruction], list[Draft]]:
    """The ARGs before the first FROM, and the stages."""
    before: list[Instruction] = []
    stages: list[Draft] = []
    for each in dockerfile.instructions:
        if each.name == "FROM":
            name = each.words[2] if len(each.words) > 1 else None
            stages.append(Draft(len(stages), each, name))
        elif stages:
            stages[-1].own.append(each)
        else:
            before.append(each)
    return before, stages


def trigger(onbuild: Instruction) -> Instruction:
    """What an ONBUILD adds to the next stage. Raises BadDockerfile for what is none."""
    bodies = [f"\n{each.body}{each.name}" for each in onbuild.heredocs]
    found = instructions(onbuild.words[0] + "".join(bodies)).instructions
    if len(found) != 1:
        raise Refused("onbuild trigger should be a single expression")
    return found[0]


@dataclass(frozen=True)
class Origins:
    """Where FROM, `--from` and mounts find what they name."""

    stages: list[Draft]
    named_contexts: Mapping[str, str]
    _by_name: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Of two stages of one name the later is found.
        self._by_name.update({each.key: each.index for each in self.stages if each.name})

    def stage(self, name: str) -> int:
        """A stage's index by its name, in any letters; -1 if there is none."""
        return self._by_name.get(name.lower(), -1)

    def indexed(self, name: str) -> int:
        """As `stage`, for `COPY --from`, which takes a number too."""
        if not re.fullmatch(_INDEX, name):
            return self.stage(name)
        if not 0 <= int(name) < len(self.stages):
            raise Refused(f"invalid stage index {int(name)}")
        return int(name)

    def of_stage(self, index: int) -> Origin:
        """A stage, or the context that stands in for it."""
        name = self.stages[index].named
        return Origin("stage", stage=index) if name is None else self._context(name)

    def outside(self, name: str) -> Origin:
        """What `name` is when no stage has it. Raises Refused for what is no image's name."""
        if name == "scratch":
            return Origin("scratch")
        if familiar(name) is None:
            near = suggestion(name, [each.name for each in self.stages if each.name])
            raise Refused(f"invalid reference format: {name!r} is no image", near)
        stand_in = contexts.named(self.named_contexts, name)
        return Origin("image", name) if stand_in is None else self._context(stand_in)

    def opening(self, draft: Draft) -> Origin:
        """What a stage starts from."""
        if draft.named is not None:
            return self._context(draft.named)
        return Origin("stage", stage=draft.base) if draft.base >= 0 else self.outside(draft.image)

    def _context(self, name: str) -> Origin:
        value = self.named_contexts[name]
        image = contexts.image(value)
        if image is not None:
            return Origin("scratch") if image == "scratch" else Origin("image", image)
        return Origin("other" if contexts.folder(value) is None else "context", name)


def looked_at(part: Instruction, origins: Origins, expander: Expander) -> tuple[int, ...]:
    """The stages that an instruction copies from or mounts. Raises Refused for a wrong index."""
    if part.name == "COPY":
        found = [_copied(dict(part.flags).get("from"), origins, expander)]
    elif part.name == "RUN":
        given = (value or "" for flag, value in part.flags if flag == "mount")
        found = [origins.stage(name) for name in map(mounts.origin, given) if name]
    else:
        return ()
    return tuple(each for each in found if each >= 0)


def _copied(name: str | None, origins: Origins, expander: Expander) -> int:
    if not name:
        return -1
    if expander.word(name, {}).text != name:
        raise Refused(
            "variable expansion is not supported for --from",
            "define a new stage with FROM using ARG from global scope as a workaround",
        )
    return origins.indexed(name)
