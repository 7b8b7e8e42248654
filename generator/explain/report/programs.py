"""The answer as one JSON object: a promise, which `schema.json` beside this file spells out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.explain.answer import (
    Answer,
    Depends,
    EditAnswer,
    Effect,
    Finding,
    Kept,
    Outcome,
    StepAnswer,
)

# Counts up when a key goes or means something else; a new key leaves it as it is.
SCHEMA = 1


def document(answer: Answer) -> dict[str, Any]:
    """What `explain --json` prints; made of dicts, lists, texts, numbers, booleans and None."""
    labels = [stage.label for stage in answer.plan.stages]
    return {
        "schema": SCHEMA,
        "dockerfile": answer.dockerfile,
        "target": answer.target,
        "steps": [_step(each, labels) for each in answer.steps],
        "edits": [_edit(each) for each in answer.edits],
        "findings": [finding(each) for each in answer.findings],
        "ignored": dict(answer.ignored or {}),
        "kept": [_kept(each) for each in answer.kept],
    }


def _step(one: StepAnswer, labels: Sequence[str]) -> dict[str, Any]:
    step = one.step
    return {
        "name": step.name,
        "stage": labels[step.stage] if step.stage >= 0 else None,
        "line": step.line,
        "last": step.last,
        "instruction": step.instruction,
        "text": step.text,
        "makes": step.makes,
        "reached": one.reached,
        "depends": _depends(one.depends),
        "when": one.when,
    }


def _depends(what: Depends) -> dict[str, Any]:
    return {
        "files": what.files,
        "bytes": what.bytes,
        "arguments": list(what.arguments),
        "stages": list(what.stages),
        "images": list(what.images),
        "base": what.base,
        "unknown": list(what.unknown),
        "missing": list(what.missing),
    }


def _edit(edit: EditAnswer) -> dict[str, Any]:
    return {
        "change": edit.change,
        "title": edit.title,
        "note": edit.note,
        "steps": [_outcome(each) for each in edit.outcomes],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": outcome.step.name,
        "line": outcome.step.line,
        "reruns": outcome.reruns,
        "reason": outcome.reason,
    }
    return known | ({"path": outcome.path} if outcome.reruns == "if-changed" else {})


def finding(one: Finding) -> dict[str, Any]:
    """As in the document's `findings`."""
    return {
        "rule": one.rule,
        "line": one.line,
        "message": one.message,
        "fix": one.fix,
        "effect": None if one.effect is None else [_effect(each) for each in one.effect],
        "measured": one.measured,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "change": effect.change,
        "steps_before": effect.steps_before,
        "steps_after": effect.steps_after,
        "runs_before": effect.runs_before,
        "runs_after": effect.runs_after,
    }


def _kept(kept: Kept) -> dict[str, Any]:
    return {
        "promise": kept.promise,
        "kept": not kept.broken,
        "broken": [_outcome(each) for each in kept.broken],
    }
