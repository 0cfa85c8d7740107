"""Each day lies in exactly one week, month and fiscal quarter, and a key names one of them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot.domain.fiscal import FIRST_DAY, LAST_DAY
from bot.domain.recurrence.period import Period, Unit

DAY = timedelta(days=1)
CASES = [
    ("a week", Unit.WEEK, date(2026, 1, 14), "2026-W03", date(2026, 1, 12), date(2026, 1, 18)),
    ("a week of two years", Unit.WEEK, date(2026, 1, 1), "2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
    ("a year's 53rd week", Unit.WEEK, date(2021, 1, 3), "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
    ("the first week there is", Unit.WEEK, date(2000, 2, 1), "2000-W05", date(2000, 1, 31), date(2000, 2, 6)),
    ("the last week there is", Unit.WEEK, date(2099, 1, 31), "2099-W05", date(2099, 1, 26), date(2099, 2, 1)),
    ("a month", Unit.MONTH, date(2026, 1, 14), "2026-01", date(2026, 1, 1), date(2026, 1, 31)),
    ("February of a leap year", Unit.MONTH, date(2024, 2, 29), "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ("a fiscal quarter", Unit.QUARTER, date(2026, 1, 14), "FY26Q4", date(2025, 11, 1), date(2026, 1, 31)),
    ("the first quarter", Unit.QUARTER, date(2026, 2, 1), "FY27Q1", date(2026, 2, 1), date(2026, 4, 30)),
]


@pytest.mark.parametrize(
    ("unit", "day", "key", "first", "last"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_day_lies_in_its_period(unit: Unit, day: date, key: str, first: date, last: date) -> None:
    period = Period.of(unit, day)
    assert (period.key, period.first, period.last) == (key, first, last)


@pytest.mark.parametrize(("unit", "count"), [(Unit.WEEK, 5166), (Unit.MONTH, 1188), (Unit.QUARTER, 396)])
def test_periods_leave_no_gap_and_do_not_overlap(unit: Unit, count: int) -> None:
    """Walking from the first to the last gives each day once, and every way to a period leads to the same one."""
    periods = Period.between(unit, FIRST_DAY, LAST_DAY)
    assert len(periods) == count
    assert len({period.key for period in periods}) == count
    assert all(before.last + DAY == after.first for before, after in pairwise(periods))
    assert all(Period.parse(period.key) == period for period in periods)
    assert all(after.previous() == before for before, after in pairwise(periods))
    assert periods[0].first <= FIRST_DAY <= periods[0].last
    assert periods[-1].first <= LAST_DAY <= periods[-1].last


@pytest.mark.unmeasured
@pytest.mark.parametrize("unit", Unit)
def test_every_day_finds_the_period_that_has_it(unit: Unit) -> None:
    for period in Period.between(unit, FIRST_DAY, LAST_DAY):
        days = [period.first + at * DAY for at in range((period.last - period.first).days + 1)]
        assert {Period.of(unit, day).first for day in days if FIRST_DAY <= day <= LAST_DAY} == {period.first}


def test_between_takes_every_period_that_has_a_day_of_it() -> None:
    found = Period.between(Unit.MONTH, date(2026, 1, 31), date(2026, 3, 1))
    assert [period.key for period in found] == ["2026-01", "2026-02", "2026-03"]


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2026, 1, 2), date(2026, 1, 1)), (date.min, FIRST_DAY - DAY), (LAST_DAY + DAY, date.max)],
    ids=["the wrong way round", "before FY01", "after FY99"],
)
def test_between_may_be_nothing(start: date, end: date) -> None:
    assert Period.between(Unit.WEEK, start, end) == ()


@pytest.mark.parametrize(
    "key",
    [
        *(
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-1",
            "2026-W54",
            "2025-W53",
            "2026-W00",
            "2026-w03",
            "FY26Q5",
            "fy26q4",
        ),
        *("2026-01-05", " 2026-01", "FY26Q4\n", "1999-12", "2099-02", "2000-W04", "2099-W06", "FY00Q1"),
    ],
)
def test_any_other_key_names_none(key: str) -> None:
    with pytest.raises(ValueError, match=r"names no period \(.+\); write 2026-W03, 2026-01 or FY26Q4"):
        Period.parse(key)


@pytest.mark.parametrize("unit", Unit)
def test_the_calendar_ends_with_fy99_and_begins_with_fy01(unit: Unit) -> None:
    with pytest.raises(ValueError, match=r"lies outside|quarters are FY01Q1 to FY99Q4"):
        Period.of(unit, LAST_DAY).next()
    with pytest.raises(ValueError, match=r"lies outside|quarters are FY01Q1 to FY99Q4"):
        Period.of(unit, FIRST_DAY).previous()


@pytest.mark.parametrize("unit", Unit)
def test_a_period_begins_on_its_first_day(unit: Unit) -> None:
    with pytest.raises(ValueError, match=f"no {unit} begins on 2026-02-03"):
        Period(unit, date(2026, 2, 3))


def test_periods_of_a_unit_are_ordered_by_time() -> None:
    months = [Period.parse(key) for key in ("2026-02", "2025-12", "2026-01")]
    assert [one.key for one in sorted(months)] == ["2025-12", "2026-01", "2026-02"]
