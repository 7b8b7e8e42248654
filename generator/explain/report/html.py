"""The answer as one page that needs nothing else: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from generator.explain.answer import Answer, EditAnswer, Finding, Kept, Outcome, StepAnswer
from generator.explain.report import graph, programs, words
from generator.explain.stages import Stage, Step
from generator.harmless import harmless, harmless_lines

# Cells of an edit's strip, beyond which a cell stands for several steps.
_CELLS = 40

# What ends a script, begins a comment in it or a line of it, wherever a text holds it.
_IN_SCRIPT = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})

_LINES = {"from": "FROM", "copy": "COPY --from", "mount": "a mount"}


def page(answer: Answer) -> str:
    """The whole page. What a Dockerfile's text holds is shown, and never obeyed."""
    style, script = _part("page.css"), _part("page.js")
    stages = _stages(answer)
    title = " · ".join(map(_shown, filter(None, (answer.context, answer.dockerfile))))
    return Template(_part("page.html")).substitute(
        policy=_policy(style, script),
        title=f"{title}: what an edit re-runs",
        context=f" · {_shown(answer.context)}" if answer.context else "",
        style=style,
        heading=f"What an edit re-runs in {_code(answer.dockerfile)}, "
        f"target&nbsp;{_code(answer.target)}",
        edits=_edits(answer),
        tables="\n".join(map(_table, answer.edits)),
        lines=_lines(answer),
        lanes=_lanes(answer, stages),
        unbuilt=_unbuilt(answer, stages),
        findings=_findings(answer),
        promises=_promises(answer.kept),
        data=_data(answer),
        script=script,
    )


def _part(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Nothing but this very style and this very script: not even from the page's own folder."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _shown(text: str) -> str:
    return escape(words.visible(text))


def _code(text: str) -> str:
    return f"<code>{_shown(text)}</code>"


# What the script reads


def _data(answer: Answer) -> str:
    whole = {"answer": programs.document(answer), "graph": _graph(answer)}
    return json.dumps(whole, separators=(",", ":")).translate(_IN_SCRIPT)


def _graph(answer: Answer) -> dict[str, Any]:
    """The document's edits again, for eyes: by the numbers of their steps and in visible texts."""
    return {
        "edges": [
            {
                "stage": each.stage,
                "step": each.step,
                "kind": each.kind,
                "taker": answer.steps[each.step].step.stage,
            }
            for each in graph.edges(answer)
        ],
        "last": [_last(answer, stage) for stage in answer.plan.stages],
        "idle": "Nothing edited, nothing re-runs. Each step says when it would.",
        "edits": [
            {
                "change": edit.change,
                "summary": words.summary(edit),
                "note": words.visible(edit.note or ""),
                "steps": [
                    {
                        "step": place,
                        "reruns": outcome.reruns,
                        "reason": words.visible(outcome.reason),
                    }
                    for place, outcome in zip(places, edit.outcomes, strict=True)
                    if place is not None
                ],
            }
            for edit, places in zip(answer.edits, graph.places(answer), strict=True)
        ],
    }


def _last(answer: Answer, stage: Stage) -> int | None:
    """The stage's last step that can re-run: what takes from the stage takes what it left."""
    numbers = [
        number
        for number, each in enumerate(answer.steps)
        if each.step.stage == stage.index and each.step.name and each.step.instruction != "FROM"
    ]
    return numbers[-1] if numbers else None


# The edits


def _edits(answer: Answer) -> str:
    faces = [_edit(number, edit) for number, edit in enumerate(answer.edits)]
    return "\n".join([*faces, _face(len(faces), "nothing: when does each step re-run?", "")])


def _edit(number: int, edit: EditAnswer) -> str:
    total = len(edit.outcomes)
    short = f"{edit.reruns} of {total}" + (f", {edit.perhaps} perhaps" if edit.perhaps else "")
    return _face(
        number,
        _shown(edit.title),
        f'<span class="short">{_strip(edit)}<span>{short}</span></span>',
    )


def _face(number: int, title: str, short: str) -> str:
    return (
        f'<label class="edit"><input type="radio" name="edit" value="{number}">'
        f'<span class="face"><span class="what">{title}</span>{short}</span></label>'
    )


def _strip(edit: EditAnswer) -> str:
    total = len(edit.outcomes)
    if not total:
        return '<span class="strip" aria-hidden="true"></span>'
    amounts = (edit.reruns, edit.perhaps, total - edit.reruns - edit.perhaps)
    lengths = words.shares(amounts, min(total, _CELLS))
    cells = "".join(
        f"<i{kind}></i>" * length
        for kind, length in zip((' class="hot"', ' class="warm"', ""), lengths, strict=True)
    )
    return f'<span class="strip" aria-hidden="true">{cells}</span>'


def _table(edit: EditAnswer) -> str:
    rows = "\n".join(map(_row, edit.outcomes))
    note = f"<p>{_shown(edit.note)}</p>" if edit.note else ""
    return (
        f"<details><summary>{escape(words.summary(edit))}</summary>{note}"
        f'<div class="table"><table><thead><tr><th>line</th><th>step</th><th></th><th>why</th></tr>'
        f"</thead><tbody>\n{rows}\n</tbody></table></div></details>"
    )


def _row(outcome: Outcome) -> str:
    verdict = words.VERDICTS[outcome.reruns]
    return (
        f"<tr><td>{outcome.step.line}</td>"
        f"<td><code>{escape(words.instruction(outcome.step))}</code></td>"
        f'<td><b class="{verdict}">{verdict}</b></td><td>{_shown(outcome.reason)}</td></tr>'
    )


# The stages


def _lines(answer: Answer) -> str:
    kinds = {edge.kind for edge in graph.edges(answer)}
    return "\n".join(
        f'<li class="line"><svg viewBox="0 0 26 8" aria-hidden="true">'
        f'<path class="{kind}" d="M1 4h24"/></svg>{said}</li>'
        for kind, said in _LINES.items()
        if kind in kinds
    )


def _lanes(answer: Answer, stages: Mapping[int, str]) -> str:
    return "\n".join(
        '<div class="column">\n' + "\n".join(stages[at] for at in column) + "\n</div>"
        for column in graph.columns(answer)
    )


def _unbuilt(answer: Answer, stages: Mapping[int, str]) -> str:
    """The stages that the target does not need, folded away."""
    unbuilt = [stage for stage in answer.plan.stages if not stage.reached]
    if not unbuilt:
        return ""
    names = ", ".join(f"<b>{_shown(stage.label)}</b>" for stage in unbuilt)
    need = "does not need it" if len(unbuilt) == 1 else "needs none of them"
    return (
        f'<details class="unbuilt"><summary>Not built, as {_shown(answer.target)} {need}: {names}'
        "</summary>\n" + "\n".join(stages[stage.index] for stage in unbuilt) + "\n</details>"
    )


def _stages(answer: Answer) -> dict[int, str]:
    """Each stage by its index."""
    steps: dict[int, list[tuple[int, StepAnswer]]] = {}
    for number, each in enumerate(answer.steps):
        steps.setdefault(each.step.stage, []).append((number, each))
    return {
        stage.index: _stage(stage, answer, steps.get(stage.index, ()))
        for stage in answer.plan.stages
    }


def _stage(stage: Stage, answer: Answer, steps: Iterable[tuple[int, StepAnswer]]) -> str:
    kind, said = "", ""
    if stage.index == answer.plan.target:
        kind, said = " target", "<p>the target</p>"
    elif not stage.reached:
        kind = " unneeded"
    boxes = "\n".join(_step(number, each) for number, each in steps)
    return (
        f'<section class="stage{kind}" id="stage-{stage.index}" '
        f'aria-labelledby="stage-{stage.index}-title"><header>'
        f'<h3 id="stage-{stage.index}-title">{_shown(stage.label)}</h3>{said}</header>\n'
        f"<ol>\n{boxes}\n</ol></section>"
    )


def _step(number: int, one: StepAnswer) -> str:
    step = one.step
    plain = "" if step.name else " plain"
    name = f'<span class="name">{escape(harmless(step.name))}</span>' if step.name else ""
    makes = "" if step.makes == "nothing" else f" · {words.MAKES[step.makes]}"
    facts = " · ".join(filter(None, (words.depends(one.depends), words.missing(one))))
    when = f"re-runs when {words.visible(one.when)}" if one.when else ""
    return (
        f'<li class="step{plain}" id="step-{number}">'
        f'<div class="where">{name}<span>line {step.line}{makes}</span>'
        '<span class="badge"></span></div>'
        f'<code class="text">{_text(step)}</code>'
        + (f'<p class="facts">{escape(facts)}</p>' if facts else "")
        + f'<p class="why" data-when="{escape(when)}">{escape(when)}</p></li>'
    )


def _text(step: Step) -> str:
    """The instruction, its name in bold; a line ends at no flag's dashes."""
    name, *rest = words.instruction(step).split(" ")
    return " ".join([f"<b>{escape(name)}</b>", *map(_word, rest)])


def _word(word: str) -> str:
    if not word.startswith("--"):
        return escape(word)
    flag, equals, value = word.partition("=")
    return f'<span class="flag">{escape(flag)}{equals}</span>{escape(value)}'


# The findings and promises


def _findings(answer: Answer) -> str:
    if not answer.findings:
        return ""
    found = "\n".join(_finding(each, answer) for each in answer.findings)
    return (
        '<section aria-labelledby="findings-title"><h2 id="findings-title">'
        f"Findings</h2>\n{found}\n</section>"
    )


def _finding(finding: Finding, answer: Answer) -> str:
    gains = "".join(f"<p>{_said(said)}</p>" for said in words.effects(finding))
    return (
        f'<article class="finding"><h3>{_said(words.visible(finding.message))}</h3>'
        f'<p class="rule">{_where(finding, answer)}, {_code(finding.rule)}</p>'
        f"{_diff(finding.fix)}{gains}"
        f'<p class="rule">More: {_code(f"dockerize explain --rule {finding.rule}")}</p></article>'
    )


def _said(text: str) -> str:
    """What is between backquotes is code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _where(finding: Finding, answer: Answer) -> str:
    at = f"line {finding.line}"
    for number, each in enumerate(answer.steps):
        if each.step.line <= finding.line <= each.step.last:
            return f'<a href="#step-{number}">{at}</a>' if each.step.stage >= 0 else at
    return at


def _diff(fix: str | None) -> str:
    if fix is None:
        return ""
    lines = "\n".join(
        f'<span class="{_diff_class(line)}">{escape(line)}</span>' for line in harmless_lines(fix)
    )
    return f'<pre tabindex="0" aria-label="The fix, as a diff">{lines}</pre>'


def _diff_class(line: str) -> str:
    if line.startswith(("+++", "---", "@@")):
        return "at"
    return {"+": "add", "-": "cut"}.get(line[:1], "same")


def _promises(kept: Sequence[Kept]) -> str:
    if not kept:
        return ""
    return (
        '<section aria-labelledby="promises-title"><h2 id="promises-title">Promises</h2>\n'
        + "\n".join(map(_promise, kept))
        + "\n</section>"
    )


def _promise(kept: Kept) -> str:
    verdict = '<b class="re-runs">broken</b>' if kept.broken else '<b class="stays">kept</b>'
    broken = "".join(f"<li>{escape(words.broken(each))}</li>" for each in kept.broken)
    return (
        f'<article class="promise">{verdict} {_code(kept.promise)}'
        f"{f'<ul>{broken}</ul>' if broken else ''}</article>"
    )
