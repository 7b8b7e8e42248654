"""The system's packages and the project's in one RUN."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from generator.explain.answer import Finding
from generator.explain.rules import places
from generator.explain.rules.commands import Command
from generator.explain.rules.cutting import cut, separable
from generator.explain.rules.examined import Examined
from generator.explain.rules.fixes import Change, Fix
from generator.explain.rules.managers import Install, install, verb
from generator.explain.rules.needs import Stand, needs, standing
from generator.explain.rules.rule import Rule
from generator.explain.rules.simulate import rerun, spares
from generator.explain.stages import Copy, Run, Step

_REMOVES = frozenset(("purge", "remove", "autoremove", "del", "erase"))


def _find(examined: Examined) -> Iterator[Finding]:
    for step, run, commands in examined.runs:
        made = [each for each in map(install, commands) if each is not None]
        first = next((at for at, each in enumerate(made) if each.manager.system), len(made))
        other = next((each for each in made[first:] if not each.manager.system), None)
        if other is None or any(each.type == "bind" for each in run.mounts):
            continue
        # What it removes again is in no layer now, and would be in one of its own.
        if not any(map(_removes, commands)):
            yield from _finding(examined, step, run, (made[first], other))


def _removes(command: Command) -> bool:
    called = verb(command)
    return called is not None and called[0].system and bool(_REMOVES & set(called[1][:1]))


def _system_part(examined: Examined, step: Step, run: Run) -> int:
    """How many commands, from the first, install the system's packages and read no file."""
    stand = standing(examined, step, run)
    count = found = 0
    for index, command in enumerate(examined.commands(step), 1):
        made = install(command)
        if needs(command, stand) != frozenset() or (made and not made.manager.system):
            break
        count = index
        found = count if made else found
    return count if found else 0


def _of_the_system(command: Command) -> bool:
    """Whether it installs more of the system's packages, or removes their lists."""
    made = install(command)
    return (made is not None and made.manager.system) or (
        command.program == "rm" and any(each.startswith("/var/") for each in command.positional)
    )


def _finding(
    examined: Examined, step: Step, run: Run, pair: tuple[Install, Install]
) -> Iterator[Finding]:
    first, other = pair
    stand = standing(examined, step, run)
    files = needs(other.command, stand)
    if files is None:
        changes = examined.list_edits
    else:
        changes = tuple(filter(None, [_manifest(stand, files)]))
    again = [each for each in changes if (step.stage, step.line) in rerun(examined, [each])]
    if not again:
        return
    fix = _fix(examined, step, _system_part(examined, step, run))
    if fix is not None and not spares(examined, fix, again[0], {first.verb}):
        fix = None
    yield Finding(
        RULE.id,
        step.line,
        f"every edit of {posixpath.basename(again[0])} re-runs `{first.verb}` together with"
        f" `{other.verb}`",
        None if fix is None else fix.diff,
        None,
        None if fix is None else _MEASURED,
    )


def _manifest(stand: Stand, files: frozenset[str]) -> str | None:
    paths = [stand.source(each) for each in sorted(files)]
    locks = [each for each in paths if each and re.search(r"lock|requirements|\.sum", each)]
    return next(iter(locks), next(iter(filter(None, paths)), None))


def _fix(examined: Examined, step: Step, count: int) -> Fix | None:
    """The first commands in a RUN of their own, above the copies that do not concern them."""
    behind = examined.commands(step)[count:]
    if not count or not separable(examined, step) or any(map(_of_the_system, behind)):
        return None
    first, second = cut(examined, step, count)
    above = examined.above(step)
    top = step
    for other in reversed(above):
        if not isinstance(other.operation, Copy) or places.of_context(other) is None:
            break
        top = other
    changes = [Change(step.line, step.last, tuple(second))]
    if top is step:
        return None
    changes.append(Change(top.line, top.line - 1, tuple(first)))
    return Fix(examined.dockerfile, examined.text, tuple(changes))


_MEASURED = (
    "the fix cuts one RUN in two, so a count of RUNs does not tell; simulated, the system's"
    " packages are not installed again"
)

RULE = Rule(
    id="mixed-install",
    title="the system's packages and the project's in one step",
    why=(
        "A RUN re-runs as a whole. With apt-get and pip in one, each new version in"
        " requirements.txt downloads and unpacks the system's packages again. They go by no file"
        " of the project: in a RUN of their own, above the copy of the list, they stay. (Lists of"
        " packages that were removed at the end of the one step have to be removed in the first.)"
    ),
    before=(
        "COPY requirements.txt ./\nRUN apt-get update && apt-get install -y libpq5 \\\n"
        "    && pip install -r requirements.txt"
    ),
    after=(
        "RUN apt-get update && apt-get install -y libpq5\nCOPY requirements.txt ./\n"
        "RUN pip install -r requirements.txt"
    ),
    ignore_when=(
        "the step removes what it installed, such as a compiler, so that it is in no layer: then a"
        " build stage serves better still"
    ),
    sources=("https://docs.docker.com/build/cache/optimize/#order-your-layers",),
    measured=_MEASURED,
    find=_find,
)
