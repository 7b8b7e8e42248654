"""Installations that go by the umask of whoever checked the project out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.explain.answer import Finding
from generator.explain.context.trees import chosen
from generator.explain.rules import places
from generator.explain.rules.anew import again_for_source
from generator.explain.rules.examined import Examined
from generator.explain.rules.managers import install
from generator.explain.rules.normal import with_stage
from generator.explain.rules.rule import Rule
from generator.explain.rules.simulate import effects, rerun
from generator.explain.rules.wording import told_runs
from generator.explain.stages import Stage, Step

_MODE = "u=rwX,go=rX"
_MANY = 5_000
_FRONTEND = re.compile(r"(?:.*/)?docker/dockerfile:(\d{1,3})(?:\.(\d{1,3}))?(?:[.@-].*)?")
_LETTERS = (1, 14)


def _find(examined: Examined) -> Iterator[Finding]:
    if _is_old(examined.build.plan.dockerfile.directives.get("syntax", "")):
        return
    for stage in examined.stages:
        yield from _finding(examined, stage)


def _is_old(syntax: str) -> bool:
    """Whether a frontend is asked for that does not know modes in letters."""
    named = _FRONTEND.fullmatch(syntax.strip())
    return named is not None and (int(named[1]), int(named[2] or _LETTERS[1])) < _LETTERS


def _finding(examined: Examined, stage: Stage) -> Iterator[Finding]:
    runs = [
        step
        for step in stage.steps
        if not step.inherited and any(map(install, examined.commands(step)))
    ]
    copies: list[Step] = []
    changes: list[str] = []
    spoilt: dict[int, Step] = {}
    # What an edit of the source installs anew is for copy-before-install, before this one.
    anew = again_for_source(examined, stage) if runs else frozenset()
    runs = [each for each in runs if each.line not in anew]
    for step in examined.above(runs[-1]) if runs else ():
        path = _file(examined, step)
        again = rerun(examined, [f"mode:{path}"] if path else ())
        hit = [each for each in runs if (each.stage, each.line) in again]
        if hit:
            copies.append(step)
            changes.append(f"mode:{path}")
            spoilt |= {each.line: each for each in hit}
    fix = with_stage(examined, copies, _MODE)
    gained = () if fix is None else effects(examined, fix, changes)
    if fix is not None and gained:
        what = told_runs(examined, [spoilt[line] for line in sorted(spoilt)])
        yield Finding(
            RULE.id,
            copies[0].line,
            f"a checkout with another umask (0664 for 0644) re-runs {what}",
            fix.diff,
            gained,
        )


def _file(examined: Examined, step: Step) -> str | None:
    """A file that a copy takes from the context; None for a copy of very many.

    That is a copy of source, and should stand below the installation.
    """
    copy = places.of_context(step)
    files = 0
    for source in copy.sources if copy else ():
        selection = chosen(examined.context, source)
        files += selection.files
        if files > _MANY:
            return None
        for path in selection.paths():
            entry = examined.context.entry(path)
            if entry is not None and entry.kind == "file":
                return path
    return None


RULE = Rule(
    id="umask",
    title="an installation that goes by the umask of a checkout",
    why=(
        "Modes of files are in the key of a copy, and git sets them by the umask of whoever checks"
        " out: 0644 on one machine, 0664 on the next. Where both use one cache, each re-runs what"
        " the other has built. --chmod on the copy alone is no cure: the mode that the file had is"
        " in the key all the same, and so the steps below re-run. Copy with --chmod in a stage of"
        " its own, and copy from there: what is taken from a stage goes by its content, and that"
        " has the same modes on all machines. Then everybody in the image can read these files: a"
        " key or a password, which others must not read, belongs in a secret mount. (Modes in"
        " letters need docker/dockerfile:1.14 or later.)"
    ),
    before="COPY requirements.txt ./\nRUN pip install -r requirements.txt",
    after=(
        "FROM scratch AS ctx\nCOPY --chmod=u=rwX,go=rX requirements.txt /\n\nFROM python:3.14\n"
        "COPY --from=ctx /requirements.txt ./\nRUN pip install -r requirements.txt"
    ),
    ignore_when="one machine alone builds the image, or all that share a cache have one umask",
    sources=(
        "https://docs.docker.com/build/cache/invalidation/",
        "https://github.com/moby/buildkit/issues/4374",
        "seen with BuildKit: a file's mode 0644 -> 0664 re-runs its copy and all below it",
    ),
    find=_find,
)
