"""A recurrence: its rules and today become the periods whose issue should exist, and the days of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.fiscal import month_in_quarter
from bot.domain.recurrence.days import DueRule, OpenRule, lead, opening
from bot.domain.recurrence.period import Period, Unit
from bot.domain.workdays import Shift, Workdays

REACH = timedelta(days=31)
"""So far from its period may a moved date lie."""


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
    named: Mapping[str, DueRule] = field(default_factory=dict, hash=False)
    """Further days of a period that the template names, by the value's name; moved by holidays as the event is."""

    def __post_init__(self) -> None:
        for key, day in self.overrides.items():
            period = Period.parse(key)
            if period.unit is not self.unit:
                raise ValueError(f"{self.key}: {key!r} is no {self.unit}, and it comes once a {self.unit}")
            if not period.first - REACH <= day <= period.last + REACH:
                raise ValueError(f"{self.key}: {day} lies more than {REACH.days} days from {key}, which it stands for")


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one period: its issue `opens`, the `event` takes place, the issue is `due`; in this order."""

    opens: date
    event: date
    due: date


@dataclass(frozen=True, slots=True, order=True)
class Upcoming:
    """One line of a forecast: the issue of `period` opens on `opens` and is due on `due`."""

    opens: date
    period: Period
    due: date


def days_of(recurrence: Recurrence, period: Period, workdays: Workdays) -> Days:
    """The event is on the moved date as it is, else on the rule's day where holidays put it."""
    moved = recurrence.overrides.get(period.key) if recurrence.overrides else None
    planned = moved or recurrence.due.on(period, workdays)
    event = moved or workdays.shifted(planned, recurrence.holiday)
    opens = opening(recurrence.opens, period, planned, event, workdays)
    return Days(opens, event, event + timedelta(days=recurrence.days_after))


def event_on(recurrence: Recurrence, period: Period, workdays: Workdays) -> date:
    """The day on which it takes place."""
    return days_of(recurrence, period, workdays).event


def due_on(recurrence: Recurrence, period: Period, workdays: Workdays) -> date:
    """The due date of its issue."""
    return days_of(recurrence, period, workdays).due


def opens_on(recurrence: Recurrence, period: Period, workdays: Workdays) -> date:
    """The day on which its issue opens, at the latest the day of the event."""
    return days_of(recurrence, period, workdays).opens


def wanted(recurrence: Recurrence, today: date, workdays: Workdays, latest: Period | None) -> tuple[Period, ...]:
    """The periods whose issue should exist today, oldest first, with those that have theirs already.

    `latest` is the newest period that has an issue. A period is wanted from its opening until it is due, and
    for `catch_up` days more when it is newer than `latest`; without `latest` there is no history to catch up.
    """
    start = today - REACH - timedelta(days=recurrence.days_after)
    missed = today - timedelta(days=recurrence.catch_up)
    if latest and latest.last < start:
        start = max(latest.last, start - timedelta(days=recurrence.catch_up))
    return tuple(
        period
        for period, days in _between(recurrence, start, today, workdays)
        if days.opens <= today and days.due >= (missed if latest and period > latest else today)
    )


def upcoming(recurrence: Recurrence, start: date, days: int, workdays: Workdays) -> tuple[Upcoming, ...]:
    """What opens in the `days` days from `start` on, in the order in which it opens."""
    end = start + timedelta(days=days)
    found = _between(recurrence, start - REACH, end, workdays)
    return tuple(sorted(Upcoming(at.opens, period, at.due) for period, at in found if start <= at.opens < end))


def _between(recurrence: Recurrence, start: date, end: date, workdays: Workdays) -> Iterator[tuple[Period, Days]]:
    """Those with a day from `start` on whose issue may open by `end`, where the recurrence is on and had begun."""
    if not recurrence.enabled:
        return
    for period in Period.between(recurrence.unit, start, end + REACH + lead(recurrence.opens)):
        days = days_of(recurrence, period, workdays)
        if recurrence.starts is None or days.event >= recurrence.starts:
            yield period, days


def named_days(recurrence: Recurrence, period: Period, workdays: Workdays) -> Mapping[str, date]:
    """The further days of the period that its template names."""
    rules = recurrence.named.items()
    return {name: workdays.shifted(rule.on(period, workdays), recurrence.holiday) for name, rule in rules}


def flags_of(recurrence: Recurrence, period: Period) -> tuple[str, ...]:
    """The flags that are true in that month of the quarter, in the order of the configuration."""
    month = month_in_quarter(period.first)
    return tuple(flag for flag, at in recurrence.flags.items() if at == month)
