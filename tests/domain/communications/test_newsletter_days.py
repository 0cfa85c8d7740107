"""All days of a Partner Flash follow from the day on which it is sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.communications.newsletter_days import NewsletterDates, NewsletterRule, newsletter_dates
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.phrases import due_rule, open_rule
from bot.domain.recurrence.rule import Recurrence, days_of, due_on
from bot.domain.workdays import Workdays
from tests.domain.recurrence.years import MONTHS, WORKDAYS

DAY = timedelta(days=1)
DENVER = ZoneInfo("America/Denver")
FLASH = Recurrence(
    "partner_flash",
    "Partner_Flash",
    Unit.MONTH,
    due_rule("first thursday", Unit.MONTH),
    open_rule("quarter start, at least 21 days before", Unit.MONTH),
)
NEW_YEAR = Workdays(frozenset({date(2025, 12, 25), date(2026, 1, 1)}))


def test_all_dates_move_when_new_years_day_is_the_first_thursday() -> None:
    send = due_on(FLASH, Period.parse("2026-01"), NEW_YEAR)
    assert newsletter_dates(send, NEW_YEAR, DENVER) == NewsletterDates(
        content_call=date(2025, 12, 19),
        test_mail=date(2025, 12, 30),
        feedback_by=datetime(2025, 12, 31, 15, tzinfo=DENVER),
        send=date(2026, 1, 2),
        field_reminder=date(2026, 1, 2),
        metrics=date(2026, 1, 9),
    )


def test_a_newsletter_that_somebody_moved() -> None:
    """July 2020's went out on a Monday: everything counts from there."""
    assert newsletter_dates(date(2020, 7, 6), NEW_YEAR, DENVER) == NewsletterDates(
        content_call=date(2020, 6, 22),
        test_mail=date(2020, 7, 2),
        feedback_by=datetime(2020, 7, 3, 15, tzinfo=DENVER),
        send=date(2020, 7, 6),
        field_reminder=date(2020, 7, 6),
        metrics=date(2020, 7, 10),
    )


def test_the_distances_are_the_configurations() -> None:
    rule = NewsletterRule(call_days=7, test_days=3, feedback_days=2, feedback_at=time(9, 30), metrics_weekday=0)
    dates = newsletter_dates(date(2026, 3, 5), NEW_YEAR, DENVER, rule)
    assert (dates.content_call, dates.test_mail) == (date(2026, 2, 26), date(2026, 3, 2))
    assert (dates.feedback_by, dates.metrics) == (datetime(2026, 3, 3, 9, 30, tzinfo=DENVER), date(2026, 3, 9))


def test_the_days_of_every_newsletter() -> None:
    for period in MONTHS[1:]:
        send = due_on(FLASH, period, WORKDAYS)
        dates = newsletter_dates(send, WORKDAYS, DENVER)
        before = [day for at in range(1, 15) if WORKDAYS.is_one(day := send - at * DAY)]
        assert (dates.feedback_by.date(), dates.test_mail) == (before[0], before[1])
        assert (dates.metrics.weekday(), 1 <= (dates.metrics - send).days <= 7) == (4, True)
        assert days_of(FLASH, period, WORKDAYS).opens <= dates.content_call < dates.test_mail < dates.send


def is_summer(day: date) -> bool:
    """From the second Sunday of March to the first of November, as the United States have it."""
    march, november = date(day.year, 3, 8), date(day.year, 11, 1)
    begin, end = (first + (6 - first.weekday()) % 7 * DAY for first in (march, november))
    return begin <= day < end


def test_feedback_ends_at_three_in_denver_on_both_sides_of_a_clock_change() -> None:
    """Whatever the day of sending is, the hour on Denver's clock is the same; the one in UTC is not."""
    days = [period.first + at * DAY for period in MONTHS for at in (4, 7, 10, 14)]
    for day in days:
        end = newsletter_dates(day, WORKDAYS, DENVER).feedback_by
        assert (end.hour, end.minute) == (15, 0)
        assert end.astimezone(UTC).hour == (21 if is_summer(end.date()) else 22)
    changes = [newsletter_dates(date(2026, 3, day), NEW_YEAR, DENVER).feedback_by for day in (9, 10)]
    assert [str(one.astimezone(UTC)) for one in changes] == ["2026-03-06 22:00:00+00:00", "2026-03-09 21:00:00+00:00"]


def test_a_quarters_first_test_mail_is_due_before_the_quarter_in_19_of_80() -> None:
    """So the issue cannot wait for the quarter: it opens 21 days before the newsletter is sent."""
    firsts = [one for one in MONTHS if one.first.month % 3 == 2 and 2020 <= one.first.year < 2040]
    early = 0
    for period in firsts:
        dates = newsletter_dates(due_on(FLASH, period, Workdays()), Workdays(), DENVER)
        early += dates.test_mail < period.first
        assert days_of(FLASH, period, Workdays()).opens < dates.test_mail
    assert (early, len(firsts)) == (19, 80)
