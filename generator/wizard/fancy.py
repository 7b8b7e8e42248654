"""Prompts by questionary: arrow keys, and answers checked as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import questionary
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings

from generator.answers.field import Choice
from generator.wizard.prompts import Problem

# Weight and underline alone: they can be read on a light and on a dark background.
_STYLE = questionary.Style(
    [
        ("qmark", "bold noinherit"),
        ("question", "bold"),
        ("answer", "noinherit underline"),
        ("pointer", "bold"),
        ("highlighted", "bold"),
        ("selected", "noreverse"),
        ("instruction", "italic"),
    ]
)


class FancyPrompts:
    def text(self, question: str, default: str, problem: Problem) -> str:
        def validate(text: str) -> bool | str:
            return problem(text) or True

        return str(_ask(questionary.text(question, default, validate=validate, style=_STYLE)))

    def select(self, question: str, choices: Sequence[Choice], default: str) -> str:
        offered = [
            questionary.Choice(title, choice.value)
            for title, choice in zip(_titles(choices), choices, strict=True)
        ]
        while True:
            asked = questionary.select(
                question, offered, default=default, style=_STYLE, instruction="(arrow keys, Enter)"
            )
            answer = _ask(asked)
            # Alt+Enter ends the prompt without a choice.
            if any(answer == choice.value for choice in choices):
                return str(answer)

    def several(
        self, question: str, choices: Sequence[Choice], chosen: Sequence[str]
    ) -> Sequence[str]:
        offered = [
            questionary.Choice(title, choice.value, checked=choice.value in chosen)
            for title, choice in zip(_titles(choices), choices, strict=True)
        ]
        while True:
            asked = questionary.checkbox(
                question, offered, style=_STYLE, instruction="(Space chooses, Enter goes on)"
            )
            answer = _ask(asked)
            if isinstance(answer, list):  # Alt+Enter again
                return [str(value) for value in answer]

    def say(self, text: str) -> None:
        print(text)


def _titles(choices: Sequence[Choice]) -> Sequence[str]:
    width = max(len(choice.value) for choice in choices)
    return [f"{choice.value:{width}}  {choice.hint}".rstrip() for choice in choices]


def _ask(question: questionary.Question) -> Any:
    """Ask, and let Ctrl-D end every prompt, not only an empty line of text."""
    application = question.application
    bindings = KeyBindings()

    @bindings.add("c-d", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError, style="class:aborting")

    application.key_bindings = merge_key_bindings(
        [each for each in (application.key_bindings, bindings) if each is not None]
    )
    return question.unsafe_ask()
