"""`demo`: a sandbox GitLab, the bot, and a story that several people play on them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from rich.console import Console

from bot.commands._common import Day
from bot.demo.show import Wishes, perform
from bot.errors import AskAPerson
from bot.sandbox.world import Tier


@click.command("demo")
@click.option("--keep", is_flag=True, help="Leave both running until interrupted, and restart what dies.")
@click.option("--no-story", is_flag=True, help="Only start them.")
@click.option(
    "--describe",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write addresses, tokens, variables and process ids to this file, as JSON.",
)
@click.option("--database", metavar="URL", help="The bot's database; a file of its own unless told otherwise.")
@click.option(
    "--tier", default="premium", show_default=True, type=click.Choice(["premium", "free"]), help="GitLab's plan."
)
@click.option("--at", type=Day(), help="The sandbox's date when it starts (YYYY-MM-DD).")
def command(
    *, keep: bool, no_story: bool, describe: Path | None, database: str | None, tier: Tier, at: date | None
) -> None:
    """Start a sandbox GitLab and the bot, and play a story on them; nothing outside this machine is touched."""
    wishes = Wishes(keep, not no_story, describe.resolve() if describe else None, database, tier, at)
    if trouble := perform(wishes, Console()):
        raise AskAPerson(trouble.splitlines()[0])
