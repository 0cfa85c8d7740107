"""A partner and a programme become what an award asks for, on the way to it as well as in the registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from bot.domain.closing import CLOSED, last_event
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.partners.cases import Award
from bot.domain.partners.eligibility import Requirement, verdict
from bot.domain.partners.programme import Programme
from bot.domain.partners.record import Record
from bot.domain.partners.tracking import Standing, owner_name, partner_standing
from bot.domain.speech import clean, code

RECORD: Final = "the partner's record"


def requirements(facts: PartnerFacts, programme: Programme) -> tuple[Requirement, ...]:
    """Everything that has to hold before the partner is given the certification."""
    rows = verdict(facts.site.registry, facts.partner, programme, facts.today)
    return (*rows, *journey(facts, programme))


def journey(facts: PartnerFacts, programme: Programme) -> tuple[Requirement, ...]:
    """What is asked of the way to it: none of a programme in which nobody enrols."""
    return tuple(_journey(facts, programme)) if programme.is_tracked else ()


def unread(today: date) -> Requirement:
    """Stands for the way to an award where GitLab does not let the bot look at it."""
    claim, seen = "the way to the award is known", "hidden from the bot"
    return Requirement("journey", claim, "known", seen, False, RECORD, today, "CT-16")


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


def closed_on(facts: IssueFacts) -> date | None:
    """The day on which a closed issue was closed, in the team's zone; None also where GitLab does not tell."""
    event = None if facts.issue.is_open else last_event(facts, CLOSED)
    return event.at.astimezone(facts.site.zone).date() if event else None


def _journey(facts: PartnerFacts, programme: Programme) -> Iterator[Requirement]:
    record = facts.record
    is_running = record is not None and record.is_running
    claim, seen = "the partner is enrolled in the programme", _enrolled(record)
    yield Requirement("enrolled", claim, "enrolled", seen, is_running, RECORD, facts.today, "CT-06")
    found = partner_standing(facts) if is_running else None
    if found:
        yield from _ending(facts, *found)
    elif is_running:
        claim, seen = "the tracking issue is closed", "gone, or hidden from the bot"
        yield Requirement("tracking", claim, "closed", seen, False, RECORD, facts.today, "CT-16")


def _ending(facts: PartnerFacts, tracking: IssueFacts, found: Standing) -> Iterator[Requirement]:
    source, day, is_open = f"tracking issue {tracking.issue.reference}", facts.today, tracking.issue.is_open
    claim, seen = "the tracking issue is closed", "open" if is_open else "closed"
    yield Requirement("tracking", claim, "closed", seen, not is_open, source, day, "CT-16")
    if not is_open:
        role = owner_name(facts.site.registry, facts.partner, found.case.programme.closes)
        event, holders = last_event(tracking, CLOSED), facts.holders.get(found.case.programme.closes, frozenset())
        holds = event is not None and event.user_id in holders
        seen = f"somebody of {role}" if holds else "somebody else"
        yield Requirement("closer", f"{role} closed it", role, seen, holds, source, day, "CT-16")
    done, due = found.done, found.deadline.isoformat()
    seen = f"{len(done.open)} open, {len(done.doubtful)} to be confirmed"
    claim = "each of its tasks is done by whom it is for"
    yield Requirement("tasks", claim, "none open", seen, done.is_complete, source, day, "CT-16")
    claim, seen = f"all was done by {due}", "too late" if found.is_expired else "in time"
    yield Requirement("deadline", claim, f"by {due}", seen, not found.is_expired, source, day, "CT-14")


def _enrolled(record: Record | None) -> str:
    if record is not None and record.withdrawn_on:
        return f"withdrawn on {record.withdrawn_on.isoformat()}"
    return "enrolled" if record is not None and record.is_running else "not enrolled"


def _programme(award: IssueFacts) -> str:
    return award.case.programme.key if isinstance(award.case, Award) and award.case.programme else ""


def _line(row: Requirement) -> str:
    return f"{clean(row.claim)}: it is {code(row.seen)} ({shown_source(row)})"
