"""A stage of its own that copies files with set modes, for others to copy from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from generator.explain.context.trees import BadWildcard, select
from generator.explain.context.wildcards import has_wildcards
from generator.explain.rules import places, writing
from generator.explain.rules.examined import Examined
from generator.explain.rules.fixes import Change, Fix
from generator.explain.stages import Copy, Step

# A new stage would move the numbers of those below it.
_NUMBERED = re.compile(r"\bfrom=[\"']?\d+\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom=[\"']?([^\s,\"']+)", re.IGNORECASE)
_NAMES = ("ctx", "context-files", "normal-modes", "files-with-modes")


@dataclass(frozen=True)
class _Part:
    """`taken` is copied to `/folder/` of the new stage (a folder to itself), `given` from there."""

    taken: str
    folder: str
    given: str


def with_stage(examined: Examined, steps: Sequence[Step], mode: str | None = None) -> Fix | None:
    """The Dockerfile in which `steps`, copies of one stage, copy from such a stage.

    `mode` is for files whose copy has no --chmod of its own. None if a copy takes what cannot be
    placed there by a program, or two of them one file with two modes.
    """
    name = _name(examined)
    if name is None or not steps or _NUMBERED.search(examined.text):
        return None
    lines = [f"FROM scratch AS {name}"]
    changes: list[Change] = []
    places_by_mode: dict[str | None, list[str]] = {}
    for step in steps:
        parts = _parts(examined, step)
        if parts is None:
            return None
        places_by_mode.setdefault(_mode(step, mode), []).extend(each.given for each in parts)
        lines += _taken(examined, step, parts, mode)
        changes.append(Change(step.line, step.last, (_given(examined, step, parts, name),)))
    if _meet(list(places_by_mode.values())):
        return None
    at = _place(examined, examined.build.plan.stages[steps[0].stage].line)
    changes.append(Change(at, at - 1, (*dict.fromkeys(lines), "")))
    return Fix(examined.dockerfile, examined.text, tuple(changes))


def _mode(step: Step, mode: str | None) -> str | None:
    copy = step.operation
    assert isinstance(copy, Copy)  # noqa: S101
    return copy.chmod or mode


def _meet(groups: Sequence[Sequence[str]]) -> bool:
    """Whether a place of one group is one of another's, or in it or around it."""
    return any(
        places.overlap(one, other)
        for first, second in combinations(groups, 2)
        for one in first
        for other in second
    )


def _name(examined: Examined) -> str | None:
    """A stage's name that nothing in the file bears yet."""
    plan = examined.build.plan
    used = {(each.name or "").lower() for each in plan.stages} | set(plan.settings.contexts)
    used |= {each.lower() for each in _FROM.findall(examined.text)}
    return next((each for each in _NAMES if each not in used), None)


def _parts(examined: Examined, step: Step) -> list[_Part] | None:
    copy = step.operation
    assert isinstance(copy, Copy)  # noqa: S101
    if copy.origin.kind != "context":
        if any(has_wildcards(each) for each in copy.sources) or copy.parents or copy.excludes:
            return None
        return [_Part(f"/{each}", f"/{each}", f"/{each}") for each in copy.sources]
    if places.of_context(step) is None or copy.unpack:
        return None
    # What a variable stands for today is not what it says.
    if any("$" in word for word in examined.instruction(step).words):
        return None
    parts = [_part(examined, source) for source in copy.sources]
    found = [each for each in parts if each is not None]
    return found if len(found) == len(parts) else None


def _part(examined: Examined, source: str) -> _Part | None:
    folder, name = posixpath.split(source)
    if has_wildcards(source):
        try:
            matches = select(examined.context, source).parts
        except BadWildcard:
            return None
        if has_wildcards(folder) or any(each.node.kind == "folder" for each in matches):
            return None
        return _Part(source, _folder(folder), posixpath.join("/", folder, name))
    entry = examined.context.entry(source) if source else None
    if source and (entry is None or entry.kind == "link"):
        return None
    if not source or (entry is not None and entry.kind == "folder"):
        return _Part(source or ".", f"/{source}", f"/{source}")
    return _Part(source, _folder(folder), f"/{source}")


def _folder(path: str) -> str:
    return f"/{path}/" if path else "/"


def _taken(examined: Examined, step: Step, parts: Iterable[_Part], mode: str | None) -> list[str]:
    given = dict(examined.instruction(step).flags)
    origin = f" --from={given['from']}" if "from" in given else ""
    folders: dict[str, list[str]] = {}
    for part in parts:
        folders.setdefault(part.folder, []).append(part.taken)
    return [
        writing.copy(f"{origin} --chmod={_mode(step, mode)}", taken, folder)
        for folder, taken in folders.items()
    ]


def _given(examined: Examined, step: Step, parts: Iterable[_Part], name: str) -> str:
    given = examined.instruction(step)
    marks = writing.flags(given, "from", "chmod")
    return writing.copy(f" --from={name}{marks}", [each.given for each in parts], given.words[-1])


def _place(examined: Examined, line: int) -> int:
    """Where a stage can be put in before the FROM at `line`: above the comment that is its own."""
    lines = examined.lines
    done = max(
        (e.last for e in examined.build.plan.dockerfile.instructions if e.line < line), default=0
    )
    at = line
    while done and at - 1 > done and lines[at - 2].lstrip().startswith("#"):
        at -= 1
    return at
