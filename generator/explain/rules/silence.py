"""`# dockerize: ignore=RULE[,RULE]`: findings that somebody has decided to live with."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from generator.errors import BadDockerfile
from generator.explain.answer import Finding
from generator.explain.dockerfile import Dockerfile
from generator.explain.dockerfile.refused import line_of
from generator.explain.nearest import suggestion

_COMMENT = re.compile(r"#[ \t]*dockerize:[ \t]*(.*)")
_ORDER = re.compile(r"ignore[ \t]*=[ \t]*(.*)")


@dataclass(frozen=True)
class Silence:
    """Rules that are silent in the whole file, and those that are at an instruction's lines."""

    everywhere: frozenset[str]
    at: Mapping[int, frozenset[str]]

    def covers(self, finding: Finding) -> bool:
        silent = self.at.get(finding.line, frozenset())
        return finding.rule in self.everywhere or finding.rule in silent


def silence(
    dockerfile: Dockerfile, rules: Collection[str], ignore: Collection[str] = ()
) -> Silence:
    """What the comments of a Dockerfile silence, and the rules to `ignore` in all of it.

    One before the first instruction is for the whole file, any other for the instruction that
    follows it. Raises BadDockerfile, with the line, for a comment that names no rule.
    """
    lines = dockerfile.text.split("\n")
    everywhere: frozenset[str] = frozenset()
    at: dict[int, frozenset[str]] = {}
    done = 0
    for index, instruction in enumerate(dockerfile.instructions):
        names: frozenset[str] = frozenset()
        for number in range(done + 1, instruction.line):
            names |= _named(lines[number - 1], number, dockerfile.text, rules)
        if index == 0:
            everywhere = names
        elif names:
            at |= dict.fromkeys(range(instruction.line, instruction.last + 1), names)
        done = instruction.last
    return Silence(everywhere.union(ignore), at)


def counted(findings: Iterable[Finding]) -> Mapping[str, int]:
    """How many there are of each rule, sorted by rule."""
    counts: dict[str, int] = {}
    for each in findings:
        counts[each.rule] = counts.get(each.rule, 0) + 1
    return dict(sorted(counts.items()))


def _named(line: str, number: int, text: str, rules: Collection[str]) -> frozenset[str]:
    comment = _COMMENT.fullmatch(line.strip())
    if comment is None:
        return frozenset()
    order = _ORDER.fullmatch(comment[1].strip())
    if order is None:
        raise BadDockerfile(
            "a comment for dockerize that says something else than ignore=RULE",
            number,
            line_of(text, number),
            hint="such as # dockerize: ignore=cache-mount",
        )
    names = [each.strip() for each in order[1].split(",")]
    for name in names:
        if name not in rules:
            hint = suggestion(name, rules) or f"there are {', '.join(sorted(rules))}"
            raise BadDockerfile(
                f"there is no rule {name!r} to ignore", number, line_of(text, number), hint=hint
            )
    return frozenset(names)
