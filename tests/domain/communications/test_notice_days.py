"""Thirty days lie between the day on which partners are told and the day on which a change counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.communications.notice import earliest_effective, submit_by
from bot.domain.workdays import Workdays
from tests.domain.recurrence.years import END, START, WORKDAYS

DAYS = [START + timedelta(days=at) for at in range((END - START).days + 1)]


def test_from_every_day_on_it_is_as_many_days() -> None:
    assert {(earliest_effective(day, 30) - day).days for day in DAYS} == {30}
    assert earliest_effective(date(2026, 1, 1), 45) == date(2026, 2, 15)


@pytest.mark.parametrize(
    ("notice", "lead", "last"),
    [
        (date(2026, 3, 2), 10, date(2026, 2, 16)),
        (date(2026, 1, 2), 2, date(2025, 12, 30)),
        (date(2026, 2, 2), 0, date(2026, 2, 2)),
    ],
    ids=["two weeks", "over New Year's Day", "no lead"],
)
def test_an_announcement_is_asked_for_business_days_before(notice: date, lead: int, last: date) -> None:
    assert submit_by(notice, lead, Workdays(frozenset({date(2026, 1, 1)}))) == last


def test_the_lead_is_kept_on_every_day() -> None:
    for notice in DAYS[::3]:
        last = submit_by(notice, 5, WORKDAYS)
        between = [last + timedelta(days=at) for at in range((notice - last).days)]
        assert (sum(map(WORKDAYS.is_one, between)), WORKDAYS.is_one(last)) == (5, True)
