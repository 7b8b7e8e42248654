"""Findings and broken promises as SARIF 2.1.0, the form that code-scanning pages read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from generator import __version__
from generator.explain.answer import Answer, Finding, Kept, Outcome
from generator.explain.report import programs, words
from generator.explain.rules.rule import Rule

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"  # where the pages look a relative path up: the repository's root

BROKEN = "broken-promise"


@dataclass(frozen=True)
class Help:
    """A rule for who meets it on such a page: one line, and all of it as Markdown."""

    title: str
    text: str


_BROKEN = Help(
    "An edit re-runs what it was promised not to",
    "`dockerize explain --keep` names files whose edit must not re-run certain steps. This step "
    "re-runs all the same: move it above what copies these files, let it copy less, or take the "
    "promise back.",
)


def helps(rules: Iterable[Rule]) -> dict[str, Help]:
    """What such a page shows of these rules, by their ids."""
    return {rule.id: Help(rule.title, _markdown(rule)) for rule in rules}


def _markdown(rule: Rule) -> str:
    parts = [
        f"**{rule.title}**",
        rule.why,
        "Instead of",
        _fenced(rule.before),
        "write",
        _fenced(rule.after),
        *([f"Measured: {rule.measured}"] if rule.measured else ()),
        f"When to ignore it: {rule.ignore_when}",
        f"`# dockerize: ignore={rule.id}` in the Dockerfile does so.",
        "\n".join(f"- {source}" for source in rule.sources),
    ]
    return "\n\n".join(part.strip("\n") for part in parts if part)


def _fenced(text: str) -> str:
    body = text.strip("\n")
    return f"```dockerfile\n{body}\n```"


def document(answer: Answer, known: Mapping[str, Help]) -> dict[str, Any]:
    """A log of one run; `known` are by rule, and a rule without one is described by its id."""
    results = [*_findings(answer), *_promises(answer)]
    ids = sorted({each["ruleId"] for each in results})
    about = {**known, BROKEN: _BROKEN}
    rules = [_rule(each, about.get(each, Help(each, each))) for each in ids]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "dockerize explain",
                        "semanticVersion": __version__,
                        "rules": rules,
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [{**each, "ruleIndex": ids.index(each["ruleId"])} for each in results],
            }
        ],
    }


def _rule(name: str, about: Help) -> dict[str, Any]:
    return {
        "id": name,
        "shortDescription": {"text": about.title},
        "help": {"text": about.text, "markdown": about.text},
        "defaultConfiguration": {"level": _level(name)},
    }


def _level(rule: str) -> str:
    return "error" if rule == BROKEN else "warning"


def _findings(answer: Answer) -> Iterator[dict[str, Any]]:
    for finding in answer.findings:
        effects = programs.finding(finding)["effect"]
        yield {
            **_result(answer, finding.rule, finding.line, _message(finding)),
            "properties": {"fix": finding.fix, "effect": effects, "measured": finding.measured},
        }


def _message(finding: Finding) -> str:
    parts = [words.visible(finding.message), *words.effects(finding)]
    return ". ".join(each.rstrip(".") for each in parts) + "."


def _promises(answer: Answer) -> Iterator[dict[str, Any]]:
    for kept in answer.kept:
        for outcome in kept.broken:
            yield _result(answer, BROKEN, outcome.step.line, _breach(kept, outcome))


def _breach(kept: Kept, outcome: Outcome) -> str:
    return f"--keep {words.visible(kept.promise)} is broken: {words.broken(outcome)}."


def _result(answer: Answer, rule: str, line: int, message: str) -> dict[str, Any]:
    place = _place(answer)
    return {
        "ruleId": rule,
        "level": _level(rule),
        "message": {"text": message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": place,
                    "region": {"startLine": line},
                }
            }
        ],
        "partialFingerprints": {"dockerize/v1": _fingerprint(answer, place["uri"], rule, line)},
    }


def _place(answer: Answer) -> dict[str, str]:
    path = _in_repository(answer.path) or PurePath(answer.dockerfile)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix(), errors="surrogateescape"), "uriBaseId": _ROOT}


def _in_repository(path: Path | None) -> PurePath | None:
    """From the root of the repository that holds it, which is what code scanning shows."""
    if path is None:
        return None
    real = path.resolve()
    root = next((each for each in real.parents if (each / ".git").exists()), None)
    return None if root is None else real.relative_to(root)


def _fingerprint(answer: Answer, uri: str, rule: str, line: int) -> str:
    """The same while the instruction's text is, wherever the lines above move it."""
    texts = (each.step.text for each in answer.steps if each.step.line <= line <= each.step.last)
    about = "\0".join((rule, uri, next(texts, "")))
    return hashlib.sha256(about.encode(errors="surrogateescape")).hexdigest()
