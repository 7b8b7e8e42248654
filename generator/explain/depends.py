"""What each step depends on, and when it runs again, told without any edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.explain.answer import Depends, StepAnswer
from generator.explain.build import Build
from generator.explain.context.trees import chosen
from generator.explain.listed import listed
from generator.explain.stages import Copy, From, Note, Origin, Run, Step, Workdir

# How many sources a sentence names.
_NAMED = 3


def steps(build: Build) -> Iterator[StepAnswer]:
    """Of the ARGs before the first stage and of all stages, in the file's order."""
    plan = build.plan
    for step in (*plan.globals_, *plan.steps):
        reached = step.stage < 0 or plan.stages[step.stage].reached
        found = depends(build, step)
        yield StepAnswer(step, reached, found, _when(build, step, found) if reached else "")


def depends(build: Build, step: Step) -> Depends:
    operation = step.operation
    arguments = tuple(sorted(name for name, _ in step.arguments))
    if isinstance(operation, From):
        return _of_base(build, operation.origin, arguments)
    taken = list(_taken(operation)) if isinstance(operation, Copy | Run) else []
    # These are not as they seem where they lie under the folders above them.
    parents = isinstance(operation, Copy) and operation.parents
    selected = [
        chosen(build.tree(origin), source, excludes=excludes, wildcards=wildcards)
        for origin, source, excludes, wildcards in taken
        if origin.kind == "context"
    ]
    origins = [origin for origin, *_ in taken]
    unknown = [f"what {each.name} holds" for each in origins if each.kind == "other"]
    unknown += [f"which digest {each.name} has" for each in origins if each.kind == "image"]
    if isinstance(operation, Copy):
        unknown += [f"what {url} holds" for url in operation.remotes]
    return Depends(
        files=sum(each.files for each in selected),
        bytes=sum(each.bytes for each in selected),
        arguments=arguments,
        stages=_once(
            build.plan.stages[each.stage].label for each in origins if each.kind == "stage"
        ),
        images=_once(each.name for each in origins if each.kind in ("image", "other")),
        unknown=_once(unknown),
        missing=() if parents else _once(each.source for each in selected if each.missing),
    )


def _of_base(build: Build, origin: Origin, arguments: tuple[str, ...]) -> Depends:
    if origin.kind == "stage":
        return Depends(arguments=arguments, base=build.plan.stages[origin.stage].label)
    if origin.kind == "scratch":
        return Depends(arguments=arguments, base="scratch")
    if origin.kind == "context":
        return Depends(arguments=arguments, base=f"the context {origin.name}")
    unknown = () if "@" in origin.name else (f"which digest {origin.name} has",)
    return Depends(arguments=arguments, base=origin.name, unknown=unknown)


def _taken(operation: Copy | Run) -> Iterator[tuple[Origin, str, tuple[str, ...], bool]]:
    """Where files come from, which, without which, and whether names may be wildcards."""
    if isinstance(operation, Copy):
        for source in operation.sources:
            yield operation.origin, source, operation.excludes, True
    else:
        for mount in operation.mounts:
            if mount.origin is not None and mount.origin.kind != "scratch":
                yield mount.origin, mount.source, (), False


def _when(build: Build, step: Step, found: Depends) -> str:
    """In plain words, "" for what runs nothing."""
    operation = step.operation
    if isinstance(operation, From):
        return _other_base(build, operation.origin)
    if isinstance(operation, Workdir):
        return _before(build, step) if operation.path != "/" else ""
    if isinstance(operation, Run):
        causes = ["its command or environment changes"]
    elif isinstance(operation, Copy):
        causes = ["its text changes"] if operation.bodies else []
        causes += [f"what {url} holds changes" for url in operation.remotes]
    else:
        return ""
    sources = listed(_sources(build, operation), "or")
    causes += [f"{sources} changes"] if sources else []
    arguments = [f"--build-arg {name}" for name in found.arguments]
    values = listed(_shortened(arguments, "argument"), "or")
    causes += [f"{values} has another value"] if values else []
    linked = isinstance(operation, Copy) and operation.linked
    before = "" if linked else _before(build, step)
    return _joined([*causes, before] if before else causes)


def _other_base(build: Build, origin: Origin) -> str:
    match origin.kind:
        case "image":
            return f"the base image {origin.name} changes"
        case "stage":
            return f"a step of stage {build.plan.stages[origin.stage].label} re-runs"
        case "context":
            return f"a file of the context {origin.name} changes"
    return ""


def _before(build: Build, step: Step) -> str:
    """What lies before it in its stage, or before all of that."""
    stage = build.plan.stages[step.stage]
    keyed = (each for each in stage.steps[1:] if not isinstance(each.operation, Note))
    first = next(keyed)
    if first is not step:
        return "a step before it re-runs"
    return _other_base(build, stage.base)


def _sources(build: Build, operation: Copy | Run) -> list[str]:
    return _shortened([_called(build, *each[:2]) for each in _taken(operation)], "source")


def _shortened(names: list[str], noun: str) -> list[str]:
    more = len(names) - _NAMED
    if more <= 0:
        return names
    return [*names[:_NAMED], f"one of {more} more" if more > 1 else f"one more {noun}"]


def _called(build: Build, origin: Origin, source: str) -> str:
    path = source.strip("/")
    if origin.kind == "context" and not origin.name:
        return path or "any file of the build context"
    if origin.kind == "context":
        return f"{path or 'any file'} of the context {origin.name}"
    if origin.kind == "stage":
        return f"/{path} of stage {build.plan.stages[origin.stage].label}"
    return f"/{path} of {origin.name}"


def _joined(causes: list[str]) -> str:
    return causes[0] if len(causes) == 1 else f"{', '.join(causes[:-1])}, or {causes[-1]}"


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
