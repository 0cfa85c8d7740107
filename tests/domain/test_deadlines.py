"""The last day, and whether it is over, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from bot.domain.partners.deadlines import deadline_of, is_expired, was_in_time
from bot.domain.partners.programme import Deadline, DeadlineRule, Programme
from bot.domain.partners.progress import completion
from bot.domain.partners.record import Extension, Record
from tests.tracking import HOLDERS, Story, record

CTP = Programme("ctp", "CTP")
QUARTERS = replace(CTP, deadline=Deadline(DeadlineRule.AFTER_QUARTER))


def extended(*until: str) -> Record:
    given = (Extension(date.fromisoformat(day), "services-lead", date(2027, 1, 1), "Illness") for day in until)
    return record(extensions=tuple(given))


@pytest.mark.parametrize(
    ("known", "programme", "last"),
    [
        (record(started_on=None), CTP, None),
        (record(), CTP, "2027-05-23"),
        (record(started_on=date(2027, 8, 31)), CTP, "2028-02-29"),
        (record(started_on=date(2026, 4, 30)), CTP, "2026-10-30"),
        (record(), QUARTERS, "2027-07-31"),
        (extended("2027-08-01"), CTP, "2027-08-01"),
        (extended("2027-08-01", "2027-07-01"), CTP, "2027-07-01"),
    ],
)
def test_the_last_day(known: Record, programme: Programme, last: str | None) -> None:
    assert deadline_of(known, programme) == (date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("known", "today", "expired"),
    [
        (record(), "2027-05-23", False),
        (record(), "2027-05-24", True),
        (extended("2027-08-01"), "2027-05-24", False),
        (extended("2027-08-01"), "2027-08-02", True),
        (record(withdrawn_on=date(2027, 1, 1)), "2027-05-24", False),
        (record(tracking=None), "2027-05-24", False),
        (record(started_on=None), "2027-05-24", False),
        (record(ctp=False), "2027-05-24", False),
    ],
)
def test_whether_it_is_over(known: Record, today: str, expired: bool) -> None:
    assert is_expired(known, CTP, date.fromisoformat(today)) is expired


@pytest.mark.parametrize(
    ("done_at", "zone", "in_time"),
    [
        ("2027-05-23 23:59", "UTC", True),
        ("2027-05-24 00:00", "UTC", False),
        ("2027-05-24 05:59", "America/Denver", True),
        ("2027-05-24 06:00", "America/Denver", False),
    ],
)
def test_a_day_ends_in_the_teams_zone(done_at: str, zone: str, in_time: bool) -> None:
    story = Story().on(done_at).tick_all()
    done = completion(story.facts(), story.tasks, HOLDERS)
    assert was_in_time(done, date(2027, 5, 23), ZoneInfo(zone)) is in_time


def test_what_is_not_done_is_not_in_time() -> None:
    story = Story().tick_all("legal.1")
    assert not was_in_time(completion(story.facts(), story.tasks, HOLDERS), date(2027, 5, 23), UTC)
