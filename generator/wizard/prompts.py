"""What the wizard needs of a terminal: a line of text, one or any of some choices, and saying.

Both kinds of prompts raise KeyboardInterrupt on Ctrl-C and EOFError on Ctrl-D.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from generator.answers.field import Choice

# What is wrong with a text and what would be right, or None.
Problem = Callable[[str], str | None]


class Prompts(Protocol):
    def text(self, question: str, default: str, problem: Problem) -> str:
        """Ask until `problem` finds none."""

    def select(self, question: str, choices: Sequence[Choice], default: str) -> str:
        """Return the value of one of `choices`."""

    def several(
        self, question: str, choices: Sequence[Choice], chosen: Sequence[str]
    ) -> Sequence[str]:
        """Return the values of any of `choices`, in their order; `chosen` is where it begins."""

    def say(self, text: str) -> None: ...
