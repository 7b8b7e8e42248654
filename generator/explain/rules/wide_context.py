"""Files that get into a copy because no ignore file keeps them out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from generator.explain.answer import Finding
from generator.explain.context import patterns
from generator.explain.listed import listed
from generator.explain.rules import reading
from generator.explain.rules.examined import Examined
from generator.explain.rules.fixes import Change, Fix
from generator.explain.rules.leaks import Leak, leaks
from generator.explain.rules.managers import install
from generator.explain.rules.rule import Rule
from generator.explain.rules.simulate import effects_of_ignoring
from generator.explain.rules.wording import several
from generator.explain.stages import CONTEXT, Copy, Run, Step

# What of git reads another repository or none.
_ELSEWHERE = frozenset(("clone", "config", "lfs", "init", "--version"))
# Python packages and others that make a version of what git says.
_VERSIONED = re.compile(
    r"(?i)setuptools[-_]scm|hatch-vcs|versioningit|versioneer|dunamai|dynamic-versioning|\bpbr\b"
    r"|source\s*=\s*[\"']scm[\"']|git-describe"
)
_NODE = frozenset(("npm", "npx", "yarn", "pnpm", "bun", "vite", "next"))
_NODES = re.compile(r"(?:^|[/-])(?:node|bun|deno)(?:[:@-]|$)")
# Settings of a build, which it reads by their names.
_MODES = (".env.production", ".env.development", ".env.staging", ".env.test")
# Paths in a command that hold a name of which the leaks may be: one that begins with a dot.
_WORDS = re.compile(r"[\w./-]*\.[A-Za-z][\w.-]*(?:/[\w./-]*)?")


def _find(examined: Examined) -> Iterator[Finding]:
    wide = list(_folders(examined))
    named = {path for _, path in _sources(examined)} | set(_said(examined))
    found = [
        each
        for each in (leaks(examined.context) if wide else ())
        if any(_below(each.path, folder) for _, folder in wide) and not _named(each, named)
    ]
    if not found:
        return
    fix = _fix(examined, found)
    gained = effects_of_ignoring(examined, fix, [each.sample for each in found])
    if gained:
        helped = {each.change for each in gained}
        told = [each for each in found if each.sample in helped]
        step = next(
            step for step, folder in wide if any(_below(each.path, folder) for each in told)
        )
        yield Finding(RULE.id, step.line, _message(examined, step, told), fix.diff, gained)


def _sources(examined: Examined) -> Iterator[tuple[Step, str]]:
    """What steps take from the context, as paths."""
    for step in examined.steps:
        match step.operation:
            case Copy(origin=origin, sources=sources) if origin == CONTEXT:
                yield from ((step, each) for each in sources)
            case Run(mounts=mounts):
                yield from (
                    (step, each.source.strip("/"))
                    for each in mounts
                    if each.type == "bind" and each.origin == CONTEXT
                )
            case _:
                pass


def _said(examined: Examined) -> Iterator[str]:
    """Files that commands name, and what tools read without being told: they are meant too."""
    if _VERSIONED.search(examined.lists):
        yield ".git"
    yield from _of_node(examined)
    for _, run, commands in examined.runs:
        for command in commands:
            if command.program == "git" and not _ELSEWHERE & set(command.words):
                yield ".git"
        for word in _WORDS.findall(" ".join(run.command)):
            yield posixpath.normpath(word).lstrip("/")


def _of_node(examined: Examined) -> Iterator[str]:
    """Settings that a build of Node's reads, and packages of its that no step installs."""
    called = [each for _, _, all_ in examined.runs for each in all_ if each.program in _NODE]
    others = [each for each in called if install(each) is None]
    if any(each.positional for each in others):
        yield from _MODES
    images = (examined.image(step.stage) for step, _ in _folders(examined))
    if len(others) == len(called) and any(map(_NODES.search, images)):
        yield "node_modules"


def _folders(examined: Examined) -> Iterator[tuple[Step, str]]:
    """Those that are folders, with all they hold."""
    for step, path in _sources(examined):
        entry = examined.context.entry(path) if path else None
        if not path or (entry is not None and entry.kind == "folder"):
            yield step, path


def _below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _named(leak: Leak, sources: set[str]) -> bool:
    """Whether a step names it, or what its pattern would leave out with it: then it is meant."""
    out = patterns.listed((leak.pattern,)).left_out_by
    return any(
        each == leak.path or each.startswith(f"{leak.path}/") or out(each) is not None
        for each in sources
        if each
    )


def _message(examined: Examined, step: Step, found: Sequence[Leak]) -> str:
    names = listed([each.what for each in found])
    lacks = (
        "there is no ignore file"
        if examined.context.ignore_file is None
        else (
            f"{examined.ignore_file} lets them through"
            if len(found) > 1
            else f"{examined.ignore_file} lets it through"
        )
    )
    below = sum(each.instruction == "RUN" for each in examined.below(step))
    again = f" and {several(below, 'RUN')} below it" if below else ""
    secrets = [each.what for each in found if each.secret]
    image = (
        f"; {listed(secrets)} may hold secrets, which the image then holds too" if secrets else ""
    )
    return f"{names} re-run{'s' if len(found) == 1 else ''} this copy{again}: {lacks}{image}"


def _fix(examined: Examined, found: Sequence[Leak]) -> Fix:
    """The patterns at the end of the ignore file, where they win over all above them."""
    text = _ignored(examined)
    count = text.count("\n") + (not text.endswith("\n") and bool(text))
    new = tuple(dict.fromkeys(each.pattern for each in found))
    is_new = examined.context.ignore_file is None
    return Fix(examined.ignore_path, text, (Change(count + 1, count, new),), new=is_new)


def _ignored(examined: Examined) -> str:
    name = examined.context.ignore_file
    if name is None:
        return ""
    return reading.beside(examined.context, name) or ""


RULE = Rule(
    id="wide-context",
    title="files that are no part of the service reach a copy",
    why=(
        "A copy of a folder goes by all that is in it. .git changes with each commit, __pycache__"
        " with each run of the tests, and each time the copy and all below it re-run; what was"
        " copied is in the image for all to read, .env with its passwords as well. An ignore file"
        " keeps them out. Only what is there, and what a COPY or a bind mount really takes, is"
        " reported."
    ),
    before="(no .dockerignore)\n\nCOPY . .",
    after=".dockerignore:\n**/.git\n**/.env*\n**/__pycache__\n\nCOPY . .",
    ignore_when="the image needs these files",
    sources=("https://docs.docker.com/build/concepts/context/#dockerignore-files",),
    find=_find,
)
