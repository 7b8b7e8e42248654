"""Wording that all reports share: amounts, harmless texts, the sentence that sums an edit up."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from generator.explain.answer import Depends, EditAnswer, Effect, Finding, Outcome, StepAnswer
from generator.explain.listed import listed
from generator.explain.stages import Step
from generator.harmless import harmless

_UNITS = ("kB", "MB", "GB", "TB", "PB")

# Letters of an instruction in a sentence.
_SHORT = 60
# Names that are told of a kind.
_NAMED = 8

VERDICTS = {True: "re-runs", "if-changed": "perhaps", False: "stays"}

MAKES = {"layer": "a layer", "empty": "an empty history entry", "nothing": "nothing"}

# How `--change` begins -> what one does; the rest of it is named after it.
_DOINGS = (
    ("mode:", "Changing the mode of {}"),
    ("arg:", "Another value of {}"),
    ("base:", "Another base image of {}"),
    ("line:", "Editing line {}"),
    ("since:", "What has changed since {}"),
    ("+", "Adding {}"),
    ("-", "Removing {}"),
    ("", "Editing {}"),
)
_WHOLE = {
    "base": "Another digest of every base image",
    "comment": "A comment in the Dockerfile",
}


def visible(text: str) -> str:
    """On one line, and nothing in it that a terminal or a browser would obey instead of show."""
    return harmless(" ".join(text.split()))


def quoted(change: str) -> str:
    """As one types it in a shell."""
    return shlex.quote(visible(change))


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 step`, `2 steps`, `12,000 files`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def size(number: int) -> str:
    """Bytes in decimal units, as Docker counts them: `999 bytes`, `1.2 kB`, `12 kB`."""
    if number < 1000:  # noqa: PLR2004
        return count(number, "byte")
    amount = float(number)
    for unit in _UNITS:
        amount /= 1000
        shown = f"{amount:.1f}" if amount < 9.95 else f"{amount:.0f}"  # noqa: PLR2004
        if float(shown) < 1000 or unit == _UNITS[-1]:  # noqa: PLR2004
            return f"{shown.removesuffix('.0')} {unit}"
    raise AssertionError


def percent(share: float) -> str:
    """Rounded, but 100 % is said of nothing less, and 0 % of nothing more; `share` is 0 to 1."""
    near = round(share * 100)
    return f"{near if share in (0, 1) else min(max(near, 1), 99)} %"


def shares(amounts: Sequence[int], cells: int) -> list[int]:
    """`cells` dealt out as the amounts are; what is there at all gets one, the most pays for it."""
    total = sum(amounts)
    dealt = [max(1, round(each * cells / total)) if each else 0 for each in amounts]
    most = dealt.index(max(dealt))
    dealt[most] += cells - sum(dealt)
    return dealt


def shortened(text: str, width: int) -> str:
    """At most `width` letters of it."""
    return text if len(text) <= width else f"{text[: max(width - 1, 0)].rstrip()}…"


def instruction(step: Step) -> str:
    """The whole instruction on one line, its name in capitals before the rest."""
    rest = re.sub(rf"^\s*{re.escape(step.instruction)}(?=\s|$)", "", step.text, flags=re.IGNORECASE)
    return f"{step.instruction} {visible(rest)}".rstrip()


def depends(what: Depends) -> str:
    """`2 files, 12 kB · argument VERSION · stage build`; "" if there is nothing to say."""
    return " · ".join(map(visible, _dependencies(what)))


def missing(one: StepAnswer) -> str:
    """Why the build fails at this step; "" if it does not, or never comes to it."""
    if not one.missing:
        return ""
    are = "is" if len(one.missing) == 1 else "are"
    names = visible(listed(one.missing))
    return f"{names} {are} not in the build context: the build fails here"


def _dependencies(what: Depends) -> list[str]:
    parts = []
    if what.base is not None:
        parts.append(f"base {what.base}")
    if what.files:
        parts.append(f"{count(what.files, 'file')}, {size(what.bytes)}")
    for noun, names in (
        ("argument", what.arguments),
        ("from stage", what.stages),
        ("from image", what.images),
    ):
        if names:
            parts.append(f"{noun if len(names) == 1 else f'{noun}s'} {_enough(names)}")
    parts += [f"unknown: {each}" for each in what.unknown]
    return parts


def _enough(names: Sequence[str]) -> str:
    """A step of a long file may depend on a thousand arguments, which nobody reads."""
    more = len(names) - _NAMED
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_NAMED])} and {more:,} more"


def doing(change: str) -> str:
    """What a change of that form does: `Editing app/routes.py`, `Another value of VERSION`."""
    if change in _WHOLE:
        return _WHOLE[change]
    begin, form = next((begin, form) for begin, form in _DOINGS if change.startswith(begin))
    return form.format(visible(change[len(begin) :]))


def summary(edit: EditAnswer) -> str:
    """One sentence: `Editing app/routes.py re-runs 2 of 9 steps, none of them RUN.`"""
    return f"{doing(edit.change)} {amounts(edit)}."


def amounts(edit: EditAnswer) -> str:
    """`re-runs 2 of 9 steps, none of them RUN; 3 more only if /install comes out different`."""
    all_of_them = len(edit.outcomes)
    if not edit.reruns and not edit.perhaps:
        return f"re-runs nothing: {_stay(all_of_them)}"
    if not edit.reruns:
        steps = f"{edit.perhaps} of {count(all_of_them, 'step')}"
        return f"re-runs {steps}, but only {_if_different(edit.outcomes)}"
    steps = f"{edit.reruns} of {count(all_of_them, 'step')}"
    said = f"re-runs {steps}, {_how_many(edit)}"
    if edit.perhaps:
        said += f"; {edit.perhaps} more only {_if_different(edit.outcomes)}"
    return said


def _stay(number: int) -> str:
    if not number:
        return "there are no steps"
    return "the one step stays cached" if number == 1 else f"all {number} steps stay cached"


def _how_many(edit: EditAnswer) -> str:
    if edit.reruns == 1:
        return "a RUN" if edit.runs_again else "no RUN"
    return f"{ {0: 'none', 1: 'one'}.get(edit.runs_again, edit.runs_again) } of them RUN"


def _if_different(outcomes: Sequence[Outcome]) -> str:
    paths = {each.path for each in outcomes if each.reruns == "if-changed"}
    what = paths.pop() if len(paths) == 1 else None
    if not what:
        return "if what they copy comes out different"
    return f"if {visible(what)} {'come' if ', ' in what else 'comes'} out different"


def effect(one: Effect) -> str:
    """What a fix changes, in a sentence."""
    begin = f"With the fix, {_lowered(doing(one.change))} re-runs"
    steps = f"{_none(one.steps_after, 'step')} instead of {one.steps_before}"
    if one.runs_before == one.runs_after:
        return f"{begin} {steps}."
    return f"{begin} {steps}, and {_none(one.runs_after, 'RUN')} instead of {one.runs_before}."


def effects(finding: Finding) -> list[str]:
    """What is known of what a fix gains: simulated, measured elsewhere, or nothing."""
    simulated = [effect(each) for each in finding.effect or ()]
    return simulated + ([visible(finding.measured)] if finding.measured else [])


def _none(number: int, noun: str) -> str:
    return f"no {noun}" if number == 0 else count(number, noun)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def broken(outcome: Outcome) -> str:
    """A step that breaks a promise: where it is, what it does, and why."""
    verdict = VERDICTS[outcome.reruns] if outcome.reruns is True else "perhaps re-runs"
    where = f"{shortened(instruction(outcome.step), _SHORT)} (line {outcome.step.line})"
    return f"{where} {verdict}: {visible(outcome.reason)}"
