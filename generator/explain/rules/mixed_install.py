"""The system's packages and the project's in one RUN."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from generator.explain.answer import Finding
from generator.explain.rules import places
from generator.explain.rules.cutting import cut, separable
from generator.explain.rules.examined import Examined
from generator.explain.rules.fixes import Change, Fix
from generator.explain.rules.managers import Install, install
from generator.explain.rules.needs import Stand, needs, standing
from generator.explain.rules.rule import Rule
from generator.explain.rules.simulate import rerun, spares
from generator.explain.stages import Copy, Run, Step


def _find(examined: Examined) -> Iterator[Finding]:
    for step, run, commands in examined.runs:
        if any(each.type == "bind" for each in run.mounts):
            continue
        made = [install(each) for each in commands]
        first = next((each for each in made if each and each.manager.system), None)
        count = _system_part(examined, step, run)
        other = next((each for each in made[count:] if each and not each.manager.system), None)
        if first and other and count and not _returns(made[count:]):
            yield from _finding(examined, step, run, (first, other), count)


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


def _returns(made: Sequence[Install | None]) -> bool:
    """Whether packages of the system are installed once more, further down."""
    return any(each is not None and each.manager.system for each in made)


def _finding(
    examined: Examined, step: Step, run: Run, pair: tuple[Install, Install], count: int
) -> Iterator[Finding]:
    first, other = pair
    stand = standing(examined, step, run)
    files = needs(other.command, stand)
    listed = _manifest(stand, files or frozenset())
    if listed is None or (step.stage, step.line) not in rerun(examined, [listed]):
        return
    fix = _fix(examined, step, count)
    if fix is not None and spares(examined, fix, listed, {first.verb}):
        yield Finding(
            RULE.id,
            step.line,
            f"every edit of {posixpath.basename(listed)} re-runs `{first.verb}` together with"
            f" `{other.verb}`",
            fix.diff,
            None,
            _MEASURED,
        )


def _manifest(stand: Stand, files: frozenset[str]) -> str | None:
    paths = [stand.source(each) for each in sorted(files)]
    locks = [each for each in paths if each and re.search(r"lock|requirements|\.sum", each)]
    return next(iter(locks), next(iter(filter(None, paths)), None))


def _fix(examined: Examined, step: Step, count: int) -> Fix | None:
    """The first commands in a RUN of their own, above the copies that do not concern them."""
    if not separable(examined, step):
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
