"""The one place where an error becomes a message and an exit status."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.errors import DockerizeError

_UNPRINTED = "output-failed"


def main(argv: Sequence[str] | None = None) -> int:
    """Run `dockerize` with `argv` (without the program's name) and return its exit status."""
    # A run is short and keeps nearly all that it makes: collecting would be a tenth of its time.
    gc.disable()
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        _escape_what_cannot_be_shown(stream)
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        if sys.stderr is not None:
            print("dockerize: interrupted", file=sys.stderr)
        return 130


def _run(arguments: list[str]) -> int:
    # Imported in here, so that Ctrl-C in this first tenth of a second is answered as well.
    import click

    from generator.cli import dockerize
    from generator.errors import CouldNot, DockerizeError, Interrupted, UsageError

    error: DockerizeError
    try:
        status = dockerize.main(arguments, prog_name="dockerize", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except DockerizeError as caught:
        error = caught
    except click.exceptions.NoArgsIsHelpError as caught:
        caught.show()
        return caught.exit_code
    except click.UsageError as caught:
        path = caught.ctx.command_path if caught.ctx else "dockerize"
        error = UsageError(caught.format_message(), f"{path} --help lists what there is")
    except click.Abort:
        error = Interrupted("interrupted")
    except OSError as caught:
        error = CouldNot(f"cannot print: {caught.strerror or caught}", code=_UNPRINTED)
        _let_go_of_stdout()
    _report(error, as_json="--json" in arguments and error.code != _UNPRINTED)
    return error.status


def _report(error: DockerizeError, *, as_json: bool) -> None:
    from generator import output

    # Where not even this can be printed, the status still tells.
    with suppress(OSError):
        output.failure(error, as_json=as_json)
        if sys.stdout is not None:
            sys.stdout.flush()


def _let_go_of_stdout() -> None:
    """Send what is left in its buffer nowhere, or the interpreter's end would fail at it again."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _escape_what_cannot_be_shown(stream: Any) -> None:
    """Let no name that the terminal's encoding lacks be a reason to fail."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    raise SystemExit(main())
