"""An action becomes a few plain words: for the plan on a terminal, for the audit, for the comment on an issue."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from bot.domain.actions import (
    Action,
    AddLabel,
    Answer,
    Assign,
    ChangeMilestone,
    CloseMilestone,
    CreateMilestone,
    FieldAction,
    MilestoneAction,
    MoveIssues,
    RemoveLabel,
    Say,
    SetDueDate,
    SetMilestone,
    SetWeight,
    WriteLine,
)
from bot.domain.gitlab import Issue
from bot.domain.intro import stated
from bot.domain.speech import code, quoted


def told(action: Action) -> str:
    """The action as an imperative, safe to print in Markdown."""
    match action:
        case AddLabel() | RemoveLabel() | SetWeight() | Assign() | SetDueDate() | SetMilestone() | WriteLine():
            return _told_field(action)
        case CreateMilestone(title, start, due):
            return f"create milestone {code(title)}, {_span(start, due)}"
        case ChangeMilestone(milestone, title, start, due) if milestone.title == title:
            return f"give milestone {code(title)} its dates, {_span(start, due)}"
        case ChangeMilestone(milestone, title, start, due):
            return f"rename milestone {code(milestone.title)} to {code(title)}, {_span(start, due)}"
        case MoveIssues(issues, target):
            who = f"{len(issues)} open {_plural(len(issues), 'issue')}"
            return f"move {who} to milestone {code(target.title)}" if target else f"take {who} off their milestone"
        case CloseMilestone(milestone, successor):
            why = f"as {code(successor.title)} takes its place" if successor else "which is over and empty"
            return f"close milestone {code(milestone.title)}, {why}"
        case Say(rule, topic):
            return f"say {code(topic)}" + (f" ({rule})" if rule else "")
        case Answer(topic):
            return f"answer {code(topic)}"
        case _:
            assert_never(action)


def _told_field(action: FieldAction) -> str:
    match action:
        case AddLabel(name):
            return f"add label {code(name)}"
        case RemoveLabel(name):
            return f"remove label {code(name)}"
        case SetWeight(None):
            return "clear the weight"
        case SetWeight(weight):
            return f"set weight {weight}"
        case Assign(person):
            return f"assign {code('@' + person.username)}"
        case SetDueDate(due):
            return f"set due date {due}"
        case SetMilestone(milestone):
            return f"set milestone {code(milestone.title)}" if milestone else "clear the milestone"
        case WriteLine(label, value):
            return f"set {label} line {quoted(value)}"
        case _:
            assert_never(action)


PAST = {"add": "added", "remove": "removed", "clear": "cleared", "assign": "assigned", "set": "set"}


def past(telling: str) -> str:
    """The telling of a field action as done: `add label` becomes `added label`."""
    verb, _, rest = telling.partition(" ")
    return f"{PAST[verb]} {rest}"


def before_milestone(action: MilestoneAction) -> str:
    """The milestone as it was, as the audit keeps it."""
    match action:
        case ChangeMilestone(milestone) | CloseMilestone(milestone):
            dates = f"{milestone.start or 'no start'} to {milestone.due or 'no end'}"
            return f"{milestone.title}, {dates}, {milestone.state}"
        case MoveIssues(issues):
            return ", ".join(f"{issue.reference} on {issue.milestone.title}" for issue in issues if issue.milestone)
        case CreateMilestone():
            return ""
        case _:
            assert_never(action)


def before(action: FieldAction, issue: Issue) -> str:
    """The field as it was, as the audit keeps it."""
    match action:
        case AddLabel() | RemoveLabel():
            return ", ".join(sorted(issue.labels))
        case SetWeight():
            return "" if issue.weight is None else str(issue.weight)
        case Assign():
            return ", ".join(person.username for person in issue.assignees)
        case SetDueDate():
            return "" if issue.due_date is None else issue.due_date.isoformat()
        case SetMilestone():
            return issue.milestone.title if issue.milestone else ""
        case WriteLine(label):
            return "; ".join(stated(issue.description, label))
        case _:
            assert_never(action)


def _span(start: date, due: date) -> str:
    return f"{start} to {due}"


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
