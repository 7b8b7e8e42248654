"""What the wizard needs of a terminal: a line of text, one of a few choices, and saying something.

Both kinds of prompts raise KeyboardInterrupt on Ctrl-C and EOFError on Ctrl-D.
"""

from __future__ import annotations

import os
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


def for_this_terminal() -> Prompts:
    """Full-screen prompts, or plain lines where the terminal cannot move its cursor."""
    if os.environ.get("TERM") == "dumb":
        from generator.wizard.plain import PlainPrompts

        return PlainPrompts()
    from generator.wizard.fancy import FancyPrompts

    return FancyPrompts()
