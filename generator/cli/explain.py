"""`dockerize explain`."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from generator import output
from generator.errors import UsageError
from generator.explain.answer import Answer
from generator.explain.ask import Question, ask
from generator.explain.context import Context
from generator.explain.load import decoded, text_of
from generator.explain.report import Part
from generator.explain.stages import Settings
from generator.explain.stages.declared import unused
from generator.harmless import harmless

_NAME = "Dockerfile"
_FORMATS = ("text", "json", "sarif", "html")
# Seconds before somebody is told that it is not stuck, and between two such lines.
_PATIENCE = 1.0


@click.command("explain")
@click.argument("context", default=".")
@click.option("-f", "--file", metavar="FILE", help="The Dockerfile.  [default: CONTEXT/Dockerfile]")
@click.option("--target", metavar="STAGE", help="The stage to build.  [default: the last]")
@click.option(
    "--build-arg",
    "build_args",
    multiple=True,
    metavar="NAME=VALUE",
    help="As docker build takes it.",
)
@click.option("--build-context", "contexts", multiple=True, metavar="NAME=FOLDER", help="Likewise.")
@click.option("--platform", metavar="PLATFORM", help="Likewise.")
@click.option(
    "--change",
    "changes",
    multiple=True,
    metavar="WHAT",
    help="An edit: PATH or a glob, +PATH, -PATH, mode:PATH, arg:NAME, base, base:STAGE, line:N,"
    " comment.  [default: the edits that really happen]",
)
@click.option("--since", metavar="REV", help="The edit that git says has been made since then.")
@click.option("--check", is_flag=True, help="Exit with 1 on findings and missing sources.")
@click.option(
    "--keep",
    multiple=True,
    metavar="WHAT=STEPS",
    help="Exit with 1 if an edit of WHAT re-runs one of STEPS: RUN, COPY, ADD, WORKDIR or ALL.",
)
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave out what this rule finds.")
@click.option("--rule", metavar="ID", help="Say what a finding is about, and nothing else.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="For people, for programs, for code-scanning pages, as a page.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(
    *,
    context: str,
    file: str | None,
    target: str | None,
    build_args: tuple[str, ...],
    contexts: tuple[str, ...],
    platform: str | None,
    changes: tuple[str, ...],
    since: str | None,
    check: bool,
    keep: tuple[str, ...],
    ignore: tuple[str, ...],
    rule: str | None,
    format_: str,
    as_json: bool,
) -> int:
    """Show which edit re-runs which step of the Dockerfile in CONTEXT, without building.

    It reads the Dockerfile, its ignore file and the files of the build context, any project's in
    any language. What it cannot know without running a step is said to be "if changed".
    """
    if rule is not None:
        if as_json or format_ != "text":
            raise UsageError("--rule prints a text", "leave --format and --json away")
        if check or keep or ignore or changes or since is not None:
            raise UsageError("--rule looks at no Dockerfile", "leave the other options away")
        from generator.explain.rules import rule_text

        output.text(rule_text(rule))
        return 0
    if as_json and format_ in ("sarif", "html"):
        raise UsageError(f"--json and --format {format_} are two formats", "take one of the two")
    if since is not None and changes:
        raise UsageError("--since is an edit, and so is --change", "take one of the two")
    settings = Settings(
        target,
        _pairs("--build-arg", build_args, "VALUE"),
        _pairs("--build-context", contexts, "FOLDER"),
        platform,
    )
    with _progress() as watch:
        question = _question(context, file, settings)
        watch.append(question.context)
        answer = ask(replace(question, changes=changes, since=since, keep=keep, ignore=ignore))
    for name in unused(settings.build_args, answer.plan.arguments):
        output.note(f"no ARG declares {harmless(name)}, of which --build-arg gives a value")
    edited = bool(changes) or since is not None
    _print(answer, "json" if as_json else format_, _asked(edited=edited, check=check, kept=keep))
    broken = any(promise.broken for promise in answer.kept)
    missing = any(each.missing for each in answer.steps)
    return int(broken or (check and (missing or bool(answer.findings))))


def _question(context: str, file: str | None, settings: Settings) -> Question:
    if "://" in context or context.startswith("git@"):
        raise UsageError(f"{context} is no folder", "check it out, and explain the folder")
    if context == "-":
        raise UsageError("a build context on standard input cannot be looked into")
    if not context:
        raise UsageError("CONTEXT is empty", ". is the folder one is in")
    if file == "":
        raise UsageError("--file is empty", "leave it out for the Dockerfile in CONTEXT")
    if file == "-":
        return Question(Context(Path(context)), None, "-", _stdin(), settings)
    if file is not None:
        text = text_of(Path(file), file, Path(context, file))
        return Question(Context(Path(context), Path(file)), Path(file), file, text, settings)
    usual = Path(context, _NAME)
    looked_at = Context(Path(context), usual)
    dockerfile = _any_case(usual)
    name = dockerfile.name
    return Question(looked_at, dockerfile, name, text_of(dockerfile, name), settings)


def _any_case(dockerfile: Path) -> Path:
    """BuildKit takes `dockerfile` if there is no `Dockerfile`."""
    small = dockerfile.with_name(dockerfile.name.lower())
    return small if small.is_file() and not dockerfile.exists() else dockerfile


def _stdin() -> str:
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    return decoded(sys.stdin.buffer, "-")


def _pairs(flag: str, given: tuple[str, ...], value_is: str) -> dict[str, str]:
    """NAME=VALUE each; a --build-arg NAME alone has the environment's value, as with docker."""
    pairs: dict[str, str] = {}
    for each in given:
        name, separator, value = each.partition("=")
        if not name or (not separator and flag != "--build-arg"):
            raise UsageError(f"{flag} {each}: that is not NAME={value_is}")
        if separator:
            pairs[name] = value
        elif name in os.environ:
            pairs[name] = os.environ[name]
    return pairs


def _asked(*, edited: bool, check: bool, kept: Sequence[str]) -> tuple[Part, ...]:
    """What is asked for, and no more; of who asks for nothing all but the edits step by step."""
    if not (edited or check or kept):
        return "steps", "table", "findings"
    asked: Mapping[Part, bool] = {
        "missing": True,
        "edits": edited,
        "findings": check,
        "promises": bool(kept),
    }
    return tuple(part for part, wanted in asked.items() if wanted)


def _print(answer: Answer, format_: str, parts: Sequence[Part]) -> None:
    if format_ == "text":
        output.explained(answer, parts)
        return
    from generator.explain.report import FORMATS

    output.text(FORMATS[format_](answer))


@contextmanager
def _progress() -> Iterator[list[Context]]:
    """Tell on stderr how far the looking is, from the first second on."""
    watch: list[Context] = []
    done = threading.Event()

    def tell() -> None:
        begun = time.monotonic()
        while not done.wait(_PATIENCE):
            seen = sum(each.walked for each in watch)
            output.progress(
                f"looking at the build context: {seen:,} files, {time.monotonic() - begun:.0f} s"
            )

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        done.set()
        thread.join()
