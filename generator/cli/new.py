"""`dockerize new`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from generator import answers as rules
from generator import catalog as catalogs
from generator import output
from generator.answers import FIELDS, Answers
from generator.answers.field import Choice, Texts
from generator.catalog import Catalog
from generator.cli.place import Place, place
from generator.cli.today import month
from generator.create import create
from generator.errors import (
    BadAnswersFile,
    CannotPrint,
    Interrupted,
    MissingAnswers,
    TargetExists,
    UsageError,
)
from generator.landing import refuse_occupied
from generator.signals import ignore_interrupts


class _Answer(click.ParamType[str]):
    """A text whose rule lies in `answers/`; here only what help and completion show of it."""

    name = "answer"

    def __init__(self, key: str) -> None:
        self._field = next(field for field in FIELDS if field.key == key)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(choice.value for choice in self._choices())}]"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [
            CompletionItem(choice.value, help=choice.hint)
            for choice in self._choices()
            if choice.value.startswith(incomplete)
        ]

    def _choices(self) -> Sequence[Choice]:
        assert self._field.choices is not None  # noqa: S101
        return self._field.choices(catalogs.load(), month())


class _Answers(_Answer):
    """Any number of choices, with commas between them."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"{super().get_metavar(param, ctx)},..."

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        before, comma, word = incomplete.rpartition(",")
        return [
            CompletionItem(f"{before}{comma}{item.value}", help=item.help)
            for item in super().shell_complete(ctx, param, word)
            if item.value not in before.split(",")
        ]


@click.command("new")
@click.argument("name", required=False)
@click.option("--framework", type=_Answer("framework"), help="Web framework.")
@click.option("--python", type=_Answer("python"), help="Python version.")
@click.option("--port", metavar="PORT", help="Port that the service listens on.")
@click.option(
    "--installer",
    type=_Answer("installer"),
    help="What installs the requirements in the image.",
)
@click.option(
    "--with",
    "extras",
    type=_Answers("with"),
    multiple=True,
    help="Extras, with commas between them, or the word all.",
)
@click.option(
    "-o", "--output-dir", metavar="DIR", help="Where the project's folder is made (default: here)."
)
@click.option("--answers", metavar="FILE", help="Take answers from a TOML file, or - for stdin.")
@click.option("-y", "--yes", is_flag=True, help="Take the default for what was not given.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; ask nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Print the size of each file too.")
def command(
    *,
    name: str | None,
    framework: str | None,
    python: str | None,
    port: str | None,
    installer: str | None,
    extras: tuple[str, ...],
    output_dir: str | None,
    answers: str | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Make a project in the folder NAME.

    What the flags do not answer is asked, if somebody can be asked: in a terminal, without --json
    and without the variable CI. `dockerize list` says more about the choices.
    """
    catalog = catalogs.load()
    flags = {
        "name": name,
        "framework": framework,
        "python": python,
        "port": port,
        "installer": installer,
        "with": ",".join(extras) if extras else None,
    }
    given = _given(flags, answers)
    here = place(output_dir)
    rules.check(given, catalog)
    if yes:
        given = rules.with_defaults(given, catalog)
    missing = rules.missing(given)
    if missing:
        _refuse_to_guess(given, catalog, here, as_json=as_json)
    try:
        settled = _ask(given, catalog, here) if missing else rules.settle(given, catalog)
        given = settled.texts()
        # Once it is done, telling takes an instant: no status may say otherwise.
        created = create(
            settled,
            catalog,
            here.folder(settled.name),
            dry_run=dry_run,
            done=ignore_interrupts,
        )
    except TargetExists as error:
        if error.entries == (".git",):
            error.hint = here.around_git(error.path.name, given)
        raise
    try:
        if as_json:
            output.program(created, here.command(given))
        elif not quiet:
            folder = here.typed(settled.name)
            edit = catalog.frameworks[settled.framework].source_edit
            output.people(created, here.command(given), folder, edit, sizes=verbose)
    except OSError as error:
        done = "would make" if dry_run else "made"
        raise CannotPrint(f"{done} {created.folder}, but cannot print: {error.strerror}") from error
    if not quiet:
        for note in rules.notes(settled, catalog, month()):
            output.note(note)


def _given(flags: Mapping[str, str | None], answers: str | None) -> dict[str, str]:
    """The answers file's texts, with the flags' over them."""
    given = {} if answers is None else _read_answers(answers)
    return given | {key: text for key, text in flags.items() if text is not None}


def _read_answers(path: str) -> dict[str, str]:
    from generator.answers import file

    if path == "-" and sys.stdin is None:
        raise BadAnswersFile("standard input is closed")
    if path == "-":
        return file.read(sys.stdin.buffer.read(file.LARGEST + 1), "standard input")
    if not path:
        raise UsageError("--answers is empty", "leave it out to take answers from flags alone")
    try:
        with Path(path).open("rb") as opened:
            return file.read(opened.read(file.LARGEST + 1), path)
    except OSError as error:
        raise BadAnswersFile(f"cannot read {path}: {error.strerror}") from None


def _refuse_to_guess(given: Texts, catalog: Catalog, here: Place, *, as_json: bool) -> None:
    """Raise MissingAnswers if there is nobody to ask for what `given` lacks."""
    reason = _nobody_to_ask(as_json=as_json)
    if reason is None:
        return
    flags = ", ".join(field.flag for field in rules.missing(given))
    complete = rules.with_defaults({"name": here.free_name(), **given}, catalog)
    raise MissingAnswers(
        f"nothing can be asked here ({reason}), and there is no answer for {flags}",
        f"this would work: {here.command(complete)}\n--yes takes the defaults for all but NAME",
    )


def _nobody_to_ask(*, as_json: bool) -> str | None:
    if as_json:
        return "--json"
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        return "CI is set"
    for stream, what in ((sys.stdin, "standard input"), (sys.stdout, "standard output")):
        if stream is None or stream.closed or not stream.isatty():
            return f"{what} is not a terminal"
    return None


def _ask(given: Texts, catalog: Catalog, here: Place) -> Answers:
    from generator.wizard import Wizard
    from generator.wizard.terminal import prompts_for_this_terminal

    def folder_of(name: str) -> Path:
        refuse_occupied(here.folder(name))
        return here.folder(name)

    if "name" in given:
        folder_of(given["name"])
    try:
        return Wizard(catalog, month(), prompts_for_this_terminal(), folder_of).answers(given)
    except (KeyboardInterrupt, EOFError):
        raise Interrupted from None
