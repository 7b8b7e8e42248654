"""Prompts in plain lines, for a terminal that knows no escapes (TERM=dumb)."""

from __future__ import annotations

from collections.abc import Sequence

from generator.answers.field import Choice
from generator.wizard.prompts import Problem


class PlainPrompts:
    def text(self, question: str, default: str, problem: Problem) -> str:
        shown = f"{question} [{default}]: " if default else f"{question}: "
        while True:
            answer = _line(shown) or default
            wrong = problem(answer)
            if wrong is None:
                return answer
            print(wrong)

    def select(self, question: str, choices: Sequence[Choice], default: str) -> str:
        print(f"{question}:")
        for number, choice in enumerate(choices, 1):
            print(f"  {number}) {choice.value}  {choice.hint}".rstrip())
        values = [choice.value for choice in choices]
        numbers = [str(number) for number in range(1, len(values) + 1)]
        while True:
            answer = _line(f"Number or word [{default}]: ") or default
            if answer in values:
                return answer
            if answer in numbers:
                return values[numbers.index(answer)]
            print(f"{answer!r} is none of them: type 1 to {len(values)}, or a word from the list")

    def several(
        self, question: str, choices: Sequence[Choice], chosen: Sequence[str]
    ) -> Sequence[str]:
        print(f"{question}:")
        for choice in choices:
            print(f"  {choice.value}  {choice.hint}".rstrip())
        values = [choice.value for choice in choices]
        begin = ",".join(value for value in values if value in chosen)
        while True:
            answer = _line(f"Words with commas between them, or - for none [{begin}]: ") or begin
            words = [] if answer == "-" else [word.strip() for word in answer.split(",") if word]
            wrong = [word for word in words if word not in values]
            if not wrong:
                return [value for value in values if value in words]
            print(f"{wrong[0]!r} is none of them")

    def say(self, text: str) -> None:
        print(text)


def _line(shown: str) -> str:
    try:
        return input(shown)
    except (EOFError, KeyboardInterrupt):
        print()  # what is said next begins a line
        raise
