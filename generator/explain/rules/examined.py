"""What the rules look at: a build, and what its steps run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from generator.explain.answer import Outcome
from generator.explain.build import Build
from generator.explain.context import Context
from generator.explain.dockerfile import Instruction
from generator.explain.edits import usual
from generator.explain.rules import lists
from generator.explain.rules.commands import Command, commands
from generator.explain.stages import Run, Stage, Step

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Instructions that are simulated for all findings together: a file of 30 may be 300 times.
_MOST = 10_000


@dataclass(frozen=True, eq=False)
class Examined:
    """`dockerfile` and `ignore_path` are paths as a fix's diff names them; `known` are outcomes by
    their change."""

    build: Build
    dockerfile: str = "Dockerfile"
    ignore_path: str = ".dockerignore"
    known: dict[str, tuple[Outcome, ...] | None] = field(default_factory=dict, repr=False)
    _names: dict[int, frozenset[str]] = field(default_factory=dict, repr=False)
    _spent: list[int] = field(default_factory=lambda: [0], repr=False)
    _commands: dict[int, tuple[Command, ...]] = field(default_factory=dict, repr=False)

    @property
    def context(self) -> Context:
        return self.build.context

    @property
    def ignore_file(self) -> str:
        return self.context.ignore_file or ".dockerignore"

    @property
    def text(self) -> str:
        return self.build.plan.dockerfile.text

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n"))

    @cached_property
    def _instructions(self) -> dict[int, Instruction]:
        return {each.line: each for each in self.build.plan.dockerfile.instructions}

    def instruction(self, step: Step) -> Instruction:
        """Of a step that is not inherited."""
        return self._instructions[step.line]

    def source(self, step: Step) -> tuple[str, ...]:
        """Its lines as they are written, without their ends."""
        return tuple(each.rstrip("\r") for each in self.lines[step.line - 1 : step.last])

    @property
    def stages(self) -> Iterator[Stage]:
        """Those that the target needs."""
        return (each for each in self.build.plan.stages if each.reached)

    @property
    def steps(self) -> Iterator[Step]:
        """Of the stages that the target needs, but what came by ONBUILD: nobody can edit it."""
        return (step for stage in self.stages for step in stage.steps if not step.inherited)

    @property
    def runs(self) -> Iterator[tuple[Step, Run, tuple[Command, ...]]]:
        for step in self.steps:
            if isinstance(step.operation, Run):
                yield step, step.operation, self.commands(step)

    def above(self, step: Step) -> tuple[Step, ...]:
        """The steps of its stage before it, in their order, but FROM."""
        steps = self.build.plan.stages[step.stage].steps[1 : self.place(step)]
        return tuple(each for each in steps if not each.inherited)

    def below(self, step: Step) -> tuple[Step, ...]:
        """The steps of its stage after it, in their order."""
        return self.build.plan.stages[step.stage].steps[self.place(step) + 1 :]

    def place(self, step: Step) -> int:
        """Which of its stage's steps it is, from 0."""
        return self._places[id(step)]

    @cached_property
    def _places(self) -> dict[int, int]:
        return {
            id(step): place
            for stage in self.build.plan.stages
            for place, step in enumerate(stage.steps)
        }

    def names(self, step: Step) -> frozenset[str]:
        """All words in its text that could be a variable's name."""
        if id(step) not in self._names:
            self._names[id(step)] = frozenset(_NAME.findall("\n".join(self.source(step))))
        return self._names[id(step)]

    @cached_property
    def lists(self) -> str:
        """What the project's lists of packages and its tools' settings hold."""
        return lists.text(self.context)

    @cached_property
    def listed_names(self) -> frozenset[str]:
        """All words in those that could be a variable's name."""
        return frozenset(_NAME.findall(self.lists))

    @cached_property
    def source_edits(self) -> tuple[str, ...]:
        """Edits of source files, the likeliest first."""
        return tuple(usual.sources(self.build))

    @cached_property
    def list_edits(self) -> tuple[str, ...]:
        """Edits of the project's lists of packages."""
        return tuple(usual.dependencies(self.build))

    def may_simulate(self) -> bool:
        """Whether one more simulation is within what an answer may cost."""
        self._spent[0] += len(self.build.plan.dockerfile.instructions)
        return self._spent[0] <= _MOST

    def image(self, stage: int) -> str:
        """The outside image that a stage is built on in the end; "" if there is none."""
        origin = self.build.plan.stages[stage].base
        while origin.kind == "stage":
            origin = self.build.plan.stages[origin.stage].base
        return origin.name if origin.kind == "image" else ""

    def commands(self, step: Step) -> tuple[Command, ...]:
        """What a RUN runs; nothing for other steps."""
        if not isinstance(step.operation, Run):
            return ()
        if id(step) not in self._commands:
            self._commands[id(step)] = commands(step.operation.command)
        return self._commands[id(step)]
