"""An action becomes a few plain words: for the plan on a terminal, for the audit, for the comment on an issue."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Final, assert_never

from bot.domain.actions import (
    Action,
    AddLabel,
    Answer,
    Ask,
    Assign,
    ChangeMilestone,
    Close,
    CloseMilestone,
    CreateMilestone,
    DropItem,
    Edit,
    FieldAction,
    MilestoneAction,
    MoveIssues,
    OpenIssue,
    ProposeChanges,
    PutItem,
    RemoveLabel,
    Reopen,
    Say,
    SendMail,
    SetDueDate,
    SetMilestone,
    SetWeight,
    TickTask,
    WriteLine,
)
from bot.domain.gitlab import Issue
from bot.domain.intro import stated
from bot.domain.partners.stepping import told_step
from bot.domain.partners.steps import PartnerAction
from bot.domain.speech import code, quoted


def told(action: Action) -> str:
    """The action as an imperative, safe to print in Markdown."""
    match action:
        case _ if isinstance(action, FieldAction):
            return _told_field(action)
        case _ if isinstance(action, MilestoneAction):
            return _told_milestone(action)
        case _ if isinstance(action, PartnerAction):
            return told_step(action)
        case OpenIssue(key, template):
            return f"open the issue {code(key)} from {code(template)}"
        case Say(rule, topic):
            return f"say {code(topic)}" + (f" ({rule})" if rule else "")
        case Answer(topic):
            return f"answer {code(topic)}"
        case Ask(request):
            return f"have {code(request.what)} carried out for {code(request.partner)}"
        case SendMail(_, template, partner):
            return f"send the mail {code(template)} to {code(partner)}"
        case ProposeChanges(key, proposals):
            return f"propose {len(proposals)} {_plural(len(proposals), 'change')} to the registry ({code(key)})"
        case _:
            assert_never(action)


def _told_milestone(action: MilestoneAction) -> str:
    match action:
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
        case _:
            assert_never(action)


def _told_field(action: FieldAction) -> str:
    match action:
        case AddLabel(name):
            return f"add label {code(name)}"
        case RemoveLabel(name):
            return f"remove label {code(name)}"
        case SetWeight(weight):
            return "clear the weight" if weight is None else f"set weight {weight}"
        case Assign(person):
            return f"assign {code('@' + person.username)}"
        case SetDueDate(due):
            return f"set due date {due}"
        case SetMilestone(milestone):
            return f"set milestone {code(milestone.title)}" if milestone else "clear the milestone"
        case WriteLine() | TickTask() | PutItem() | DropItem():
            return _told_edit(action)
        case Reopen() | Close():
            return "reopen the issue" if isinstance(action, Reopen) else "close the issue"
        case _:
            assert_never(action)


def _told_edit(edit: Edit) -> str:
    match edit:
        case WriteLine(label, value):
            return f"set {label} line {quoted(value)}"
        case TickTask(task):
            return f"tick the task {code(task)}"
        case PutItem(section, _, text):
            return f"list {quoted(text)} under {quoted(section)}"
        case DropItem(key):
            return f"drop the item {code(key)}"
        case _:
            assert_never(edit)


PAST: Final = MappingProxyType(
    {
        "add": "added",
        "answer": "answered",
        "assign": "assigned",
        "clear": "cleared",
        "close": "closed",
        "commit": "committed",
        "create": "created",
        "drop": "dropped",
        "give": "gave",
        "have": "had",
        "invite": "invited",
        "link": "linked",
        "list": "listed",
        "make": "made",
        "move": "moved",
        "open": "opened",
        "propose": "proposed",
        "remove": "removed",
        "rename": "renamed",
        "reopen": "reopened",
        "say": "said",
        "send": "sent",
        "set": "set",
        "take": "took",
        "tell": "told",
        "tick": "ticked",
        "write": "wrote",
    }
)
"""Every verb that a telling begins with."""


def past(telling: str) -> str:
    """The telling of an action as done: `add label` becomes `added label`."""
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
        case TickTask() | PutItem() | DropItem():
            return ""
        case Reopen() | Close():
            return issue.state
        case _:
            assert_never(action)


def _span(start: date, due: date) -> str:
    return f"{start} to {due}"


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
