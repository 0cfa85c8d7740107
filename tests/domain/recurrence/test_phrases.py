"""What a program manager may write about days, and what it means in every month from 2015 to 2099."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot.domain.fiscal import Quarter, month_in_quarter
from bot.domain.recurrence.days import (
    LAST,
    BusinessDay,
    BusinessDaysBefore,
    DayOfMonth,
    DaysBefore,
    DueRule,
    FirstBusinessDay,
    FirstDay,
    NearestWeekday,
    NthWeekday,
    OnWeekday,
    OpenRule,
    Pick,
    QuarterStart,
    opening,
)
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.phrases import WEEKDAYS, due_rule, holiday_shift, open_rule
from bot.domain.workdays import Shift, Workdays
from tests.domain.recurrence.years import MONTHS, QUARTERS, WEEKS, WORKDAYS

DUE: list[tuple[str, Unit, Pick, int | None]] = [
    ("friday", Unit.WEEK, NthWeekday(1, 4), None),
    ("  FRIDAY ", Unit.WEEK, NthWeekday(1, 4), None),
    ("first business day", Unit.WEEK, BusinessDay(1), None),
    ("last business day", Unit.WEEK, BusinessDay(LAST), None),
    ("first thursday", Unit.MONTH, NthWeekday(1, 3), None),
    ("Third\t Friday", Unit.MONTH, NthWeekday(3, 4), None),
    ("last friday", Unit.MONTH, NthWeekday(LAST, 4), None),
    ("friday nearest the 15th", Unit.MONTH, NearestWeekday(4, 15), None),
    ("Monday nearest the 4", Unit.MONTH, NearestWeekday(0, 4), None),
    ("sunday nearest the 22nd", Unit.MONTH, NearestWeekday(6, 22), None),
    ("tuesday nearest the 25th", Unit.MONTH, NearestWeekday(1, 25), None),
    ("day 1", Unit.MONTH, DayOfMonth(1), None),
    ("day 28", Unit.MONTH, DayOfMonth(28), None),
    ("last day", Unit.MONTH, DayOfMonth(LAST), None),
    ("first business day", Unit.MONTH, BusinessDay(1), None),
    ("first thursday of month 2", Unit.QUARTER, NthWeekday(1, 3), 2),
    ("last day of month 3", Unit.QUARTER, DayOfMonth(LAST), 3),
    ("LAST  business day of Month 1", Unit.QUARTER, BusinessDay(LAST), 1),
    ("last day", Unit.QUARTER, DayOfMonth(LAST), None),
]
NOT_DUE = [
    ("friday", Unit.MONTH),
    ("first thursday", Unit.WEEK),
    ("last day", Unit.WEEK),
    ("day 1", Unit.WEEK),
    ("fifth friday", Unit.MONTH),
    ("first thurs", Unit.MONTH),
    ("friday nearest the 3rd", Unit.MONTH),
    ("friday nearest the 26th", Unit.MONTH),
    ("day 0", Unit.MONTH),
    ("day 29", Unit.MONTH),
    ("day ١", Unit.MONTH),
    ("first thursday of month 2", Unit.MONTH),
    ("first thursday of month 4", Unit.QUARTER),
    ("of month 2", Unit.QUARTER),
    ("", Unit.MONTH),
]
OPENS: list[tuple[str, Unit, OpenRule]] = [
    ("monday", Unit.WEEK, OnWeekday(0)),
    ("Wednesday", Unit.MONTH, OnWeekday(2)),
    ("first day", Unit.QUARTER, FirstDay()),
    ("First business day", Unit.MONTH, FirstBusinessDay()),
    ("7 days before", Unit.MONTH, DaysBefore(7)),
    ("1 day before", Unit.WEEK, DaysBefore(1)),
    ("92 days before", Unit.QUARTER, DaysBefore(92)),
    ("5 Business Days Before", Unit.MONTH, BusinessDaysBefore(5)),
    ("1 business day before", Unit.MONTH, BusinessDaysBefore(1)),
    ("60 business days before", Unit.MONTH, BusinessDaysBefore(60)),
    ("quarter start", Unit.MONTH, QuarterStart(0)),
    ("quarter start, at least 21 days before", Unit.MONTH, QuarterStart(21)),
    ("Quarter start ,at least 1 day before", Unit.QUARTER, QuarterStart(1)),
]
NOT_OPENS = [
    ("0 days before", Unit.MONTH),
    ("93 days before", Unit.MONTH),
    ("61 business days before", Unit.MONTH),
    ("quarter start", Unit.WEEK),
    ("quarter start, at least 93 days before", Unit.MONTH),
    ("tomorrow", Unit.WEEK),
    ("first thursday", Unit.MONTH),
]


@pytest.mark.parametrize(("phrase", "unit", "pick", "month"), DUE)
def test_what_may_be_written_about_the_due_day(phrase: str, unit: Unit, pick: Pick, month: int | None) -> None:
    assert due_rule(phrase, unit) == DueRule(pick, month)


@pytest.mark.parametrize(("phrase", "unit"), NOT_DUE)
def test_anything_else_is_answered_with_what_may_be_written(phrase: str, unit: Unit) -> None:
    with pytest.raises(ValueError, match=f"is no due day of a {unit}; write .*`first business day`") as caught:
        due_rule(phrase, unit)
    assert repr(phrase) in str(caught.value)


def test_what_is_listed_depends_on_the_unit() -> None:
    with pytest.raises(ValueError, match=r"write `friday` \| `first business day` \| `last business day`$"):
        due_rule("x", Unit.WEEK)
    with pytest.raises(ValueError, match=r"`friday nearest the 15th \(4th to 25th\)` .* `last business day`$"):
        due_rule("x", Unit.MONTH)
    with pytest.raises(ValueError, match=r"; each also with `of month 1` \(2, 3\) behind it$"):
        due_rule("x", Unit.QUARTER)


@pytest.mark.parametrize(("phrase", "unit", "rule"), OPENS)
def test_what_may_be_written_about_the_opening(phrase: str, unit: Unit, rule: OpenRule) -> None:
    assert open_rule(phrase, unit) == rule


@pytest.mark.parametrize(("phrase", "unit"), NOT_OPENS)
def test_any_other_opening_is_answered_with_what_may_be_written(phrase: str, unit: Unit) -> None:
    with pytest.raises(ValueError, match=f"is no day to open the issue of a {unit}; write `monday` .*`7 days before"):
        open_rule(phrase, unit)


def test_what_may_be_written_about_holidays() -> None:
    phrases = ["next business day", " Previous  business day", "STAY"]
    assert [holiday_shift(phrase) for phrase in phrases] == [Shift.NEXT, Shift.PREVIOUS, Shift.STAY]
    with pytest.raises(
        ValueError, match=r"'skip' does not .*; write `next business day` \| `previous business day` \| `stay`"
    ):
        holiday_shift("skip")


def days_of(period: Period) -> list[date]:
    return [period.first + timedelta(days=at) for at in range((period.last - period.first).days + 1)]


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize(("count", "days"), [("first", 0), ("second", 7), ("third", 14), ("fourth", 21)])
def test_the_nth_weekday_of_every_month(weekday: int, count: str, days: int) -> None:
    rule = due_rule(f"{count} {WEEKDAYS[weekday]}", Unit.MONTH)
    found = [(period, rule.on(period, WORKDAYS)) for period in MONTHS]
    assert {day.weekday() for _, day in found} == {weekday}
    assert all(days < (day - period.first).days + 1 <= days + 7 for period, day in found)


@pytest.mark.parametrize("weekday", range(7))
def test_the_last_weekday_of_every_month(weekday: int) -> None:
    rule = due_rule(f"last {WEEKDAYS[weekday]}", Unit.MONTH)
    found = [(period, rule.on(period, WORKDAYS)) for period in MONTHS]
    assert {day.weekday() for _, day in found} == {weekday}
    assert all(period.last - timedelta(days=7) < day <= period.last for period, day in found)


@pytest.mark.parametrize("day", [4, 15, 25])
@pytest.mark.parametrize("weekday", range(7))
def test_the_weekday_nearest_a_day_of_every_month(weekday: int, day: int) -> None:
    """There is one within three days either way: for the 15th the one from the 12th to the 18th."""
    rule = due_rule(f"{WEEKDAYS[weekday]} nearest the {day}th", Unit.MONTH)
    found = [(period, rule.on(period, WORKDAYS)) for period in MONTHS]
    assert {one.weekday() for _, one in found} == {weekday}
    assert all(abs(one - period.first.replace(day=day)) <= timedelta(days=3) for period, one in found)


@pytest.mark.parametrize("weekday", range(7))
def test_a_weekday_of_every_week(weekday: int) -> None:
    rule = due_rule(WEEKDAYS[weekday], Unit.WEEK)
    assert all(rule.on(period, WORKDAYS) == period.first + timedelta(days=weekday) for period in WEEKS)


@pytest.mark.parametrize("periods", [WEEKS[::4], MONTHS, QUARTERS], ids=["weeks", "months", "quarters"])
def test_the_first_and_last_business_day(periods: tuple[Period, ...]) -> None:
    first, last = (due_rule(phrase, periods[0].unit) for phrase in ("first business day", "last business day"))
    for period in periods:
        days = [day for day in days_of(period) if WORKDAYS.is_one(day)]
        assert (first.on(period, WORKDAYS), last.on(period, WORKDAYS)) == (days[0], days[-1])


def test_a_week_without_a_business_day_takes_the_nearest_outside() -> None:
    week = Period.parse("2026-W52")
    closed = Workdays(frozenset(days_of(week)))
    assert due_rule("first business day", Unit.WEEK).on(week, closed) == date(2026, 12, 28)
    assert due_rule("last business day", Unit.WEEK).on(week, closed) == date(2026, 12, 18)


def test_numbered_days_of_every_month() -> None:
    for period in MONTHS:
        assert due_rule("day 28", Unit.MONTH).on(period, WORKDAYS) == period.first.replace(day=28)
        assert due_rule("last day", Unit.MONTH).on(period, WORKDAYS) == period.last


@pytest.mark.parametrize("month", [1, 2, 3])
@pytest.mark.parametrize("phrase", ["first thursday", "friday nearest the 15th", "last day", "last business day"])
def test_a_month_of_every_quarter(phrase: str, month: int) -> None:
    """It is what the same phrase gives in that month by itself."""
    of_quarter, of_month = due_rule(f"{phrase} of month {month}", Unit.QUARTER), due_rule(phrase, Unit.MONTH)
    for period in QUARTERS:
        day = of_quarter.on(period, WORKDAYS)
        assert (Period.of(Unit.QUARTER, day), month_in_quarter(day)) == (period, month)
        assert day == of_month.on(Period.of(Unit.MONTH, day), WORKDAYS)


def test_without_a_month_it_is_the_whole_quarters() -> None:
    quarter = Period.parse("FY26Q4")
    days = [due_rule(phrase, Unit.QUARTER).on(quarter, WORKDAYS) for phrase in ("first thursday", "last day")]
    assert days == [date(2025, 11, 6), date(2026, 1, 31)]


def _monday(period: Period, event: date) -> date:
    return event - timedelta(days=event.weekday())


def _five_business_days(period: Period, event: date) -> date:
    days = [event - timedelta(days=at) for at in range(1, 30)]
    return [day for day in days if WORKDAYS.is_one(day)][4]


def _quarter(period: Period, event: date) -> date:
    return Quarter.of(period.first).start


def _first_business_day(period: Period, event: date) -> date:
    days = [period.first + timedelta(days=at) for at in range(15)]
    return next(day for day in days if WORKDAYS.is_one(day))


def _early_quarter(period: Period, event: date) -> date:
    return min(_quarter(period, event), event - timedelta(days=21))


@pytest.mark.parametrize(
    ("phrase", "oracle"),
    [
        ("monday", _monday),
        ("first day", lambda period, event: period.first),
        ("first business day", _first_business_day),
        ("7 days before", lambda period, event: event - timedelta(days=7)),
        ("5 business days before", _five_business_days),
        ("quarter start", _quarter),
        ("quarter start, at least 21 days before", _early_quarter),
    ],
)
def test_the_opening_of_every_month(phrase: str, oracle: Callable[[Period, date], date]) -> None:
    rule = open_rule(phrase, Unit.MONTH)
    for period in MONTHS:
        event = period.first + timedelta(days=14)
        assert opening(rule, period, event, event, WORKDAYS) == oracle(period, event)


def test_the_issue_is_open_on_the_day_at_the_latest() -> None:
    """A holiday may move the day before the one on which the issue would open."""
    period = Period.parse("2026-W01")
    thursday, monday = date(2026, 1, 1), date(2025, 12, 29)
    assert opening(OnWeekday(3), period, thursday, monday, WORKDAYS) == monday
    assert opening(FirstDay(), period, thursday, date(2025, 12, 26), WORKDAYS) == date(2025, 12, 26)


def test_the_monday_is_that_of_the_week_before_holidays_moved_the_day() -> None:
    period = Period.parse("2026-W01")
    assert opening(OnWeekday(0), period, date(2026, 1, 2), date(2026, 1, 5), WORKDAYS) == date(2025, 12, 29)
