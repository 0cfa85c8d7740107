"""The command `channel-bot`: each subcommand is a module of `bot.commands`, loaded when it is called.

Exit codes: 0 done or nothing to do; 1 something failed and a person has to look; 2 unusable arguments, configuration
or variables; 75 GitLab or the database is busy, the same call may work later.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from pkgutil import iter_modules

import click

from bot import __version__, commands, logs
from bot.errors import BotError, ConfigError, TryLater

FAILED, UNUSABLE, BUSY = 1, 2, 75
MODULES = {"import": "importing"}
"""Commands whose names no module may have."""


class Commands(click.Group):
    """Finds subcommands by the names of the modules in `bot.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = {module: name for name, module in MODULES.items()}
        found = (one.name for one in iter_modules(commands.__path__) if not one.name.startswith("_"))
        return sorted(names.get(name, name) for name in found)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        # What is loaded stays; to look through it for garbage meanwhile takes a sixth of the start.
        gc.disable()
        try:
            found: click.Command = import_module(f"{commands.__name__}.{MODULES.get(cmd_name, cmd_name)}").command
        finally:
            gc.enable()
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="channel-bot")
def cli() -> None:
    """Carry the Channels team's handbook: labels, priorities, DRIs, milestones and dates of its GitLab issues."""


def main() -> None:
    """Run the command; our own errors become one clear message and an exit code."""
    # Without it structlog would print an error of ours with the values of all variables.
    logs.configure(level="WARNING")
    try:
        cli()
    except BotError as trouble:
        click.echo(f"channel-bot: {trouble}", err=True)
        sys.exit(exit_code(trouble))


def exit_code(trouble: BotError) -> int:
    match trouble:
        case ConfigError():
            return UNUSABLE
        case TryLater():
            return BUSY
        case _:
            return FAILED
