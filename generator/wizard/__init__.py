"""The questions of `dockerize new`: what is missing, then a summary to change, take or leave."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

from generator import answers as rules
from generator.answers import FIELDS, Answers
from generator.answers.field import Choice, Field, Texts
from generator.catalog import Catalog
from generator.errors import DockerizeError, Interrupted, InvalidAnswer, TargetExists
from generator.project import plan
from generator.wizard.prompts import Prompts

_CREATE, _LEAVE = "create", "leave"
_LABEL = max(len(field.question) for field in FIELDS)


class Wizard:
    """`folder_of` gives the project's folder for a name and raises if it cannot go there.

    `month` (`YYYY-MM`) is the one that support dates are seen from.
    """

    def __init__(
        self, catalog: Catalog, month: str, prompts: Prompts, folder_of: Callable[[str], Path]
    ) -> None:
        self._catalog = catalog
        self._month = month
        self._prompts = prompts
        self._folder_of = folder_of

    def answers(self, given: Texts) -> Answers:
        """Ask for what `given` lacks until a person agrees; raises Interrupted if they leave."""
        texts = dict(given)
        for field in rules.missing(texts):
            texts[field.key] = self._ask(field, texts)
        while True:
            answers = self._settled(texts)
            texts = answers.texts()
            self._show(answers)
            choice = self._prompts.select("Make it?", _next_steps(), _CREATE)
            if choice == _CREATE:
                return answers
            if choice == _LEAVE:
                raise Interrupted("left; nothing was written")
            field = next(each for each in FIELDS if each.key == choice)
            texts[choice] = self._ask(field, texts)

    def _settled(self, texts: dict[str, str]) -> Answers:
        """Settle; what does not fit together, as extras and a framework, is asked again."""
        while True:
            try:
                return rules.settle(texts, self._catalog)
            except InvalidAnswer as error:
                self._prompts.say(f"{error.hint}: {error.reason}")
                field = next(each for each in FIELDS if each.key == error.key)
                texts[field.key] = self._ask(field, texts)

    def _ask(self, field: Field, texts: Texts) -> str:
        default = texts.get(field.key) or self._default(field, texts)
        if field.choices is not None:
            choices = field.choices(self._catalog, self._month)
            if field.kind is list:
                return ",".join(self._prompts.several(field.question, choices, default.split(",")))
            offered = [choice.value for choice in choices]
            return self._prompts.select(
                field.question, choices, default if default in offered else offered[0]
            )
        return self._prompts.text(field.question, default, self._problem_with(field))

    def _default(self, field: Field, texts: Texts) -> str:
        return field.default(texts, self._catalog) if field.default is not None else ""

    def _problem_with(self, field: Field) -> Callable[[str], str | None]:
        def problem(text: str) -> str | None:
            try:
                field.parse(text, self._catalog)
                if field.key == "name":
                    self._folder_of(text)
            except TargetExists as error:
                return f"{text} {error.reason}: choose another name"
            except DockerizeError as error:
                return f"{error.hint}: {error.reason}"
            return None

        return problem

    def _show(self, answers: Answers) -> None:
        texts = answers.texts()
        paths = [source.path for source in plan(answers, self._catalog).sources()]
        rows = [(field.question, texts[field.key] or "none") for field in FIELDS]
        rows.append(("Folder", str(self._folder_of(answers.name))))
        rows.append((f"{len(paths)} files", ", ".join(_top_level(paths))))
        rows += [("Note", note) for note in rules.notes(answers, self._catalog, self._month)]
        self._prompts.say("\n" + "\n".join(map(_row, rows)) + "\n")


def _row(row: tuple[str, str]) -> str:
    """`label  text`, within the terminal where the text has a blank to be broken at."""
    label = f"  {row[0]:{_LABEL}}  "
    return textwrap.fill(
        row[1],
        width=min(80, shutil.get_terminal_size().columns) - 1,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _top_level(paths: Sequence[str]) -> list[str]:
    return sorted({f"{path.partition('/')[0]}{'/' if '/' in path else ''}" for path in paths})


def _next_steps() -> Sequence[Choice]:
    changes = [Choice(field.key, f"change: {field.question}") for field in FIELDS]
    return [Choice(_CREATE, "make the project"), *changes, Choice(_LEAVE, "write nothing")]
