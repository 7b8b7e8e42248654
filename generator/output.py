"""What a person and what a program is told; the only module that lays out text.

Results go to stdout, messages to stderr. Nothing here decides anything.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from generator.answers.command import shell
from generator.answers.port import browsers_open
from generator.catalog.manifests import SourceEdit
from generator.create import Created, File
from generator.errors import CannotPrint, DockerizeError
from generator.harmless import harmless, harmless_lines

if TYPE_CHECKING:
    from rich.console import Console
    from rich.tree import Tree

    from generator.explain.answer import Answer
    from generator.explain.report import Part

# What can be chosen, as `dockerize list --json` prints it: kind -> its choices.
Offer = Mapping[str, Sequence[Mapping[str, Any]]]


@contextmanager
def _results() -> Iterator[None]:
    """Whoever reads stdout may go when they have read enough, as `head` does."""
    try:
        yield
        _flush()
    except BrokenPipeError:
        _let_go(sys.stdout)


@_results()
def program(created: Created, command: str) -> None:
    """One JSON object on stdout."""
    _json(
        {
            "project": str(created.folder),
            "files": [file.path for file in created.files],
            "answers": created.answers.as_dict(),
            "command": command,
            "dry_run": created.dry_run,
        }
    )


@_results()
def people(created: Created, command: str, folder: str, edit: SourceEdit, *, sizes: bool) -> None:
    """The tree of files and what to type next; `folder` is the project's, as one would type it.

    `edit` is what an edit of its source will re-run.
    """
    console = _console(sys.stdout)
    verb = "Would make" if created.dry_run else "Made"
    total = sum(file.size for file in created.files)
    console.print(
        f"{verb} {created.folder}: {len(created.files)} files, {total:,} bytes", style="bold"
    )
    console.print(_tree(created, sizes=sizes or created.dry_run))
    if created.dry_run:
        console.print("Nothing was written. To make it:")
        console.print(f"  {command}")
        return
    console.print("Next:")
    console.print(f"  {shell(['cd', folder])}")
    console.print("  docker compose up --build --wait")
    verb = "open" if browsers_open(created.answers.port) else "curl"
    console.print(f"Then {verb} http://localhost:{created.answers.port}")
    console.print("The same project again, without questions:")
    console.print(f"  {command}")
    runs = f"{edit.runs} of them RUN" if edit.runs else "no RUN"
    console.print(
        f"Editing {edit.file} re-runs {edit.reruns} of {edit.steps} steps, {runs}:"
        f" {shell(['dockerize', 'explain', folder])}"
    )


@_results()
def program_offer(offer: Offer) -> None:
    """One JSON object on stdout."""
    _json(offer)


@_results()
def people_offer(offer: Offer) -> None:
    """A block for each answer that is chosen from something, in it a line for each choice."""
    _block(
        "Frameworks (--framework):",
        {
            each["name"]: f"{each['label']} on {each['server']}: {each['hint']}"
            f"{_marks(each, 'default')}"
            for each in offer["frameworks"]
        },
    )
    _block(
        "Python versions (--python):",
        {
            each["version"]: f"bug fixes to {each['bugfixes']}, security to {each['security']}"
            f"{_marks(each, 'ended', 'recommended', 'default')}"
            for each in offer["pythons"]
        },
    )
    _block(
        "Installers (--installer):",
        {each["name"]: f"{each['hint']}{_marks(each, 'default')}" for each in offer["installers"]},
    )
    _block(
        "Extras (--with, commas between them, or all):",
        {each["name"]: f"{each['hint']}{_not_with(each, offer)}" for each in offer["extras"]},
    )


def _marks(choice: Mapping[str, Any], *names: str) -> str:
    return _in_brackets([name for name in names if choice[name]])


def _not_with(extra: Mapping[str, Any], offer: Offer) -> str:
    lacking = [each["name"] for each in offer["frameworks"] if extra["name"] not in each["extras"]]
    return _in_brackets([f"not with {name}" for name in lacking])


def _in_brackets(words: Sequence[str]) -> str:
    return f" ({', '.join(words)})" if words else ""


def _block(title: str, choices: Mapping[str, str]) -> None:
    """The choices in two columns that keep to 80, whatever the terminal has: it may be a pipe."""
    print(title)
    width = max(map(len, choices), default=0)
    for name, text in choices.items():
        begin = f"  {name:{width}}  "
        print(
            textwrap.fill(
                text,
                width=80,
                initial_indent=begin,
                subsequent_indent=" " * len(begin),
                break_long_words=False,
                break_on_hyphens=False,
            )
        )


@_results()
def text(text: str) -> None:
    """As it is, on stdout."""
    _write(text)


@_results()
def explained(answer: Answer, parts: Sequence[Part]) -> None:
    """These parts of what `dockerize explain` has found."""
    from generator.explain.report import show

    show(answer, _console(sys.stdout), parts)


def progress(text: str) -> None:
    """How far a long run is."""
    _tell(text)


def note(text: str) -> None:
    _tell(f"note: {text}")


def failure(error: DockerizeError, *, as_json: bool) -> None:
    """What went wrong; where not even that can be printed, the exit status still tells."""
    if isinstance(error, CannotPrint):
        _let_go(sys.stdout)
    elif as_json:
        try:
            _json({"error": {"code": error.code, "message": error.message, "hint": error.hint}})
            _flush()
        except OSError:
            _let_go(sys.stdout)
        return
    _tell(f"dockerize: {harmless(error.message)}")
    for line in harmless_lines(error.hint):
        _tell(f"  {line}", wrap=False)


def _let_go(stream: TextIO | None) -> None:
    """Send what is left in its buffer nowhere, or the interpreter's end would fail at it again."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[union-attr]


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _tell(text: str, *, wrap: bool = True) -> None:
    """One message on stderr, if there is one; broken between words where a terminal shows it."""
    if sys.stderr is None:
        return
    if wrap and sys.stderr.isatty():
        text = textwrap.fill(
            text,
            width=shutil.get_terminal_size().columns - 1,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    try:
        print(text, file=sys.stderr)
    except OSError:
        _let_go(sys.stderr)


def _json(value: object) -> None:
    _write(json.dumps(value, indent=2) + "\n")


def _write(text: str) -> None:
    """What a program reads, or a file gets; lost where stdout is closed, and that is a failure."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed")
    sys.stdout.write(text)


def _console(file: TextIO) -> Console:
    from rich.console import Console

    class Results(Console):
        def on_broken_pipe(self) -> None:
            # As it is: rich would end the program with status 1, and all has been done.
            raise  # noqa: PLE0704 - rich calls this where it has caught the error

    # No wrapping and no markup: a path or a command stays as it is, to be copied.
    # The width is not left to rich, which takes a COLUMNS of 0 at its word.
    width = shutil.get_terminal_size().columns
    return Results(
        file=file, width=width, soft_wrap=True, highlight=False, markup=False, emoji=False
    )


def _tree(created: Created, *, sizes: bool) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    root = Tree(Text(f"{created.answers.name}/"))
    folders: dict[str, Tree] = {}
    for file in _folders_last(created.files):
        branch, parent = root, ""
        *above, name = file.path.split("/")
        for part in above:
            parent = f"{parent}{part}/"
            if parent not in folders:
                folders[parent] = branch.add(Text(f"{part}/"))
            branch = folders[parent]
        branch.add(Text(f"{name}  {file.size:,}" if sizes else name))
    return root


def _folders_last(files: Sequence[File]) -> list[File]:
    return sorted(files, key=lambda file: ("/" not in file.path, file.path))
