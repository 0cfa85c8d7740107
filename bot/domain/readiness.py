"""A partner and a programme become what an award asks for, on the way to it as well as in the registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from bot.domain.cases import Award, Tracking
from bot.domain.eligibility import Requirement, verdict
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.places import StateEvent
from bot.domain.programme import Programme
from bot.domain.progress import completion
from bot.domain.provisioning import deadline_of
from bot.domain.record import Record
from bot.domain.speech import clean, code

CLOSED: Final = "closed"
REOPENED: Final = "reopened"
RECORD: Final = "the partner's record"
TRACKING: Final = "the tracking issue"


def requirements(facts: PartnerFacts, programme: Programme) -> tuple[Requirement, ...]:
    """Everything that has to hold before the partner is given the certification."""
    rows = verdict(facts.site.registry, facts.partner, programme, facts.today)
    return (*rows, *journey(facts, programme))


def journey(facts: PartnerFacts, programme: Programme) -> tuple[Requirement, ...]:
    """What is asked of the way to it: none of a programme in which nobody enrols."""
    return tuple(_journey(facts, programme)) if programme.is_tracked else ()


def awards_for(facts: PartnerFacts, programme: Programme) -> tuple[IssueFacts, ...]:
    """The partner's award issues of the programme, open and closed, oldest first."""
    return tuple(one for one in facts.awards if _programme(one) == programme.key)


def failing_lines(rows: Iterable[Requirement]) -> str:
    """What does not hold, as lines of a list below a point."""
    return "\n".join(f"  - {_line(row)}" for row in rows if not row.holds)


def shown_source(row: Requirement) -> str:
    """Where the value comes from, as of when, and the rule that asks for it."""
    as_of = f", as of {row.as_of.isoformat()}" if row.as_of else ""
    return f"{row.source}{as_of}; {row.rule}"


def last_event(facts: IssueFacts, state: str) -> StateEvent | None:
    """The latest time that somebody closed or reopened the issue."""
    found = [event for event in facts.state_events if event.state == state]
    return max(found, key=lambda event: (event.at, event.id), default=None)


def closed_on(facts: IssueFacts) -> date | None:
    """The day on which a closed issue was closed, in the team's zone; None also where GitLab does not tell."""
    event = None if facts.issue.is_open else last_event(facts, CLOSED)
    return event.at.astimezone(facts.site.zone).date() if event else None


def _journey(facts: PartnerFacts, programme: Programme) -> Iterator[Requirement]:
    record, tracking = facts.record, facts.tracking
    is_running = record is not None and record.is_running
    claim, seen = "the partner is enrolled in the programme", _enrolled(record)
    yield Requirement("enrolled", claim, "enrolled", seen, is_running, RECORD, facts.today, "CT-06")
    if not is_running:
        return
    if tracking is None:
        claim, seen = "the tracking issue is there", "gone, or hidden from the bot"
        yield Requirement("tracking", claim, "closed", seen, False, RECORD, facts.today, "CT-16")
        return
    yield from _ending(facts, tracking, programme)


def _ending(facts: PartnerFacts, tracking: IssueFacts, programme: Programme) -> Iterator[Requirement]:
    source, is_closed = f"{TRACKING} {tracking.issue.reference}", not tracking.issue.is_open
    claim, seen = "the tracking issue is closed", "closed" if is_closed else "open"
    yield Requirement("tracking", claim, "closed", seen, is_closed, source, facts.today, "CT-16")
    if is_closed and programme.closes:
        yield _closer(facts, tracking, programme, source)
    if isinstance(tracking.case, Tracking):
        found = completion(tracking, tracking.case.master, facts.holders)
        seen = f"{len(found.open)} open, {len(found.doubtful)} to be confirmed"
        claim = "every task is done, by whom it is for"
        yield Requirement("tasks", claim, "none open", seen, found.is_complete, source, facts.today, "CT-16")
    ended, due = closed_on(tracking) or facts.today, deadline_of(facts, programme)
    claim, seen = f"it is done by {due.isoformat()}", ended.isoformat()
    yield Requirement("deadline", claim, f"by {due.isoformat()}", seen, ended <= due, source, facts.today, "CT-14")


def _closer(facts: PartnerFacts, tracking: IssueFacts, programme: Programme, source: str) -> Requirement:
    event, role = last_event(tracking, CLOSED), facts.site.registry.role(programme.closes)
    holders, name = facts.holders.get(programme.closes, frozenset()), role.name if role else programme.closes
    holds = event is not None and event.user_id in holders
    seen = f"somebody of {name}" if holds else "somebody else"
    claim = f"{name} closed it"
    return Requirement("closer", claim, name, seen, holds, source, facts.today, "CT-16")


def _enrolled(record: Record | None) -> str:
    if record is not None and record.withdrawn_on:
        return f"withdrawn on {record.withdrawn_on.isoformat()}"
    return "enrolled" if record is not None and record.is_running else "not enrolled"


def _programme(award: IssueFacts) -> str:
    return award.case.programme.key if isinstance(award.case, Award) and award.case.programme else ""


def _line(row: Requirement) -> str:
    return f"{clean(row.claim)}: it is {code(row.seen)} ({shown_source(row)})"
