"""How `plan` comes to its stages: arguments, then origins, then step after step.

From moby/buildkit, frontend/dockerfile/dockerfile2llb/convert.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.errors import BadDockerfile
from generator.explain.dockerfile import Dockerfile
from generator.explain.dockerfile.refused import Refused
from generator.explain.nearest import suggestion
from generator.explain.stages import Copy, From, Plan, Run, Settings, Stage, names, openings, steps
from generator.explain.stages.layout import Draft, looked_at
from generator.explain.stages.reach import cycle, reachable
from generator.explain.stages.scope import Scope, fresh
from generator.explain.stages.world import World, world


def planned(dockerfile: Dockerfile, settings: Settings) -> Plan:
    """Raises BadDockerfile as `plan` does."""
    shared = world(dockerfile, settings)
    globals_ = tuple(steps.before(shared, each) for each in shared.before)
    openings.open_all(shared)
    target = _target(shared)
    looked = [_looked_at(shared, draft) for draft in shared.drafts]
    _check_circles(shared, looked)
    bases = [each.base for each in shared.drafts]
    needed = reachable(target, [(base, *more) for base, more in zip(bases, looked, strict=True)])
    stages = tuple(_stages(shared, needed))
    built = reachable(target, [tuple(_stages_in(each)) for each in stages])
    return Plan(
        dockerfile=dockerfile,
        settings=settings,
        stages=tuple(replace(each, reached=each.index in built) for each in stages),
        target=target,
        arguments=_arguments(shared),
        globals_=globals_,
    )


def _target(shared: World) -> int:
    name = shared.settings.target
    if not name:
        return len(shared.drafts) - 1
    found = shared.origins.stage(name)
    if found < 0:
        known = [each.name for each in shared.drafts if each.name]
        named = f"the stages are: {', '.join(known)}" if known else "its stages have no names"
        hint = suggestion(name, known) or f"{named}; without --target the last one is built"
        raise BadDockerfile(f"target stage {name!r} could not be found", hint=hint)
    return found


def _looked_at(shared: World, draft: Draft) -> tuple[int, ...]:
    found: list[int] = []
    for part in draft.parts:
        with shared.at(part.instruction.line):
            found += looked_at(part.instruction, shared.origins, shared.expander)
    return tuple(found)


def _check_circles(shared: World, looked: list[tuple[int, ...]]) -> None:
    index = cycle(looked)
    if index is not None:
        draft = shared.drafts[index]
        with shared.at(draft.opening.line):
            name = names.label(index, draft.key)
            raise Refused(f"circular dependency detected on stage: {name}")


def _stages(shared: World, needed: frozenset[int]) -> Iterator[Stage]:
    scopes: list[Scope] = []
    for draft in shared.drafts:
        with shared.at(draft.opening.line):
            below = draft.base >= 0
            scope = scopes[draft.base].child(shared.expander.spend) if below else fresh()
        scopes.append(scope)
        yield steps.stage(shared, draft, scope, needed=draft.index in needed)


def _stages_in(stage: Stage) -> Iterator[int]:
    """Those that have to be built for it; -1 is none."""
    for step in stage.steps:
        match step.operation:
            case From(origin):
                yield origin.stage
            case Copy(origin=origin, sources=sources) if sources:
                yield origin.stage
            case Run(mounts=mounts):
                yield from (each.origin.stage for each in mounts if each.origin is not None)
            case _:
                pass


def _arguments(shared: World) -> dict[str, tuple[int, ...]]:
    """Those that came by ONBUILD as well."""
    inside = (part.instruction for draft in shared.drafts for part in draft.parts)
    lines: dict[str, list[int]] = {}
    for each in (*shared.before, *inside):
        for name, _ in each.pairs if each.name == "ARG" else ():
            lines.setdefault(name, []).append(each.line)
    return {name: tuple(dict.fromkeys(found)) for name, found in lines.items()}
