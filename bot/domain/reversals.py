"""Journals become what people took back: a field that the bot wrote and a person undid is that person's.

Priorities are no such field: a label or weight that somebody sets anew is a new value (see `lastword`). Neither is what
the bot writes because somebody told it to. And whoever rewrites the description decides anew what follows from it.
Which of its lines an edit took off GitLab does not tell; what stood there is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.actions import (
    AddLabel,
    Assign,
    Close,
    DropItem,
    FieldAction,
    PutItem,
    RemoveLabel,
    Reopen,
    SetDueDate,
    SetMilestone,
    SetWeight,
    TickTask,
    WriteLine,
)
from bot.domain.edits import items_in
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue, Note
from bot.domain.needs import LabelHistory, MilestoneHistory, Need, NoteHistory
from bot.domain.orders import spoken, understood
from bot.domain.ticks import ticks

ENOUGH = 2
"""So many fields taken back mean that the bot is not wanted on an issue."""
HANDS_ON = "hands-on"
AT_ONCE = timedelta(seconds=2)
"""What one account changes within this time belongs to one edit."""
REWRITTEN = "changed the description"
"""GitLab's own words (app/services/system_notes/issuables_service.rb)."""
ASSIGNED = re.compile(r"(?P<un>un)?assigned (?:to )?(?P<people>@[\w.-]+(?:(?:,? and |, )@[\w.-]+)*+)")
"""GitLab's own words, `assigned to @a and unassigned @b` (app/services/system_notes/issuables_service.rb)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One moment of a field: who wrote it, and whether it was then as a wish wants it."""

    at: datetime
    by: int | None
    is_as_wished: bool


def field_of(action: FieldAction) -> str:
    """The field and value that an action writes, as the memory keeps it."""
    match action:
        case AddLabel(name) | RemoveLabel(name):
            return f"label {name}"
        case Assign(person):
            return f"assignee {person.id}"
        case SetMilestone(milestone):
            return f"milestone {milestone.id if milestone else 'none'}"
        case SetDueDate():
            return "due date"
        case SetWeight():
            return "weight"
        case WriteLine(label):
            return f"{label} line"
        case TickTask(task):
            return f"task {task}"
        case PutItem(key=key) | DropItem(key):
            return f"item {key}"
        case Reopen() | Close():
            return "state"
        case _:
            assert_never(action)


def held_by(issue: Issue) -> frozenset[str]:
    """The fields, in the words of `field_of`, that hold something which a wish could bring back."""
    labels = (f"label {name}" for name in issue.labels)
    assignees = (f"assignee {person.id}" for person in issue.assignees)
    milestone = (f"milestone {issue.milestone.id}",) if issue.milestone else ()
    items = (f"item {key}" for key in items_in(issue.description))
    return frozenset((*labels, *assignees, *milestone, *items, *(("due date",) if issue.due_date else ())))


def fields_of(actions: Iterable[FieldAction]) -> frozenset[str]:
    """How many things they are to people: a list is one, whatever it lists."""
    return frozenset("list" if isinstance(one, PutItem) else field_of(one) for one in actions)


def doubts(facts: IssueFacts, wishes: Iterable[FieldAction]) -> Iterator[Need]:
    """The journals to be read before these wishes are granted, since the bot may have been through it before."""
    if facts.site.labels.hands_off.name in facts.issue.labels:
        yield LabelHistory()
    if facts.site.labels.hands_off.name in facts.withheld:
        yield NoteHistory()
    for action in wishes:
        journal = _journal(facts, action)
        if journal and (facts.wrote is None or field_of(action) in facts.wrote):
            yield journal
        if taken_back(facts, action):
            yield NoteHistory()


def is_off(facts: IssueFacts) -> bool:
    """Whether somebody whose word counts, or the bot itself, put the label on that keeps the bot away."""
    label = facts.site.labels.hands_off.name
    added = [event for event in facts.label_events if (event.label, event.action) == (label, "add")]
    if label in facts.withheld:
        told = [event.at for event in added if _is_ours(facts, event.user_id) or facts.guard.counts(event.user_id)]
        since = _asked_to_care(facts)
        return since is None or since <= max(told, default=since)
    if label not in facts.issue.labels:
        return False
    return not added or _is_ours(facts, added[-1].user_id) or facts.guard.counts(added[-1].user_id)


def taken_back(facts: IssueFacts, action: FieldAction) -> bool:
    """Whether the bot did this once, and a person undid it since they last asked the bot to care."""
    since, did = _asked_to_care(facts), False
    if isinstance(action, PutItem):
        return _is_taken_off(facts, action, since)
    for change in sorted(_changes(facts, action), key=lambda change: change.at):
        if _is_ours(facts, change.by):
            did = did or change.is_as_wished
        elif did and not change.is_as_wished and facts.guard.counts(change.by):
            if (since is None or change.at > since) and not _is_rewritten(facts, action, change):
                return True
            did = False
    return False


def _is_taken_off(facts: IssueFacts, item: PutItem, since: datetime | None) -> bool:
    """Whether the item stood there, as far as anybody knows, and people edited the description after the bot had."""
    is_known = facts.wrote is None or field_of(item) in facts.wrote
    if not is_known or item.key in items_in(facts.issue.description):
        return False
    edits = [(one.created_at, one.author.id) for one in _lines(facts) if one.body.startswith(REWRITTEN)]
    # An edit that also ticks a box is told as that tick.
    edits += [(one.at, one.user_id) for one in ticks(facts.notes)]
    floor = max(filter(None, (since, item.since)), default=None)
    moments = [(at, by) for at, by in edits if at and (floor is None or at + AT_ONCE >= floor)]
    began = min((at for at, by in moments if _is_ours(facts, by)), default=None)
    people = [at for at, by in moments if not _is_ours(facts, by) and facts.guard.counts(by)]
    return began is not None and max(people, default=began) > began


def _is_rewritten(facts: IssueFacts, action: FieldAction, change: Change) -> bool:
    """Whether the wish follows from the description, and that was written anew with the change or since."""
    if not _is_described(facts, action):
        return False
    for note in _lines(facts):
        # The bot rewrites a description only because somebody told it to.
        counts = _is_ours(facts, note.author.id) or facts.guard.counts(note.author.id)
        if note.created_at is None or note.body != REWRITTEN or not counts:
            continue
        tolerance = AT_ONCE if note.author.id == change.by else timedelta(0)
        if note.created_at >= change.at - tolerance:
            return True
    return False


def _is_described(facts: IssueFacts, action: FieldAction) -> bool:
    match action:
        case AddLabel(name) | RemoveLabel(name):
            return name == facts.site.labels.dri_missing.name
        case Assign() | SetDueDate():
            return True
        case SetMilestone() | SetWeight() | WriteLine() | TickTask() | PutItem() | DropItem() | Reopen() | Close():
            return False
        case _:
            assert_never(action)


def _journal(facts: IssueFacts, action: FieldAction) -> Need | None:
    match action:
        case AddLabel(name) | RemoveLabel(name):
            labels = facts.site.labels
            owned = name == labels.hands_off.name or name in labels.verdicts or labels.priority.level_of(name)
            return None if owned else LabelHistory()
        case Assign() | SetDueDate() | PutItem():
            return NoteHistory()
        case SetMilestone():
            return MilestoneHistory()
        case SetWeight() | WriteLine() | DropItem():
            return None
        case TickTask() | Reopen() | Close():
            return None  # whoever wishes for these counts by themselves how often it was undone
        case _:
            assert_never(action)


def _changes(facts: IssueFacts, action: FieldAction) -> Iterator[Change]:
    if _journal(facts, action) is None:
        return
    match action:
        case AddLabel(name) | RemoveLabel(name):
            wished = "add" if isinstance(action, AddLabel) else "remove"
            events = (event for event in facts.label_events if event.label == name)
            yield from (Change(event.at, event.user_id, event.action == wished) for event in events)
        case SetMilestone(milestone):
            yield from _moves(facts, milestone.id if milestone else None)
        case Assign(person):
            yield from _assignments(facts, person.username)
        case _:  # of what is left, only the due date has a journal
            yield from _due_dates(facts)


def _moves(facts: IssueFacts, wished: int | None) -> Iterator[Change]:
    """When the issue came to the wished milestone and left it; for None, to and from the one it was on last.

    That one milestone takes another's place is told as a single addition.
    """
    events = sorted(facts.milestone_events, key=lambda event: (event.at, event.id))
    about = wished or (events[-1].milestone.id if events else None)
    was_there = False
    for event in events:
        is_there = event.milestone.id == about and event.action == "add"
        left = event.milestone.id == about or (was_there and wished is not None)
        if is_there or left:
            yield Change(event.at, event.user_id, is_there is (wished is not None))
        was_there = is_there


def _assignments(facts: IssueFacts, username: str) -> Iterator[Change]:
    for note in _lines(facts):
        for hit in ASSIGNED.finditer(note.body):
            people = {name.lower() for name in re.findall(r"@([\w.-]*\w)", hit["people"])}
            if note.created_at and username.lower() in people:
                yield Change(note.created_at, note.author.id, not hit["un"])


def _due_dates(facts: IssueFacts) -> Iterator[Change]:
    for note in _lines(facts):
        if note.created_at and "due date" in note.body:
            yield Change(note.created_at, note.author.id, note.body.startswith("changed"))


def _lines(facts: IssueFacts) -> Iterator[Note]:
    """What GitLab wrote by itself."""
    return (note for note in facts.notes if note.system)


def _asked_to_care(facts: IssueFacts) -> datetime | None:
    """When the bot was last told to care again: the label taken away, or the order given."""
    label = facts.site.labels.hands_off.name
    gone = (event for event in facts.label_events if (event.label, event.action) == (label, "remove"))
    removed = (event.at for event in gone if _is_ours(facts, event.user_id) or facts.guard.counts(event.user_id))
    orders = (note.created_at for note in facts.notes if _says_hands_on(facts, note))
    return max((at for at in (*removed, *orders) if at), default=None)


def _says_hands_on(facts: IssueFacts, note: Note) -> bool:
    """Whether it was said, and obeyed as it reads: not by somebody who may not say it, and not edited since."""
    counts = facts.guard.counts(note.author.id) and note.id in facts.genuine
    said = spoken(note, facts.site.bot.username) if counts else None
    return said is not None and any(understood(line, [HANDS_ON])[0] for line in said.lines)


def _is_ours(facts: IssueFacts, user_id: int | None) -> bool:
    return user_id in facts.guard.bots
