"""An announcement's dates become a verdict on its notice: right, or what is wrong with it and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.communications.forms import CUSTOMERS, EFFECTIVE, NOTICE
from bot.domain.facts import IssueFacts
from bot.domain.form import ProblemKind
from bot.domain.recurrence.notice import earliest_effective
from bot.domain.templated import Templated


class Fault(StrEnum):
    """What is wrong with the dates."""

    UNREAD = "unread"
    """One of them is missing or cannot be read."""
    PAST = "past"
    """Partners were to be told before anybody asked for it, or the day went by without an approval."""
    BACKWARDS = "backwards"
    """The change would count, or customers hear of it, before partners do."""
    SHORT = "short"
    """There are too few days between."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The dates as the form has them, the earliest ones that keep the notice, and what is wrong."""

    notice: date | None
    effective: date | None
    customers: date | None
    earliest: date | None
    """For both ends: on which the change may take effect, and customers may hear of it."""
    faults: tuple[Fault, ...] = ()
    unread: tuple[str, ...] = ()
    """What people wrote as dates that cannot be read, never to be echoed raw."""

    @property
    def is_right(self) -> bool:
        return not self.faults

    @property
    def is_too_short(self) -> bool:
        return Fault.SHORT in self.faults or Fault.BACKWARDS in self.faults


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """`days` calendar days of notice; for changes of the kinds `customers_after`, customers hear of it no earlier."""

    days: int = 30
    customers_after: tuple[str, ...] = ("pricing", "tiering", "terms", "eoa")


def judged(facts: IssueFacts, case: Templated, rule: NoticeRule) -> Verdict:
    """The verdict of this day; a notice day that went by is no fault of an announcement that was approved."""
    notice, effective, customers = (_date(case, key) for key in (NOTICE, EFFECTIVE, CUSTOMERS))
    unread = tuple(_unread(case))
    if notice is None or effective is None or unread:
        return Verdict(notice, effective, customers, None, (Fault.UNREAD,), unread)
    earliest = earliest_effective(notice, rule.days)
    is_bound = case.form.values.get("type") in rule.customers_after
    ends = (effective, customers) if customers and is_bound else (effective,)
    faults = []
    if _is_past(facts, notice):
        faults.append(Fault.PAST)
    if any(end < notice for end in ends):
        faults.append(Fault.BACKWARDS)
    elif any(end < earliest for end in ends):
        faults.append(Fault.SHORT)
    return Verdict(notice, effective, customers, earliest, tuple(faults))


def _is_past(facts: IssueFacts, notice: date) -> bool:
    created = facts.issue.created_at
    asked = created.astimezone(facts.site.zone).date() if created else facts.today
    is_approved = facts.site.labels.communication.approved.name in facts.issue.labels
    return notice < asked or (notice < facts.today and not is_approved)


def _date(case: Templated, key: str) -> date | None:
    written = case.form.values.get(key)
    return date.fromisoformat(written) if written else None


def _unread(case: Templated) -> list[str]:
    dates = (NOTICE, EFFECTIVE, CUSTOMERS)
    doubtful = [one for one in case.form.problems if one.field.key in dates and one.kind is not ProblemKind.MISSING]
    return [seen for one in doubtful for seen in one.seen]
