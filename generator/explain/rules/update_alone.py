"""Package lists that are fetched in another step than the one that installs by them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.explain.answer import Finding
from generator.explain.rules.commands import Command
from generator.explain.rules.examined import Examined
from generator.explain.rules.fixes import Change, Fix
from generator.explain.rules.managers import Install, install, verb
from generator.explain.rules.rule import Rule
from generator.explain.stages import Copy, Run, Step

# What would not be followed by `&&`: a comment, a command that is ended already.
_ENDED = re.compile(r"#|[;&|\\]\s*$")
_RUN = re.compile(r"([ \t]*RUN[ \t]+)(.*)", re.IGNORECASE)


def _find(examined: Examined) -> Iterator[Finding]:
    for stage in examined.stages:
        for step in stage.steps:
            manager = None if step.inherited else _updates_only(examined, step)
            if manager is not None:
                yield from _finding(examined, step, manager)


def _updates_only(examined: Examined, step: Step) -> str | None:
    """The manager whose lists a RUN fetches without installing by them."""
    commands = examined.commands(step)
    found = [(name, words) for name, words in map(_called, commands) if name]
    installs = {each.manager.name for each in map(install, commands) if each}
    for name, words in found:
        if words[:1] == ("update",) and name not in installs:
            return name
    return None


def _called(command: Command) -> tuple[str, tuple[str, ...]]:
    called = verb(command)
    if called is None or not called[0].system:
        return "", ()
    return called[0].name, called[1]


def _finding(examined: Examined, step: Step, manager: str) -> Iterator[Finding]:
    for other in examined.below(step):
        commands = examined.commands(other)
        if any(_called(each)[1][:1] == ("update",) for each in commands):
            return
        found = next((each for each in map(install, commands) if _of(each, manager)), None)
        if found is not None and not other.inherited:
            yield Finding(
                RULE.id,
                step.line,
                f"its package lists stay as old as the cached step is, so an edit of"
                f" `{found.verb}` (line {other.line}) installs by old lists, or fails on packages"
                " that are gone",
                _fix(examined, step, other),
                None,
                _MEASURED,
            )
            return


def _of(found: Install | None, manager: str) -> bool:
    return found is not None and found.manager.name == manager


def _fix(examined: Examined, step: Step, other: Step) -> str | None:
    """The update in front of the installation, where each is all that its RUN begins with."""
    given, target = examined.instruction(step), examined.instruction(other)
    lines, match = examined.source(other), None
    if not (given.is_json or target.is_json or target.flags or given.flags):
        match = _RUN.fullmatch(lines[0])
    single = len(examined.commands(step)) == 1 and step.line == step.last
    if match is None or not single or target.heredocs or given.heredocs:
        return None
    if _ENDED.search(given.words[0]) or not _alike(examined, step, other):
        return None
    head = f"{match[1]}{given.words[0]} && {match[2]}"
    changes = (
        Change(step.line, step.last, ()),
        Change(other.line, other.last, (head, *lines[1:])),
    )
    return Fix(examined.dockerfile, examined.text, changes).diff


def _alike(examined: Examined, step: Step, other: Step) -> bool:
    """Whether the update does the same at the other's place, and nothing between needs it."""
    between = examined.above(other)[len(examined.above(step)) + 1 :]
    one, two = step.operation, other.operation
    first = examined.commands(other)[:1]
    return (
        isinstance(one, Run)
        and isinstance(two, Run)
        and one.user == two.user
        and not any(isinstance(each.operation, Run | Copy) for each in between)
        # What is caught there would catch the update as well.
        and "||" not in other.text
        and any(map(install, first))
    )


_MEASURED = (
    "no key holds the age of package lists, so no simulation can tell; Docker's documentation asks"
    " for both in one RUN"
)

RULE = Rule(
    id="update-alone",
    title="package lists are fetched in a step of their own",
    why=(
        "An edit of the list of packages re-runs the step that installs, and not the cached one"
        " above it that fetched the lists. They may be months old: versions that they name have"
        " been replaced, and the build fails or installs what has known holes. In one RUN both"
        " always run together."
    ),
    before="RUN apt-get update\nRUN apt-get install -y libpq5",
    after="RUN apt-get update && apt-get install -y libpq5",
    ignore_when="the package sources are a snapshot, whose lists never change",
    sources=("https://docs.docker.com/build/building/best-practices/#apt-get",),
    measured=_MEASURED,
    find=_find,
)
