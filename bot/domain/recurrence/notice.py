"""The day on which partners are told becomes the earliest day on which a change may count, and the other way round."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.workdays import Workdays

NOTICE_DAYS = 30
"""Calendar days; the partner agreement's."""


def earliest_effective(notice: date, days: int = NOTICE_DAYS) -> date:
    """The first day on which a change may take effect, or customers hear of it, when partners are told on `notice`."""
    return notice + timedelta(days=days)


def latest_notice(effective: date, days: int = NOTICE_DAYS) -> date:
    """The last day on which partners may be told of a change that takes effect on `effective`."""
    return effective - timedelta(days=days)


def submit_by(notice: date, lead: int, workdays: Workdays) -> date:
    """The last day to ask for an announcement of `notice`: the team needs `lead` business days."""
    return workdays.before(notice, lead)
