"""An announcement's label journal becomes who approved it, whether the bot took that off, and who hears of it."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.actions import Nudge, Turn
from bot.domain.asking import charged, opened_on, templated
from bot.domain.communications.keys import ANNOUNCEMENT
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import LabelEvent
from bot.domain.plan import distinct


def was_taken_off(facts: IssueFacts) -> bool:
    """Whether the bot took off the approval, and nobody gave it since."""
    last = max(_approvals(facts), key=_moment, default=None)
    return last is not None and last.action == "remove" and last.user_id in facts.guard.bots


def is_approved(facts: IssueFacts) -> bool:
    return facts.site.labels.communication.approved.name in facts.issue.labels


def may_be_late(facts: IssueFacts, notice: date | None) -> bool:
    """Whether it is approved and its notice date is over, so that the journal has to tell which came first."""
    return is_approved(facts) and notice is not None and notice < facts.today


def was_approved_by(facts: IssueFacts, day: date) -> bool:
    """Whether it is approved, and was on that day; where the journal was not read, that is believed."""
    given = [one.at for one in _approvals(facts) if one.action == "add"]
    return is_approved(facts) and (not given or max(given).astimezone(facts.site.zone).date() <= day)


def _approvals(facts: IssueFacts) -> list[LabelEvent]:
    label = facts.site.labels.communication.approved.name
    return [event for event in facts.label_events if event.label == label]


def about_taking_off(facts: IssueFacts) -> Nudge:
    """Whoever approved it last hears of it once, with those who have it in hand."""
    given = [one for one in _approvals(facts) if one.action == "add" and one.user_id not in facts.guard.bots]
    last, case = max(given, key=_moment, default=None), templated(facts, ANNOUNCEMENT)
    if last is None or case is None or not last.username:
        return Nudge(0)
    day = last.at.astimezone(facts.site.zone).date()
    return Nudge(turns=(Turn(day, distinct((last.username, *charged(facts, case)))),))


def about_moving(facts: IssueFacts) -> Nudge:
    """At once that the newsletter moved, but for who opened the announcement today and has just read of it."""
    return Nudge(0 if opened_on(facts) < facts.today else 1)


def _moment(event: LabelEvent) -> tuple[datetime, int]:
    return event.at, event.id
