"""The group always has the current half-month window and the next ones as milestones, and lets an empty one end.

A window that exists under its title is adopted as it is; nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.actions import Check, CloseMilestone, CreateMilestone
from bot.domain.facts import CalendarFacts
from bot.domain.gitlab import Milestone
from bot.domain.needs import Need, OpenIssuesIn
from bot.domain.windows import Exact, NearMiss, Window, read_title

HANDBOOK = ("GL-13",)
MOST_AHEAD = 52


@dataclass(frozen=True, slots=True)
class Settings:
    """`create_ahead` windows exist beyond the current one; an empty one closes `close_after_days` after its end."""

    enabled: bool = True
    create_ahead: int = 6
    close_after_days: int = 3

    def __post_init__(self) -> None:
        if not 0 <= self.create_ahead <= MOST_AHEAD:
            raise ValueError(f"create_ahead must be a number from 0 to {MOST_AHEAD}, not {self.create_ahead}")
        if self.close_after_days < 0:
            raise ValueError(f"close_after_days must be a number from 0 up, not {self.close_after_days}")


def calendar_needs(facts: CalendarFacts, settings: Settings) -> Iterator[Need]:
    for milestone in facts.milestones:
        if _ended(facts, settings, milestone):
            yield OpenIssuesIn(milestone.id)


def decide_calendar(facts: CalendarFacts, settings: Settings) -> Iterator[Check | CreateMilestone | CloseMilestone]:
    named = {window for window in map(_window, facts.milestones) if window}
    ahead = Window.ahead(facts.today, settings.create_ahead)
    missing = [window for window in ahead if window not in named and not facts.on_project(window.title)]
    seen = ", ".join(window.title for window in missing) or "all there"
    yield Check(f"the current window and {settings.create_ahead} more exist", not missing, seen, "milestones")
    for window in missing:
        yield CreateMilestone(window.title, window.start, window.due)
    for milestone in facts.milestones:
        if _ended(facts, settings, milestone):
            yield from _close(facts, milestone)


def _close(facts: CalendarFacts, milestone: Milestone) -> Iterator[Check | CloseMilestone]:
    left = len(facts.open_issues.get(milestone.id, ()))
    yield Check(f"{milestone.title} is over and empty", not left, f"{left} open issues", "milestone")
    if not left:
        yield CloseMilestone(milestone)


def _ended(facts: CalendarFacts, settings: Settings, milestone: Milestone) -> bool:
    reading = read_title(milestone.title)
    grace = timedelta(days=settings.close_after_days)
    return milestone.is_active and isinstance(reading, Exact) and reading.window.due + grace < facts.today


def _window(milestone: Milestone) -> Window | None:
    """The window a milestone stands for, or will as soon as its title is put right."""
    match read_title(milestone.title):
        case Exact(window):
            return window
        case NearMiss(window) if milestone.is_active:
            return window
        case _:
            return None
