"""An issue says when it will be done, or what its next best action is and by when: a due date or an `NBA:` line.

The date of the NBA becomes the due date where there is none. A due date after the end of the milestone is pointed out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.actions import Check, Say, SetDueDate
from bot.domain.facts import IssueFacts
from bot.domain.intro import NextAction, next_action
from bot.domain.speech import quoted

HANDBOOK = ("GL-16",)


@dataclass(frozen=True, slots=True)
class Settings:
    """`fill_from_nba` lets the date of the NBA become the due date of an issue that has none."""

    enabled: bool = True
    fill_from_nba: bool = True


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | SetDueDate | Say]:
    issue, nba = facts.issue, next_action(facts.issue.description)
    yield Check("there is a due date", issue.due_date is not None, _shown(issue.due_date), "due date")
    yield Check("there is an NBA", nba is not None, nba.text if nba else "none", "description")
    if nba is not None:
        yield from _of_nba(facts, settings, nba)
    elif issue.due_date is None:
        yield Say("GL-16", "missing")
    yield from _of_milestone(facts)


def _of_nba(facts: IssueFacts, settings: Settings, nba: NextAction) -> Iterator[Check | SetDueDate | Say]:
    issue, text = facts.issue, quoted(nba.text)
    if nba.bad_date is not None:
        yield Say("GL-16", "bad_date", {"written": quoted(nba.bad_date), "text": text})
    elif nba.due is None and issue.due_date is None:
        yield Say("GL-16", "undated", {"text": text})
    elif nba.due is not None and nba.due < facts.today:
        yield Check("the NBA is still ahead", False, nba.due.isoformat(), "description")
        yield Say("GL-16", "past", {"text": text, "date": nba.due.isoformat()})
    elif nba.due is not None and issue.due_date is None and settings.fill_from_nba:
        yield SetDueDate(nba.due)


def _of_milestone(facts: IssueFacts) -> Iterator[Check | Say]:
    due, milestone = facts.issue.due_date, facts.issue.milestone
    if due is None or milestone is None or milestone.due is None:
        return
    inside = due <= milestone.due
    yield Check("the due date is inside the milestone", inside, f"{due} and {milestone.due}", "due date and milestone")
    if not inside:
        values = {"due": due.isoformat(), "milestone": quoted(milestone.title), "end": milestone.due.isoformat()}
        yield Say("GL-16", "after_milestone", values)


def _shown(day: date | None) -> str:
    return day.isoformat() if day else "none"
