"""Globs in the ignore file's own syntax, and what they match in a build context."""

from __future__ import annotations

import posixpath
from itertools import chain, islice
from typing import NamedTuple

from generator.errors import BadChange, BadDockerfile
from generator.explain.build import Build
from generator.explain.context import Context, patterns
from generator.explain.context.files import walked
from generator.explain.context.patterns import Patterns
from generator.explain.edits.edit import FORMS
from generator.explain.edits.left_out import left_out
from generator.explain.edits.paths import NOTHING, near, on_disk

_WILD = frozenset("*?[\\")
# Paths on disk that are looked through for one that is left out.
_MOST = 200_000


class Matched(NamedTuple):
    """`paths` are all but folders, at least one; or `left_out` says why there is none."""

    paths: tuple[str, ...] = ()
    left_out: str | None = None


def matching(build: Build, glob: str) -> Matched:
    """Raises BadChange for one that matches nothing on disk either, or cannot be read."""
    context = build.context
    try:
        wanted = patterns.listed((glob,), path="")
        seen = (path for path, node in walked(context.top) if node.kind != "folder")
        files = dict.fromkeys(chain(seen, build.seen_beside()))
        found = tuple(path for path in files if _hits(wanted, path))
        note = None if found else _left_out(context, wanted, glob)
    except BadDockerfile:
        raise BadChange("neither a path nor a pattern that can be read", FORMS) from None
    if not found and note is None:
        raise BadChange(NOTHING, _near(context, glob))
    return Matched(found, note)


def _near(context: Context, glob: str) -> str:
    """What a glob may have been meant to look into, or the path that was meant."""
    if not _WILD & set(glob) - {"\\"}:
        return near(context, glob)
    folder = posixpath.dirname(_beginning(glob))
    return FORMS if not folder or context.exists(folder) else near(context, folder)


def _hits(wanted: Patterns, path: str) -> bool:
    return wanted.left_out_by(path) is not None


def _left_out(context: Context, wanted: Patterns, glob: str) -> str | None:
    """What the ignore file does to a file that it matches."""
    for path in islice(on_disk(context, _beginning(glob)), _MOST):
        if _hits(wanted, path):
            note = left_out(context, path)
            if note is not None:
                return note
    return None


def _beginning(glob: str) -> str:
    """What all that it matches begins with."""
    at = next((index for index, letter in enumerate(glob) if letter in _WILD), len(glob))
    return glob[:at]
