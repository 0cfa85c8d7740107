"""Days that were worked out by hand: what the handbook's rules give on the days on which they are easily got wrong."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.communications.newsletter_days import newsletter_dates
from bot.domain.communications.notice import earliest_effective
from bot.domain.fiscal import Quarter
from bot.domain.licensing.expiry import expiry
from bot.domain.partners.programme import Deadline, DeadlineRule
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.phrases import due_rule, open_rule
from bot.domain.recurrence.rule import Recurrence, days_of, due_on
from bot.domain.recurrence.thirds import thirds
from bot.domain.windows import Window
from bot.domain.workdays import Workdays
from bot.handlers.award_deadline import Settings as AwardDeadline

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "date_vectors.json").read_text("utf-8"))
COUNTS = {
    "holidays": 2,
    "milestone_windows": 15,
    "first_thursdays": 8,
    "mid_month_fridays": 12,
    "newsletters": 5,
    "awards": 3,
    "ctp_deadlines": 5,
    "licence_expiries": 4,
    "notices": 3,
    "thirds": 6,
    "fiscal_quarters": 6,
}
WORKDAYS = Workdays(frozenset(map(date.fromisoformat, VECTORS["holidays"])))
NEWSLETTER = Recurrence(
    "partner_flash",
    "Partner_Flash",
    Unit.MONTH,
    due_rule("first thursday", Unit.MONTH),
    open_rule("quarter start, at least 21 days before", Unit.MONTH),
)

Vector = dict[str, Any]


def vectors(name: str) -> pytest.MarkDecorator:
    found = VECTORS[name]
    return pytest.mark.parametrize("vector", found, ids=[str(one) for one in found])


def day(text: str) -> date:
    return date.fromisoformat(text)


def in_month(phrase: str, key: str) -> str:
    return str(due_rule(phrase, Unit.MONTH).on(Period.parse(key), WORKDAYS))


def test_no_vector_got_lost() -> None:
    assert {name: len(found) for name, found in VECTORS.items()} == COUNTS


@vectors("milestone_windows")
def test_a_day_lies_in_its_milestone(vector: Vector) -> None:
    window = Window.of(day(vector["day"]))
    assert (window.title, window.start, window.due) == (vector["title"], day(vector["start"]), day(vector["due"]))


@vectors("first_thursdays")
def test_the_first_thursday_of_a_month(vector: str) -> None:
    assert in_month("first thursday", vector[:7]) == vector


@vectors("mid_month_fridays")
def test_the_friday_in_the_middle_of_a_month(vector: Vector) -> None:
    """The handbook's words fit two days; which of them is one word of the configuration."""
    assert in_month("friday nearest the 15th", vector["month"]) == vector["nearest_the_15th"]
    assert in_month("third friday", vector["month"]) == vector["third"]


def test_the_two_fridays_differ_in_52_of_120_months() -> None:
    months = [f"{year}-{month:02}" for year in range(2020, 2030) for month in range(1, 13)]
    differ = [key for key in months if in_month("friday nearest the 15th", key) != in_month("third friday", key)]
    assert (len(differ), len(months)) == (52, 120)


@vectors("newsletters")
def test_all_days_of_a_newsletter(vector: Vector) -> None:
    period = Period.parse(vector["month"])
    send = due_on(NEWSLETTER, period, WORKDAYS)
    clock, zone = vector["feedback_by"].split()
    dates = newsletter_dates(send, WORKDAYS, ZoneInfo(zone))
    assert str(send) == vector["send"]
    assert (str(dates.test_mail), str(dates.metrics)) == (vector["test_mail"], vector["metrics"])
    assert dates.feedback_by == datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(zone))
    assert str(days_of(NEWSLETTER, period, WORKDAYS).opens) == vector["opens"]
    assert str(Quarter.of(period.first).start) == vector["quarter_start"]


@vectors("awards")
def test_an_award_is_due_after_seven_days_and_escalated_on_the_eighth(vector: Vector) -> None:
    assigned, settings = day(vector["assigned"]), AwardDeadline()
    assert assigned + timedelta(days=settings.days) == day(vector["due"])
    assert assigned + timedelta(days=settings.escalate_on[0]) == day(vector["escalate"])


@vectors("ctp_deadlines")
@pytest.mark.parametrize("rule", DeadlineRule)
def test_a_programme_ends_after_its_months(vector: Vector, rule: DeadlineRule) -> None:
    assert Deadline(rule).due(day(vector["created"])) == day(vector[rule.value])


@vectors("licence_expiries")
def test_a_licence_expires(vector: Vector) -> None:
    existing = [day(vector["existing"])] if vector["existing"] else []
    found = expiry(day(vector["start"]), existing, is_renewal=vector["is_renewal"], months=12, warn_below=30)
    assert (found.day, found.is_short) == (day(vector["expires"]), vector["is_short"])


@vectors("notices")
def test_a_change_counts_after_thirty_days(vector: Vector) -> None:
    assert earliest_effective(day(vector["notice"]), 30) == day(vector["earliest_effective"])


@vectors("thirds")
def test_the_selects_of_a_quarter(vector: Vector) -> None:
    selects = [f"partner-{number}" for number in range(vector["selects"])]
    assert [len(turn) for turn in thirds(selects)] == vector["sizes"]


@vectors("fiscal_quarters")
def test_a_day_lies_in_its_fiscal_quarter(vector: Vector) -> None:
    quarter = Quarter.of(day(vector["day"]))
    assert (quarter.fy, quarter.q) == (vector["fy"], vector["q"])
    assert (quarter.start, quarter.end) == (day(vector["start"]), day(vector["end"]))
