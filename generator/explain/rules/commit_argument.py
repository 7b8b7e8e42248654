"""A build argument that names the commit, above steps that need not know it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.explain.answer import Finding
from generator.explain.rules import names
from generator.explain.rules.examined import Examined
from generator.explain.rules.managers import install
from generator.explain.rules.moves import move, spared_apart
from generator.explain.rules.rule import Rule
from generator.explain.rules.simulate import effects, rerun
from generator.explain.rules.wording import APART, told_runs
from generator.explain.stages import Step


def _find(examined: Examined) -> Iterator[Finding]:
    for step in examined.steps:
        if step.instruction != "ARG":
            continue
        for name, value in examined.instruction(step).pairs:
            if names.is_epoch(name) and not value:
                yield from _epoch(examined, step, name)
            elif names.of_commit(name) or (names.of_release(name) and not value):
                yield from _argument(examined, step, name)


def _argument(examined: Examined, step: Step, name: str) -> Iterator[Finding]:
    found = move(examined, step)
    if found is None:
        yield from _among_others(examined, step, name)
        return
    fix = found.fix(examined)
    gained = effects(examined, fix, [f"arg:{name}"])
    if gained:
        message = _message(examined, name, found.spared)
        yield Finding(RULE.id, step.line, message, fix.diff, gained)


def _message(examined: Examined, name: str, spared: Sequence[Step]) -> str:
    when = "commit" if names.of_commit(name) else "release"
    what = told_runs(examined, spared)
    return f"{name} has another value at each {when}, and re-runs {what}"


def _among_others(examined: Examined, step: Step, name: str) -> Iterator[Finding]:
    """In an ENV beside variables that have to stand where they are."""
    for other in examined.below(step):
        if other.instruction != "ENV" or name not in examined.names(other) or other.inherited:
            continue
        pairs = examined.instruction(other).pairs
        mine = {name, *(each for each, value in pairs if each == name or name in (value or ""))}
        spared = spared_apart(examined, other, mine)
        if spared:
            message = f"{_message(examined, name, spared)}: {APART}"
            yield Finding(RULE.id, step.line, message, None, None)
        return


def _epoch(examined: Examined, step: Step, name: str) -> Iterator[Finding]:
    """No fix: it is the value that has to be another, and that is given outside of the file."""
    again = rerun(examined, [f"arg:{name}"])
    spoilt = [
        each
        for each, _, commands in examined.runs
        if any(install(command) for command in commands) and (each.stage, each.line) in again
    ]
    if spoilt:
        what = told_runs(examined, spoilt)
        yield Finding(
            RULE.id,
            step.line,
            f"an epoch that is the commit's time re-runs {what} at each commit; give a fixed one",
            None,
            None,
            _MEASURED,
        )


_MEASURED = (
    "with BuildKit, another SOURCE_DATE_EPOCH re-runs every WORKDIR but `/` and all that stands"
    " below it, and where ARG declares it every RUN below that"
)

RULE = Rule(
    id="commit-argument",
    title="an argument that is tied to the commit above steps that do not need it",
    why=(
        "An argument such as GIT_SHA or BUILD_DATE has another value in each build, and it is in"
        " the key of every RUN below its ARG, as is an ENV that is set from it. So nothing below is"
        " ever found in the cache. Declare it last: LABEL, CMD and other metadata below it cost"
        " nothing. SOURCE_DATE_EPOCH is worse, as every WORKDIR goes by it as well: 0 makes an"
        " image as reproducible as the commit's time does."
    ),
    before=(
        "ARG GIT_SHA\nENV GIT_SHA=$GIT_SHA\nCOPY requirements.txt ./\n"
        "RUN pip install -r requirements.txt\nCOPY app ./app"
    ),
    after=(
        "COPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY app ./app\n"
        "ARG GIT_SHA\nENV GIT_SHA=$GIT_SHA"
    ),
    ignore_when=(
        "the argument has the same value in most builds, or a step that it stands above has to"
        " know it"
    ),
    sources=(
        "https://docs.docker.com/reference/dockerfile/#impact-on-build-caching",
        "https://reproducible-builds.org/docs/source-date-epoch/",
    ),
    measured=_MEASURED,
    find=_find,
)
