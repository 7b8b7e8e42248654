"""The command line: one module a command, each loaded when it is called."""

from __future__ import annotations

from importlib import import_module

import click
from click.exceptions import NoSuchCommand
from click.shell_completion import FishComplete, add_completion_class

from generator import __version__

# Command -> the line that `dockerize --help` shows; the command itself is `generator.cli.COMMAND`.
_COMMANDS = {
    "new": "Make a project: ask four questions, or take flags.",
    "list": "Show what projects can be made of.",
    "explain": "Show which edit re-runs which step of a Dockerfile.",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"generator.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand:
            # click would look for what was meant among the commands that are loaded.
            raise NoSuchCommand(args[0], possibilities=_COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@add_completion_class
class _Fish(FishComplete):
    """click's own cuts off what it offers at a comma, and a value of --with may hold some."""

    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dockerize")
def dockerize() -> None:
    """Make containerised Python web apps that build at the first try."""
