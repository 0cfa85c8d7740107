"""Milestone journals become carry-overs: which window an issue stood on at a moment, how often it went over an end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias, get_args

from bot.domain.actions import Answer, Check, FieldAction, MilestoneAction
from bot.domain.facts import IssueFacts, Site
from bot.domain.gitlab import Issue, Milestone
from bot.domain.labels import Labels, Level
from bot.domain.subject import Subject
from bot.domain.windows import Exact, NearMiss, Window, read_title

Fate: TypeAlias = Literal["escalate", "next", "propose", "unset"]
"""It stays and the director hears of it; it goes to the next window; a person decides; it leaves its milestone."""
FATES: tuple[Fate, ...] = get_args(Fate)
Obeyed: TypeAlias = Check | FieldAction | MilestoneAction | Answer | Subject
"""What obeying an order comes to."""


def window_of(milestone: Milestone | None) -> Window | None:
    """The window that a group's milestone stands for; None for a project's, and for one that means no window."""
    if milestone is None or milestone.project_id is not None:
        return None
    match read_title(milestone.title):
        case Exact(window) | NearMiss(window):
            return window
        case _:
            return None


def window_over(milestone: Milestone | None, today: date, days: int = 1) -> Window | None:
    """The milestone's window if it ended at least so many days before `today`."""
    window = window_of(milestone)
    return window if window and window.due + timedelta(days=days) <= today else None


@dataclass(frozen=True, slots=True)
class Ending:
    """A window that is over under an open issue; `to` is where the issue goes if its `fate` lets it."""

    milestone: Milestone
    window: Window
    to: Window
    fate: Fate


@dataclass(frozen=True, slots=True)
class Endings:
    """`table`: what the end of a window means for an issue, by the key of its priority."""

    site: Site
    table: Mapping[str, Fate]

    def of(self, issue: Issue, milestone: Milestone | None, day: date, days: int = 1) -> Ending | None:
        """What the milestone's end means if it was at least so many days before that day.

        The issue goes to the window after it, or to that of the day if that is later.
        """
        over = window_over(milestone, day, days)
        if milestone is None or over is None:
            return None
        level = level_of(issue, self.site.labels)
        fate = self.table.get(level.key, "propose") if level else "propose"
        return Ending(milestone, over, max(over.next(), Window.of(day)), fate)

    def among(self, issues: Iterable[Issue], day: date) -> Mapping[Fate, tuple[Issue, ...]]:
        """The team's issues whose windows are over, by what that means for them."""
        found: dict[Fate, tuple[Issue, ...]] = dict.fromkeys(FATES, ())
        for issue in issues:
            ending = self.of(issue, issue.milestone, day) if is_teams(issue, self.site) else None
            if ending:
                found[ending.fate] += (issue,)
        return found


def level_of(issue: Issue, labels: Labels) -> Level | None:
    """The priority that the issue's labels state; the most urgent one of several."""
    return labels.priority.most_urgent(issue.labels)


def is_teams(issue: Issue, site: Site) -> bool:
    """Whether orders about many issues may touch this one from the list alone.

    In a partner's folder only journals tell whose labels count, and where the bot is told to keep off it does.
    """
    ours = issue.project == site.home or site.labels.belongs(issue.labels)
    with_partner = bool(site.partners) and issue.project.startswith(f"{site.partners}/")
    is_off = site.labels.hands_off.name in issue.labels
    return issue.is_open and issue.issue_type == "issue" and ours and not (with_partner or is_off)


def carried(facts: IssueFacts) -> tuple[datetime, ...]:
    """When the issue left a window that was over for a later one, by the bot or by somebody whose word counts."""
    moments: tuple[datetime, ...] = ()
    guard, zone = facts.guard, facts.site.zone
    before: Window | None = None
    left: datetime | None = None
    for event in facts.milestone_events:
        if event.action != "add":
            left = event.at
            continue
        now, straight = window_of(event.milestone), left in (None, event.at)
        ours = event.user_id in guard.bots or guard.counts(event.user_id)
        if ours and straight and now and before and before.due < event.at.astimezone(zone).date() and before < now:
            moments += (event.at,)
        before, left = now, None
    return moments


def is_decided(facts: IssueFacts, moment: datetime) -> bool:
    """Whether a person whose word counts, after that moment, planned the issue anew or took the label off.

    The label is the one that an issue gets that is carried over often.
    """
    often, counts = facts.site.labels.carried_often.name, facts.guard.counts
    planned = any(one.at > moment and counts(one.user_id) for one in facts.milestone_events)
    taken = (one for one in facts.label_events if (one.action, one.label) == ("remove", often))
    return planned or any(one.at > moment and counts(one.user_id) for one in taken)


def stood_on(facts: IssueFacts, at: datetime) -> Milestone | None:
    """The milestone that the issue had at a moment; without a journal the one it has."""
    if not facts.milestone_events:
        return facts.issue.milestone
    earlier = [event for event in facts.milestone_events if event.at <= at]
    if not earlier:
        first = facts.milestone_events[0]
        return None if first.action == "add" else first.milestone
    return None if earlier[-1].action == "remove" else earlier[-1].milestone


def put_since(facts: IssueFacts, at: datetime, target: Milestone | None) -> bool | None:
    """Whether the issue was put on `target` (None: off its milestone) after a moment; None: nobody touched it since."""
    since = [event for event in facts.milestone_events if event.at > at]
    if not since:
        return None
    if target is None:
        return any(event.action == "remove" for event in since)
    return any(event.action == "add" and event.milestone.id == target.id for event in since)


def times(count: int) -> str:
    """`once`, `twice`, `3 times`; empty for never."""
    return ("", "once", "twice")[count] if count < 3 else f"{count} times"
