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
    is_skipped_when_empty: bool = False
    """A time that has nothing to list has no issue."""
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
    """The event is on the moved date as it is, else on the rule's day where holidays put it.

    They put no week's event into another week: two would be due on one day, one of them before it begins.
    """
    moved = recurrence.overrides.get(period.key) if recurrence.overrides else None
    planned = moved or recurrence.due.on(period, workdays)
    event = moved or _placed(planned, recurrence.holiday, period, workdays)
    opens = opening(recurrence.opens, period, planned, event, workdays)
    return Days(opens, event, event + timedelta(days=recurrence.days_after))


def event_on(recurrence: Recurrence, period: Period, workdays: Workdays) -> date:
    """The day on which it takes place."""
    return days_of(recurrence, period, workdays).event


def due_on(recurrence: Recurrence, period: Period, workdays: Workdays) -> date:
    """The due date of its issue."""
    return days_of(recurrence, period, workdays).due


def wanted(
    recurrence: Recurrence, today: date, workdays: Workdays, since: Period | None, resumed: date | None = None
) -> tuple[Period, ...]:
    """The periods whose issue should exist today, oldest first, with those that have theirs already.

    A period is wanted from its opening until it is due. Every one after `since` that has no issue was missed, and is
    wanted for `catch_up` days more; without `since` there is no history to catch up. What was due before it was
    `resumed`, switched on again, nobody wanted.
    """
    start = today - REACH - timedelta(days=recurrence.days_after)
    missed = max(today - timedelta(days=recurrence.catch_up), min(resumed or date.min, today))
    if since and since.last < start:
        start = max(since.last, start - timedelta(days=recurrence.catch_up))
    return tuple(
        period
        for period, days in _between(recurrence, start, today, workdays)
        if days.opens <= today and days.due >= (missed if since and period > since else today)
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
    return {name: _placed(rule.on(period, workdays), recurrence.holiday, period, workdays) for name, rule in rules}


def _placed(day: date, how: Shift, period: Period, workdays: Workdays) -> date:
    """Where holidays put that day; one of a week stays in it, on the nearest business day the other way, or as it is.

    A week of holidays alone has no business day at all.
    """
    if period.unit is not Unit.WEEK:
        return workdays.shifted(day, how)
    planned = min(max(day, period.first), period.last)
    others = (how, *(one for one in (Shift.PREVIOUS, Shift.NEXT) if how is not Shift.STAY))
    found = (workdays.shifted(planned, one) for one in others)
    return next((one for one in found if period.first <= one <= period.last), planned)


def flags_of(recurrence: Recurrence, period: Period) -> tuple[str, ...]:
    """The flags that are true in that month of the quarter, in the order of the configuration."""
    month = month_in_quarter(period.first)
    return tuple(flag for flag, at in recurrence.flags.items() if at == month)
