"""One RUN as two."""

from __future__ import annotations

import re

from generator.explain.rules import writing
from generator.explain.rules.examined import Examined
from generator.explain.stages import Step


def separable(examined: Examined, step: Step) -> bool:
    """Whether its text can be cut at its `&&`: there is no other operator, and no comment."""
    given = examined.instruction(step)
    lines = examined.source(step)
    operators = [each.after for each in examined.commands(step)[1:]]
    return (
        not given.heredocs
        and not given.is_json
        and set(operators) == {"&&"}
        and "\n".join(lines).count("&&") == len(operators)
        and not any(each.lstrip().startswith("#") or not each.strip() for each in lines)
    )


def cut(examined: Examined, step: Step, count: int) -> tuple[list[str], list[str]]:
    """Its lines before the `count`th `&&`, and those of a RUN for what is behind it."""
    text = "\n".join(examined.source(step))
    at = -1
    for _ in range(count):
        at = text.index("&&", at + 1)
    escape = examined.build.plan.dockerfile.escape
    first = text[:at].rstrip().removesuffix(escape).rstrip()
    second = text[at + 2 :].lstrip()
    if re.match(rf"{re.escape(escape)}[ \t]*\n", second):
        second = second[1:].lstrip()
    marks = writing.flags(examined.instruction(step))
    return first.split("\n"), f"RUN{marks} {second}".split("\n")
