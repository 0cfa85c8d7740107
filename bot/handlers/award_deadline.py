"""The account manager has seven calendar days from being assigned to an award, is reminded, and is then escalated.

Whoever takes over has seven days of their own. The clock of somebody who only steps out goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.actions import AddLabel, Check, Nudge, RemoveLabel, Say, SetDueDate, Turn
from bot.domain.byhand import may_date
from bot.domain.facts import IssueFacts
from bot.domain.flags import flag
from bot.domain.needs import Need
from bot.domain.partners.awarding import (
    MANAGER,
    Charge,
    Clock,
    Known,
    above,
    charge_of,
    clock_of,
    journey_needs,
    known,
    left,
    needs_of,
    progress_of,
    requirements_of,
)
from bot.domain.partners.eligibility import failing
from bot.domain.speech import handle
from bot.domain.tasklists import listed

HANDBOOK = ("AW-07",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Of `days` calendar days, the account manager is reminded on `remind_on`, and others hear on `escalate_on`.

    All of them count from the day of the assignment.
    """

    enabled: bool = True
    days: int = 7
    remind_on: tuple[int, ...] = (3, 6, 7)
    escalate_on: tuple[int, ...] = (8, 11, 14, 17)


def award_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)
    yield from journey_needs(facts)


def decide_award(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | RemoveLabel | SetDueDate | Say]:
    award = known(facts)
    if award is None or not facts.issue.is_open:
        return
    charge = charge_of(facts, award)
    clock = clock_of(facts, award, charge)
    open_ones = left(progress_of(facts, award), MANAGER)
    yield Check("the account manager's tasks are done", not open_ones, f"{len(open_ones)} open", "task list")
    due = clock.start + timedelta(days=settings.days) if clock else None
    is_late = bool(open_ones) and due is not None and facts.today > due
    # Both labels are of one scope, so GitLab keeps one; what blocks an award is said first.
    overdue = facts.site.labels.certification.award_overdue.name
    is_flagged = is_late and not failing(requirements_of(facts, award))
    yield from flag(facts.issue, overdue, wanted=is_flagged)
    if not open_ones:
        return
    if not charge.is_able:
        yield _absent(facts, charge)
    if clock is None or due is None:
        yield Check("an account manager was assigned", False, "nobody yet", "GitLab's lines about assignments")
        return
    yield Check(f"it is done within {settings.days} days", not is_late, _seen(charge, clock, due), clock.source)
    if may_date(facts) and facts.issue.due_date != due:
        yield SetDueDate(due)
    if charge.is_able:
        yield from _said(facts, settings, award, charge, clock, is_late=is_late)


def _said(
    facts: IssueFacts, settings: Settings, award: Known, charge: Charge, clock: Clock, *, is_late: bool
) -> Iterator[Say]:
    chiefs, due = above(facts.site.registry, charge.handle), clock.start + timedelta(days=settings.days)
    first = clock.first.isoformat() if clock.first != clock.start else ""
    who, since = handle(charge.handle), clock.start.isoformat()
    open_ones = left(progress_of(facts, award), MANAGER)
    blocked = "yes" if failing(requirements_of(facts, award)) else ""
    when = {"since": since, "first": first, "due": due.isoformat()}
    values = {"who": who, **when, "tasks": listed(open_ones), "blocked": blocked}
    if is_late:
        turns = _turns(clock, settings.escalate_on, chiefs)
        yield Say("AW-07", "overdue", values, Nudge(who=chiefs, turns=turns), internal=True)
    else:
        turns = _turns(clock, settings.remind_on, (charge.handle,))
        yield Say("AW-07", "running", values, Nudge(who=(charge.handle,), turns=turns))
    if not charge.is_assigned:
        asked = Nudge(0, who=(charge.handle,))
        yield Say("AW-07", "stepped_out", {"who": who, "due": due.isoformat()}, asked)


def _absent(facts: IssueFacts, charge: Charge) -> Say:
    chiefs = above(facts.site.registry, charge.handle)
    seen = "blocked" if charge.person else "unknown"
    return Say("AW-07", "absent", {"who": handle(charge.handle), "account": seen}, Nudge(0, who=chiefs), internal=True)


def _turns(clock: Clock, days: tuple[int, ...], who: tuple[str, ...]) -> tuple[Turn, ...]:
    return tuple(Turn(clock.start + timedelta(days=number), who) for number in days)


def _seen(charge: Charge, clock: Clock, due: date) -> str:
    return f"{charge.handle} since {clock.start.isoformat()}, due {due.isoformat()}"
