"""What was read and what a webhook saw become a judgement: is GitLab's answer from a copy that lags behind?"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from bot.delivery import Floor
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue
from bot.domain.subject import Subject
from bot.errors import TryLater

LOOK_AGAIN: Final = (2.0, 5.0, 15.0)
"""Seconds between looks while GitLab answers with something older than the webhook that woke us."""


@dataclass(slots=True)
class Patience:
    """How often each subject was looked at in vain; threads may share it."""

    _tries: dict[str, int] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def spend(self, subject: Subject) -> None:
        """Raise TryLater for the first looks; after those it is used up, and there anew."""
        with self._guard:
            tried = self._tries.pop(subject.key, 0)
            if tried < len(LOOK_AGAIN):
                self._tries[subject.key] = tried + 1
                raise TryLater("GitLab answered from a copy older than its webhook", LOOK_AGAIN[tried])

    def renew(self, subject: Subject) -> None:
        with self._guard:
            self._tries.pop(subject.key, None)


def lags(issue: Issue, floor: Floor) -> bool:
    """Whether what was read is older than what the webhook saw."""
    seen = issue.updated_at
    return floor.updated_at is not None and seen is not None and seen < floor.updated_at


def lags_behind(facts: IssueFacts, floor: Floor) -> bool:
    """Whether the comment that a webhook told of, or one that GitLab counts, is not there yet.

    One that was deleted since never will be.
    """
    is_short = sum(not note.system for note in facts.notes) < facts.issue.user_notes_count
    return is_short or (floor.note_id or 0) > max((note.id for note in facts.notes), default=0)
