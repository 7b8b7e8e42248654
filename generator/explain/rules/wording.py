"""How findings speak of steps."""

from __future__ import annotations

from collections.abc import Sequence

from generator.explain.listed import listed
from generator.explain.rules.examined import Examined
from generator.explain.rules.managers import install, verb
from generator.explain.stages import Step

# Of a variable that shares its ENV with what has to stand above.
APART = "in an ENV of its own it can stand below"


def called(verb: str, line: int) -> str:
    return f"`{verb}` (line {line})"


def several(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def told_runs(examined: Examined, steps: Sequence[Step]) -> str:
    """RUNs by what they install, or by their first command."""
    return listed([called(told(examined, step), step.line) for step in steps])


def told(examined: Examined, step: Step) -> str:
    commands = examined.commands(step)
    for command in commands:
        found = install(command)
        if found is not None:
            return found.verb
    if not commands:
        return "RUN"
    manager = verb(commands[0])
    return " ".join([commands[0].program, *(manager[1][:1] if manager else ())])
