"""`channel-bot import nfr`: the sheet behind the licence form becomes issues, one for each line, opened once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from bot import logs
from bot.app import Bot
from bot.commands._common import at_option, format_option, print_json, print_table, the_bot
from bot.domain.actions import OpenIssue
from bot.domain.gitlab import Issue
from bot.domain.licensing.standing import FORM_KEY
from bot.domain.plan import Plan, Wish
from bot.domain.subject import SITE
from bot.granted import Granted
from bot.registry.columns import Unreadable
from bot.registry.sheet import Asked, Repeated, day_first_line, read_sheet

DRY = "Nothing was written: dry_run in site.yml is true and wins over --apply. Set it to false to open the issues."
OPEN = "Nothing was written. Run it again with --apply to open these issues."
NOTHING = "Nothing to open: each request that can be read has its issue."
STOPPED = "Nothing was opened: {0} cannot be read. Mend the file, or leave them out with --skip-bad."
RECENT_DAYS = 30
"""What was sent in before that was somebody's work already, and no sheet should open its history by accident."""
MOST = 50
"""Lines that are told one by one; who mends those sees the rest."""


@click.command("nfr")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "wanted", is_flag=True, help="Open the issues; without it they are listed.")
@click.option("--skip-bad", is_flag=True, help="Open the others although some lines cannot be read.")
@click.option("--since", "since", type=click.DateTime(["%Y-%m-%d"]), help="Take in older lines too, from that day on.")
@at_option
@format_option
def nfr(file: Path, *, wanted: bool, skip_bad: bool, since: datetime | None, day: date | None, form: str) -> None:
    """Open an issue for each license request in the form's sheet FILE (CSV) that has none yet.

    One row per request: timestamp, partner, kind (self-managed, SaaS or integration), seats, and if you like contact,
    email, renewal, requested by. What a request lacks is asked for in its issue. A row is known again by its
    timestamp, partner and kind as they are written there, so that the same sheet may be brought in every day. Rows of
    more than 30 days ago are left out and listed, unless --since names an earlier day. In 2/11/2026 the month comes
    first, unless another row, such as 13/11/2026, tells that it is the day.
    """
    logs.configure(level="WARNING")
    bot = the_bot(day=day)
    lines = list(read_sheet(file, bot.snapshot.registry()))
    bad = [one for one in lines if isinstance(one, Unreadable)]
    first = since.date() if since else bot.snapshot.today() - timedelta(days=RECENT_DAYS)
    every = [one for one in lines if isinstance(one, Asked)]
    asked = [one for one in every if one.submitted[:10] >= first.isoformat()]
    there = _there(bot.snapshot.openings.opened(FORM_KEY), every)
    stopped = bool(bad) and not skip_bad
    new = [] if stopped else [one for one in asked if one.key not in there]
    is_dry = bot.config.site.dry_run
    opened = _opened(bot, new) if wanted and not is_dry else {}
    said = _said(bad, new, wanted=wanted, is_dry=is_dry, stopped=stopped)
    old = [one for one in every if one.submitted[:10] < first.isoformat() and one.key not in there]
    repeated = [one for one in lines if isinstance(one, Repeated)]
    if form == "json":
        _as_json(asked, bad, [*old, *repeated], {**there, **opened}, said)
    else:
        _left_out(old, first, repeated, day_first_line(file))
        _print(asked, bad, {**there, **opened}, said)
    if stopped:
        raise click.exceptions.Exit(1)


def _there(opened: Mapping[str, Issue], every: Sequence[Asked]) -> Mapping[str, Issue]:
    """With what was opened for a line before another one told that the day comes first."""
    keys = {one.key for one in every}
    turned = {one.key: opened[one.turned] for one in every if one.turned in opened and one.turned not in keys}
    return {**turned, **opened}


def _left_out(old: list[Asked], first: date, repeated: list[Repeated], day_first: int | None) -> None:
    """The newest of the old lines are told one by one: one that is misread is likely among them."""
    if day_first is not None:
        click.echo(f"line {day_first} has the day before the month, so all days between slashes are read so")
    for one in repeated[:MOST]:
        click.echo(f"line {one.line}: left out, it is line {one.first} once more")
    for late in sorted(old, key=lambda one: one.submitted)[-MOST:]:
        click.echo(f"line {late.line}: left out, {late.partner!r} asked on {late.submitted[:10]}")
    if old:
        lines = "1 line is" if len(old) == 1 else f"{len(old)} lines are"
        oldest = min(one.submitted[:10] for one in old)
        click.echo(f"{lines} older than {first} and left out; --since {oldest} takes all of them in")


def _opened(bot: Bot, new: Iterable[Asked]) -> Mapping[str, Issue]:
    wishes = tuple(Wish("import", OpenIssue(one.key, one.template, one.values)) for one in new)
    bot.apply.openings.grant(Plan(SITE, wishes), lambda: None, Granted())
    return bot.snapshot.openings.opened(FORM_KEY)


def _said(bad: list[Unreadable], new: list[Asked], *, wanted: bool, is_dry: bool, stopped: bool) -> str:
    if stopped:
        return STOPPED.format("1 line" if len(bad) == 1 else f"{len(bad)} lines")
    if not new:
        return NOTHING
    if not wanted:
        return OPEN
    return DRY if is_dry else f"Opened {len(new)} {'issue' if len(new) == 1 else 'issues'}."


def _as_json(
    asked: list[Asked],
    bad: list[Unreadable],
    left_out: Sequence[Asked | Repeated],
    there: Mapping[str, Issue],
    said: str,
) -> None:
    rows = [{**asdict(one), "issue": _where(one, there)} for one in asked]
    others = {"unreadable": [asdict(one) for one in bad], "left_out": [asdict(one) for one in left_out]}
    print_json({"said": said, "requests": rows, **others})


def _print(asked: list[Asked], bad: list[Unreadable], there: Mapping[str, Issue], said: str) -> None:
    columns = ("line", "submitted", "partner", "kind", "seats", "issue")
    print_table("License requests", columns, (_row(one, there) for one in asked))
    for one in bad[:MOST]:
        click.echo(f"line {one.line}: {one.text}")
    if len(bad) > MOST:
        click.echo(f"and {len(bad) - MOST} more lines that cannot be read")
    for request in asked:
        if not request.is_known:
            hint = f"; if it is {request.near}, add this name to its aliases" if request.near else ""
            click.echo(f"line {request.line}: {request.partner!r} is not in the registry{hint}")
    click.echo(said)


def _row(one: Asked, there: Mapping[str, Issue]) -> tuple[object, ...]:
    kind, seats = one.values.get("kind", ""), one.values.get("seats", "")
    return (one.line, one.submitted, one.partner, kind, seats, _where(one, there) or "to be opened")


def _where(one: Asked, there: Mapping[str, Issue]) -> str:
    issue = there.get(one.key)
    if issue is None:
        return ""
    return issue.reference if issue.iid else "opened once"
