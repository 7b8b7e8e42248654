"""Where a Dockerfile is not cache-friendly: each rule a module of its own, beside this one.

A module in this folder that holds a RULE is a rule; there is no other list of them.
"""

from __future__ import annotations

import pkgutil
import textwrap
from collections.abc import Collection, Mapping
from importlib import import_module

from generator.errors import UsageError
from generator.explain.answer import Finding
from generator.explain.build import Build
from generator.explain.nearest import suggestion
from generator.explain.rules.examined import Examined
from generator.explain.rules.rule import Rule
from generator.explain.rules.silence import counted, silence

__all__ = ["RULES", "Rule", "findings", "rule_text"]


def _rules() -> Mapping[str, Rule]:
    modules = (import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__))
    found = [each.RULE for each in modules if isinstance(getattr(each, "RULE", None), Rule)]
    return {each.id: each for each in sorted(found, key=lambda each: each.id)}


RULES: Mapping[str, Rule] = _rules()


# No person writes a longer Dockerfile, and what a rule looks at may grow with the square of it.
_LONGEST = 1000


def findings(
    build: Build,
    *,
    dockerfile: str | None = None,
    ignore_file: str | None = None,
    ignore: Collection[str] = (),
) -> tuple[tuple[Finding, ...], Mapping[str, int]]:
    """What all rules find, by line, and how many of each a comment or `ignore` silences.

    The two paths are what fixes name; those in the context if none are given. Raises
    BadDockerfile for a comment that names no rule, UsageError for such a name in `ignore`. A file
    of more than 1000 instructions has no findings.
    """
    silent = silence(build.plan.dockerfile, RULES, [_known(each).id for each in ignore])
    if len(build.plan.dockerfile.instructions) > _LONGEST:
        return (), {}
    examined = Examined(
        build,
        dockerfile or build.dockerfile or "Dockerfile",
        ignore_file or build.context.ignore_file or ".dockerignore",
    )
    found = [each for rule in RULES.values() for each in rule.find(examined)]
    found.sort(key=lambda each: (each.line, each.rule))
    told = tuple(each for each in found if not silent.covers(each))
    return told, counted(each for each in found if silent.covers(each))


def rule_text(name: str) -> str:
    """All there is to say of a rule, in Markdown. Raises UsageError for a name that is none."""
    rule = _known(name)
    parts = [
        f"{rule.id}: {rule.title}",
        rule.why,
        f"Before:\n\n{_indented(rule.before)}",
        f"After:\n\n{_indented(rule.after)}",
        *([f"Measured: {rule.measured}"] if rule.measured else []),
        f"Ignore it when {rule.ignore_when}:\n\n{_indented(f'# dockerize: ignore={rule.id}')}",
        "\n".join(["Sources:", *(f"- {each}" for each in rule.sources)]),
    ]
    return "\n\n".join(map(_wrapped, parts)) + "\n"


def _known(name: str) -> Rule:
    if name not in RULES:
        hint = suggestion(name, RULES) or f"there are {', '.join(RULES)}"
        raise UsageError(f"there is no rule {name!r}", hint)
    return RULES[name]


def _wrapped(text: str) -> str:
    """Lines of prose as wide as a terminal; code and addresses as they are."""
    return "\n".join(
        line
        if line.startswith(("    ", "- "))
        else textwrap.fill(line, 80, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
