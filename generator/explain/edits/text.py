"""Edits of the Dockerfile and of what is given to it: lines, arguments, images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from generator.errors import BadChange, BadDockerfile
from generator.explain.build import Build
from generator.explain.cache.keys import takers
from generator.explain.dockerfile import Instruction
from generator.explain.edits.edit import ANOTHER, Edit
from generator.explain.edits.files import with_other_content
from generator.explain.edits.other_words import others
from generator.explain.nearest import suggestion
from generator.explain.stages import Copy, Origin, Plan, Run, Stage, Step, plan
from generator.explain.stages.declared import EPOCH, PROXIES

# Values of an argument, the first with which the Dockerfile is still one: a port, a signal, a
# platform and an option of a mount take none but their own.
_VALUES = (
    ANOTHER,
    "1999999999",
    "61999",
    "linux/riscv64",
    "SIGUSR2",
    "true",
    "false",
    "private",
    "locked",
)
# What only says how a container runs.
_RUNTIME = frozenset(
    ("CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "STOPSIGNAL", "VOLUME")
)
_LONGEST_NUMBER = 9


def comment(build: Build, change: str, text: str) -> Edit:
    """A comment is no instruction; the Dockerfile may be a file of the context all the same."""
    return _in_context(build, Edit(change, "a comment in the Dockerfile", build))


def argument(build: Build, change: str, name: str) -> Edit:
    title = f"--build-arg {name}=..."
    declared = build.plan.arguments
    if name not in declared and name in PROXIES:
        return Edit(change, title, build, note="predefined, and no stage declares it: in no key")
    if name not in declared and name != EPOCH:
        said = f"no ARG declares {name}" if name else "it names no argument"
        raise BadChange(said, _declared(name, declared))
    for value in _values(build.plan, name):
        settings = build.plan.settings
        given = replace(settings, build_args={**settings.build_args, name: value})
        try:
            after = plan(build.plan.dockerfile, given)
        except BadDockerfile:
            continue
        used = name == EPOCH or _uses(build.plan, name) or _uses(after, name)
        note = None if used else "no step that the target needs uses it"
        return Edit(change, title, replace(build, plan=after), note=note)
    lines = {step.line for step in build.plan.steps if name in dict(step.arguments)}
    marked = replace(build, marks={**build.marks, **dict.fromkeys(lines, ANOTHER)})
    note = f"no other value of {name} is known that the Dockerfile takes; the steps that use it are"
    return Edit(change, title, marked, note=f"{note} taken to be others")


def all_bases(build: Build, change: str, text: str) -> Edit:
    images = {each.name for each in _origins(build.plan.steps) if each.kind == "image"}
    if not images:
        return Edit(change, "the base image", build, note="no image from outside is used")
    return _other_digests(build, change, "the base image", images)


def base_of(build: Build, change: str, name: str) -> Edit:
    stages = build.plan.stages
    stage = _stage(stages, name)
    if stage is None:
        named = [each.name or each.label for each in stages]
        hint = (name and suggestion(name, named)) or f"the stages are {', '.join(named)}"
        raise BadChange(f"there is no stage {name}" if name else "it names no stage", hint)
    base = root_of(build.plan, stage)
    title = f"the base image of {name}"
    if base.kind != "image":
        what = "from scratch" if base.kind == "scratch" else f"from the context {base.name}"
        return Edit(change, title, build, note=f"it starts {what}, not from an image")
    made = _other_digests(build, change, title, {base.name})
    return replace(made, note=_not_needed(build.plan, stage))


def line(build: Build, change: str, text: str) -> Edit:
    instructions = build.plan.dockerfile.instructions
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    number = int(text) if is_number else 0
    chosen = next((each for each in instructions if each.line <= number <= each.last), None)
    if chosen is None and not is_number:
        raise BadChange("that is no line number", "line:3 is an edit of the third line")
    if chosen is None:
        near = min(instructions, key=lambda each: _distance(each, number))
        raise BadChange(
            "no instruction is at that line", f"the nearest is line {near.line}: {near.name}"
        )
    made = Edit(change, f"line {number}: {chosen.name}", rewritten(build, chosen))
    return _in_context(build, replace(made, note=_of_line(build.plan, chosen)))


def rewritten(build: Build, chosen: Instruction) -> Build:
    """The build with other content in one instruction.

    Where later steps go by what it says, it says something else; others are marked in their keys.
    """
    dockerfile = build.plan.dockerfile
    for other in others(chosen):
        instructions = tuple(other if each is chosen else each for each in dockerfile.instructions)
        try:
            planned = plan(replace(dockerfile, instructions=instructions), build.plan.settings)
        except BadDockerfile:
            continue
        return replace(build, plan=planned)
    return replace(build, marks={**build.marks, chosen.line: ANOTHER})


def root_of(plan_: Plan, stage: Stage) -> Origin:
    """What the stage starts from, through all stages between."""
    while stage.base.kind == "stage":
        stage = plan_.stages[stage.base.stage]
    return stage.base


def _in_context(build: Build, made: Edit) -> Edit:
    path = build.dockerfile
    if path is None or build.context.entry(path) is None:
        return made
    lines = takers(build)(path)
    itself = f"{path} is itself among the files of line {lines[0]}" if lines else None
    note = "; ".join(filter(None, (made.note, itself))) or None
    return replace(with_other_content(made, path), note=note)


def _values(plan_: Plan, name: str) -> Iterator[str]:
    """None that it has, or has had by default."""
    steps = (*plan_.globals_, *plan_.steps)
    known = {value for step in steps for each, value in step.arguments if each == name}
    known.add(plan_.settings.build_args.get(name, ""))
    values = _VALUES[1:] if name == EPOCH else _VALUES
    return (value for value in values if value not in known)


def _declared(name: str, declared: Mapping[str, object]) -> str:
    alone, equals, _ = name.partition("=")
    if equals and alone in declared:
        return f"arg:{alone} takes a value of its own"
    listed = f"declared are {', '.join(declared)}" if declared else "it declares none"
    return suggestion(name, declared) or listed


def _uses(plan_: Plan, name: str) -> bool:
    """Whether its value is in a step that is built, other than its own ARG."""
    lines = plan_.arguments.get(name, ())
    return any(
        name in dict(step.arguments) and step.line not in lines
        for stage in plan_.stages
        if stage.reached
        for step in stage.steps
    )


def _origins(steps: Iterable[Step]) -> Iterator[Origin]:
    for step in steps:
        operation = step.operation
        if isinstance(operation, Run):
            yield from (each.origin for each in operation.mounts if each.origin is not None)
        elif isinstance(operation, Copy) or step.instruction == "FROM":
            yield operation.origin  # type: ignore[union-attr]


def _stage(stages: tuple[Stage, ...], name: str) -> Stage | None:
    for stage in reversed(stages):
        if name.lower() in ((stage.name or stage.label).lower(), stage.label.lower()):
            return stage
    short = name.isascii() and name.isdecimal() and len(name) <= _LONGEST_NUMBER
    return stages[int(name)] if short and int(name) < len(stages) else None


def _other_digests(build: Build, change: str, title: str, images: set[str]) -> Edit:
    digests = {**build.digests, **dict.fromkeys(images, ANOTHER)}
    return Edit(change, title, replace(build, digests=digests))


def _distance(each: Instruction, number: int) -> int:
    return max(each.line - number, number - each.last)


def _of_line(plan_: Plan, chosen: Instruction) -> str | None:
    if chosen.name in _RUNTIME:
        return f"{chosen.name} is in no step's key"
    given = [name for name, _ in chosen.pairs if name in plan_.settings.build_args]
    if chosen.name == "ARG" and given:
        return f"--build-arg {given[0]} is given, so that the default counts for nothing"
    stages = [each for each in plan_.stages if each.line <= chosen.line]
    return _not_needed(plan_, stages[-1]) if stages else None


def _not_needed(plan_: Plan, stage: Stage) -> str | None:
    target = plan_.stages[plan_.target]
    return None if stage.reached else f"{target.label} does not need the stage {stage.label}"
