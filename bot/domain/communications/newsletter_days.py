"""The day on which a Partner Flash is sent becomes every other day of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.domain.workdays import Workdays


@dataclass(frozen=True, slots=True)
class NewsletterRule:
    """How far from the send date each step lies; the defaults are the handbook's."""

    call_days: int = 14
    """Calendar days before: content is called for."""
    test_days: int = 2
    """Business days before: the test mail goes out, no earlier."""
    feedback_days: int = 1
    """Business days before: the last feedback, by `feedback_at`."""
    feedback_at: time = time(15)
    metrics_weekday: int = 4
    """The first such weekday (0 is Monday) after the send date: the numbers are written down."""


@dataclass(frozen=True, slots=True)
class NewsletterDates:
    """All days of one newsletter; `feedback_by` knows its zone."""

    content_call: date
    test_mail: date
    feedback_by: datetime
    send: date
    field_reminder: date
    metrics: date


def newsletter_dates(
    send: date, workdays: Workdays, zone: tzinfo, rule: NewsletterRule | None = None
) -> NewsletterDates:
    """`send` is the day it goes out, planned or moved; `zone` the one in which the reviewers' clock is read."""
    rule = rule or NewsletterRule()
    last_review = workdays.before(send, rule.feedback_days)
    return NewsletterDates(
        content_call=send - timedelta(days=rule.call_days),
        test_mail=workdays.before(send, rule.test_days),
        feedback_by=datetime.combine(last_review, rule.feedback_at, zone),
        send=send,
        field_reminder=send,
        metrics=send + timedelta(days=(rule.metrics_weekday - send.weekday() - 1) % 7 + 1),
    )
