"""An ARG above steps that do not use it."""

from __future__ import annotations

from collections.abc import Iterator

from generator.explain.answer import Finding
from generator.explain.rules import names
from generator.explain.rules.examined import Examined
from generator.explain.rules.moves import move
from generator.explain.rules.rule import Rule
from generator.explain.rules.simulate import effects
from generator.explain.rules.wording import told_runs
from generator.explain.stages import Step


def _find(examined: Examined) -> Iterator[Finding]:
    for step in examined.steps:
        if step.instruction != "ARG":
            continue
        given = [name for name, _ in examined.instruction(step).pairs]
        if any(names.of_commit(each) or names.is_epoch(each) for each in given):
            continue
        if any(map(names.of_secret, given)):
            continue
        if not any(_of_release(examined, step, each) for each in given):
            yield from _finding(examined, step, given)


def _of_release(examined: Examined, step: Step, name: str) -> bool:
    return names.of_release(name) and not dict(examined.instruction(step).pairs).get(name)


def _finding(examined: Examined, step: Step, given: list[str]) -> Iterator[Finding]:
    found = move(examined, step)
    if found is None:
        return
    fix = found.fix(examined)
    gained = effects(examined, fix, [f"arg:{name}" for name in given])
    if gained:
        name = gained[0].change.removeprefix("arg:")
        what = told_runs(examined, found.spared)
        use = "does not use it" if len(found.spared) == 1 else "do not use it"
        yield Finding(
            RULE.id,
            step.line,
            f"another value of {name} re-runs {what}, which {use}",
            fix.diff,
            gained,
        )


RULE = Rule(
    id="early-argument",
    title="an argument above steps that do not use it",
    why=(
        "A build argument of a stage is in the environment of every RUN below it, and so in the"
        " key of each, used or not. Another value re-runs them all. Declare it right above the"
        " first step that uses it. (An argument that is declared and has no value is in no key.)"
    ),
    before="ARG THEME=plain\nRUN npm ci\nRUN npm run build -- --theme=$THEME",
    after="RUN npm ci\nARG THEME=plain\nRUN npm run build -- --theme=$THEME",
    ignore_when=(
        "a program that these steps run reads it from its environment, or it never has another"
        " value"
    ),
    sources=(
        "https://docs.docker.com/reference/dockerfile/#impact-on-build-caching",
        "seen with BuildKit: another value re-runs each RUN below the ARG, used or not",
    ),
    find=_find,
)
