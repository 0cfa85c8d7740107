"""A recurrence: its rules and today become the periods whose issue should exist, and the days of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.fiscal import month_in_quarter
from bot.domain.recurrence.days import DueRule, OpenRule, opening
from bot.domain.recurrence.period import DAY, Period, Unit
from bot.domain.workdays import Shift, Workdays

REACH = timedelta(days=31)
"""So far from its period may a moved date lie."""
LONGEST_LEAD = timedelta(days=184)
"""So far ahead of its period may an issue open: what the phrases allow, holidays included."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """One recurring issue, as `config/recurrences.yml` has it; ValueError for a moved date that cannot be meant."""

    key: str
    template: str
    unit: Unit
    due: DueRule
    opens: OpenRule
    holiday: Shift = Shift.NEXT
    """Where the event goes when it falls on no business day."""
    each_region: bool = False
    """One issue for each region."""
    items: str = ""
    """The source of the table's rows; empty for none."""
    milestone: bool = False
    carry_over: bool = False
    """Unfinished items go to the next time."""
    overrides: Mapping[str, date] = field(default_factory=dict, hash=False)
    """Period key to the day on which it takes place instead, holiday or not."""
    days_after: int = 0
    """The issue is due so many calendar days after the event."""
    starts: date | None = None
    """No event before this day has an issue."""
    enabled: bool = True
    flags: Mapping[str, int] = field(default_factory=dict, hash=False)
    """What is true only in that month (1 to 3) of a quarter."""
    catch_up: int = 62
    """A missed period is opened late for so many days after it was due and over."""

    def __post_init__(self) -> None:
        for key, day in self.overrides.items():
            period = Period.parse(key)
            if period.unit is not self.unit:
                raise ValueError(f"{self.key}: {key!r} is no {self.unit}, and it comes once a {self.unit}")
            if not period.first - REACH <= day <= period.last + REACH:
                raise ValueError(f"{self.key}: {day} lies more than {REACH.days} days from {key}, which it stands for")


@dataclass(frozen=True, slots=True, order=True)
class Upcoming:
    """One line of a forecast: the issue of `period` opens on `opens` and is due on `due`."""

    opens: date
    period: Period
    due: date


def event_on(recurrence: Recurrence, period: Period, workdays: Workdays) -> date:
    """The day on which it takes place: the moved date as it is, else the rule's day where holidays put it."""
    moved = recurrence.overrides.get(period.key) if recurrence.overrides else None
    return moved or workdays.shifted(recurrence.due.on(period, workdays), recurrence.holiday)


def due_on(recurrence: Recurrence, period: Period, workdays: Workdays) -> date:
    """The due date of its issue."""
    return event_on(recurrence, period, workdays) + timedelta(days=recurrence.days_after)


def opens_on(recurrence: Recurrence, period: Period, workdays: Workdays) -> date:
    """The day on which its issue opens, at the latest the day of the event."""
    event = event_on(recurrence, period, workdays)
    planned = event if period.key in recurrence.overrides else recurrence.due.on(period, workdays)
    return opening(recurrence.opens, period, planned, event, workdays)


def wanted(recurrence: Recurrence, today: date, workdays: Workdays, latest: Period | None) -> tuple[Period, ...]:
    """The periods whose issue should exist today, oldest first, with those that have theirs already.

    `latest` is the newest period that has an issue. A period is wanted from its opening until it is due and over,
    and for `catch_up` days more when it is newer than `latest`; without `latest` there is no history to catch up.
    """
    missed = timedelta(days=recurrence.catch_up if latest else 0)
    after = REACH + timedelta(days=recurrence.days_after)
    return tuple(
        period
        for period in Period.between(recurrence.unit, today - missed - after, today + LONGEST_LEAD)
        if has_issue(recurrence, period, workdays)
        and opens_on(recurrence, period, workdays) <= today
        and today <= over_on(recurrence, period, workdays) + (missed if latest and period > latest else 0 * DAY)
    )


def over_on(recurrence: Recurrence, period: Period, workdays: Workdays) -> date:
    """The last day on which the period is current: it is neither due nor over before."""
    return max(due_on(recurrence, period, workdays), period.last)


def upcoming(recurrence: Recurrence, start: date, days: int, workdays: Workdays) -> tuple[Upcoming, ...]:
    """What opens in the `days` days from `start` on, in the order in which it opens."""
    end = start + timedelta(days=days)
    periods = Period.between(recurrence.unit, start - REACH, end + LONGEST_LEAD)
    lines = (
        Upcoming(opens_on(recurrence, period, workdays), period, due_on(recurrence, period, workdays))
        for period in periods
        if has_issue(recurrence, period, workdays)
    )
    return tuple(sorted(line for line in lines if start <= line.opens < end))


def has_issue(recurrence: Recurrence, period: Period, workdays: Workdays) -> bool:
    """Whether the recurrence is on and had begun when the period takes place."""
    is_begun = recurrence.starts is None or event_on(recurrence, period, workdays) >= recurrence.starts
    return recurrence.enabled and is_begun


def flags_of(recurrence: Recurrence, period: Period) -> tuple[str, ...]:
    """The flags that are true in that month of the quarter, in the order of the configuration."""
    month = month_in_quarter(period.first)
    return tuple(flag for flag, at in recurrence.flags.items() if at == month)
