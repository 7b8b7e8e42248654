"""An ENV about the service above steps that do not go by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.explain.answer import Finding
from generator.explain.listed import listed
from generator.explain.rules import names
from generator.explain.rules.examined import Examined
from generator.explain.rules.moves import move, spared_apart
from generator.explain.rules.rule import Rule
from generator.explain.rules.simulate import effects
from generator.explain.rules.wording import APART, told_runs
from generator.explain.stages import Step


def _find(examined: Examined) -> Iterator[Finding]:
    for step in examined.steps:
        pairs = examined.instruction(step).pairs if step.instruction == "ENV" else ()
        if not pairs or not all(names.of_running(name) for name, _ in pairs):
            yield from _among_others(examined, step, pairs)
            continue
        # One that is set from an argument goes with that argument.
        if any("$" in (value or "") for _, value in pairs):
            continue
        found = move(examined, step)
        if found is None:
            continue
        fix = found.fix(examined)
        change = f"line:{step.line}"
        moved = {change: f"line:{found.line(examined)}"}
        gained = effects(examined, fix, [change], moved)
        if gained:
            message = _message(examined, [name for name, _ in pairs], found.spared)
            yield Finding(RULE.id, step.line, message, fix.diff, gained)


def _message(examined: Examined, given: Sequence[str], spared: Sequence[Step]) -> str:
    does = "does" if len(spared) == 1 else "do"
    what = told_runs(examined, spared)
    return f"another {listed(given)} re-runs {what}, which {does} not go by it"


def _among_others(
    examined: Examined, step: Step, pairs: Sequence[tuple[str, str | None]]
) -> Iterator[Finding]:
    """In an ENV beside variables that have to stand where they are."""
    given = [name for name, value in pairs if names.of_running(name) and "$" not in (value or "")]
    spared = spared_apart(examined, step, given) if given else ()
    if spared:
        message = f"{_message(examined, given, spared)}: {APART}"
        yield Finding(RULE.id, step.line, message, None, None)


RULE = Rule(
    id="early-metadata",
    title="metadata above expensive steps",
    why=(
        "ENV is in the environment of every RUN below it, and so in the key of each. A version or"
        " a port that only the running service reads belongs below the last RUN; then an edit of it"
        " re-runs nothing. What stands in no key can stand anywhere: LABEL, EXPOSE, CMD,"
        " ENTRYPOINT, HEALTHCHECK, STOPSIGNAL and VOLUME re-run nothing, wherever they are"
        " (unless they use an argument: its ARG has to be above them)."
    ),
    before="ENV APP_VERSION=1.4.2\nRUN pip install -r requirements.txt",
    after="RUN pip install -r requirements.txt\nENV APP_VERSION=1.4.2",
    ignore_when="a program that these steps run reads it from its environment",
    sources=(
        "https://docs.docker.com/reference/dockerfile/#env",
        "seen with BuildKit: another value of ENV re-runs each RUN below it, another LABEL none",
    ),
    find=_find,
)
