"""Nobody works on the backlog, so an issue in it is on no window that still runs or comes, and has no due date.

Where the two disagree, a person says which is right; the bot changes neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Say
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Milestone
from bot.domain.speech import quoted
from bot.domain.windows import Exact, NearMiss, read_title

HANDBOOK = ("GL-10",)


@dataclass(frozen=True, slots=True)
class Settings:
    """`priority` is the one that nobody works on, as its label ends."""

    enabled: bool = True
    priority: str = "Backlog"


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    issue, priority = facts.issue, facts.site.labels.priority
    levels = [level for label in sorted(issue.labels) if (level := priority.level_of(label))]
    waits = any(level.key == settings.priority for level in levels)
    yield Check("it is in the backlog", waits, ", ".join(level.key for level in levels) or "no priority", "labels")
    if not waits:
        return
    planned = issue.milestone is not None and _is_ahead(facts, issue.milestone)
    yield Check("no window plans it", not planned, issue.milestone.title if issue.milestone else "none", "milestone")
    if planned and issue.milestone:
        yield Say("GL-10", "milestone", {"milestone": quoted(issue.milestone.title)})
    yield Check("no day is set", issue.due_date is None, str(issue.due_date or "none"), "due date")
    if issue.due_date:
        yield Say("GL-10", "due_date", {"due": issue.due_date.isoformat()})


def _is_ahead(facts: IssueFacts, milestone: Milestone) -> bool:
    """Whether it is a window that has not ended; what becomes of ended ones is the carry-over's business."""
    match read_title(milestone.title):
        case Exact(window) | NearMiss(window):
            return milestone.is_active and window.due >= facts.today
        case _:
            return False
