"""The rules behind the phrases: a period becomes the day it is due, a due day becomes the day its issue opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias, assert_never

from bot.domain.fiscal import Quarter
from bot.domain.recurrence.period import DAY, Period, Unit, month_end
from bot.domain.workdays import Shift, Workdays

LAST = -1
"""Counted from the end: the last one."""
LONGEST_CLOSING = 31
"""So many days on end may be holidays."""
LONGEST_QUARTER = 92


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """`count` is 1 to 4 or LAST, `weekday` 0 (Monday) to 6."""

    count: int
    weekday: int


@dataclass(frozen=True, slots=True)
class NearestWeekday:
    """The weekday from 3 days before to 3 days after that day of the month."""

    weekday: int
    day: int


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """1 to 28 or LAST."""

    day: int


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """The first (1) or the LAST business day; outside the span only where the span has none."""

    count: int


Pick: TypeAlias = NthWeekday | NearestWeekday | DayOfMonth | BusinessDay


@dataclass(frozen=True, slots=True)
class DueRule:
    """Which day of a period; `month` (1 to 3) says which month of a quarter, None for weeks and months."""

    pick: Pick
    month: int | None = None

    def on(self, period: Period, workdays: Workdays) -> date:
        """The day by the calendar alone, business day or not."""
        first, last = self._span(period)
        match self.pick:
            case NthWeekday(count, weekday):
                return _nth(first, last, count, weekday)
            case NearestWeekday(weekday, day):
                earliest = first + (day - 4) * DAY
                return earliest + (weekday - earliest.weekday()) % 7 * DAY
            case DayOfMonth(day):
                return last if day == LAST else first + (day - 1) * DAY
            case BusinessDay(count):
                return workdays.shifted(last, Shift.PREVIOUS) if count == LAST else workdays.shifted(first, Shift.NEXT)
            case _:
                assert_never(self.pick)

    def _span(self, period: Period) -> tuple[date, date]:
        if period.unit is not Unit.QUARTER or self.month is None:
            return period.first, period.last
        first = Quarter.of(period.first).month(self.month)
        return first, month_end(first)


@dataclass(frozen=True, slots=True)
class OnWeekday:
    """That weekday (0 is Monday) of the week in which it is due by the calendar."""

    weekday: int


@dataclass(frozen=True, slots=True)
class FirstDay:
    """The first day of the period."""


@dataclass(frozen=True, slots=True)
class FirstBusinessDay:
    """The first business day of the period."""


@dataclass(frozen=True, slots=True)
class DaysBefore:
    """So many calendar days before."""

    days: int


@dataclass(frozen=True, slots=True)
class BusinessDaysBefore:
    """So many business days before."""

    days: int


@dataclass(frozen=True, slots=True)
class QuarterStart:
    """The first day of the fiscal quarter in which the period begins, and never less than `at_least` days before."""

    at_least: int = 0


OpenRule: TypeAlias = OnWeekday | FirstDay | FirstBusinessDay | DaysBefore | BusinessDaysBefore | QuarterStart


def opening(rule: OpenRule, period: Period, planned: date, event: date, workdays: Workdays) -> date:
    """The day to open on, at the latest `event`; `planned` is the event's day before holidays moved it."""
    match rule:
        case OnWeekday(weekday):
            day = planned + (weekday - planned.weekday()) * DAY
        case FirstDay():
            day = period.first
        case FirstBusinessDay():
            day = workdays.shifted(period.first, Shift.NEXT)
        case DaysBefore(days):
            day = event - days * DAY
        case BusinessDaysBefore(days):
            day = workdays.before(event, days)
        case QuarterStart(at_least):
            day = min(Quarter.of(period.first).start, event - at_least * DAY)
        case _:
            assert_never(rule)
    return min(day, event)


def lead(rule: OpenRule) -> timedelta:
    """So long before both its period and the event an issue opens at the most."""
    match rule:
        case OnWeekday() | FirstDay() | FirstBusinessDay():
            return 6 * DAY
        case DaysBefore(days):
            return days * DAY
        case BusinessDaysBefore(days):
            return (2 * days + LONGEST_CLOSING) * DAY
        case QuarterStart(at_least):
            return (LONGEST_QUARTER + at_least) * DAY
        case _:
            assert_never(rule)


def _nth(first: date, last: date, count: int, weekday: int) -> date:
    if count == LAST:
        return last - (last.weekday() - weekday) % 7 * DAY
    return first + ((weekday - first.weekday()) % 7 + 7 * (count - 1)) * DAY
