"""`dockerize new`."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from generator import answers as rules
from generator import catalog as catalogs
from generator import output
from generator.answers import FIELDS, Answers
from generator.answers.command import command_line, shell
from generator.answers.field import Texts
from generator.catalog import Catalog
from generator.create import create
from generator.errors import (
    BadAnswersFile,
    CouldNot,
    Interrupted,
    MissingAnswers,
    TargetExists,
    UsageError,
)
from generator.landing import refuse_occupied


class _Answer(click.ParamType[str]):
    """A text whose rule lies in `answers/`; here only what help and completion show of it."""

    name = "answer"

    def __init__(self, key: str) -> None:
        self._field = next(field for field in FIELDS if field.key == key)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        values = self._values()
        return f"[{'|'.join(values)}]" if values else self._field.key.upper()

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(each) for each in self._values() if each.startswith(incomplete)]

    def _values(self) -> list[str]:
        if self._field.choices is None:
            return []
        return [choice.value for choice in self._field.choices(catalogs.load(), _month())]


@click.command("new")
@click.argument("name", required=False)
@click.option("--framework", type=_Answer("framework"), help="Web framework.")
@click.option("--python", type=_Answer("python"), help="Python version.")
@click.option("--port", metavar="PORT", help="Port that the service listens on.")
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
    and without the variable CI.
    """
    catalog = catalogs.load()
    flags = {"name": name, "framework": framework, "python": python, "port": port}
    given = _given(flags, answers)
    parent = _parent(output_dir)
    rules.check(given, catalog)
    if yes:
        given = rules.with_defaults(given, catalog)
    missing = rules.missing(given)
    if missing:
        _refuse_to_guess(given, catalog, parent, output_dir, as_json=as_json)
    try:
        settled = _ask(given, catalog, parent) if missing else rules.settle(given, catalog)
        given = settled.texts()
        created = create(settled, catalog, parent / settled.name, dry_run=dry_run)
        # It is done, and telling takes an instant: no status may say otherwise.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except TargetExists as error:
        if error.entries == (".git",):
            error.hint = _around_git(_typed(output_dir, error.path.name), given, output_dir)
        raise
    made_by = command_line(given, output_dir)
    try:
        if as_json:
            output.program(created, made_by)
        elif not quiet:
            output.people(created, made_by, _typed(output_dir, settled.name), sizes=verbose)
    except OSError as error:
        done = "would make" if dry_run else "made"
        raise CouldNot(
            f"{done} {created.folder}, but cannot print: {error.strerror}", code="output-failed"
        ) from error
    if not quiet:
        for note in rules.notes(settled, catalog, _month()):
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


def _parent(output_dir: str | None) -> Path:
    """The absolute folder that the project's folder goes into."""
    if output_dir == "":
        raise UsageError("--output-dir is empty", "leave it out to use the current folder")
    path = Path(output_dir or ".")
    try:
        path.as_posix().encode("utf-8")
        here = Path.cwd()
    except UnicodeEncodeError:
        hint = "choose a folder whose name is UTF-8"
        raise UsageError(
            f"--output-dir {output_dir!a} holds bytes that are not UTF-8", hint
        ) from None
    except FileNotFoundError:
        hint = "change to a folder that exists"
        raise CouldNot("the current folder does not exist any more", hint) from None
    return path.resolve() if ".." in path.parts else here / path


def _refuse_to_guess(
    given: Texts, catalog: Catalog, parent: Path, output_dir: str | None, *, as_json: bool
) -> None:
    """Raise MissingAnswers if there is nobody to ask for what `given` lacks."""
    reason = _nobody_to_ask(as_json=as_json)
    if reason is None:
        return
    flags = ", ".join(field.flag for field in rules.missing(given))
    free = (name for n in count(1) if not os.path.lexists(parent / (name := _numbered(n))))
    complete = rules.with_defaults({"name": next(free), **given}, catalog)
    raise MissingAnswers(
        f"nothing can be asked here ({reason}), and there is no answer for {flags}",
        f"this would work: {command_line(complete, output_dir)}\n"
        "--yes takes the defaults for all but NAME",
    )


def _numbered(n: int) -> str:
    return "my-app" if n == 1 else f"my-app-{n}"


def _nobody_to_ask(*, as_json: bool) -> str | None:
    if as_json:
        return "--json"
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        return "CI is set"
    for stream, what in ((sys.stdin, "standard input"), (sys.stdout, "standard output")):
        if stream is None or stream.closed or not stream.isatty():
            return f"{what} is not a terminal"
    return None


def _ask(given: Texts, catalog: Catalog, parent: Path) -> Answers:
    from generator.wizard import Wizard
    from generator.wizard.terminal import prompts_for_this_terminal

    def folder_of(name: str) -> Path:
        refuse_occupied(parent / name)
        return parent / name

    if "name" in given:
        folder_of(given["name"])
    try:
        return Wizard(catalog, _month(), prompts_for_this_terminal(), folder_of).answers(given)
    except (KeyboardInterrupt, EOFError):
        raise Interrupted from None


def _typed(output_dir: str | None, name: str) -> str:
    """The project's folder as a person who stands here would type it, never like an option."""
    path = os.path.join(output_dir or "", name)  # noqa: PTH118 - a Path would drop the ./
    return os.path.join(os.curdir, path) if path.startswith("-") else path  # noqa: PTH118


def _around_git(folder: str, given: Texts, output_dir: str | None) -> str:
    """How to go on in a folder that holds a repository and nothing else, as lines to be typed."""
    move = "move" if os.name == "nt" else "mv"
    inside, aside = os.path.join(folder, ".git"), f"{folder}.git"  # noqa: PTH118
    while os.path.lexists(aside):
        aside += ".aside"
    steps = [
        shell([move, inside, aside]),
        command_line(given, output_dir),
        shell([move, aside, inside]),
    ]
    return f"to make the project in this repository:\n{' && '.join(steps)}"


def _month() -> str:
    return f"{dt.date.today():%Y-%m}"
