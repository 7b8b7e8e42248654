"""One question, one answer: all that a command line asks of one Dockerfile."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.errors import BadChange, BadDockerfile
from generator.explain.answer import Answer, EditAnswer, Kept
from generator.explain.build import Build
from generator.explain.cache.compare import answered, compare
from generator.explain.context import Context
from generator.explain.depends import steps
from generator.explain.dockerfile import parse
from generator.explain.edits import edit
from generator.explain.edits.since import Past, as_it_was, behind, blind_spots, past
from generator.explain.edits.usual import usual
from generator.explain.listed import noted, some
from generator.explain.load import load
from generator.explain.nearest import suggestion
from generator.explain.rules import findings
from generator.explain.stages import Settings, plan

# What a promise may be about.
_PROMISED = ("RUN", "COPY", "ADD", "WORKDIR", "ALL")
# A build of nothing, which leaves nothing in a cache.
_NOTHING_YET = "FROM scratch\n"


@dataclass(frozen=True)
class Question:
    """`dockerfile` is where `text` comes from, None if that is no file, and `shown` how it was
    named. Neither `changes` nor `since`: the usual edits."""

    context: Context
    dockerfile: Path | None
    shown: str
    text: str
    settings: Settings = field(default_factory=Settings)
    changes: tuple[str, ...] = ()
    since: str | None = None
    keep: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def ask(question: Question) -> Answer:
    """Raises BadDockerfile, BadChange and what reading the context raises."""
    try:
        return _answer(question)
    except BadDockerfile as error:
        error.call(question.shown)
        raise


def _answer(question: Question) -> Answer:
    build = loaded(question)
    ignore_file = build.context.root / (build.context.ignore_file or ".dockerignore")
    found, ignored = findings(
        build,
        dockerfile=_from_here(question.dockerfile),
        ignore_file=_from_here(ignore_file),
        ignore=question.ignore,
    )
    return Answer(
        question.shown,
        build.plan,
        tuple(steps(build)),
        _edits(question, build),
        found,
        tuple(_kept(build, promise) for promise in question.keep),
        ignored,
        question.dockerfile,
        question.context.root.resolve().name,
    )


def _from_here(path: Path | None) -> str | None:
    """A path as one can apply a diff to it in the folder one is in; None if it is not below."""
    if path is None:
        return None
    here = Path(os.path.relpath(path))
    return None if here.parts[:1] == (os.pardir,) else here.as_posix()


def loaded(question: Question) -> Build:
    return load(question.text, question.settings, question.context, _in_context(question))


def _edits(question: Question, build: Build) -> tuple[EditAnswer, ...]:
    if question.since is not None:
        return (_since(question, build, question.since),)
    if question.changes:
        return tuple(answered(build, edit(build, each)) for each in question.changes)
    return tuple(
        answered(build, edit(build, change), _titled(title, change))
        for change, title in usual(build)
    )


def _titled(title: str, change: str) -> str:
    return title if change in ("base", "comment") else f"{title}: {change}"


def _since(question: Question, build: Build, revision: str) -> EditAnswer:
    then = past(question.context, question.dockerfile, revision, question.text)
    before, note = _before(question, build, then, revision)
    outcomes = compare(before, build, then.touched)
    title = f"what has changed since {revision}"
    notes = noted([_seen(then.touched), then.note, blind_spots(build), note])
    return EditAnswer(f"since:{revision}", title, outcomes, notes)


def _seen(touched: Mapping[str, str]) -> str:
    """What git says of the build context, whether a step takes it or not."""
    files = [
        f"{path} ({what})" if what else path
        for path, what in sorted(touched.items())
        if not path.startswith(".git/")
    ]
    if not files:
        return "git has seen no change of a file in the build context"
    return f"git has seen changes of {some(files)}"


def _before(
    question: Question, build: Build, then: Past, revision: str
) -> tuple[Build, str | None]:
    """The build as it was, and what is to be said about it."""
    settings = question.settings
    notes: list[str] = []
    try:
        dockerfile = parse(_NOTHING_YET if then.dockerfile is None else then.dockerfile)
        try:
            planned = plan(dockerfile, settings)
        except BadDockerfile as error:
            if error.line is not None or settings.target is None:
                raise
            planned = plan(dockerfile, replace(settings, target=None))
            if then.dockerfile is not None:
                notes.append(f"there was no stage {settings.target} then")
    except BadDockerfile as error:
        raise as_it_was(error, revision) from None
    named = {
        name: behind(tree, revision) if isinstance(tree, Context) else tree
        for name, tree in build.trees.items()
        if name
    }
    notes += [
        f"git does not keep the context {name}, which is taken as it is now"
        for name, tree in named.items()
        if tree is build.trees[name]
    ]
    return replace(build, plan=planned, trees={**named, "": then.tree}), noted(notes)


def _kept(build: Build, promise: str) -> Kept:
    """Raises BadChange for a promise that says nothing."""
    change, separator, what = promise.rpartition("=")
    names = [each.strip().upper() for each in what.split(",")]
    if not separator or not change:
        raise BadChange(f"--keep {promise}: that is not WHAT=STEPS", "--keep 'app/**=RUN'")
    for name in names:
        if name not in _PROMISED:
            hint = suggestion(name, _PROMISED) or f"there are {', '.join(_PROMISED)}"
            raise BadChange(f"--keep {promise}: no step is called {name or 'nothing'}", hint)
    outcomes = answered(build, edit(build, change, option="--keep")).outcomes
    return Kept(
        promise,
        tuple(
            each
            for each in outcomes
            if each.reruns and ("ALL" in names or each.step.instruction in names)
        ),
    )


def _in_context(question: Question) -> str | None:
    """The Dockerfile's path in the context, as it is one of its files."""
    if question.dockerfile is None:
        return None
    try:
        real = question.dockerfile.resolve()
        return real.relative_to(question.context.root.resolve()).as_posix()
    except (OSError, RuntimeError, ValueError):
        return None
