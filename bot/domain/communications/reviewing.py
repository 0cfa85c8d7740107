"""The last moment for feedback on a newsletter becomes the comments that came too late for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.communications.newsletter_days import NewsletterDates
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Note
from bot.domain.orders import spoken


def late_feedback(facts: IssueFacts, dates: NewsletterDates) -> Iterator[Note]:
    """What reviewers said after that moment and up to the day of sending, oldest first.

    Whoever is assigned prepares the newsletter and reviews nothing; orders to the bot are no feedback.
    """
    own = {person.id for person in facts.issue.assignees} | {facts.issue.author.id} | facts.guard.bots
    for note in facts.notes:
        if note.system or note.author.id in own or note.created_at is None:
            continue
        day = note.created_at.astimezone(dates.feedback_by.tzinfo).date()
        is_late = note.created_at > dates.feedback_by and day < dates.send + timedelta(days=1)
        if is_late and spoken(note, facts.site.bot.username) is None:
            yield note
