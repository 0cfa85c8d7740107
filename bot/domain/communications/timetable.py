"""A newsletter's issue and the rule of its days become its timetable, and what of it takes place today."""

from __future__ import annotations

from datetime import date

from bot.domain.asking import is_ticked
from bot.domain.communications.keys import NEWSLETTER
from bot.domain.communications.newsletter import newsletter_of
from bot.domain.communications.newsletter_days import NewsletterDates, NewsletterRule, newsletter_dates
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Milestone
from bot.domain.milestones import titled
from bot.domain.windows import Window

DAY = "%A, %Y-%m-%d"
MOMENT = "%Y-%m-%d, %H:%M %Z"


def dates_of(facts: IssueFacts, rule: NewsletterRule) -> NewsletterDates | None:
    """All days of the newsletter's issue; None where its send date is not known, or it is no newsletter's."""
    found = newsletter_of(facts)
    if found is None or found.send is None:
        return None
    return newsletter_dates(found.send, facts.site.workdays, facts.site.zone, rule)


def is_on(facts: IssueFacts, start: date, end: date, step: str) -> bool:
    """Whether the step takes place from `start` on until the day before `end`, and its task is not ticked."""
    return start <= facts.today < end and not is_ticked(facts, f"{NEWSLETTER}.{step}")


def is_in_window(facts: IssueFacts, dates: NewsletterDates) -> bool:
    """Whether the issue is on the window in which the newsletter is sent."""
    milestone = facts.issue.milestone
    return milestone is not None and milestone.title == Window.of(dates.send).title


def window_of(facts: IssueFacts, dates: NewsletterDates) -> Milestone | None:
    """The group's open milestone of that window, of `facts.windows`."""
    found = titled(facts.windows, Window.of(dates.send))
    return found if found and found.is_active else None


def shown(day: date | None) -> str:
    return day.isoformat() if day else "none"
