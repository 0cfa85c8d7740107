"""Whoever has open tasks in a tracking issue hears of it 60, 30, 14, 7 and 0 days before the months are over.

Each role is reminded of its own tasks only. Days count to the last day by the record, which an extension moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.actions import Check, Nudge, Say, Turn
from bot.domain.facts import IssueFacts
from bot.domain.needs import Need
from bot.domain.partners.charting import task_names
from bot.domain.partners.progress import PARTNER
from bot.domain.partners.tracking import EDUCATION, MANAGER, SERVICES, Standing, handle_of, needs_of, standing
from bot.domain.plan import distinct
from bot.domain.speech import dictated

HANDBOOK = ("CT-13",)
OWN = (PARTNER, MANAGER, SERVICES, EDUCATION)
"""The roles that are reminded by themselves."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Of the open tasks the first `tasks_shown` are named."""

    enabled: bool = True
    tasks_shown: int = 3


def tracking_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)


def decide_tracking(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    now = standing(facts, facts.holders)
    days = [now.deadline - timedelta(days=before) for before in now.case.programme.remind_days]
    is_near = facts.today >= min(days, default=date.max)
    yield Check("the last day is far off", not is_near, now.deadline.isoformat(), "the partner's record")
    if is_near and now.is_running:
        yield from _late(facts, settings, now, days)


def _late(facts: IssueFacts, settings: Settings, now: Standing, days: Sequence[date]) -> Iterator[Say]:
    """One point for each role, since each is reminded by itself; roles that the template lends a section share one."""
    left = {owner: progress.open for owner, progress in now.done.roles.items() if progress.open}
    others = [owner for owner in left if owner not in OWN]
    for owners in (*((owner,) for owner in OWN if owner in left), *([tuple(others)] if others else [])):
        who = distinct(handle_of(facts, now.case.partner, owner) for owner in owners)
        tasks = [task for owner in owners for task in left[owner]]
        nudge = Nudge(who=who, turns=tuple(Turn(day, who) for day in days))
        yield _said(owners[0], now, task_names(tasks, settings.tasks_shown), nudge)


def _said(owner: str, now: Standing, tasks: str, nudge: Nudge) -> Say:
    partner, deadline = dictated(now.case.partner.name), now.deadline.isoformat()
    values = {"partner": partner, "tasks": tasks, "deadline": deadline}
    match owner:
        case "partner":
            return Say("CT-13", "late_partner", values, nudge)
        case "account_manager":
            return Say("CT-13", "late_manager", values, nudge)
        case "channel_services":
            return Say("CT-13", "late_services", values, nudge)
        case "education_services":
            return Say("CT-13", "late_education", values, nudge)
        case _:
            return Say("CT-13", "late_others", values, nudge)
