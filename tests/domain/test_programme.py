"""Deadlines of programmes, and finding a programme by whatever people call it."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fiscal import Quarter
from bot.domain.partners.programme import Deadline, DeadlineRule, Programme, Programmes, months_later

AFTER_QUARTER = DeadlineRule.AFTER_QUARTER
CTP = Programme(
    "ctp",
    "GitLab Certified Training Partner",
    spellings=("TSP", "Training Services Partner"),
    tracking_template="CTP_Requirement_Tracking_Issue",
    project_name="{partner} CTP Requirements Project",
)
MSP = Programme("msp", "GitLab Managed Services Partner", active=False)
KNOWN = Programmes((CTP, MSP))
DAYS = st.dates(date(2015, 1, 1), date(2099, 1, 31))

DUE = (
    # begun, six months later, six months after the last day of the fiscal quarter
    ("2021-02-01", "2021-08-01", "2021-10-30"),
    ("2021-03-10", "2021-09-10", "2021-10-30"),
    ("2021-04-30", "2021-10-30", "2021-10-30"),
    ("2021-08-31", "2022-02-28", "2022-04-30"),
    ("2022-01-31", "2022-07-31", "2022-07-31"),
    ("2023-08-29", "2024-02-29", "2024-04-30"),
    ("2023-08-31", "2024-02-29", "2024-04-30"),
    ("2024-02-29", "2024-08-29", "2024-10-30"),
    ("2024-12-31", "2025-06-30", "2025-07-31"),
)


@pytest.mark.parametrize(("begun", "months", "quarter"), DUE)
def test_the_last_day_of_a_programme(begun: str, months: str, quarter: str) -> None:
    """A month too short gives its own last day, and a short month's last day stays that number."""
    day = date.fromisoformat(begun)
    assert Deadline().due(day) == date.fromisoformat(months)
    assert Deadline(AFTER_QUARTER).due(day) == date.fromisoformat(quarter)


@given(DAYS, st.integers(1, 60))
def test_the_last_day_lies_in_the_month_that_is_so_many_months_later(day: date, months: int) -> None:
    due = Deadline(months=months).due(day)
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == months
    is_clamped = due.day == calendar.monthrange(due.year, due.month)[1]
    assert due.day == day.day or (due.day < day.day and is_clamped)


@given(DAYS, st.integers(1, 60))
def test_a_later_start_is_never_due_earlier(day: date, months: int) -> None:
    for rule in DeadlineRule:
        deadline, next_day = Deadline(rule, months), min(day + timedelta(days=1), date(2099, 1, 31))
        assert deadline.due(day) <= deadline.due(next_day)


@given(DAYS)
def test_everybody_who_begins_in_one_quarter_has_the_same_last_day_after_it(day: date) -> None:
    deadline = Deadline(AFTER_QUARTER)
    assert deadline.due(day) == deadline.due(Quarter.of(day).start) >= Deadline().due(day)


def test_months_run_over_the_year() -> None:
    assert months_later(date(2026, 12, 31), 12) == date(2027, 12, 31)
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_beyond_the_fiscal_calendar_there_is_no_quarter_to_count_from() -> None:
    with pytest.raises(ValueError, match="there is no quarter"):
        Deadline(AFTER_QUARTER).due(date(2099, 2, 1))


@pytest.mark.parametrize(
    "name", ["ctp", "CTP", "gitlab certified training partner", " Training  Services Partner", "tsp"]
)
def test_a_programme_is_found_by_each_of_its_names(name: str) -> None:
    assert KNOWN.called(name) is CTP


@pytest.mark.parametrize("name", ["", "psp", "training", "TSPs"])
def test_what_no_programme_is_called_finds_none(name: str) -> None:
    assert KNOWN.called(name) is None


def test_a_catalogue_keeps_its_order_and_knows_which_can_be_earned() -> None:
    assert list(KNOWN) == [CTP, MSP]
    assert KNOWN.active == (CTP,)
    assert (KNOWN.get("msp"), KNOWN.get("MSP")) == (MSP, None)


def test_a_programme_names_its_project_and_its_titles() -> None:
    assert CTP.project("Acme {Consulting}") == "Acme {Consulting} CTP Requirements Project"
    assert CTP.title == "CTP"
    assert (CTP.is_tracked, MSP.is_tracked) == (True, False)


def test_partners_enrol_in_the_active_one_that_has_a_tracking_issue() -> None:
    asleep = replace(CTP, active=False)
    assert Programmes((MSP, CTP)).tracked == CTP
    assert Programmes((MSP, asleep)).tracked is None
