"""The fiscal year starts on 1 February and is named after the calendar year in which it ends."""

from datetime import date, timedelta

import pytest

from bot.domain.fiscal import FIRST_DAY, LAST_DAY, Quarter, month_in_quarter

EVERY_DAY = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]

CASES = [
    ("the first day there is", date(2000, 2, 1), "FY01Q1", date(2000, 2, 1), date(2000, 4, 30)),
    ("the year begins in February", date(2020, 2, 1), "FY21Q1", date(2020, 2, 1), date(2020, 4, 30)),
    ("January ends the year before", date(2021, 1, 31), "FY21Q4", date(2020, 11, 1), date(2021, 1, 31)),
    ("April ends the first quarter", date(2021, 4, 30), "FY22Q1", date(2021, 2, 1), date(2021, 4, 30)),
    ("July is in the second", date(2020, 7, 1), "FY21Q2", date(2020, 5, 1), date(2020, 7, 31)),
    ("October ends the third", date(2020, 10, 31), "FY21Q3", date(2020, 8, 1), date(2020, 10, 31)),
    ("December is in the fourth", date(2023, 12, 31), "FY24Q4", date(2023, 11, 1), date(2024, 1, 31)),
    ("the last day there is", date(2099, 1, 31), "FY99Q4", date(2098, 11, 1), date(2099, 1, 31)),
]


@pytest.mark.parametrize(("day", "name", "start", "end"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_day_lies_in_its_quarter(day: date, name: str, start: date, end: date) -> None:
    quarter = Quarter.of(day)
    assert (quarter.name, quarter.start, quarter.end) == (name, start, end)


def test_every_day_lies_between_the_ends_of_its_quarter() -> None:
    assert all(Quarter.of(day).start <= day <= Quarter.of(day).end for day in EVERY_DAY)


def test_quarters_follow_each_other_without_gap() -> None:
    quarters = sorted({Quarter.of(day) for day in EVERY_DAY})
    assert len(quarters) == 99 * 4
    assert [one.end + timedelta(days=1) for one in quarters[:-1]] == [one.start for one in quarters[1:]]


def test_a_quarter_has_three_months() -> None:
    months = [Quarter(2021, 4).month(number) for number in (1, 2, 3)]
    assert months == [date(2020, 11, 1), date(2020, 12, 1), date(2021, 1, 1)]


@pytest.mark.parametrize("day", [date(2000, 1, 31), date(2099, 2, 1), date.min, date.max])
def test_a_day_outside_the_calendar_has_no_quarter(day: date) -> None:
    with pytest.raises(ValueError, match="quarters are FY01Q1 to FY99Q4"):
        Quarter.of(day)


@pytest.mark.parametrize(("fy", "q"), [(2000, 4), (2100, 1), (2021, 0), (2021, 5)])
def test_a_quarter_that_does_not_exist_cannot_be_made(fy: int, q: int) -> None:
    with pytest.raises(ValueError, match="there is no quarter"):
        Quarter(fy, q)


def test_a_quarter_is_found_by_its_name() -> None:
    assert all(Quarter.named(one.name) == one for one in {Quarter.of(day) for day in EVERY_DAY})


@pytest.mark.parametrize("name", ["", "FY26", "FY26Q5", "FY26Q0", "fy26q4", "FY2026Q4", "FY26Q4 ", "FY٢٦Q4"])
def test_another_name_is_no_quarter(name: str) -> None:
    with pytest.raises(ValueError, match="is no fiscal quarter; quarters are FY01Q1 to FY99Q4"):
        Quarter.named(name)


def test_a_day_knows_its_month_in_the_quarter() -> None:
    assert all(Quarter.of(day).month(month_in_quarter(day)) == day.replace(day=1) for day in EVERY_DAY)
