"""An announcement's dates become a verdict on its notice: right, or what is wrong with it and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.asking import is_ticked, templated
from bot.domain.communications.approving import was_approved_by
from bot.domain.communications.forms import CUSTOMERS, EFFECTIVE, NOTICE
from bot.domain.communications.keys import ANNOUNCEMENT
from bot.domain.communications.newsletter import newsletter_of
from bot.domain.communications.vehicles import carrier, heard_on, is_ahead
from bot.domain.facts import IssueFacts
from bot.domain.form import ProblemKind
from bot.domain.templated import Templated
from bot.domain.workdays import Workdays


class Fault(StrEnum):
    """What is wrong with the dates."""

    UNREAD = "unread"
    """One of them is missing or cannot be read."""
    PAST = "past"
    """Partners were to be told before anybody asked for it, or the day went by and nobody had approved or told them."""
    BACKWARDS = "backwards"
    """The change would count, or customers hear of it, before partners do."""
    SHORT = "short"
    """There are too few days between."""
    LATE = "late"
    """The notice date would do, but the newsletter, by which alone partners hear of it, goes out too late."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The dates as the form has them, the earliest ones that keep the notice, and what is wrong."""

    notice: date | None
    effective: date | None
    customers: date | None
    heard: date | None = None
    """On which partners really hear of it: a newsletter may go out later than the notice date."""
    earliest: date | None = None
    """On which it may take effect; None also where no notice is needed."""
    customers_from: date | None = None
    """On which customers may hear of it."""
    faults: tuple[Fault, ...] = ()
    unread: tuple[str, ...] = ()
    """What people wrote as dates that cannot be read, never to be echoed raw."""
    moved_from: date | None = None
    """The planned day of the newsletter by which alone partners hear of it, where it was moved past the notice date."""

    @property
    def is_right(self) -> bool:
        return not self.faults

    @property
    def is_shifted(self) -> bool:
        """Whether partners hear of it on another day than the notice date."""
        return self.heard != self.notice

    @property
    def is_too_short(self) -> bool:
        return not {Fault.SHORT, Fault.BACKWARDS, Fault.LATE}.isdisjoint(self.faults)


def earliest_effective(notice: date, days: int) -> date:
    """The first day on which a change may take effect, or customers hear of it, when partners are told on `notice`."""
    return notice + timedelta(days=days)


def submit_by(notice: date, lead: int, workdays: Workdays) -> date:
    """The last day to ask for an announcement of `notice`: the team needs `lead` business days."""
    return workdays.before(notice, lead)


def judged(facts: IssueFacts, newsletters: Sequence[IssueFacts]) -> Verdict | None:
    """The verdict of this day on an announcement, beside the newsletters that may carry it; None: it is none.

    A notice day that went by is no fault of an announcement that was approved by then, or of which partners were told.
    """
    case = templated(facts, ANNOUNCEMENT)
    if case is None:
        return None
    notice, effective, customers = (_date(case, key) for key in (NOTICE, EFFECTIVE, CUSTOMERS))
    unread, is_bound = tuple(_unread(case)), _kind(case) in (None, *facts.site.notice.bound)
    if notice is None or (effective is None and is_bound) or unread:
        return Verdict(notice, effective, customers, faults=(Fault.UNREAD,), unread=unread)
    past = (Fault.PAST,) if _is_past(facts, notice, newsletters) else ()
    if effective is None or not is_bound:
        return Verdict(notice, effective, customers, notice, faults=past)
    heard = heard_on(facts, notice, newsletters)
    earliest, customers_from = _least(facts, case, heard)
    faults = (*past, *_faults(facts, case, (notice, heard), (effective, customers)))
    moved_from = _moved_from(facts, notice, newsletters) if heard > notice else None
    return Verdict(notice, effective, customers, heard, earliest, customers_from, faults, moved_from=moved_from)


def _faults(
    facts: IssueFacts, case: Templated, told: tuple[date, date], ends: tuple[date, date | None]
) -> tuple[Fault, ...]:
    """Of a change whose notice date, and day on which partners hear of it, are `told`: what is wrong with its ends."""
    notice, heard = told
    if _is_early(ends, (notice, notice)):
        return (Fault.BACKWARDS,)
    if _is_early(ends, _least(facts, case, notice)):
        return (Fault.SHORT,)
    return (Fault.LATE,) if _is_early(ends, _least(facts, case, heard)) else ()


def _is_early(ends: tuple[date, date | None], least: tuple[date, date]) -> bool:
    return any(end is not None and end < first for end, first in zip(ends, least, strict=True))


def _least(facts: IssueFacts, case: Templated, heard: date) -> tuple[date, date]:
    """On which day it may take effect, and customers may hear of it, where partners hear of it on `heard`."""
    rule = facts.site.notice
    earliest = earliest_effective(heard, rule.days)
    return earliest, earliest if _kind(case) in (None, *rule.customers_after) else heard


def _kind(case: Templated) -> str | None:
    return case.form.values.get("type")


def _is_past(facts: IssueFacts, notice: date, newsletters: Sequence[IssueFacts]) -> bool:
    created = facts.issue.created_at
    asked = created.astimezone(facts.site.zone).date() if created else facts.today
    if is_ticked(facts, f"{ANNOUNCEMENT}.told") or _went_out(facts, notice, newsletters):
        return False
    return notice < asked or (notice < facts.today and not was_approved_by(facts, notice))


def _went_out(facts: IssueFacts, notice: date, newsletters: Sequence[IssueFacts]) -> bool:
    found = carrier(facts, notice, newsletters)
    return found is not None and not is_ahead(found, facts.today)


def _moved_from(facts: IssueFacts, notice: date, newsletters: Sequence[IssueFacts]) -> date | None:
    found = carrier(facts, notice, newsletters)
    news = newsletter_of(found) if found and is_ahead(found, facts.today) else None
    return news.planned if news and news.planned and news.is_moved and news.planned >= notice else None


def _date(case: Templated, key: str) -> date | None:
    written = case.form.values.get(key)
    return date.fromisoformat(written) if written else None


def _unread(case: Templated) -> list[str]:
    dates = (NOTICE, EFFECTIVE, CUSTOMERS)
    doubtful = [one for one in case.form.problems if one.field.key in dates and one.kind is not ProblemKind.MISSING]
    return [seen for one in doubtful for seen in one.seen]
