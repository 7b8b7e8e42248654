"""What can go wrong, each kind with its exit status.

DockerizeError              status
├── UsageError              2    the command line or an answer is wrong
│   ├── InvalidAnswer            one answer breaks its rule
│   ├── MissingAnswers           nobody can be asked for what was not given
│   ├── BadAnswersFile           the answers file cannot be read or holds something else
│   ├── BadDockerfile             a Dockerfile or its ignore file that no build would take
│   └── BadChange                 an edit, a promise or a revision that names nothing there is
├── CouldNot                1    everything asked for is right, but it could not be done
│   ├── TargetExists             something stands where the project should go
│   ├── CannotRead               the disk or its permissions say no to a look
│   ├── CannotWrite              the disk or its permissions say no
│   ├── CannotPrint              stdout takes nothing
│   └── RenderFailed             a template is broken
└── Interrupted             130  the person said stop

An error carries what is wrong (`message`), the same in short, for somebody who sees what it is
about (`reason`), what to do instead (`hint`, may be several lines, may be empty) and a stable slug
for programs (`code`). Printing and exiting is `__main__`'s job.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

# How many letters of an answer and how many names in a folder a message repeats.
_LETTERS = 60
_NAMES = 5


class DockerizeError(Exception):
    """Base of all that a user can cause; never raised itself."""

    status: ClassVar[int] = 1
    code: str = "error"

    def __init__(
        self, message: str, hint: str = "", *, reason: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = message if reason is None else reason
        self.hint = hint
        if code is not None:
            self.code = code


class UsageError(DockerizeError):
    status = 2
    code = "usage"


class InvalidAnswer(UsageError):
    def __init__(self, key: str, text: str, reason: str, hint: str) -> None:
        super().__init__(
            f"{key} {_shortened(text)!r}: {reason}", hint, reason=reason, code=f"invalid-{key}"
        )
        self.key = key


class MissingAnswers(UsageError):
    code = "missing-answers"


class BadAnswersFile(UsageError):
    code = "bad-answers-file"


class BadDockerfile(UsageError):
    """`line` is counted from 1, None if the whole file is meant; `text` is that line's.

    `path` names another file than the Dockerfile.
    """

    code = "bad-dockerfile"

    def __init__(
        self,
        message: str,
        line: int | None = None,
        text: str | None = None,
        *,
        path: str | None = None,
        hint: str = "",
    ) -> None:
        shown = [] if text is None else [f"{line} | {_shortened(text)}"]
        self.line = line
        self._path = path
        super().__init__("", "\n".join([*shown, *filter(None, [hint])]), reason=message)
        self.call("Dockerfile")

    def call(self, name: str) -> None:
        """Call the Dockerfile so in the message."""
        path = name if self._path is None else self._path
        where = path if self.line is None else f"{path}:{self.line}"
        self.message = f"{where}: {self.reason}"
        self.args = (self.message,)


class BadChange(UsageError):
    code = "bad-change"


class CouldNot(DockerizeError):
    status = 1
    code = "could-not"


class TargetExists(CouldNot):
    """`entries` are the names in the folder that is in the way; none if it is no folder."""

    code = "target-exists"

    def __init__(self, path: Path, reason: str, hint: str, entries: Sequence[str] = ()) -> None:
        listed = f": it holds {_listed(entries)}" if entries else ""
        super().__init__(f"{path} {reason}{listed}", hint, reason=reason)
        self.path = path
        self.entries = tuple(entries)


class CannotRead(CouldNot):
    code = "cannot-read"


class CannotWrite(CouldNot):
    code = "cannot-write"


class CannotPrint(CouldNot):
    code = "output-failed"


class RenderFailed(CouldNot):
    code = "render-failed"


class Interrupted(DockerizeError):
    status = 130
    code = "interrupted"

    def __init__(self, message: str = "interrupted; nothing was written") -> None:
        super().__init__(message)


def _shortened(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}..."


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {more} more" if more > 0 else "")
