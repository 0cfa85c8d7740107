"""`forecast`: what would be opened, reminded of and escalated on each of the coming days, also as a calendar file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

import click

from bot.app import Bot
from bot.commands import _days
from bot.commands._common import at_option, out, print_json, the_bot
from bot.forecast import Coming, Drafts, Forecaster

LONGEST = 731
"""Two years of days."""
LINE_OCTETS = 75
"""RFC 5545, 3.1: a longer line goes on behind a line break and a blank."""
LINES = "\n"
TITLE = 80
"""Signs of an event's title; its description has all of it."""


@click.command("forecast")
@click.option("--days", type=click.IntRange(1, LONGEST), default=90, show_default=True, help="How far to look ahead.")
@at_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "ics"]),
    default="text",
    help="What to print: for people, for programs, or for a calendar.",
)
def command(days: int, day: date | None, form: str) -> None:
    """Show day by day what would happen if people did nothing. Never writes."""
    bot = the_bot(day=day, in_memory=True)
    coming = forecaster(bot).coming(days)
    match form:
        case "json":
            print_json([_as_json(one) for one in coming])
        case "ics":
            click.echo(calendar(coming, bot.gateway.now()), nl=False)
        case _:
            for line in _days.page(coming, days, bot.site.group):
                out.print(line, markup=False, highlight=False)


def forecaster(bot: Bot) -> Forecaster:
    wording, drafts = bot.apply.wording, Drafts(bot.snapshot, bot.rules, bot.apply.openings.draft)
    reminders, says_news = bot.apply.reminders, bot.apply.says_news
    return Forecaster(bot.snapshot, bot.rules, reminders, wording, wording.renderer, says_news, drafts)


def calendar(coming: Iterable[Coming], now: datetime) -> str:
    """The days as an iCalendar file (RFC 5545): one event of a whole day each, known again by its UID."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Channels bot//forecast//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    lines += [line for one in coming for line in _event(one, now)]
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _event(one: Coming, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(one)}@channel-bot"
    yield f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(f'{one.kind}: {_days.plain(one.what, TITLE)}')}"
    yield f"DESCRIPTION:{_escaped(LINES.join([one.what, f'{one.where}, rule {one.handler}']))}"
    if one.url:
        yield f"URL:{one.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _uid(one: Coming) -> str:
    """What moves to another day, or is worded otherwise, stays the same event, so that a second import moves it."""
    once = one.kind in {"open", "due"}
    said = [one.kind, one.where, one.key, "" if once else one.on.isoformat()]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _escaped(text: str) -> str:
    """RFC 5545, 3.3.11; signs that steer a terminal have no place in it."""
    text = "".join(char for char in text if char == "\n" or char.isprintable())
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """No line is longer than the format allows, and no character is torn apart."""
    part = ""
    for char in line:
        if len(part.encode()) + len(char.encode()) > LINE_OCTETS:
            yield part
            part = " "
        part += char
    yield part


def _as_json(one: Coming) -> dict[str, object]:
    return {
        "on": one.on.isoformat(),
        "where": one.where,
        "kind": one.kind,
        "handler": one.handler,
        "what": one.what,
        "url": one.url or None,
    }
