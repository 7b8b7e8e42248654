"""From a stage's instructions to its steps, each with its operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from generator.explain.dockerfile import Instruction
from generator.explain.dockerfile.refused import Refused
from generator.explain.stages import (
    CONTEXT,
    From,
    Note,
    Operation,
    Origin,
    Stage,
    Step,
    Workdir,
    copies,
    names,
    notes,
    paths,
    runs,
)
from generator.explain.stages.layout import Draft, Part
from generator.explain.stages.scope import Pairs, Reading, Scope
from generator.explain.stages.world import World

_LAYERS = ("RUN", "COPY", "ADD", "WORKDIR")
Makes = Literal["layer", "empty", "nothing"]


def before(world: World, arg: Instruction) -> Step:
    """An ARG above the first FROM. Raises BadDockerfile."""
    reading = world.reading(world.declared.before)
    with world.at(arg.line):
        text = world.declared.globally(arg, reading)
        arguments = world.registry.pairs(reading.hangs)
    return _step(-1, arg, Note(text), "nothing", arguments)


def stage(world: World, draft: Draft, scope: Scope, *, needed: bool) -> Stage:
    """Changes `scope` to what holds at the stage's end.

    Raises BadDockerfile, but for what is wrong in a stage that is not `needed`: BuildKit does
    not look at that.
    """
    steps = [_opening(world, draft, needed=needed)]
    # Nothing of a stage runs that a named context stands in for.
    if draft.named is None:
        steps += [_within(world, draft, part, scope, needed=needed) for part in draft.parts]
    return Stage(
        index=draft.index,
        name=draft.name,
        label=names.label(draft.index, draft.key),
        line=draft.opening.line,
        steps=tuple(_named(world, draft, steps)),
        reached=needed,
    )


def _step(
    index: int, given: Instruction, operation: Operation, makes: Makes, arguments: Pairs
) -> Step:
    return Step(
        stage=index,
        line=given.line,
        last=given.last,
        instruction=given.name,
        text=given.text,
        name=None,
        makes=makes,
        operation=operation,
        arguments=arguments,
    )


def _named(world: World, draft: Draft, steps: list[Step]) -> Iterator[Step]:
    if world.several_platforms or draft.named is not None:
        return iter(steps)
    outside = draft.base < 0 and draft.image != "scratch"
    total = names.total(draft.own, len(draft.triggers), from_outside=outside)
    prefix = "" if world.bare else names.label(draft.index, draft.key)
    operations = [(each.instruction, each.operation) for each in steps]
    labels = names.numbered(operations, total, prefix)
    return (replace(each, name=name) for each, name in zip(steps, labels, strict=True))


def _opening(world: World, draft: Draft, *, needed: bool) -> Step:
    origin = Origin("image", draft.image)
    with world.at(draft.opening.line):
        arguments = world.registry.pairs(draft.hangs)
        try:
            origin = world.origins.opening(draft)
        except Refused:
            if needed:
                raise
    makes: Makes = "nothing" if origin.kind in ("stage", "scratch") else "layer"
    operation = From(origin, draft.platform or world.settings.platform)
    return _step(draft.index, draft.opening, operation, makes, arguments)


def _within(world: World, draft: Draft, part: Part, scope: Scope, *, needed: bool) -> Step:
    given = part.instruction
    reading = world.reading(scope)
    operation: Operation = Note(given.text)
    with world.at(given.line):
        try:
            operation = _operation(world, draft, given, scope, reading)
        except Refused:
            if needed:
                raise
        arguments = world.registry.pairs(reading.hangs)
    step = _step(draft.index, given, operation, _makes(given.name, operation), arguments)
    return replace(step, inherited=True) if part.trigger else step


def _operation(
    world: World, draft: Draft, given: Instruction, scope: Scope, reading: Reading
) -> Operation:
    match given.name:
        case "RUN":
            return runs.run(given, scope, reading, _finder(world, draft), _hostname(world))
        case "COPY" | "ADD":
            return copies.copy(given, scope, reading, _copied(world, draft, given))
        case "WORKDIR":
            scope.workdir = paths.workdir(scope.workdir, reading.word(given.words[0]))
            return Workdir(paths.absolute("/", scope.workdir), scope.user, _epoch(world))
        case "ARG":
            return Note(world.declared.locally(given, scope, reading))
        case _:
            return Note(notes.note(given, scope, reading))


def _finder(world: World, draft: Draft) -> Callable[[str], Origin]:
    def find(name: str) -> Origin:
        return _found(world, draft, name, world.origins.stage(name), "mount")

    return find


def _copied(world: World, draft: Draft, given: Instruction) -> Origin:
    name = dict(given.flags).get("from")
    return _found(world, draft, name, world.origins.indexed(name), "copy") if name else CONTEXT


def _found(world: World, draft: Draft, name: str, index: int, verb: str) -> Origin:
    if index < 0:
        return world.origins.outside(name)
    if index >= draft.index:
        label = names.label(draft.index, draft.key)
        raise Refused(
            f"cannot {verb} from stage {name!r}",
            f"it needs to be defined before current stage {label!r}",
        )
    return world.origins.of_stage(index)


def _hostname(world: World) -> Pairs:
    name = world.settings.build_args.get("BUILDKIT_SANDBOX_HOSTNAME")
    return (("hostname", name),) if name else ()


def _epoch(world: World) -> Pairs:
    epoch = world.settings.build_args.get("SOURCE_DATE_EPOCH")
    return (("epoch", epoch),) if epoch else ()


def _makes(name: str, operation: Operation) -> Makes:
    if name == "ONBUILD":
        return "nothing"
    is_root = isinstance(operation, Workdir) and operation.path == "/"
    return "layer" if name in _LAYERS and not is_root else "empty"
