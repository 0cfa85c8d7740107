"""Business days are Monday to Friday without the holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.workdays import Shift, Workdays

CHRISTMAS = Workdays(frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)}))
AFTER = [
    ("none", date(2026, 12, 1), 0, date(2026, 12, 1)),
    ("none of a Saturday", date(2026, 12, 5), 0, date(2026, 12, 5)),
    ("one of a Tuesday", date(2026, 12, 1), 1, date(2026, 12, 2)),
    ("one of a Friday", date(2026, 12, 4), 1, date(2026, 12, 7)),
    ("one of a Saturday", date(2026, 12, 5), 1, date(2026, 12, 7)),
    ("two of a Thursday", date(2026, 12, 3), 2, date(2026, 12, 7)),
    ("five are a week", date(2026, 12, 1), 5, date(2026, 12, 8)),
    ("one over the holidays", date(2026, 12, 23), 1, date(2026, 12, 28)),
    ("one into the new year", date(2026, 12, 31), 1, date(2027, 1, 1)),
]
BEFORE = [
    ("none of a Sunday", date(2026, 12, 6), 0, date(2026, 12, 6)),
    ("one of a Tuesday", date(2026, 12, 1), 1, date(2026, 11, 30)),
    ("one of a Monday", date(2026, 12, 7), 1, date(2026, 12, 4)),
    ("one of a Sunday", date(2026, 12, 6), 1, date(2026, 12, 4)),
    ("two over the holidays", date(2026, 12, 29), 2, date(2026, 12, 23)),
    ("one into the old year", date(2027, 1, 1), 1, date(2026, 12, 31)),
]
DAYS = st.dates(date(2000, 2, 1), date(2098, 1, 31))


@pytest.mark.parametrize(("day", "count", "then"), [case[1:] for case in AFTER], ids=[case[0] for case in AFTER])
def test_so_many_business_days_after(day: date, count: int, then: date) -> None:
    assert CHRISTMAS.after(day, count) == then


@pytest.mark.parametrize(("day", "count", "then"), [case[1:] for case in BEFORE], ids=[case[0] for case in BEFORE])
def test_so_many_business_days_before(day: date, count: int, then: date) -> None:
    assert CHRISTMAS.before(day, count) == then


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 27)])
def test_a_day_that_is_no_business_day_goes_where_it_is_sent(day: date) -> None:
    shifted = {how: CHRISTMAS.shifted(day, how) for how in Shift}
    assert shifted == {Shift.NEXT: date(2026, 12, 28), Shift.PREVIOUS: date(2026, 12, 23), Shift.STAY: day}


@pytest.mark.parametrize("how", Shift)
def test_a_business_day_stays(how: Shift) -> None:
    assert CHRISTMAS.shifted(date(2026, 12, 23), how) == date(2026, 12, 23)


def test_what_a_business_day_is() -> None:
    week = [date(2026, 12, 21) + timedelta(days=offset) for offset in range(7)]
    assert [CHRISTMAS.is_one(day) for day in week] == [True, True, True, False, False, False, False]


def test_days_before_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 business days after 2026-12-01 would lie before it"):
        Workdays().after(date(2026, 12, 1), -1)
    with pytest.raises(ValueError, match="-1 business days before 2026-12-01 would lie after it"):
        Workdays().before(date(2026, 12, 1), -1)


@given(DAYS, st.integers(0, 30), st.frozensets(DAYS, max_size=5))
def test_exactly_that_many_business_days_lie_between(day: date, count: int, holidays: frozenset[date]) -> None:
    workdays = Workdays(holidays)
    then = workdays.after(day, count)
    between = [day + timedelta(days=offset) for offset in range(1, (then - day).days + 1)]
    assert sum(map(workdays.is_one, between)) == count
    assert not between or workdays.is_one(then)


@given(DAYS, st.integers(1, 30), st.frozensets(DAYS, max_size=5))
def test_there_and_back_is_the_same_business_day(day: date, count: int, holidays: frozenset[date]) -> None:
    workdays = Workdays(holidays)
    start = workdays.shifted(day, Shift.NEXT)
    assert workdays.before(workdays.after(start, count), count) == start
