"""Every time of a recurrence has its issue once, whenever the bot looks, and on which days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.phrases import due_rule, open_rule
from bot.domain.recurrence.rule import (
    Recurrence,
    Upcoming,
    days_of,
    due_on,
    event_on,
    flags_of,
    named_days,
    upcoming,
    wanted,
)
from bot.domain.workdays import Shift, Workdays
from tests.domain.recurrence.years import END, START, WORKDAYS

DAY = timedelta(days=1)
NEW_YEAR = Workdays(frozenset({date(2025, 12, 25), date(2026, 1, 1)}))


def recurrence(key: str, unit: Unit, due: str, opens: str, holiday: Shift = Shift.NEXT) -> Recurrence:
    return Recurrence(key, "Template", unit, due_rule(due, unit), open_rule(opens, unit), holiday)


WEEKLY = recurrence("weekly", Unit.WEEK, "friday", "monday", Shift.PREVIOUS)
MIDDLE = recurrence("monthly", Unit.MONTH, "friday nearest the 15th", "7 days before")
SELECTS = recurrence("selects", Unit.MONTH, "last day", "first day", Shift.STAY)
FLASH = recurrence("flash", Unit.MONTH, "first thursday", "quarter start, at least 21 days before")
PRICES = recurrence("prices", Unit.QUARTER, "last business day of month 2", "5 business days before")
QBR = recurrence("qbr", Unit.QUARTER, "first thursday of month 2", "first day")
METRICS = replace(recurrence("metrics", Unit.MONTH, "last day", "92 days before"), days_after=8)
WEEKLY_AHEAD = recurrence("weekly_ahead", Unit.WEEK, "first business day", "4 business days before")
PLANNING = recurrence("planning", Unit.QUARTER, "first business day", "60 business days before")
HANDBOOK = (WEEKLY, MIDDLE, SELECTS, FLASH, PRICES, QBR, METRICS)
ALL = (*HANDBOOK, WEEKLY_AHEAD, PLANNING)
each_recurrence = pytest.mark.parametrize("rule", ALL, ids=[one.key for one in ALL])


def opened(rule: Recurrence, days: Iterable[date], workdays: Workdays) -> Iterator[tuple[date, Period]]:
    """What a bot opens that looks on those days and begins on the first: each period with the day."""
    there: set[Period] = set()
    latest = None
    for today in days:
        new = [period for period in wanted(rule, today, workdays, latest) if period not in there]
        there.update(new)
        latest = max([*new, latest] if latest else new, default=None)
        yield from ((today, period) for period in new)


def skipping(start: date, end: date, gaps: Random) -> Iterator[date]:
    """Days in order with up to ten left out between two."""
    while start <= end:
        yield start
        start += gaps.randint(1, 11) * DAY


def expected(rule: Recurrence, start: date, end: date, workdays: Workdays) -> list[Period]:
    """All that were not over on the first day and opened by the last."""
    periods = Period.between(rule.unit, start - timedelta(days=200), end + timedelta(days=200))
    return [
        one for one in periods if due_on(rule, one, workdays) >= start and days_of(rule, one, workdays).opens <= end
    ]


@pytest.mark.unmeasured
@pytest.mark.parametrize("rule", HANDBOOK, ids=[one.key for one in HANDBOOK])
def test_every_period_has_its_issue_once_though_days_are_missed(rule: Recurrence) -> None:
    """84 years of looks with gaps of up to ten days: none is missed, none comes twice, and all in their order."""
    days = list(skipping(START, END, Random(7)))
    found = list(opened(rule, days, WORKDAYS))
    assert [period for _, period in found] == expected(rule, days[0], days[-1], WORKDAYS)


@pytest.mark.unmeasured
@each_recurrence
def test_it_opens_on_its_day_or_at_the_first_look_after(rule: Recurrence) -> None:
    days = list(skipping(date(2023, 6, 1), date(2027, 6, 1), Random(11)))
    for today, period in opened(rule, days, WORKDAYS):
        opens = days_of(rule, period, WORKDAYS).opens
        assert today == min(day for day in days if day >= opens)


@pytest.mark.unmeasured
@each_recurrence
def test_day_by_day_each_opens_on_its_day(rule: Recurrence) -> None:
    days = [date(2023, 12, 1) + at * DAY for at in range(500)]
    found = list(opened(rule, days, WORKDAYS))
    assert [period for _, period in found] == expected(rule, days[0], days[-1], WORKDAYS)
    assert all(today == days_of(rule, period, WORKDAYS).opens for today, period in found if today > days[0])


@pytest.mark.unmeasured
@each_recurrence
def test_no_issue_opens_after_the_day_and_none_is_due_before_it(rule: Recurrence) -> None:
    for period in Period.between(rule.unit, START, END):
        event = event_on(rule, period, WORKDAYS)
        assert days_of(rule, period, WORKDAYS).opens <= event
        assert due_on(rule, period, WORKDAYS) == event + rule.days_after * DAY
        assert rule.holiday is Shift.STAY or WORKDAYS.is_one(event)


RULES = st.builds(replace, st.sampled_from(ALL), holiday=st.sampled_from(Shift), days_after=st.integers(0, 9))


@pytest.mark.unmeasured
@settings(max_examples=40, deadline=None)
@given(
    RULES,
    st.dates(START, date(2097, 1, 1)),
    st.frozensets(st.integers(0, 300), max_size=40),
    st.randoms(use_true_random=False),
)
def test_whatever_the_holidays_nothing_is_missed_or_doubled(
    rule: Recurrence, start: date, closed: frozenset[int], gaps: Random
) -> None:
    """From the first on that it opens: what was over before that is nobody's history."""
    workdays = Workdays(frozenset(start + at * DAY for at in closed))
    days = list(skipping(start, start + 250 * DAY, gaps))
    found = [period for _, period in opened(rule, days, workdays)]
    began = min(found, default=None)
    assert sorted(found) == [one for one in expected(rule, days[0], days[-1], workdays) if began and one >= began]
    assert len(found) == len(set(found))


@each_recurrence
def test_the_first_start_opens_no_history(rule: Recurrence) -> None:
    for today in (date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2024, 2, 29)):
        assert all(due_on(rule, period, WORKDAYS) >= today for period in wanted(rule, today, WORKDAYS, None))


@pytest.mark.parametrize(
    ("catch_up", "keys"),
    [
        (0, ["2027-01"]),
        (30, ["2026-12", "2027-01"]),
        (62, ["2026-12", "2027-01"]),
        (63, ["2026-11", "2026-12", "2027-01"]),
        (400, [f"2026-{month:02}" for month in range(2, 13)] + ["2027-01"]),
    ],
)
def test_a_bot_that_slept_a_year_opens_no_avalanche(catch_up: int, keys: list[str]) -> None:
    """The middle of January 2027, after the last issue was January 2026's: so far back as `catch_up` says."""
    rule = replace(MIDDLE, catch_up=catch_up)
    found = wanted(rule, date(2027, 1, 15), NEW_YEAR, Period.parse("2026-01"))
    assert [period.key for period in found] == keys


def test_a_missed_period_before_the_newest_issue_stays_missed() -> None:
    found = wanted(MIDDLE, date(2026, 3, 2), NEW_YEAR, Period.parse("2026-02"))
    assert found == ()


def test_what_is_current_is_wanted_though_it_has_its_issue() -> None:
    found = wanted(WEEKLY, date(2026, 1, 14), NEW_YEAR, Period.parse("2026-W03"))
    assert found == (Period.parse("2026-W03"),)


def test_without_history_a_period_is_wanted_until_it_is_due() -> None:
    """An issue due after its period stays wanted until then; nobody is given one that is late from the start."""
    month = Period.parse("2026-01")
    assert month in wanted(METRICS, date(2026, 2, 10), NEW_YEAR, None)
    assert month not in wanted(METRICS, date(2026, 2, 11), NEW_YEAR, None)


def test_a_recurrence_that_is_off_wants_nothing() -> None:
    rule = replace(WEEKLY, enabled=False)
    assert wanted(rule, date(2026, 1, 14), NEW_YEAR, None) == ()
    assert upcoming(rule, date(2026, 1, 1), 90, NEW_YEAR) == ()


def test_it_starts_with_the_first_event_on_or_after_its_start() -> None:
    january = Period.parse("2026-01")
    on_the_day, a_day_late = (replace(MIDDLE, starts=date(2026, 1, day)) for day in (16, 17))
    assert event_on(MIDDLE, january, NEW_YEAR) == date(2026, 1, 16)
    assert wanted(on_the_day, date(2026, 1, 16), NEW_YEAR, None) == (january,)
    assert wanted(a_day_late, date(2026, 1, 16), NEW_YEAR, None) == ()
    assert [one.period.key for one in upcoming(a_day_late, date(2026, 1, 1), 60, NEW_YEAR)] == ["2026-02"]


def test_a_first_thursday_that_is_a_holiday() -> None:
    """1 January 2026: the day after, the day before, or nevertheless; the issue opens with the quarter."""
    january = Period.parse("2026-01")
    days = [event_on(replace(FLASH, holiday=how), january, NEW_YEAR) for how in Shift]
    assert days == [date(2026, 1, 2), date(2025, 12, 31), date(2026, 1, 1)]
    assert days_of(FLASH, january, NEW_YEAR).opens == date(2025, 11, 1)


LONG = Workdays(frozenset(date(2026, 12, 24) + at * DAY for at in range(11)))
"""24 December to 3 January."""


@pytest.mark.parametrize(
    ("key", "how", "day"),
    [
        ("2026-W52", Shift.PREVIOUS, date(2026, 12, 23)),
        ("2026-W52", Shift.NEXT, date(2026, 12, 23)),
        ("2026-W53", Shift.PREVIOUS, date(2027, 1, 1)),
        ("2026-W53", Shift.NEXT, date(2027, 1, 1)),
        ("2027-W01", Shift.PREVIOUS, date(2027, 1, 8)),
    ],
)
def test_a_weeks_day_stays_in_its_week(key: str, how: Shift, day: date) -> None:
    """A Friday goes to the day before; in a week without any business day it stays."""
    rule, period = replace(WEEKLY, holiday=how), Period.parse(key)
    assert event_on(rule, period, LONG) == day
    assert period.first <= days_of(rule, period, LONG).opens <= day


def test_a_weeks_further_days_stay_in_it_too() -> None:
    """Monday the 28th was before the holiday; now it is the next business day of the week, or as it is."""
    named = {"at_first": due_rule("monday", Unit.WEEK), "begins": due_rule("first business day", Unit.WEEK)}
    rule, last = replace(WEEKLY, named=named), Period.parse("2026-W53")
    monday = Workdays(frozenset({date(2026, 12, 28)}))
    assert set(named_days(rule, last, monday).values()) == {date(2026, 12, 29)}
    assert named_days(rule, last, LONG) == {"at_first": date(2026, 12, 28), "begins": date(2027, 1, 3)}


def test_a_moved_date_wins_over_rule_and_holidays_and_takes_the_opening_along() -> None:
    january = Period.parse("2026-01")
    moved = replace(FLASH, overrides={"2026-01": date(2026, 1, 1)}, days_after=1)
    assert event_on(moved, january, NEW_YEAR) == date(2026, 1, 1)
    assert due_on(moved, january, NEW_YEAR) == date(2026, 1, 2)
    assert event_on(moved, january.next(), NEW_YEAR) == date(2026, 2, 5)
    assert days_of(replace(MIDDLE, overrides={"2026-01": date(2026, 1, 27)}), january, NEW_YEAR).opens == date(
        2026, 1, 20
    )
    week = replace(WEEKLY, overrides={"2026-W03": date(2026, 1, 22)})
    assert days_of(week, Period.parse("2026-W03"), NEW_YEAR).opens == date(2026, 1, 19)


def test_moved_dates_too_open_once_and_on_their_day() -> None:
    moved = {"2026-01": date(2026, 2, 27), "2026-02": date(2026, 1, 5), "2026-04": date(2026, 3, 1)}
    days = [date(2025, 11, 1) + at * DAY for at in range(300)]
    for rule in (replace(one, overrides=moved) for one in (MIDDLE, FLASH, SELECTS)):
        found = list(opened(rule, days, NEW_YEAR))
        assert sorted(period for _, period in found) == expected(rule, days[0], days[-1], NEW_YEAR)
        assert all(today == days_of(rule, period, NEW_YEAR).opens for today, period in found if today > days[0])


@pytest.mark.parametrize(
    ("key", "day", "error"),
    [
        ("2026-W03", date(2026, 1, 14), "monthly: '2026-W03' is no month, and it comes once a month"),
        ("2026-1", date(2026, 1, 14), "'2026-1' names no period"),
        ("2026-01", date(2025, 11, 30), "monthly: 2025-11-30 lies more than 31 days from 2026-01"),
        ("2026-01", date(2026, 3, 4), "monthly: 2026-03-04 lies more than 31 days from 2026-01"),
    ],
)
def test_a_moved_date_has_to_be_near_a_period_of_the_recurrence(key: str, day: date, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        replace(MIDDLE, overrides={key: day})


def test_the_farthest_moved_dates() -> None:
    moved = {"2026-01": date(2025, 12, 1), "2026-02": date(2026, 3, 31)}
    assert replace(MIDDLE, overrides=moved).overrides == moved


def test_a_forecast_tells_what_opens_in_its_days() -> None:
    found = upcoming(FLASH, date(2025, 10, 16), 17, NEW_YEAR)
    assert found == (
        Upcoming(date(2025, 10, 16), Period.parse("2025-11"), date(2025, 11, 6)),
        Upcoming(date(2025, 11, 1), Period.parse("2025-12"), date(2025, 12, 4)),
        Upcoming(date(2025, 11, 1), Period.parse("2026-01"), date(2026, 1, 2)),
    )
    assert upcoming(FLASH, date(2025, 10, 17), 15, NEW_YEAR) == ()


def test_a_forecast_tells_of_a_period_that_was_moved_behind_its_end() -> None:
    moved = replace(MIDDLE, overrides={"2026-01": date(2026, 2, 27)})
    found = upcoming(moved, date(2026, 2, 10), 20, NEW_YEAR)
    assert found == (Upcoming(date(2026, 2, 20), Period.parse("2026-01"), date(2026, 2, 27)),)


@pytest.mark.unmeasured
@each_recurrence
def test_forecasts_side_by_side_tell_what_one_long_one_tells(rule: Recurrence) -> None:
    """A year in 73 pieces: each opening is in exactly one, on the day on which a daily look opens it."""
    start = date(2026, 1, 1)
    whole = upcoming(rule, start, 365, WORKDAYS)
    assert [line for at in range(73) for line in upcoming(rule, start + 5 * at * DAY, 5, WORKDAYS)] == list(whole)
    looks = [(day, one) for day, one in opened(rule, (start + at * DAY for at in range(-1, 365)), WORKDAYS)]
    assert [(line.opens, line.period) for line in whole] == [look for look in looks if look[0] >= start]


def test_the_calendar_ends_without_an_error() -> None:
    for rule in ALL:
        for today in (date(2000, 1, 1), date(2000, 2, 1), date(2099, 1, 31), date(2099, 12, 1)):
            wanted(rule, today, WORKDAYS, None)
            upcoming(rule, today, 90, WORKDAYS)


def test_a_flag_is_true_in_one_month_of_each_quarter() -> None:
    webcast = replace(FLASH, flags={"program_centric": 2, "planning": 2, "closing": 3})
    found = {key: flags_of(webcast, Period.parse(key)) for key in ("2025-11", "2025-12", "2026-01", "2026-03")}
    both = ("program_centric", "planning")
    assert found == {"2025-11": (), "2025-12": both, "2026-01": ("closing",), "2026-03": both}


def test_a_recurrence_can_be_a_key() -> None:
    assert len({WEEKLY, replace(WEEKLY), replace(WEEKLY, overrides={"2026-W03": date(2026, 1, 14)})}) == 2
