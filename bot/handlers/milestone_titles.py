"""A milestone title that reads as exactly one window is written `Channel - FY27Q4 2b` and has that window's dates.

If the right title exists already, the open issues move there and the near miss is closed. What is doubtful, and what
lives on a project instead of the group, is reported and never guessed. What the bot wrote and a person changed is put
right once; after that it is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.domain.actions import ChangeMilestone, Check, CloseMilestone, MoveIssues, Say, SetMilestone
from bot.domain.facts import CalendarFacts, IssueFacts
from bot.domain.gitlab import Milestone
from bot.domain.milestones import exact_first, is_dated, is_near_miss, is_on_project, is_right, linked, titled
from bot.domain.needs import Need, OpenIssuesIn, Windows
from bot.domain.speech import quoted
from bot.domain.subject import CALENDAR, Subject
from bot.domain.windows import Doubtful, Exact, NearMiss, Reading, Window, read_title

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
    if milestone and not is_right(milestone):
        yield CALENDAR


def needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    milestone = facts.issue.milestone
    if milestone and (_left_behind(facts, milestone) or is_on_project(milestone)):
        yield Windows()


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | SetMilestone | ChangeMilestone | Say]:
    milestone = facts.issue.milestone
    if milestone is None:
        return
    reading = read_title(milestone.title)
    yield Check("the milestone's title is a window's", isinstance(reading, Exact), quoted(milestone.title), "milestone")
    match reading:
        case Exact(window) | NearMiss(window) if is_on_project(milestone):
            yield _of_project(milestone, window, facts.windows)
        case NearMiss(window) if _left_behind(facts, milestone):
            yield _out_of_closed(facts, milestone, window)
        case Doubtful(reason):
            yield Say("GL-14", "doubtful", {"title": linked(milestone), "reason": reason})
        case _:
            return


def _out_of_closed(facts: IssueFacts, milestone: Milestone, window: Window) -> SetMilestone | ChangeMilestone:
    """An open issue on a closed near miss moves to the window; where there is none, the near miss becomes it."""
    right = titled(facts.windows, window)
    return SetMilestone(right) if right else _become(milestone, window)


def _left_behind(facts: IssueFacts, milestone: Milestone) -> bool:
    return not milestone.is_active and milestone.group_id == facts.site.group_id and is_near_miss(milestone)


def calendar_needs(facts: CalendarFacts, settings: Settings) -> Iterator[Need]:
    for milestone in facts.milestones:
        if milestone.is_active and is_near_miss(milestone):
            yield OpenIssuesIn(milestone.id)


def decide_calendar(facts: CalendarFacts, settings: Settings) -> Iterator[Check | Mending]:
    windows: dict[Window, Milestone] = {}
    for milestone in sorted(facts.milestones, key=exact_first):
        reading = read_title(milestone.title)
        if milestone.is_active and (said := _persons_word(milestone, reading)):
            yield said
            continue
        match reading:
            case Exact(window):
                windows[window] = milestone
                yield from _date(milestone, window)
            case NearMiss(window) if milestone.is_active:
                yield Check("the title is a window's", False, quoted(milestone.title), "milestone")
                yield from _mend(facts, settings, milestone, windows.setdefault(window, milestone), window)
            case Doubtful(reason) if milestone.is_active:
                yield Say("GL-14", "doubtful", {"title": linked(milestone), "reason": reason})
            case _:
                continue
    yield from _on_projects(facts)


def _persons_word(milestone: Milestone, reading: Reading | None) -> Say | None:
    """What the bot wrote and a person changed is put right once; a second time, or another meaning, is theirs."""
    written = milestone.written
    if written is None or (milestone.title == written.title and is_right(milestone)):
        return None
    window = None if reading is None or isinstance(reading, Doubtful) else reading.window
    values = {"title": linked(milestone), "right": written.title}
    if window is None or window.title != written.title:
        return Say("GL-14", "renamed", values)
    span = {"start": window.start.isoformat(), "end": window.due.isoformat()}
    return Say("GL-14", "insisted", {**values, **span}) if written.healed else None


def _date(milestone: Milestone, window: Window) -> Iterator[ChangeMilestone]:
    if milestone.is_active and not is_dated(milestone, window):
        yield _become(milestone, window)


def _mend(
    facts: CalendarFacts, settings: Settings, milestone: Milestone, right: Milestone, window: Window
) -> Iterator[Mending]:
    """The first near miss becomes the window; where there is one, its issues move there and it is closed."""
    issues = facts.open_issues.get(milestone.id, ())
    values = {"title": linked(milestone), "right": window.title}
    if right is milestone and facts.on_project(window.title):
        yield Say("GL-14", "blocked", values)
    elif right is milestone:
        yield _become(milestone, window)
    elif len(issues) > settings.merge_cap:
        yield Say("GL-14", "too_many", {**values, "count": str(len(issues)), "cap": str(settings.merge_cap)})
    else:
        target = replace(right, title=window.title)
        if issues:
            yield MoveIssues(issues, target)
        yield CloseMilestone(milestone, target)


def _on_projects(facts: CalendarFacts) -> Iterator[Say]:
    for milestone in facts.project_milestones:
        match read_title(milestone.title):
            case Exact(window) | NearMiss(window) if milestone.is_active:
                yield _of_project(milestone, window, facts.milestones)


def _of_project(milestone: Milestone, window: Window, windows: tuple[Milestone, ...]) -> Say:
    values = {"title": linked(milestone), "right": window.title}
    return Say("GL-14", "twin", values) if titled(windows, window) else Say("GL-14", "project_level", values)


def _become(milestone: Milestone, window: Window) -> ChangeMilestone:
    return ChangeMilestone(milestone, window.title, window.start, window.due)
