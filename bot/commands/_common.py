"""What several subcommands need: the bot put together from the environment, tables, and output for programs."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import Bot, build
from bot.config import Config, config_dir, load
from bot.domain.fiscal import FIRST_DAY, LAST_DAY
from bot.environ import Environment
from bot.errors import Forbidden, NotThere
from bot.rest.waiting import A_MINUTE, Waiting
from bot.store.database import Database

IN_MEMORY = "sqlite://"

NOTICED = 4.0
"""Seconds after which a person wonders what a command waits for."""
WIDE = 200
"""Columns of a table that no terminal bounds, such as in a pipeline's log."""

out = Console(soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True, soft_wrap=True)

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="What to print: for people or programs.",
)


class Day(click.ParamType[date]):
    """A calendar date, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = value if isinstance(value, date) else datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007
        except ValueError:
            self.fail(f"{value!r} is no date; write it like 2026-12-01", param, ctx)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail(
                f"{day} is in no fiscal year from FY01 to FY99; give a day from {FIRST_DAY} to {LAST_DAY}", param, ctx
            )
        return day


at_option = click.option("--at", "day", type=Day(), help="Decide as if it were this day (YYYY-MM-DD).")


def configured() -> tuple[Config, Environment]:
    """Configuration and variables, or ConfigError with everything that is wrong."""
    environment = Environment.read()
    return load(config_dir(os.environ), os.environ), environment


def _wait(seconds: float) -> None:
    if seconds >= NOTICED:
        err.print(f"GitLab is asked too much just now; going on in {seconds:.0f} s.")
    time.sleep(seconds)


PATIENTLY: Final = Waiting(A_MINUTE, _wait)


def the_bot(*, day: date | None = None, in_memory: bool = False, waiting: Waiting = PATIENTLY) -> Bot:
    """The bot on the configured database, or on one in memory, which reads the registry first and forgets it all."""
    config, environment = configured()
    database = Database(IN_MEMORY if in_memory else environment.database_url, durable=False)
    bot = build(config, environment, database, day=day, waiting=waiting)
    if in_memory:
        # Without its project the files beside the configuration serve, as they do for a bot that has just begun.
        with suppress(NotThere, Forbidden):
            bot.worker.registries.look()
    return bot


def print_json(value: object) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        # As text, never as markup: what people wrote may look like it.
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    out.print(table)
