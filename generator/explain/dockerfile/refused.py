"""What BuildKit refuses in one instruction, before it is known where that stands."""

from __future__ import annotations

from generator.errors import BadDockerfile

# How much of a message is worth reading; it may repeat a whole line of somebody's.
_LETTERS = 200


class Refused(Exception):
    """Caught by `parse`, `plan` and `keys`, which know the line and raise BadDockerfile."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message if len(message) <= _LETTERS else f"{message[:_LETTERS]}..."
        self.hint = hint

    def at(self, text: str, line: int | None) -> BadDockerfile:
        """The same, at a line (from 1) of the Dockerfile's `text`."""
        if line is None:
            return BadDockerfile(self.message, hint=self.hint)
        return BadDockerfile(self.message, line, line_of(text, line), hint=self.hint)


def line_of(text: str, line: int) -> str:
    """A line of `text`, counted from 1; "" for one after the last."""
    lines = text.split("\n", line)
    return lines[line - 1].rstrip("\r") if line <= len(lines) else ""
