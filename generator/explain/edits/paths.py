"""From what somebody types to a path of the build context."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from generator.errors import BadChange
from generator.explain.context import Context
from generator.explain.context.files import joined, walked
from generator.explain.edits.edit import FORMS
from generator.explain.nearest import suggestion

NOTHING = "there is no such file in the build context"
_GLOB = frozenset("*?[")
# Paths that are looked through for one that a person may have meant.
_MOST = 20_000
_MOST_COMPARED = 1_000
# How much longer or shorter a name may be that `suggestion` takes for near.
_NEAR = 2


def relative(context: Context, text: str) -> str | None:
    """`text` as seen from the context's root, which is ""; None for what leads out of it."""
    path = posixpath.normpath(text)
    if path.startswith("/"):
        absolute = Path(f"/{path.lstrip('/')}")
        roots = [root for root in _roots(context) if absolute.is_relative_to(root)]
        if not roots:
            return None
        path = absolute.relative_to(roots[0]).as_posix()
    if path == ".":
        return ""
    return None if path == ".." or path.startswith("../") else path


def inside(context: Context, text: str) -> str:
    """As `relative`; raises BadChange for what leads out, and for nothing."""
    if not text:
        raise BadChange("it names no file", FORMS)
    path = relative(context, text)
    if path is None:
        raise BadChange("that is no path in the build context", FORMS)
    return path


def existing(context: Context, text: str) -> str:
    """Where it lies; raises BadChange, with a near name, if there is no such path."""
    path = inside(context, text)
    at = found(context, path)
    if at is None:
        glob = "a glob stands alone, for other content; this takes one path"
        raise BadChange(NOTHING, glob if _GLOB & set(path) else near(context, path))
    return at


def found(context: Context, path: str) -> str | None:
    """Where it lies, if links lead to it; a link at its end is not followed."""
    if not path or context.exists(path):
        return path
    at = without_links(context, path)
    return at if context.exists(at) else None


def without_links(context: Context, path: str) -> str:
    """The same path, its folders without links; as it is if those lead out of the context."""
    folder, name = posixpath.split(path)
    real = _real(context, folder)
    return path if real is None else posixpath.join(real, name)


def aim(context: Context, path: str) -> str | None:
    """What an edit of `path` edits, if that is a link; None if it leads to nothing in here."""
    if not is_link(context, path):
        return path
    real = _real(context, path)
    return real if real and context.exists(real) else None


def is_link(context: Context, path: str) -> bool:
    return stat.S_ISLNK(_mode(context, path))


def is_folder(context: Context, path: str) -> bool:
    return not path or stat.S_ISDIR(_mode(context, path))


def on_disk(context: Context, beginning: str = "") -> Iterator[str]:
    """All paths that begin so, left out of the build or not; no link is followed."""
    folders = [""]
    while folders:
        folder = folders.pop()
        for name, is_one in _listed(context.root / folder):
            path = joined(folder, name)
            if path.startswith(beginning):
                yield path
            if is_one and (path.startswith(beginning) or beginning.startswith(f"{path}/")):
                folders.append(path)


def near(context: Context, text: str) -> str:
    """A hint: the path that somebody may have meant, or the forms that there are."""
    name = posixpath.basename(text)
    compared: list[str] = []
    for path, _ in islice(walked(context.top), _MOST):
        if name and posixpath.basename(path) == name:
            return f"did you mean {path}?"
        if abs(len(path) - len(text)) <= _NEAR and len(compared) < _MOST_COMPARED:
            compared.append(path)
    return suggestion(text, compared) or FORMS


def _roots(context: Context) -> Iterator[Path]:
    """The context's folder as it was named and as it is without links."""
    yield Path(os.path.normpath(context.root.absolute()))
    yield context.root.resolve()


def _real(context: Context, path: str) -> str | None:
    root = context.root.resolve()
    try:
        real = (root / path).resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    if not real.is_relative_to(root):
        return None
    shown = real.relative_to(root).as_posix()
    return "" if shown == "." else shown


def _mode(context: Context, path: str) -> int:
    try:
        return os.lstat(context.root / path).st_mode
    except FileNotFoundError:
        return 0


def _listed(folder: Path) -> list[tuple[str, bool]]:
    try:
        with os.scandir(folder) as entries:
            return sorted((each.name, each.is_dir(follow_symlinks=False)) for each in entries)
    except OSError:
        return []
