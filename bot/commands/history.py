"""`history`: what the bot did, newest first, with the trigger and the rule."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click

from bot.audit import Audit
from bot.commands._common import configured, format_option, out, print_json, print_table
from bot.store.database import Database


@click.command("history")
@click.option("--subject", help="Only this subject, by its key, like issue:77/42.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@format_option
def command(subject: str | None, limit: int, form: str) -> None:
    """Show what was done, by which rule, because of what."""
    _, environment = configured()
    entries = Audit(Database(environment.database_url, durable=False)).history(subject=subject, limit=limit)
    if form == "json":
        print_json([{**asdict(entry), "at": _when(entry.at)} for entry in entries])
    elif entries:
        rows = [(_when(e.at), e.run, e.subject, e.handler, e.action, e.before, e.outcome) for e in entries]
        print_table("What the bot did", ("at", "run", "subject", "rule", "action", "before", "outcome"), rows)
    else:
        out.print("Nothing yet.")


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
