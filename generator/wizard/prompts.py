"""What the wizard needs of a terminal: a line of text, one of a few choices, and saying something.

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

    def say(self, text: str) -> None: ...
