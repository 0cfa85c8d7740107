"""A partner's record and its programme become the last day, and whether the months ended before all was done."""

from __future__ import annotations

from datetime import date, tzinfo

from bot.domain.partners.programme import Programme
from bot.domain.partners.progress import Completion
from bot.domain.partners.record import Record


def deadline_of(record: Record, programme: Programme) -> date | None:
    """The last day on which the partner may be done; None: the programme did not begin."""
    if record.started_on is None:
        return None
    return record.extended_to or programme.deadline.due(record.started_on)


def is_expired(record: Record, programme: Programme, today: date) -> bool:
    """Whether the last day is over, for a partner that was not done by then and did not withdraw."""
    last = deadline_of(record, programme)
    return record.is_running and last is not None and today > last


def was_in_time(done: Completion, last: date, zone: tzinfo) -> bool:
    """Whether all was done by the end of that day; also where GitLab tells of no tick that came later."""
    at = done.completed_at
    return done.is_complete and (at is None or at.astimezone(zone).date() <= last)
