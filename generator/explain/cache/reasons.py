"""Why a step runs again or stays, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from generator.explain.answer import Outcome
from generator.explain.cache.keys import Input, Key
from generator.explain.context.files import above
from generator.explain.edits.edit import ANOTHER
from generator.explain.listed import some
from generator.explain.stages import Copy, Pairs, Plan, Run, Step, Workdir

# What of an operation other instructions set, and how a person would call it.
_SET_ELSEWHERE: Mapping[tuple[type, str], str] = {
    (Run, "cwd"): "the working directory has changed",
    (Run, "user"): "the user has changed",
    (Run, "mounts"): "its mounts are others",
    (Run, "options"): "its flags are others",
    (Copy, "target"): "its destination has changed",
    (Workdir, "path"): "its path has changed",
    (Workdir, "user"): "the user has changed",
    (Workdir, "options"): "SOURCE_DATE_EPOCH has another value",
}
_LINKED = (
    "linked: it depends on its files alone (a build may print DONE for laying the same layer on"
    " again)"
)
_OWN = "its own text has changed"


class Differences(NamedTuple):
    """What is known beside the keys. `below` is the nearest step before this one that re-runs."""

    plan: Plan
    touched: Mapping[str, str]
    below: Outcome | None


def again(new: Key, old: Key, differing: Sequence[Input], found: Differences) -> str:
    """Why it runs again; the cause that lies nearest to it."""
    by_kind = {each.kind: each for each in reversed(differing)}
    if "text" in by_kind:
        return _text(new.step, old.step)
    if "files" in by_kind:
        return _files(new.step, by_kind["files"], old, found.touched)
    if "stage" in by_kind:
        return f"{_verb(new.step)} {_from(by_kind['stage'], found.plan)}, which has changed"
    return _before(new, found)


def perhaps(new: Key, differing: Sequence[Input], found: Differences) -> tuple[str, str | None]:
    """What decides, and the path that it hangs on, if it is this step's own."""
    for each in differing:
        if each.kind in ("stage", "image"):
            path = f"/{each.name.strip('/')}" if "," not in each.name else each.name
            what = _from(each, found.plan)
            return f"only if {what} comes out different: {_writer(each)}", path
    if found.below is not None and found.below.step.name is not None:
        return f"only if {found.below.step.name} before it does", None
    return "only if what it builds on comes out different", None


def stays(key: Key, others_run: bool) -> str:  # noqa: FBT001 - told by name where it is asked
    """Why it need not run again; `others_run`: a step before it does."""
    operation = key.step.operation
    if isinstance(operation, Copy):
        if operation.linked and others_run:
            return _LINKED
        return _same_files(key)
    if isinstance(operation, Run):
        mounts = ", mounts" if len(key.inputs) > len(("text", "before")) else ""
        return f"its command, environment{mounts} and all before it are the same"
    return "its path and all before it are the same"


def _same_files(key: Key) -> str:
    for each in key.inputs:
        if each.kind == "files":
            names = each.name.split(", ")
            if "." in names:
                return "no file that it copies has changed"
            have = "has" if len(names) == 1 else "have"
            return f"it copies {some(names)} alone, which {have} not changed"
        if each.kind == "stage":
            return "what it copies from another stage is the same"
        if each.kind == "image":
            return f"{each.origin.name if each.origin else 'its image'} is the same"
        if each.kind == "remote":
            return f"{each.name} is taken to hold the same"
    return "nothing that it depends on has changed"


def _text(step: Step, old: Step) -> str:
    mine, other = step.operation, old.operation
    if step.text != old.text or type(mine) is not type(other):
        return _OWN
    arguments = _others(old.arguments, step.arguments)
    if arguments:
        return _values("the build argument", arguments)
    if mine == other:
        return _OWN
    if isinstance(mine, Run) and isinstance(other, Run):
        said = _command(mine, other)
        if said:
            return said
    for name in mine._fields:
        said = _SET_ELSEWHERE.get((type(mine), name), "")
        if said and getattr(mine, name) != getattr(other, name):
            return said
    return "a variable in it has another value"


def _command(mine: Run, other: Run) -> str:
    if mine.command != other.command:
        return "the shell has changed" if mine.command[-1:] == other.command[-1:] else _OWN
    variables = _others(other.environment, mine.environment)
    if variables:
        return _values("the variable", variables)
    same = mine.environment == other.environment
    return "" if same else "its variables are set in another order"


def _others(old: Pairs, new: Pairs) -> list[str]:
    was, now = dict(old), dict(new)
    return [name for name in {**was, **now} if was.get(name) != now.get(name)]


def _values(one: str, names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{one} {names[0]} has another value"
    return f"{one}s {some(names)} have other values"


def _files(step: Step, given: Input, old: Key, touched: Mapping[str, str]) -> str:
    verb = _verb(step)
    taken = [each.takes for each in (given, *old.inputs) if each.kind == "files" and each.takes]
    paths = [path for path in touched if any(takes(path) for takes in taken)]
    if not paths:
        return f"what {verb} has changed"
    there = {folder for path, what in touched.items() if what != "gone" for folder in above(path)}
    lost = [
        path
        for path in paths
        if touched[path] == "gone" and path in given.name.split(", ") and path not in there
    ]
    if lost:
        return f"{verb} {lost[0]}, which is gone: the build fails here"
    notes = [f"{path} ({touched[path]})" if touched[path] else path for path in paths]
    return f"{verb} {some(notes)}"


def _verb(step: Step) -> str:
    return "it mounts" if isinstance(step.operation, Run) else "it copies"


def _from(given: Input, plan: Plan) -> str:
    path = ", ".join(f"/{each.strip('/')}" for each in given.name.split(", ") if each != ".") or "/"
    origin = given.origin
    if origin is not None and origin.kind == "stage":
        return f"{path} of stage {plan.stages[origin.stage].label}"
    return path if origin is None else f"{path} of {origin.name}"


def _writer(given: Input) -> str:
    writer = given.digest.writer
    if writer is None or writer.name is None:
        return "what an image or an archive holds decides, which cannot be known here"
    return f"what {writer.name} writes decides"


def _before(new: Key, found: Differences) -> str:
    if found.below is not None:
        name = found.below.step.name or found.below.step.instruction
        return f"{name} before it re-runs"
    stage = found.plan.stages[new.step.stage]
    while stage.base.kind == "stage":
        stage = found.plan.stages[stage.base.stage]
    # What an edit has put in the place of a name is none of anybody's.
    name = f"of stage {stage.label}" if ANOTHER in stage.base.name else stage.base.name
    return f"the base image {name} has changed"
