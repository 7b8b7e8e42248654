"""The one place where an error becomes a message and an exit status."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

from generator.signals import unwind_when_told_to_end


def main(argv: Sequence[str] | None = None) -> int:
    """Run `dockerize` with `argv` (without the program's name) and return its exit status."""
    # A run is short and keeps nearly all that it makes: collecting would be a tenth of its time.
    gc.disable()
    arguments = list(sys.argv[1:] if argv is None else argv)
    _take_any_text()
    unwind_when_told_to_end()
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
    from generator.errors import CannotPrint, DockerizeError, Interrupted, UsageError

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
        error = CannotPrint(f"cannot print: {caught.strerror or caught}")
    from generator import output

    output.failure(error, as_json=_for_a_program(arguments))
    return error.status


def _for_a_program(arguments: Sequence[str]) -> bool:
    """Whether the answer would have been JSON, as far as that can be told of what is wrong."""
    return (
        "--json" in arguments
        or "--format=json" in arguments
        or ("--format", "json") in pairwise(arguments)
    )


def _take_any_text() -> None:
    """Let no text that a terminal's encoding lacks be a reason to fail: escaped out, marked in."""
    for stream, errors in (
        (sys.stdin, "surrogateescape"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, io.TextIOWrapper):
            with suppress(io.UnsupportedOperation):  # stdin that has been read from already
                stream.reconfigure(errors=errors)


if __name__ == "__main__":
    raise SystemExit(main())
