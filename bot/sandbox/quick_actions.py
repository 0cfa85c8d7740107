"""Quick actions in a text turn into wished attributes, with the rights of who wrote them.

They name labels, milestones and people that exist; nothing is created. Times are taken as dates, "today", "tomorrow" or
"in 3 days". Estimates, relations, to-dos and subscriptions are taken out of the text and have no effect here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.sandbox import labels
from bot.sandbox.attributes import METADATA, Attributes
from bot.sandbox.commands import Command, extract, new_lines
from bot.sandbox.permissions import can_admin_issues, can_set_fields_at_birth, can_update_issue, project_of
from bot.sandbox.records import Issue, Label, Milestone, User
from bot.sandbox.world import World

REFERENCE = re.compile(r'~"([^"]+)"|~([^\s,~]+)|"([^"]+)"|([^\s,~]+)')
TITLE = re.compile(r'%?"([^"]+)"|%?(.+)')
IN = re.compile(r"in (\d+) (day|week)s?", re.IGNORECASE)


def with_commands_of(
    world: World, user: User, issue: Issue, wish: Attributes, *, old_description: str | None
) -> Attributes:
    """The wish with the commands of its new description lines in it, and a description without them."""
    text = wish.get("description")
    if not text:
        return wish
    fresh = {line for line in new_lines(old_description, text).splitlines() if extract(line)[1]}
    commands = [command for command in extract(text)[1] if _written_in(command, fresh)]
    if not commands:
        return wish
    kept = [line for line in text.splitlines() if line not in fresh or not _runs(line, text)]
    asked, _ = interpret(world, user, issue, commands)
    wish["description"] = "\n".join(kept).strip()
    return merged(wish, asked)


def interpret(world: World, user: User, issue: Issue, commands: list[Command]) -> tuple[Attributes, list[str]]:
    """What the commands ask for, and a sentence for each that may run. The others are dropped without a word."""
    asked: Attributes = {}
    said: list[str] = []
    for command in commands:
        wish = _meaning(world, user, issue, command)
        if wish and _allowed(world, user, issue, wish):
            asked = merged(asked, wish)
            said.append(_sentence(command))
    return asked, said


def merged(first: Attributes, second: Attributes) -> Attributes:
    """Labels to add and remove pile up; of everything else the later word counts."""
    both: Attributes = {**first, **second}
    for key in ("add_labels", "remove_labels"):
        if key in first and key in second:
            both[key] = [*first[key], *second[key]]
    return both


def _written_in(command: Command, lines: set[str]) -> bool:
    return any(command in extract(line)[1] for line in lines)


def _runs(line: str, text: str) -> bool:
    found = extract(line)[1]
    return bool(found) and found[0] in extract(text)[1]


def _allowed(world: World, user: User, issue: Issue, wish: Attributes) -> bool:
    project = project_of(world, issue)
    if issue.id not in world.issues and can_set_fields_at_birth(world, user, project):
        return True
    if set(wish) & METADATA:
        return can_admin_issues(world, user, project)
    return can_update_issue(world, user, issue)


def _meaning(world: World, user: User, issue: Issue, command: Command) -> Attributes:
    words = command.words.strip()
    simple: dict[str, Attributes] = {
        "remove_due_date": {"due_date": None},
        "clear_weight": {"weight": None},
        "remove_milestone": {"milestone_id": None},
        "close": {"state_event": "close"},
        "reopen": {"state_event": "reopen"},
        "confidential": {"confidential": True},
        "lock": {"discussion_locked": True},
        "unlock": {"discussion_locked": False},
    }
    if command.name in simple:
        return simple[command.name]
    reader = READERS.get(command.name)
    return reader(world, user, issue, words) if reader else {}


def _label(world: World, _user: User, issue: Issue, words: str) -> Attributes:
    names = _label_names(world, issue, words)
    return {"add_labels": names} if names else {}


def _unlabel(world: World, _user: User, issue: Issue, words: str) -> Attributes:
    if not words:
        return {"labels": []}
    return {"remove_labels": _label_names(world, issue, words)}


def _relabel(world: World, _user: User, issue: Issue, words: str) -> Attributes:
    return {"labels": _label_names(world, issue, words)}


def _assign(world: World, user: User, issue: Issue, words: str) -> Attributes:
    people = _people(world, user, words)
    known = issue.assignee_ids if world.tier == "premium" else []
    return {"assignee_ids": [*known, *people]} if people else {}


def _reassign(world: World, user: User, _issue: Issue, words: str) -> Attributes:
    people = _people(world, user, words)
    return {"assignee_ids": people} if people else {}


def _unassign(world: World, user: User, issue: Issue, words: str) -> Attributes:
    gone = _people(world, user, words) if words else issue.assignee_ids
    return {"assignee_ids": [number for number in issue.assignee_ids if number not in gone]}


def _due(world: World, _user: User, _issue: Issue, words: str) -> Attributes:
    day = _day(words, world.clock.now().date())
    return {"due_date": day} if day else {}


def _weight(world: World, _user: User, _issue: Issue, words: str) -> Attributes:
    return {"weight": int(words)} if words.isdecimal() and world.tier == "premium" else {}


def _milestone(world: World, _user: User, issue: Issue, words: str) -> Attributes:
    match = TITLE.fullmatch(words)
    title = (match[1] or match[2] or "").strip() if match else ""
    for owner in labels.parents(world, project_of(world, issue)):
        kind = "project" if owner is project_of(world, issue) else "group"
        for milestone in world.index.milestones[kind, owner.id]:
            if _is_meant(milestone, title):
                return {"milestone_id": milestone.id}
    return {}


def _title(_world: World, _user: User, _issue: Issue, words: str) -> Attributes:
    return {"title": words[:255]} if words else {}


READERS: dict[str, Callable[[World, User, Issue, str], Attributes]] = {
    "label": _label,
    "unlabel": _unlabel,
    "relabel": _relabel,
    "assign": _assign,
    "reassign": _reassign,
    "unassign": _unassign,
    "due": _due,
    "weight": _weight,
    "milestone": _milestone,
    "title": _title,
}


def _is_meant(milestone: Milestone, title: str) -> bool:
    return milestone.state == "active" and milestone.title == title


def _label_names(world: World, issue: Issue, words: str) -> list[str]:
    names = ["".join(match.groups(default="")) for match in REFERENCE.finditer(words)]
    found = [_label_named(world, issue, name) for name in names]
    return [label.name for label in found if label is not None]


def _label_named(world: World, issue: Issue, name: str) -> Label | None:
    return labels.find(world, project_of(world, issue), name)


def _people(world: World, user: User, words: str) -> list[int]:
    names = [word.strip(",").removeprefix("@") for word in words.split()]
    found = [user if name == "me" else world.user_by_name(name) for name in names]
    return [one.id for one in found if one is not None]


def _day(words: str, today: date) -> date | None:
    if words.lower() in ("today", "tomorrow"):
        return today + timedelta(days=int(words.lower() == "tomorrow"))
    if match := IN.fullmatch(words):
        return today + timedelta(days=int(match[1]) * (7 if match[2].lower() == "week" else 1))
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _sentence(command: Command) -> str:
    return f"Ran /{command.name} {command.words}".strip() + "."
