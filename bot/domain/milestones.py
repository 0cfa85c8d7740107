"""Milestones read as windows: which one it stands for, whether it is right, and how to show it."""

from __future__ import annotations

from bot.domain.gitlab import Milestone
from bot.domain.speech import quoted
from bot.domain.windows import Exact, NearMiss, Window, read_title


def titled(milestones: tuple[Milestone, ...], window: Window) -> Milestone | None:
    """The one that has the window's right title."""
    return next((milestone for milestone in milestones if milestone.title == window.title), None)


def linked(milestone: Milestone) -> str:
    """The title, leading to the milestone's page."""
    return f"[{quoted(milestone.title)}]({milestone.web_url})"


def is_on_project(milestone: Milestone) -> bool:
    """Whether it means a window and belongs to a project instead of the group."""
    return milestone.project_id is not None and isinstance(read_title(milestone.title), Exact | NearMiss)


def exact_first(milestone: Milestone) -> tuple[bool, int]:
    """Sorting key: right titles first, then the older one."""
    return not isinstance(read_title(milestone.title), Exact), milestone.id


def is_near_miss(milestone: Milestone) -> bool:
    """Whether the title reads as a window and is not its right one."""
    return isinstance(read_title(milestone.title), NearMiss)


def is_right(milestone: Milestone) -> bool:
    """Whether nothing about it needs a look: the right title and dates, or no window at all."""
    match read_title(milestone.title):
        case Exact(window):
            return is_dated(milestone, window) and milestone.project_id is None
        case reading:
            return reading is None


def is_dated(milestone: Milestone, window: Window) -> bool:
    """Whether its dates are the window's."""
    return (milestone.start, milestone.due) == (window.start, window.due)
