"""Where a project goes: the folder as it was typed, for commands, and as it is, for work."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from generator.answers.command import command_line, shell
from generator.answers.field import Texts
from generator.errors import CouldNot, UsageError


@dataclass(frozen=True)
class Place:
    """`output_dir` is None for the current folder; `parent` is absolute and may not exist yet."""

    output_dir: str | None
    parent: Path

    def folder(self, name: str) -> Path:
        return self.parent / name

    def typed(self, name: str) -> str:
        """The project's folder as somebody who stands here would type it, never like an option."""
        path = os.path.join(self.output_dir or "", name)  # noqa: PTH118 - a Path would drop the ./
        return os.path.join(os.curdir, path) if path.startswith("-") else path  # noqa: PTH118

    def command(self, texts: Texts) -> str:
        """The `dockerize new` that gives the answers in `texts` and makes the project here."""
        return command_line(texts, self.output_dir)

    def free_name(self) -> str:
        """A name for an example, that nothing here has."""
        names = (f"my-app-{n}" if n > 1 else "my-app" for n in count(1))
        return next(name for name in names if not os.path.lexists(self.folder(name)))

    def around_git(self, name: str, texts: Texts) -> str:
        """How to go on where the folder holds a repository and nothing else, as lines to type."""
        move = "move" if os.name == "nt" else "mv"
        inside = os.path.join(self.typed(name), ".git")  # noqa: PTH118
        aside = f"{self.typed(name)}.git"
        while os.path.lexists(aside):
            aside += ".aside"
        steps = [
            shell([move, inside, aside]),
            self.command(texts),
            shell([move, aside, inside]),
        ]
        return f"to make the project in this repository:\n{' && '.join(steps)}"


def place(output_dir: str | None) -> Place:
    """Raises UsageError for what cannot be a folder, CouldNot where there is no current one."""
    if output_dir == "":
        raise UsageError("--output-dir is empty", "leave it out to use the current folder")
    path = Path(output_dir or ".")
    try:
        path.as_posix().encode("utf-8")
        here = Path.cwd()
    except UnicodeEncodeError:
        raise UsageError(
            f"--output-dir {output_dir!a} holds bytes that are not UTF-8",
            "choose a folder whose name is UTF-8",
        ) from None
    except FileNotFoundError:
        raise CouldNot(
            "the current folder does not exist any more", "change to a folder that exists"
        ) from None
    return Place(output_dir, path.resolve() if ".." in path.parts else here / path)
