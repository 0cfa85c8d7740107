"""Education Services closes a tracking issue once everything in it is done, and the award follows.

Closed earlier, or by somebody else, it is opened again, with an explanation. A colleague who closes it once more has
the last word, and those who have to know are told; the partner never has it. After a withdrawal anybody may close it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Reopen, Say, Turn
from bot.domain.closing import CLOSED, REOPENED, last_event
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.gitlab import Person
from bot.domain.needs import Need
from bot.domain.partners.charting import task_names
from bot.domain.partners.progress import PARTNER
from bot.domain.partners.steps import Tell
from bot.domain.partners.tracking import (
    Closing,
    Standing,
    handle_of,
    last_word,
    manager_handle,
    needs_of,
    owner_name,
    partner_standing,
    standing,
)
from bot.domain.plan import distinct
from bot.domain.speech import code
from bot.domain.subject import Subject

HANDBOOK = ("CT-16", "CT-17")


@dataclass(frozen=True, slots=True)
class Settings:
    """Who has to close a finished issue is reminded after `remind_after` business days; `tasks_shown` are named."""

    enabled: bool = True
    remind_after: int = 0
    tasks_shown: int = 5


def tracking_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)


def decide_tracking(facts: IssueFacts, settings: Settings) -> Iterator[Check | Reopen | Say]:
    now = standing(facts, facts.holders)
    is_fine = now.closing not in (Closing.UNDONE, Closing.STANDS, Closing.MOVED)
    yield Check("it is not closed too early, nor by somebody else", is_fine, now.closing.value, "state journal")
    if not now.is_live:
        return
    if now.closing is Closing.UNDONE:
        yield Reopen()
    closes = now.case.programme.closes
    who = owner_name(facts.site.registry, now.case.partner, closes)
    if now.closing is Closing.UNDONE or _is_reopened(facts):
        yield _explained(facts, settings, now, who)
    if now.closing is Closing.OPEN and now.done.is_complete and not now.is_expired:
        nudge = Nudge(settings.remind_after, (handle_of(facts, now.case.partner, closes),))
        yield Say("CT-16", "finished", {"closes": who}, nudge)


def tracking_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """An award follows a close, and the partner's record tells of it, until the day on which it is open again."""
    now, reopened = standing(facts, facts.holders), last_event(facts, REOPENED)
    is_new = reopened is not None and reopened.at.astimezone(facts.site.zone).date() == facts.today
    if is_new or now.closing in (Closing.VALID, Closing.STANDS, Closing.MOVED):
        yield Subject.partner(now.case.partner.id)


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Say | Tell]:
    found = partner_standing(facts)
    if found is None or found[1].closing is not Closing.STANDS:
        return
    (tracking, now), registry = found, facts.site.registry
    closes, event = now.case.programme.closes, last_word(tracking)
    left = [*now.done.open, *(doubt.task for doubt in now.done.doubtful)]
    issue, count = code(tracking.issue.reference), str(len(left))
    values = {"issue": issue, "open": count, "closes": owner_name(registry, facts.partner, closes)}
    who = distinct((manager_handle(registry, facts.partner, facts.accounts), registry.holder(closes)))
    yield Say("CT-17", "stands", values)
    yield Tell("CT-17", "stands", f"closed again {event.at if event else ''}", who, values)


def _explained(facts: IssueFacts, settings: Settings, now: Standing, closes: str) -> Say:
    """Whoever closed it is told once, on the day on which it was opened again."""
    closed, reopened = last_event(facts, CLOSED), last_event(facts, REOPENED)
    is_open = reopened is not None and facts.issue.is_open
    on = reopened.at.astimezone(facts.site.zone).date() if reopened and is_open else facts.today
    who = _closer(facts, closed.user_id if closed else None) or handle_of(facts, now.case.partner, PARTNER)
    tasks = [*now.done.open, *(doubt.task for doubt in now.done.doubtful)]
    values = {"closes": closes, "count": str(len(tasks)), "tasks": task_names(tasks, settings.tasks_shown)}
    return Say("CT-17", "reopened", values, Nudge(who=(who,), turns=(Turn(on, (who,)),)))


def _closer(facts: IssueFacts, user_id: int | None) -> str:
    """By user name, as far as the issue tells whose that id is."""
    people = (*facts.issue.assignees, *(note.author for note in facts.notes), *_accounts(facts))
    return next((one.username for one in people if one.id == user_id and user_id not in facts.guard.bots), "")


def _accounts(facts: IssueFacts) -> Iterator[Person]:
    yield from (one.person for one in facts.accounts.values() if one.person)


def _is_reopened(facts: IssueFacts) -> bool:
    """Whether the last thing that happened is that the bot opened it again."""
    closed, reopened = last_event(facts, CLOSED), last_event(facts, REOPENED)
    is_ours = reopened is not None and reopened.user_id in facts.guard.bots
    return is_ours and reopened == max(filter(None, (closed, reopened)), key=lambda event: (event.at, event.id))
