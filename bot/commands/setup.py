"""`channel-bot setup`: the group as it is becomes a plan to read, and with `--apply` the group as it should be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import click
from rich.progress import track
from rich.table import Table
from rich.text import Text

from bot.app import build
from bot.commands._common import PATIENTLY, configured, format_option, out, print_json
from bot.config import Config
from bot.environ import Environment
from bot.ground import owners
from bot.setup import Hands, grant, survey
from bot.setup.steps import Difference, Line, Step, lines
from bot.store.database import Database

COLORS = {"+": "green", "~": "yellow", "!": "magenta"}
DRY = "Nothing was written: dry_run in site.yml is true and wins over --apply. Set it to false when the plan is right."
OPEN = "Nothing was written. Run it again with --apply to do this."
SETTLED = "Nothing to do: the group is as the configuration says."
DONE = "Done. A second run finds nothing to do."


@click.command("setup")
@click.option("--apply", "wanted", is_flag=True, help="Write what the plan shows.")
@click.option("--rotate-secrets", "rotate", is_flag=True, help="Write the webhook's secret and signing token anew.")
@click.option("--overwrite", is_flag=True, help="Replace template files that a person changed.")
@format_option
def command(*, wanted: bool, rotate: bool, overwrite: bool, form: str) -> None:
    """Labels, milestones, board, templates and webhooks of the configured group: show the plan, or carry it out."""
    hands = _hands(*configured())
    steps = survey(hands, rotate=rotate, overwrite=overwrite)
    dry = hands.bot.config.site.dry_run
    written = wanted and not dry
    if form == "text":
        _show(steps)
    if written:
        _grant(steps, hands, quiet=form == "json")
    if form == "json":
        print_json(_described(steps, written=written, dry=dry))
    else:
        click.echo(_conclusion(steps, wanted=wanted, dry=dry))


def _hands(config: Config, environment: Environment) -> Hands:
    bot = build(config, environment, Database(environment.database_url, durable=False), waiting=PATIENTLY)
    return Hands(bot, owners(config, environment.gitlab_owner_token, PATIENTLY), environment)


def _grant(steps: Sequence[Step], hands: Hands, *, quiet: bool) -> None:
    """In the plan's order; the first trouble ends it, and the next run goes on from there."""
    for step in track([*_differences(steps)], description="Writing", transient=True, disable=quiet):
        grant(step, hands)


def _differences(steps: Iterable[Step]) -> Iterable[Difference]:
    return (step for step in steps if isinstance(step, Difference))


def _rows(steps: Iterable[Step]) -> list[Line]:
    return [line for step in steps for line in lines(step)]


def _show(steps: Sequence[Step]) -> None:
    rows = _rows(steps)
    shown = [(row.sign, row.area, row.name, row.now, row.wanted) for row in rows if row.sign != "="]
    if shown:
        _print_table(("", "area", "name", "now", "then"), shown)
    for area, count in _kept(rows).items():
        click.echo(f"= {count} {area}{'s' if count != 1 else ''} as they should be")


def _print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Cells are printed as they are: what looks like markup in a label's name is part of the name."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for sign, *cells in rows:
        table.add_row(Text(sign, COLORS[sign]), *map(Text, cells))
    out.print(table)


def _kept(rows: Iterable[Line]) -> Counter[str]:
    return Counter(row.area for row in rows if row.sign == "=")


def _conclusion(steps: Sequence[Step], *, wanted: bool, dry: bool) -> str:
    asked = " What is marked ! is for a person." if any(row.sign == "!" for row in _rows(steps)) else ""
    if not _open(steps):
        return SETTLED + asked
    if wanted and not dry:
        return DONE + asked
    return (DRY if wanted else OPEN) + asked


def _open(steps: Iterable[Step]) -> int:
    return sum(row.sign in "+~" for row in _rows(steps))


def _described(steps: Sequence[Step], *, written: bool, dry: bool) -> dict[str, object]:
    rows = _rows(steps)
    keys = ("sign", "area", "name", "now", "then")
    shown = [
        dict(zip(keys, (row.sign, row.area, row.name, row.now, row.wanted), strict=True))
        for row in rows
        if row.sign != "="
    ]
    return {"applied": written, "dry_run": dry, "changes": _open(steps), "kept": _kept(rows), "steps": shown}
