"""The answer for a person at a terminal, or for a file that a person will read."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from generator.explain.answer import Answer, EditAnswer, Finding, Kept, Outcome, Reruns, StepAnswer
from generator.explain.report import Part, words
from generator.explain.stages import Stage, Step
from generator.harmless import harmless, harmless_lines

_NARROWEST = 60
_NAME = 16  # letters of a name, beyond which details begin further left
_LINE = 6
_MAKES = 7
_BAR = 10

_STYLES: dict[Reruns, str] = {True: "bold red", "if-changed": "yellow", False: "green"}
_CELLS: tuple[tuple[Reruns, str], ...] = ((False, "█"), ("if-changed", "▒"), (True, "░"))

# For an output that cannot encode them (a pipe on Windows).
_PLAIN = str.maketrans({"…": "...", "·": "|", "█": "#", "▒": "+", "░": "."})


def text(answer: Answer, width: int, parts: Sequence[Part]) -> str:
    """It without colours; no line is longer than `width`, paths and diffs excepted."""
    page = StringIO()
    console = Console(file=page, width=width, soft_wrap=True, color_system=None)
    show(answer, console, parts)
    return page.getvalue()


def show(answer: Answer, console: Console, parts: Sequence[Part]) -> None:
    """Print these parts of it, in this order."""
    width = max(console.width, _NARROWEST)
    # One by one, thousands of lines take rich longer than all the rest takes.
    lines = [_printable(each, console.encoding) for each in _apart(answer, parts, width)]
    if lines:
        console.print(Text("\n").join(lines), highlight=False, soft_wrap=True)


def _apart(answer: Answer, parts: Sequence[Part], width: int) -> Iterator[Text]:
    """The lines of these parts, an empty one between two."""
    told = [list(_PARTS[each](answer, width)) for each in parts]
    for number, part in enumerate(filter(None, told)):
        if number:
            yield Text()
        yield from part


def _printable(line: Text, encoding: str) -> Text:
    try:
        line.plain.encode(encoding)
    except UnicodeEncodeError:
        plain = line.plain.translate(_PLAIN).encode(encoding, "backslashreplace")
        return Text(plain.decode(encoding), style=line.style)
    return line


# The steps


def _steps(answer: Answer, width: int) -> Iterator[Text]:
    yield _joined(
        (words.visible(answer.dockerfile), "bold"),
        (f", target {words.visible(answer.target)}", ""),
    )
    yield from _global_arguments(answer, width)
    for stage in answer.plan.stages:
        yield Text()
        yield _stage(stage, answer)
        mine = [each for each in answer.steps if each.step.stage == stage.index]
        column = min(max((len(_name(each.step)) for each in mine), default=0), _NAME)
        for each in mine:
            yield from _step(each, column, width)


def _global_arguments(answer: Answer, width: int) -> Iterator[Text]:
    first = answer.plan.stages[0].line
    known = [each for each in answer.plan.dockerfile.instructions if each.line < first]
    if known:
        yield Text()
        yield _joined(("Arguments for FROM", "bold"), (", before the first stage", "dim"))
    for each in known:
        yield _joined(
            (f"{each.line:{_LINE - 2}}  ", "dim"),
            (words.shortened(words.visible(each.text), width - _LINE), ""),
        )


def _stage(stage: Stage, answer: Answer) -> Text:
    name = f"Stage {words.visible(stage.label)}"
    if stage.reached:
        return Text(name, style="bold")
    return Text(f"{name}: not built, {words.visible(answer.target)} does not need it", style="dim")


def _step(one: StepAnswer, column: int, width: int) -> Iterator[Text]:
    style = "" if one.reached else "dim"
    name = f"{_name(one.step):{column}}"
    number = f"{one.step.line:{_LINE - 2}}  "
    room = width - len(number) - len(name) - 2 - 2 - _MAKES
    yield _joined(
        (number, "dim"),
        (f"{name}  ", style or "cyan"),
        (f"{_fitted(words.instruction(one.step), room)}  ", style),
        (f"{one.step.makes:>{_MAKES}}", "" if one.step.makes == "layer" and not style else "dim"),
    )
    facts = [words.depends(one.depends), one.when and f"re-runs when {words.visible(one.when)}"]
    yield from _wrapped(" · ".join(filter(None, facts)), _LINE + column + 2, width, "dim")
    yield from _wrapped(words.missing(one), _LINE + column + 2, width, "bold red")


def _name(step: Step) -> str:
    # Its blanks are the build's own: `[build  2/12]`.
    return harmless(step.name or "")


# The edits


def _table(answer: Answer, width: int) -> Iterator[Text]:
    if not answer.edits:
        return
    begin = "  steps  RUN  perhaps  cached  "
    titles = [words.visible(each.title) for each in answer.edits]
    bar = len(begin) + _BAR + 2 + max(map(cell_len, titles)) <= width
    yield Text("What an edit re-runs", style="bold")
    yield Text(f"{begin}{' ' * (_BAR + 2) if bar else ''}edit", style="dim")
    for edit, title in zip(answer.edits, titles, strict=True):
        yield _row(edit, title, bar=bar)
        if edit.note:
            yield from _wrapped(
                words.visible(edit.note), len(begin) + (_BAR + 2 if bar else 0), width, "dim"
            )
    yield from _key(answer, width)


def _row(edit: EditAnswer, title: str, *, bar: bool) -> Text:
    return _joined(
        (f"  {_number(edit.reruns):>5}", _STYLES[True] if edit.reruns else "dim"),
        (f"  {_number(edit.runs_again):>3}", _STYLES[True] if edit.runs_again else "dim"),
        (f"  {_number(edit.perhaps):>7}", _STYLES["if-changed"] if edit.perhaps else "dim"),
        (f"  {words.percent(edit.cached):>6}", _STYLES[False] if edit.cached == 1 else ""),
        ("  ", ""),
        *(_bar(edit) if bar else ()),
        (title, ""),
    )


def _number(number: int) -> str:
    return str(number) if number else "-"


def _bar(edit: EditAnswer) -> Iterator[tuple[str, str]]:
    lengths = words.shares((_stays(edit), edit.perhaps, edit.reruns), _BAR)
    for (reruns, cell), length in zip(_CELLS, lengths, strict=True):
        yield cell * length, _STYLES[reruns]
    yield "  ", ""


def _stays(edit: EditAnswer) -> int:
    return sum(each.reruns is False for each in edit.outcomes) or (not edit.outcomes)


def _key(answer: Answer, width: int) -> Iterator[Text]:
    most = max(len(each.outcomes) for each in answer.edits)
    if not most:
        return
    yield from _wrapped(
        f"steps that re-run, of {most} (FROM is not counted); those of them that are RUN, the slow "
        "ones; perhaps: only if what a RUN writes comes out different; cached: the share that "
        "stays.",
        2,
        width,
        "dim",
    )
    example = next((each for each in answer.edits if each.reruns), answer.edits[0])
    yield _joined(
        ("  Why, step by step: the same with ", "dim"),
        (f"--change {words.quoted(example.change)}", ""),
    )


def _edits(answer: Answer, width: int) -> Iterator[Text]:
    for number, edit in enumerate(answer.edits):
        if number:
            yield Text()
        yield from _edit(edit, width)


def _edit(edit: EditAnswer, width: int) -> Iterator[Text]:
    yield from _wrapped(words.summary(edit), 0, width, "bold")
    if edit.note:
        yield from _wrapped(words.visible(edit.note), 2, width, "")
    column = min(max((len(_name(each.step)) for each in edit.outcomes), default=0), _NAME)
    for each in edit.outcomes:
        yield from _outcome(each, column, width)


def _outcome(one: Outcome, column: int, width: int) -> Iterator[Text]:
    calm = "dim" if one.reruns is False else ""
    name = f"{_name(one.step):{column}}"
    begin = f"  {words.VERDICTS[one.reruns]:7}"
    number = f" {one.step.line:{_LINE - 3}}  "
    room = width - len(begin) - len(number) - len(name) - 2
    yield _joined(
        (begin, _STYLES[one.reruns]),
        (number, "dim"),
        (f"{name}  ", calm or "cyan"),
        (_fitted(words.instruction(one.step), room).rstrip(), calm),
    )
    indent = len(begin) + _LINE + column + 2
    yield from _wrapped(words.visible(one.reason), indent, width, "dim")


# The findings


def _findings(answer: Answer, width: int) -> Iterator[Text]:
    silenced = answer.ignored or {}
    if answer.findings:
        yield Text("Findings", style="bold")
    elif not silenced:
        yield Text("No findings.", style="green")
    told: set[str] = set()
    for finding in answer.findings:
        yield from _finding(finding, answer.dockerfile, width, told)
    if sum(each.fix is not None for each in answer.findings) > 1:
        said = "Each diff is of the file as it is now: apply one, and explain again."
        yield from _wrapped(said, 2, width, "dim")
    if silenced:
        total = words.count(sum(silenced.values()), "finding")
        yield from _wrapped(
            f"{total} silenced: {', '.join(map(words.visible, silenced))}",
            2 if answer.findings else 0,
            width,
            "dim",
        )


def _finding(finding: Finding, dockerfile: str, width: int, told: set[str]) -> Iterator[Text]:
    """What has been `told` of a measurement is not told again."""
    rule = words.visible(finding.rule)
    yield _joined((f"  {rule}", "yellow"), (f"  {words.visible(dockerfile)}:{finding.line}", "dim"))
    yield from _wrapped(words.visible(finding.message), 4, width, "")
    # From the first column, as `git apply` takes it.
    for line in harmless_lines(finding.fix or ""):
        yield Text(line, style=_diff_style(line))
    for said in words.effects(finding):
        if said not in told:
            yield from _wrapped(said, 4, width, "")
    told.update(words.effects(finding))
    more = "More" if finding.fix else "No diff is safe here; more"
    yield _joined((f"    {more}: ", "dim"), (f"dockerize explain --rule {rule}", ""))


def _diff_style(line: str) -> str:
    if line.startswith(("+++", "---", "@@")):
        return "dim"
    return {"+": "green", "-": "red"}.get(line[:1], "")


# The promises


def _promises(kept: Sequence[Kept], width: int) -> Iterator[Text]:
    if kept:
        yield Text("Promises", style="bold")
    for each in kept:
        verdict, style = ("broken", _STYLES[True]) if each.broken else ("kept", _STYLES[False])
        yield _joined((f"  {verdict:6}  ", style), (words.visible(each.promise), ""))
        for outcome in each.broken:
            yield from _wrapped(words.broken(outcome), 10, width, "dim")


# What keeps the build from its end


def _missing(answer: Answer, width: int) -> Iterator[Text]:
    for each in answer.steps:
        said = words.missing(each)
        if said:
            place = f"{words.visible(answer.dockerfile)}:{each.step.line}"
            yield from _wrapped(f"{place}: {said}", 0, width, "bold red")


# Lines


def _joined(*parts: tuple[str, str]) -> Text:
    line = Text()
    for part, style in parts:
        line.append(part, style=style or None)
    line.rstrip()
    return line


def _wrapped(said: str, indent: int, width: int, style: str) -> Iterator[Text]:
    margin = " " * indent
    for line in textwrap.wrap(
        said,
        width=width,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    ):
        yield Text(line, style=style)


def _fitted(said: str, room: int) -> str:
    """As wide as `room` in a terminal's cells, whose letters may take two."""
    if cell_len(said) > room:
        said = f"{set_cell_size(said, max(room - 1, 0)).rstrip()}…"
    return set_cell_size(said, max(room, 0))


_PARTS: Mapping[Part, Callable[[Answer, int], Iterator[Text]]] = {
    "steps": _steps,
    "table": _table,
    "missing": _missing,
    "edits": _edits,
    "findings": _findings,
    "promises": lambda answer, width: _promises(answer.kept, width),
}
