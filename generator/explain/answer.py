"""All that `explain` has to say to one command line, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from generator.explain.stages import Plan, Step

Reruns = Literal[True, False, "if-changed"]


class Depends(NamedTuple):
    """What a step's cache key holds beside its own text.

    `files` and `bytes` are those that it takes from the context; `arguments` are build arguments,
    sorted; `stages` are labels of the stages it copies from or mounts; `base` is, for FROM, the
    image or the stage's label; `images` are outside images copied from or mounted; `unknown` is
    what cannot be known without the network (a digest of a base image, what a URL holds), in words;
    `missing` are sources that the context does not have, so that a build fails.
    """

    files: int = 0
    bytes: int = 0
    arguments: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    base: str | None = None
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepAnswer:
    step: Step
    reached: bool
    depends: Depends
    when: str  # "re-runs when ..." in plain words, without these three; "" for what never runs

    @property
    def missing(self) -> tuple[str, ...]:
        """The sources for lack of which the build fails here, if it comes to this step."""
        return self.depends.missing if self.reached else ()


@dataclass(frozen=True)
class Outcome:
    """A numbered step that the target reaches, but FROM. `path` is what "if-changed" hangs on."""

    step: Step
    reruns: Reruns
    reason: str
    path: str | None = None


def reruns(outcomes: Sequence[Outcome]) -> int:
    """How many steps re-run for sure."""
    return sum(each.reruns is True for each in outcomes)


def runs_again(outcomes: Sequence[Outcome]) -> int:
    """How many of them are RUNs: the expensive ones."""
    return sum(each.reruns is True and each.step.instruction == "RUN" for each in outcomes)


@dataclass(frozen=True)
class EditAnswer:
    """`change` is as typed (`app/routes.py`, `arg:VERSION`); `title` says it for people
    ("a source file: app/routes.py"); `note` is for people too, as when an ignore pattern leaves
    the file out."""

    change: str
    title: str
    outcomes: tuple[Outcome, ...]
    note: str | None = None

    @property
    def reruns(self) -> int:
        return reruns(self.outcomes)

    @property
    def runs_again(self) -> int:
        return runs_again(self.outcomes)

    @property
    def perhaps(self) -> int:
        return sum(each.reruns == "if-changed" for each in self.outcomes)

    @property
    def cached(self) -> float:
        """The share of steps that stay, 0 to 1; 1 if there are none."""
        if not self.outcomes:
            return 1.0
        return sum(each.reruns is False for each in self.outcomes) / len(self.outcomes)


class Effect(NamedTuple):
    """What a fix changes in one edit: counts of steps that re-run, RUNs among them."""

    change: str
    steps_before: int
    steps_after: int
    runs_before: int
    runs_after: int


@dataclass(frozen=True)
class Finding:
    """`fix` is a unified diff of the Dockerfile or of its ignore file, which it names; None where
    only a person can write it. `effect` is None where no simulation can tell, and then `measured`
    cites what was measured."""

    rule: str
    line: int
    message: str
    fix: str | None
    effect: tuple[Effect, ...] | None
    measured: str | None = None


class Kept(NamedTuple):
    """A promise of `--keep GLOB=WHAT`: `broken` are the outcomes that break it."""

    promise: str
    broken: tuple[Outcome, ...]


@dataclass(frozen=True)
class Answer:
    """`dockerfile` is as it is shown (`Dockerfile`, `docker/web.Dockerfile`), `path` where it lies,
    None if it is no file; `context` is the name of the build context's folder."""

    dockerfile: str
    plan: Plan
    steps: tuple[StepAnswer, ...]
    edits: tuple[EditAnswer, ...]
    findings: tuple[Finding, ...]
    kept: tuple[Kept, ...] = ()
    ignored: Mapping[str, int] | None = None  # findings that are silenced, by rule
    path: Path | None = None
    context: str = ""

    @property
    def target(self) -> str:
        stage = self.plan.stages[self.plan.target]
        return stage.name or stage.label
