"""Source that is copied before the packages are installed which it needs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from generator.explain.answer import Finding
from generator.explain.context.trees import BadWildcard, select
from generator.explain.dockerfile import Instruction
from generator.explain.edits import usual
from generator.explain.listed import listed
from generator.explain.rules import places, writing
from generator.explain.rules.anew import anew
from generator.explain.rules.cutting import cut, separable
from generator.explain.rules.examined import Examined
from generator.explain.rules.fixes import Change, Fix
from generator.explain.rules.managers import install
from generator.explain.rules.needs import needs, standing
from generator.explain.rules.rule import Rule
from generator.explain.rules.simulate import effects, rerun, spares
from generator.explain.rules.wording import called
from generator.explain.stages import Copy, Run, Stage, Step, Workdir

# Files of one copy that are looked through for one that stands for the source.
_MOST = 5_000
# Folders and files of a person's home or of a system, where tools look for settings.
_SYSTEM = ("/etc/", "/usr/local/etc/", "/usr/share/")
_SETTINGS = re.compile(
    r"/(?:etc|\.config|\.pip|\.m2|\.cargo|\.ssh)/|/(?:pip\.(?:conf|ini)|[._]netrc)$"
)


@dataclass
class _Search:
    """What is known after some steps of a stage.

    `sources` are copies of source with a file that stands for each; `needed` are files that the
    installations read; `installs` are those, and `last` is the step of the last, of whose commands
    the first `count` can stand above the source.
    """

    examined: Examined
    sources: dict[int, tuple[Step, str]] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()
    installs: list[tuple[str, Step]] = field(default_factory=list)
    last: Step | None = None
    count: int = 0


def _find(examined: Examined) -> Iterator[Finding]:
    for stage in examined.stages:
        search = _searched(examined, stage)
        found = [] if search.last is None else list(_finding(examined, search))
        yield from found or _without_fix(examined, stage)


def _without_fix(examined: Examined, stage: Stage) -> Iterator[Finding]:
    """Of what an installation reads is not known, or cannot be moved by a program."""
    found = anew(examined, stage)
    if found is not None:
        yield Finding(RULE.id, found.line, _message(found.installs), None, None)


def _message(installs: Iterable[tuple[str, Step]]) -> str:
    return f"every source edit re-runs {listed([called(verb, at.line) for verb, at in installs])}"


def _searched(examined: Examined, stage: Stage) -> _Search:
    search = _Search(examined)
    for step in stage.steps[1:]:
        if step.inherited or not _goes_on(search, step):
            break
    return search


def _goes_on(search: _Search, step: Step) -> bool:
    """Whether a copy of source above `step` could as well stand below it."""
    examined = search.examined
    match step.operation:
        case Run():
            return _run(search, step, step.operation)
        case Copy():
            paths = _paths(examined, step)
            stands_for = usual.source(examined.build, list(filter(usual.is_source, paths)))
            if stands_for is not None and _configures(step, paths):
                return False
            if stands_for is not None:
                search.sources[step.line] = (step, stands_for)
                return True
            return not any(_overlap(step, other, examined) for other, _ in search.sources.values())
        case _:
            return True


def _run(search: _Search, step: Step, run: Run) -> bool:
    if not search.sources:
        return True
    examined = search.examined
    if any(each.type == "bind" for each in run.mounts):
        return False
    stand = standing(examined, step, run)
    commands = examined.commands(step)
    found: frozenset[str] = frozenset()
    installs: list[str] = []
    count = 0
    for command in commands:
        files = needs(command, stand)
        if files is None:
            break
        found |= files
        count += 1
        made = install(command)
        if made is not None:
            installs.append(made.verb)
    if installs and (count == len(commands) or separable(examined, step)):
        search.needed |= search.pending | found
        search.installs += [(each, step) for each in dict.fromkeys(installs)]
        search.last, search.count = step, count
    elif not installs:
        search.pending |= found
    return bool(commands) and count == len(commands)


def _paths(examined: Examined, step: Step) -> list[str]:
    """The files that a copy takes from the context, as many as are looked through."""
    copy = places.of_context(step)
    paths: list[str] = []
    for source in copy.sources if copy else ():
        try:
            selection = select(examined.context, source)
        except BadWildcard:
            return []
        paths += islice(selection.paths(), _MOST - len(paths))
    return paths


def _configures(step: Step, paths: Sequence[str]) -> bool:
    """Whether a copy may bring settings that an installation reads outside the project."""
    copy = step.operation
    assert isinstance(copy, Copy)  # noqa: S101
    return f"{copy.target}/".startswith(_SYSTEM) or any(
        _SETTINGS.search(f"/{path}") for path in paths
    )


def _overlap(step: Step, other: Step, examined: Examined) -> bool:
    """Whether it matters which of two copies comes first."""
    one, two = step.operation, other.operation
    assert isinstance(one, Copy)  # noqa: S101
    assert isinstance(two, Copy)  # noqa: S101
    if not places.overlap(one.target, two.target):
        return False
    if places.of_context(step) is None:
        return True
    for source in one.sources:
        path = posixpath.join(one.target, posixpath.basename(source))
        found = places.placed(examined.context, (other,), path)
        if not one.target.endswith("/") or found is None or found.path != source:
            return True
    return False


def _finding(examined: Examined, search: _Search) -> Iterator[Finding]:
    last = search.last
    assert last is not None  # noqa: S101
    sources = [each for each in search.sources.values() if each[0].line < last.line]
    changes = [path for _, path in sources]
    again = rerun(examined, changes)
    affected = [each for each in search.installs if (each[1].stage, each[1].line) in again]
    fix = _fix(examined, search, [step for step, _ in sources])
    if not affected or fix is None:
        return
    gained = effects(examined, fix, changes)
    is_cut = search.count < len(examined.commands(last))
    verbs = {verb for verb, _ in affected}
    if gained or (is_cut and spares(examined, fix, changes[0], verbs)):
        message = _message(affected)
        measured = None if gained else _MEASURED
        yield Finding(RULE.id, sources[0][0].line, message, fix.diff, gained or None, measured)


def _fix(examined: Examined, search: _Search, sources: Sequence[Step]) -> Fix | None:
    last = search.last
    assert last is not None  # noqa: S101
    between = [each for each in examined.above(last) if each.line > sources[0].line]
    changes: list[Change] = []
    below: list[str] = []
    for step in sources:
        given = examined.instruction(step)
        if "$" in given.text and any(each.instruction in ("ENV", "ARG") for each in between):
            return None
        kept = _manifests(examined, search, step, given)
        changes.append(Change(step.line, step.last, kept))
        below += _moved(examined, step, given, between)
    commands = examined.commands(last)
    if search.count == len(commands):
        changes.append(Change(last.last + 1, last.last, tuple(below)))
    else:
        first, second = cut(examined, last, search.count)
        changes.append(Change(last.line, last.last, (*first, *below, *second)))
    return Fix(examined.dockerfile, examined.text, tuple(changes))


def _manifests(
    examined: Examined, search: _Search, step: Step, given: Instruction
) -> tuple[str, ...]:
    """What takes the place of a copy: copies of the needed files alone."""
    copy = step.operation
    assert isinstance(copy, Copy)  # noqa: S101
    folders: dict[str, list[str]] = {}
    for path in sorted(search.needed):
        found = places.placed(examined.context, (step,), path)
        if found is not None:
            folder = posixpath.relpath(posixpath.dirname(path), copy.target.rstrip("/") or "/")
            folders.setdefault(folder, []).append(found.path)
    return tuple(
        writing.copy(writing.flags(given), paths, _destination(given.words[-1], folder), given.name)
        for folder, paths in folders.items()
    )


def _destination(written: str, folder: str) -> str:
    base = "./" if written in (".", "./", "") else f"{written.rstrip('/')}/"
    return base if folder == "." else f"{base}{folder}/"


def _moved(
    examined: Examined, step: Step, given: Instruction, between: Sequence[Step]
) -> Sequence[str]:
    copy = step.operation
    assert isinstance(copy, Copy)  # noqa: S101
    turned = any(isinstance(each.operation, Workdir) for each in between)
    if not turned or given.words[-1].startswith("/"):
        return examined.source(step)
    return [writing.copy(writing.flags(given), given.words[:-1], copy.target, given.name)]


_MEASURED = (
    "the fix cuts one RUN in two, so a count of RUNs does not tell; simulated, the part that"
    " installs does not re-run"
)

RULE = Rule(
    id="copy-before-install",
    title="source is copied before dependencies are installed",
    why=(
        "A RUN re-runs when a step above it does. With the source copied first, every edit of it"
        " installs all packages anew, though the list of packages is the same. Copy the list,"
        " install, then copy the rest: an edit of the source re-runs the last copy alone. Where the"
        " installation wants the project itself, install what it depends on first: `uv sync"
        " --no-install-project`, `poetry install --no-root`, `npm ci --ignore-scripts`, `composer"
        " install --no-scripts --no-autoloader`, `dotnet restore` behind copies of the .csproj"
        " files alone. Steps that compile the project have to see its source, and are not meant."
    ),
    before="COPY . .\nRUN pip install -r requirements.txt",
    after="COPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .",
    ignore_when=(
        "the installation reads the source in a way that cannot be seen from the Dockerfile, such"
        " as a script that a package runs when it is installed"
    ),
    sources=("https://docs.docker.com/build/cache/optimize/#order-your-layers",),
    find=_find,
)
