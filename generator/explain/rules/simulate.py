"""What a fix is worth: the same edits in the file as it is and in the fixed one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from generator.errors import DockerizeError
from generator.explain.answer import Effect, Outcome, reruns, runs_again
from generator.explain.build import Build
from generator.explain.cache.compare import compare
from generator.explain.context import Changes, patterns
from generator.explain.dockerfile import parse
from generator.explain.edits import edit
from generator.explain.rules.examined import Examined
from generator.explain.rules.fixes import Fix
from generator.explain.rules.managers import install
from generator.explain.stages import plan

Outcomes = tuple[Outcome, ...]


def outcomes(examined: Examined, change: str, build: Build | None = None) -> Outcomes | None:
    """What `change` does in a build, the examined one if no other is given.

    None if it names nothing there.
    """
    before = build or examined.build
    known = examined.known if build is None else {}
    if change not in known:
        known[change] = _outcomes(before, change) if examined.may_simulate() else None
    return known[change]


def _outcomes(build: Build, change: str) -> Outcomes | None:
    try:
        return compare(build, edit(build, change).after)
    except DockerizeError:
        return None


def rerun(examined: Examined, changes: Iterable[str]) -> frozenset[tuple[int, int]]:
    """The steps, by stage and line, that some of the changes re-run for sure."""
    return frozenset(
        (each.step.stage, each.step.line)
        for change in changes
        for each in outcomes(examined, change) or ()
        if each.reruns is True
    )


def fixed(examined: Examined, fix: Fix) -> Build | None:
    """The build from the fixed Dockerfile; None if no build would take it: then it is no fix."""
    if not examined.may_simulate():
        return None
    try:
        build = examined.build
        return replace(build, plan=plan(parse(fix.text), build.plan.settings))
    except DockerizeError:
        return None


def effects(
    examined: Examined, fix: Fix, changes: Iterable[str], moved: Mapping[str, str] | None = None
) -> tuple[Effect, ...]:
    """Of a fixed Dockerfile: the changes that re-run less in it.

    `moved` says what a change is called there, if not the same (`line:7` has become `line:9`).
    """
    after = fixed(examined, fix)
    if after is None:
        return ()
    return _better(
        _effect(
            change,
            outcomes(examined, change),
            outcomes(examined, (moved or {}).get(change, change), after),
        )
        for change in changes
    )


def spares(examined: Examined, fix: Fix, change: str, verbs: Collection[str]) -> bool:
    """Whether `change` re-runs no installation by these verbs in the fixed Dockerfile.

    That is what a RUN cut in two is worth, where the count of RUNs stays the same.
    """
    after = fixed(examined, fix)
    found = None if after is None else outcomes(examined, change, after)
    if after is None or found is None:
        return False
    again = [each.step for each in found if each.reruns is not False]
    return not any(
        made is not None and made.verb in verbs
        for step in again
        for made in map(install, Examined(after).commands(step))
    )


def effects_of_ignoring(examined: Examined, fix: Fix, paths: Iterable[str]) -> tuple[Effect, ...]:
    """Of a fixed ignore file: `paths` that it leaves out, if an edit of them re-runs less then.

    The context is not walked again: it is the same tree without what the patterns name.
    """
    try:
        ignore = patterns.read(fix.text, path=fix.path)
    except DockerizeError:
        return ()
    out = [each for each in paths if ignore.left_out_by(each) is not None]
    build = examined.build
    after = build.changed(Changes(removed=frozenset(out)))
    return _better(
        _effect(
            path,
            outcomes(examined, path),
            compare(after, after.changed(Changes(changed=frozenset({path})))),
        )
        for path in out
    )


def _effect(change: str, old: Outcomes | None, new: Outcomes | None) -> Effect | None:
    if old is None or new is None:
        return None
    return Effect(change, reruns(old), reruns(new), runs_again(old), runs_again(new))


def _better(found: Iterable[Effect | None]) -> tuple[Effect, ...]:
    return tuple(
        each
        for each in found
        if each is not None
        and each.runs_after <= each.runs_before
        and (each.runs_after < each.runs_before or each.steps_after < each.steps_before)
    )
