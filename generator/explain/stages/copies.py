"""COPY and ADD.

From moby/buildkit, frontend/dockerfile/dockerfile2llb/convert_copy.go.
"""

from __future__ import annotations

import re

from generator.errors import BadDockerfile
from generator.explain.context import patterns
from generator.explain.context.wildcards import has_wildcards
from generator.explain.dockerfile import Instruction, heredocs
from generator.explain.dockerfile.refused import Refused
from generator.explain.stages import CONTEXT, Copy, Origin, paths, remotes
from generator.explain.stages.scope import Pairs, Reading, Scope

_OCTAL = r"[0-7]+"
_CLAUSE = r"[ugoa]*(?:[-+=](?:[ugo]|[rwxXst]*))+"
_SYMBOLIC = rf"{_CLAUSE}(?:,{_CLAUSE})*"
_PIVOT = "/./"
# What one that is written by a person has, and an automaton can hold.
_LONGEST_WILDCARD = 1000


def copy(given: Instruction, scope: Scope, reading: Reading, origin: Origin = CONTEXT) -> Copy:
    """Raises Refused for what BuildKit refuses.

    With `--parents`, a source keeps its pivot: `a/./b` copies `a/b` as `b`.
    """
    flags = dict(given.flags)
    add = given.name == "ADD"
    sources = [each for each in given.words[:-1] if heredocs.marker(each) is None]
    expanded = reading.all(sources)
    local = [each for each in expanded if remotes.kind(each) is None]
    far = tuple(each for each in expanded if remotes.kind(each) is not None)
    if far and not add:
        what = "a git ref" if remotes.kind(far[0]) == "git" else "a URL"
        raise Refused(f"source can't be {what} for COPY")
    options = _options(given, reading)
    _check_checksum(options, expanded, far)
    return Copy(
        add=add,
        origin=origin,
        sources=tuple(_source(each, parents="parents" in flags) for each in local),
        target=paths.destination(scope.workdir, reading.word(given.words[-1])),
        bodies=_bodies(given, reading),
        remotes=far,
        excludes=_excludes(given),
        chown=_worded(flags.get("chown"), reading),
        chmod=_mode(_worded(flags.get("chmod"), reading)),
        link=_switched(flags, "link"),
        parents=_switched(flags, "parents"),
        unpack=_switched(flags, "unpack") if "unpack" in flags else add,
        options=options,
    )


def _switched(flags: dict[str, str | None], flag: str) -> bool:
    return flag in flags and flags[flag] != "false"


def _worded(word: str | None, reading: Reading) -> str | None:
    return (reading.word(word) or None) if word else None


def _source(path: str, *, parents: bool) -> str:
    if len(path) > _LONGEST_WILDCARD and has_wildcards(path):
        raise Refused(f"a wildcard of more than {_LONGEST_WILDCARD} letters")
    before, pivot, after = path.partition(_PIVOT)
    if not (parents and pivot):
        return paths.source(path)
    return f"{paths.source(before)}{_PIVOT}{paths.source(after)}"


def _excludes(given: Instruction) -> tuple[str, ...]:
    found = tuple(value or "" for flag, value in given.flags if flag == "exclude")
    try:
        patterns.listed(found)
    except BadDockerfile as error:
        raise Refused(f"--exclude: {error.reason}") from None
    return found


def _mode(mode: str | None) -> str | None:
    if mode is None or re.fullmatch(_SYMBOLIC, mode):
        return mode
    if not re.fullmatch(_OCTAL, mode) or int(mode, 8) > 0o7777:  # noqa: PLR2004
        raise Refused(
            f"invalid chmod parameter: '{mode}'",
            "it should be octal string and between 0 and 07777",
        )
    return f"{int(mode, 8):o}"


def _bodies(given: Instruction, reading: Reading) -> Pairs:
    by_name = {each.name: each for each in given.heredocs}
    marks = (heredocs.marker(word) for word in given.words[:-1])
    found: list[tuple[str, str]] = []
    for mark in marks:
        if mark is not None:
            body = by_name[mark.name].body if mark.name in by_name else ""
            body = heredocs.untabbed(body) if mark.tabs else body
            found.append((mark.name, reading.body(body) if mark.expanded else body))
    return tuple(found)


def _options(given: Instruction, reading: Reading) -> Pairs:
    found = {
        flag: "true" if value is None else value
        for flag, value in given.flags
        if flag in ("checksum", "keep-git-dir", "unpack")
    }
    if "checksum" in found:
        found["checksum"] = reading.word(found["checksum"])
    return tuple(sorted(found.items()))


def _check_checksum(options: Pairs, sources: tuple[str, ...], far: tuple[str, ...]) -> None:
    if not dict(options).get("checksum"):
        return
    if len(sources) != 1:
        raise Refused("checksum can't be specified for multiple sources")
    if not far:
        raise Refused("checksum requires HTTP(S) or Git sources")
