"""When nobody does anything in a tracking issue for thirty days, whoever has the next open task is asked how it goes.

Comments and ticks of people count, never what the bot does; another thirty days later they are asked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.actions import Check, Nudge, Say, Turn
from bot.domain.facts import IssueFacts
from bot.domain.needs import Need
from bot.domain.partners.tracking import Standing, handle_of, needs_of, owner_name, standing
from bot.domain.speech import code
from bot.domain.ticks import ticks

HANDBOOK = ("CT-18",)


@dataclass(frozen=True, slots=True)
class Settings:
    """`days` without a word are too many; ValueError for less than one."""

    enabled: bool = True
    days: int = 30

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError(f"days is {self.days}; give at least 1")


def tracking_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)


def decide_tracking(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    now = standing(facts, facts.holders)
    if not now.is_running:
        return
    last = _last_deed(facts, now)
    is_stale = facts.today - last >= timedelta(days=settings.days)
    claim = f"somebody did something within {settings.days} days"
    yield Check(claim, not is_stale, last.isoformat(), "comments and ticks")
    if is_stale:
        yield _asked(facts, settings, now, last)


def _last_deed(facts: IssueFacts, now: Standing) -> date:
    """The day of the last comment or tick by a person; else the day from which there was time to do something."""
    record, zone = now.case.record, facts.site.zone
    said = [note.created_at for note in facts.notes if not note.system and note.author.id not in facts.guard.bots]
    ticked = [tick.at for tick in ticks(facts.notes) if tick.user_id not in facts.guard.bots]
    days = [moment.astimezone(zone).date() for moment in (*said, *ticked) if moment]
    return max([*days, *(one.on for one in record.extensions), record.started_on or facts.today])


def _asked(facts: IssueFacts, settings: Settings, now: Standing, last: date) -> Say:
    task = next(task for task in now.done.matched.tasks if not now.done.is_done(task.id))
    who = (handle_of(facts, now.case.partner, task.owner),)
    step = timedelta(days=settings.days)
    turns = tuple(Turn(last + step * turn, who) for turn in range(1, (facts.today - last) // step + 1))
    owner = owner_name(facts.site.registry, now.case.partner, task.owner)
    values = {"since": last.isoformat(), "task": code(task.text), "owner": owner}
    return Say("CT-18", "stale", values, Nudge(who=who, turns=turns))
