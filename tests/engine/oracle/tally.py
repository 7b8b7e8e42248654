"""What was said beside what happened, step by step, and the counts of it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from generator.explain.answer import Reruns

KNOWN = Path(__file__).parent / "known.toml"


@dataclass(frozen=True)
class Verdict:
    """One step after one edit. `said` is None for a step that was printed but never foretold.

    `avoidable`: "if-changed" was said although nothing says that any RUN re-runs.
    """

    group: str
    case: str
    edit: str
    step: str
    line: int
    said: Reruns | None
    ran: bool
    reason: str = ""
    avoidable: bool = False
    # Whether a person has said, in the case itself, that the step re-runs; None if nobody did.
    expected: bool | None = None

    @property
    def agrees(self) -> bool:
        return self.said == "if-changed" or self.said is self.ran

    @property
    def as_expected(self) -> bool:
        return self.expected is None or self.expected is self.ran

    def __str__(self) -> str:
        ran = "ran" if self.ran else "stayed"
        said = {True: "re-runs", False: "stays", None: "unknown"}.get(self.said, self.said)  # type: ignore[arg-type]
        text = f"{self.case} | {self.edit} | {self.step} (line {self.line}): said {said}, it {ran}"
        return text if self.as_expected else f"{text}; expected otherwise"


@dataclass(frozen=True)
class Tally:
    verdicts: tuple[Verdict, ...]
    failures: tuple[str, ...] = ()  # cases that could not be built, or that explain refused

    @cached_property
    def groups(self) -> Mapping[str, Tally]:
        names = dict.fromkeys(each.group for each in self.verdicts)
        return {
            name: Tally(tuple(each for each in self.verdicts if each.group == name))
            for name in names
        }

    @property
    def cases(self) -> int:
        return len({(each.group, each.case) for each in self.verdicts})

    @property
    def edits(self) -> int:
        return len({(each.group, each.case, each.edit) for each in self.verdicts})

    @property
    def perhaps(self) -> int:
        return sum(each.said == "if-changed" for each in self.verdicts)

    @property
    def avoidable(self) -> int:
        return sum(each.avoidable for each in self.verdicts)

    @property
    def decided(self) -> int:
        return len(self.verdicts) - self.perhaps

    @property
    def disagreements(self) -> tuple[Verdict, ...]:
        return tuple(each for each in self.verdicts if not each.agrees)

    @property
    def unexpected(self) -> tuple[Verdict, ...]:
        return tuple(each for each in self.verdicts if not each.as_expected)

    @property
    def agreement(self) -> float:
        """0 to 1, of the steps that were decided; 1 if there are none."""
        return 1 - len(self.disagreements) / self.decided if self.decided else 1.0


def known(path: Path = KNOWN) -> dict[tuple[str, str, str], str]:
    """(case, edit, step) -> cause, of the disagreements that are known."""
    held = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    return {
        (each["case"], each["edit"], step): each["cause"]
        for each in held.get("known", ())
        for step in each["steps"]
    }


def unknown(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Disagreements that nobody has listed."""
    listed = known()
    for each in verdicts:
        if not each.agrees and (each.case, each.edit, each.step) not in listed:
            yield each


HEAD = ("", "cases", "edits", "steps", "agree", "if-changed", "disagree", "agreement")


def table(tally: Tally) -> str:
    """A row for each group, and one for all, as Markdown."""
    rows: list[Sequence[str]] = [HEAD, ("---", *["---:"] * (len(HEAD) - 1))]
    rows += [_row(name, group) for name, group in tally.groups.items()]
    rows.append(_row("all", tally))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(name: str, tally: Tally) -> tuple[str, ...]:
    agree = tally.decided - len(tally.disagreements)
    counts = (tally.cases, tally.edits, len(tally.verdicts), agree, tally.perhaps)
    wrong = len(tally.disagreements)
    # Rounded down: one wrong answer in a million is not 100 %.
    percent = f"{int(tally.agreement * 10_000) / 100:.2f} %"
    return (name, *map(str, counts), str(wrong), percent)


def ran_when_unsure(tally: Tally) -> Counter[str]:
    """How "if-changed" came out."""
    unsure = [each for each in tally.verdicts if each.said == "if-changed"]
    return Counter("ran" if each.ran else "stayed" for each in unsure)
