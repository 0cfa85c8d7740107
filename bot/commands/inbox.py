"""`inbox`: what waits for a person, and what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from rich.markup import escape

from bot.commands._common import configured, format_option, out, print_json, print_table
from bot.errors import AskAPerson
from bot.inbox import Inbox
from bot.store.database import Database


@click.group("inbox")
def command() -> None:
    """List, retry or drop what the bot could not do by itself."""


@command.command("list")
@format_option
def list_(form: str) -> None:
    """Show the dead letters: subjects by their key, unreadable deliveries by their id."""
    inbox = _inbox()
    letters = inbox.dead_letters()
    if form == "json":
        rows = [{"name": x.name, "at": _when(x.at), "attempts": x.attempts, "reason": x.reason} for x in letters]
        print_json({"dead_letters": rows, "pending": inbox.pending(), "lag_seconds": inbox.lag()})
        return
    if letters:
        rows_ = [(x.name, _when(x.at), x.attempts, x.reason) for x in letters]
        print_table("Dead letters", ("name", "since", "attempts", "reason"), rows_)
    else:
        out.print("No dead letters.")
    out.print(f"{inbox.pending()} subjects pending, the oldest {inbox.lag():.0f} s overdue.")


@command.command("retry")
@click.argument("name")
def retry(name: str) -> None:
    """Work on a subject (KEY) or a delivery (ID) again."""
    if not _inbox().retry(name):
        raise AskAPerson(f"nothing here is called {name!r}; `channel-bot inbox list` shows what waits")
    out.print(f"{escape(name)} will be tried again.")


@command.command("drop")
@click.argument("name")
def drop(name: str) -> None:
    """Give a dead letter up for good."""
    if not _inbox().drop(name):
        raise AskAPerson(f"nothing here is called {name!r}; `channel-bot inbox list` shows what waits")
    out.print(f"{escape(name)} is dropped.")


def _inbox() -> Inbox:
    _, environment = configured()
    return Inbox(Database(environment.database_url, durable=False))


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
