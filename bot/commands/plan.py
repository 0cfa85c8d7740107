"""`plan`: everything the bot would do, on a day of your choice, without doing it."""

from __future__ import annotations

from datetime import date

import click

from bot.commands import _plans
from bot.commands._common import at_option, format_option, the_bot


@click.command("plan")
@at_option
@format_option
def command(day: date | None, form: str) -> None:
    """Show what would be done about every open issue and the milestones. Never writes."""
    bot = the_bot(day=day, in_memory=True)
    _plans.show(bot.sweeper.proposals(full=True), bot.apply, form)
