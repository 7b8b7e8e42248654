"""Where the files of the build context lie in a stage, as its copies put them there."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from generator.errors import DockerizeError
from generator.explain.context import Context
from generator.explain.context.trees import chosen
from generator.explain.context.wildcards import has_wildcards
from generator.explain.stages import CONTEXT, Copy, Step


@dataclass(frozen=True)
class Placed:
    """A path in the context, and the copy that puts it into the stage."""

    path: str
    step: Step


def of_context(step: Step) -> Copy | None:
    """The operation of a copy of plain context files; None for all other steps."""
    copy = step.operation
    if not isinstance(copy, Copy) or copy.origin != CONTEXT or not copy.sources:
        return None
    if copy.remotes or copy.parents or copy.excludes or copy.bodies:
        return None
    return copy


def placed(context: Context, steps: Sequence[Step], path: str) -> Placed | None:
    """What lies at the absolute `path` after `steps`: the last that puts a file there."""
    for step in reversed(steps):
        copy = of_context(step)
        if copy is None:
            continue
        for source in copy.sources:
            found = _placed(context, copy, source, path)
            if found is not None:
                return Placed(found, step)
    return None


def overlap(one: str, other: str) -> bool:
    """Whether one of two folders is the other, or lies in it."""
    one, other = f"{one.rstrip('/')}/", f"{other.rstrip('/')}/"
    return one.startswith(other) or other.startswith(one)


def _placed(context: Context, copy: Copy, source: str, path: str) -> str | None:
    target = copy.target.rstrip("/")
    if has_wildcards(source):
        return _matching(context, source, path, target)
    entry = context.entry(source)
    if entry is None:
        return None
    if entry.kind == "folder":
        if not path.startswith(f"{target}/"):
            return None
        found = posixpath.join(source, path[len(target) + 1 :]).lstrip("/")
        return found if context.entry(found) is not None else None
    name = posixpath.basename(source)
    if path == f"{target}/{name}":
        return source
    return source if path == target and len(copy.sources) == 1 else None


def _matching(context: Context, source: str, path: str, target: str) -> str | None:
    folder, name = posixpath.split(path)
    if folder != (target or "/"):
        return None
    try:
        matches = chosen(context, source).parts
    except DockerizeError:
        return None
    return next((each.path for each in matches if posixpath.basename(each.path) == name), None)
