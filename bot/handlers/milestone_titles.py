"""A milestone title that reads as exactly one window is written `Channel - FY27Q4 2b` and has that window's dates.

If the right title exists already, the open issues move there and the near miss is closed. What is doubtful, and what
lives on a project instead of the group, is reported and never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.actions import ChangeMilestone, Check, CloseMilestone, MoveIssues, Say, SetMilestone
from bot.domain.facts import CalendarFacts, IssueFacts, Milestone, Need, OpenIssuesIn, Windows
from bot.domain.speech import quoted
from bot.domain.subject import CALENDAR, Subject
from bot.domain.windows import Doubtful, Exact, NearMiss, Window, read_title

HANDBOOK = ("GL-14",)
Mending: TypeAlias = ChangeMilestone | MoveIssues | CloseMilestone | Say


@dataclass(frozen=True, slots=True)
class Settings:
    """At most `merge_cap` issues move from a near miss to its window without a person being asked."""

    enabled: bool = True
    merge_cap: int = 50

    def __post_init__(self) -> None:
        if self.merge_cap < 0:
            raise ValueError(f"merge_cap must be a number from 0 up, not {self.merge_cap}")


def affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    milestone = facts.issue.milestone
    if milestone and not _is_right(milestone):
        yield CALENDAR


def needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    milestone = facts.issue.milestone
    if milestone and not milestone.is_active and milestone.group_id == facts.site.group_id and _near(milestone):
        yield Windows()


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | SetMilestone | ChangeMilestone | Say]:
    milestone = facts.issue.milestone
    if milestone is None:
        return
    reading, title = read_title(milestone.title), quoted(milestone.title)
    yield Check("the milestone's title is a window's", isinstance(reading, Exact), title, "milestone")
    match reading:
        case Exact(window) | NearMiss(window) if milestone.project_id is not None:
            yield Say("GL-14", "project_level", {"title": title, "right": window.title})
        case NearMiss(window) if not milestone.is_active and milestone.group_id == facts.site.group_id:
            yield _out_of_closed(facts, milestone, window)
        case Doubtful(reason):
            yield Say("GL-14", "doubtful", {"title": title, "reason": reason})
        case _:
            return


def _out_of_closed(facts: IssueFacts, milestone: Milestone, window: Window) -> SetMilestone | ChangeMilestone:
    """An open issue on a closed near miss moves to the window; where there is none, the near miss becomes it."""
    right = next((one for one in facts.windows if one.title == window.title), None)
    return SetMilestone(right) if right else _become(milestone, window)


def calendar_needs(facts: CalendarFacts, settings: Settings) -> Iterator[Need]:
    for milestone in facts.milestones:
        if milestone.is_active and _near(milestone):
            yield OpenIssuesIn(milestone.id)


def decide_calendar(facts: CalendarFacts, settings: Settings) -> Iterator[Check | Mending]:
    windows: dict[Window, Milestone] = {}
    for milestone in sorted(facts.milestones, key=_exact_first):
        match read_title(milestone.title):
            case Exact(window):
                windows[window] = milestone
                yield from _date(milestone, window)
            case NearMiss(window) if milestone.is_active and not facts.on_project(window.title):
                yield Check("the title is a window's", False, quoted(milestone.title), "milestone")
                yield from _mend(facts, settings, milestone, windows.setdefault(window, milestone), window)
            case Doubtful(reason) if milestone.is_active:
                yield Say("GL-14", "doubtful", {"title": quoted(milestone.title), "reason": reason})
            case _:
                continue
    yield from _on_projects(facts)


def _date(milestone: Milestone, window: Window) -> Iterator[ChangeMilestone]:
    if milestone.is_active and not _dated(milestone, window):
        yield _become(milestone, window)


def _mend(
    facts: CalendarFacts, settings: Settings, milestone: Milestone, right: Milestone, window: Window
) -> Iterator[Mending]:
    """The first near miss becomes the window; where there is one, its issues move there and it is closed."""
    issues = facts.open_issues.get(milestone.id, ())
    if right is milestone:
        yield _become(milestone, window)
    elif len(issues) > settings.merge_cap:
        values = {"title": quoted(milestone.title), "right": window.title}
        yield Say("GL-14", "too_many", {**values, "count": str(len(issues)), "cap": str(settings.merge_cap)})
    else:
        if issues:
            yield MoveIssues(issues, right)
        yield CloseMilestone(milestone, right)


def _on_projects(facts: CalendarFacts) -> Iterator[Say]:
    for milestone in facts.project_milestones:
        match read_title(milestone.title):
            case Exact(window) | NearMiss(window) if milestone.is_active:
                yield Say("GL-14", "project_level", {"title": quoted(milestone.title), "right": window.title})


def _become(milestone: Milestone, window: Window) -> ChangeMilestone:
    return ChangeMilestone(milestone, window.title, window.start, window.due)


def _exact_first(milestone: Milestone) -> tuple[bool, int]:
    return not isinstance(read_title(milestone.title), Exact), milestone.id


def _near(milestone: Milestone) -> bool:
    return isinstance(read_title(milestone.title), NearMiss)


def _is_right(milestone: Milestone) -> bool:
    match read_title(milestone.title):
        case Exact(window):
            return _dated(milestone, window) and milestone.project_id is None
        case reading:
            return reading is None


def _dated(milestone: Milestone, window: Window) -> bool:
    return (milestone.start, milestone.due) == (window.start, window.due)
