"""From files on disk to a build."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from generator.errors import BadDockerfile, CannotRead, UsageError
from generator.explain.build import Beside, Build
from generator.explain.context import Context
from generator.explain.dockerfile import parse
from generator.explain.stages import Settings, folder_of, plan

# No Dockerfile of this size was written by a person; BuildKit's own limit for a line is smaller.
_LARGEST = 4 * 1024 * 1024


def text_of(path: Path, shown: str, instead: Path | None = None) -> str:
    """A Dockerfile's text; bytes that are no UTF-8 become lone surrogates, as in file names.

    `instead` is what somebody may have meant, if it is there. Raises BadDockerfile, CannotRead.
    """
    try:
        if not path.is_file():
            what = "that is no regular file" if path.exists() else "there is no such file"
            raise BadDockerfile(what, path=shown, hint=_hint(path, shown, instead))
        with path.open("rb") as file:
            return decoded(file, shown)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CannotRead(f"cannot read {shown}: {reason}") from error


def _hint(path: Path, shown: str, instead: Path | None) -> str:
    if instead is not None:
        meant = f": did you mean {instead}?" if instead.is_file() else ", not from CONTEXT"
        return f"-f goes from the folder one is in{meant}"
    where = "" if path == Path(shown) else f"it was looked for in {path.parent}; "
    return f"{where}-f FILE names another"


def decoded(file: BinaryIO, shown: str) -> str:
    """What is left in `file`, as `text_of`."""
    data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise BadDockerfile("larger than 4 MiB", path=shown)
    return data.decode("utf-8", "surrogateescape")


def load(text: str, settings: Settings, context: Context, dockerfile: str | None = None) -> Build:
    """`dockerfile` is the Dockerfile's path in the context, if it lies there.

    Raises BadDockerfile for what no build would take, UsageError for a folder there is not.
    """
    planned = plan(parse(text), settings)
    named = {
        name: _named(name, folder)
        for name in settings.contexts
        if (folder := folder_of(settings, name)) is not None
    }
    beside = {name: _beside(context.root, each.root) for name, each in named.items()}
    shared = {name: each for name, each in beside.items() if each is not None}
    return Build(planned, {"": context, **named}, context, dockerfile, shared)


def _beside(root: Path, folder: Path) -> Beside | None:
    """None if they share no file."""
    here, there = root.resolve(), folder.resolve()
    if there.is_relative_to(here):
        return Beside(lack=_beginning(there.relative_to(here)))
    if here.is_relative_to(there):
        return Beside(have=_beginning(here.relative_to(there)))
    return None


def _beginning(path: Path) -> str:
    return f"{path.as_posix()}/" if path.parts else ""


def _named(name: str, folder: Path) -> Context:
    try:
        return Context(folder)
    except UsageError as error:
        raise UsageError(f"--build-context {name}={error.message}") from None
