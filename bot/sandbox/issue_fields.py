"""Wished attributes turn into an issue's fields and, by what differs, into its journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import cast

from bot.sandbox import journal, labels, mentions
from bot.sandbox.attributes import Attributes
from bot.sandbox.happenings import Assigned, Change, Mentioned
from bot.sandbox.permissions import can_read_issue, project_of
from bot.sandbox.records import Issue, Label, Milestone, Note, User
from bot.sandbox.refusals import invalid
from bot.sandbox.world import World

TITLE_LIMIT, DESCRIPTION_LIMIT = 255, 1_048_576
PLAIN = (
    "author_id",
    "confidential",
    "created_at",
    "description",
    "discussion_locked",
    "due_date",
    "id",
    "iid",
    "milestone_id",
    "project_id",
    "title",
    "weight",
    "closed_at",
    "updated_at",
    "updated_by_id",
)
"""The fields a webhook's `changes` can name, as far as the sandbox has them, besides labels, assignees and state_id."""


def check(world: World, wish: Attributes) -> None:
    """Refuses titles and descriptions GitLab refuses; a weight below 0 is refused before, as a parameter."""
    if "title" in wish:
        wish["title"] = wish["title"].strip()
        if not wish["title"]:
            raise invalid("title", "can't be blank")
        if len(wish["title"]) > TITLE_LIMIT:
            raise invalid("title", f"is too long (maximum is {TITLE_LIMIT} characters)")
    if len(wish.get("description") or "") > DESCRIPTION_LIMIT:
        raise invalid("description", f"is too long (maximum is {DESCRIPTION_LIMIT} characters)")
    if world.tier != "premium":
        wish.pop("weight", None)


def snapshot_of(world: World, issue: Issue) -> dict[str, object]:
    """The fields as a webhook tells them: `labels` as Label rows, `assignees` as User rows, `state_id` 1 or 2."""
    values: dict[str, object] = {name: getattr(issue, name) for name in PLAIN}
    values["state_id"] = 1 if issue.state == "opened" else 2
    values["labels"] = [world.labels[number] for number in issue.label_ids]
    values["assignees"] = [world.users[number] for number in issue.assignee_ids]
    return values


def fill(world: World, user: User, issue: Issue, wish: Attributes) -> None:
    """Sets the fields of an issue that is not in the world yet."""
    issue.issue_type = wish.get("issue_type", "issue")
    issue.updated_by_id = None
    assign(world, issue, wish)


def assign(world: World, issue: Issue, wish: Attributes) -> None:
    """Sets what is asked for, without a trace. Assignees come last: who may be one depends on `confidential`."""
    for name in ("title", "description", "due_date", "confidential", "discussion_locked", "weight", "issue_type"):
        if name in wish:
            setattr(issue, name, wish[name])
    if "milestone_id" in wish:
        _assign_milestone(world, issue, wish["milestone_id"])
    if {"labels", "add_labels", "remove_labels"} & set(wish):
        issue.label_ids = [label.id for label in _labels_after(world, issue, wish)]
    if "assignee_ids" in wish:
        issue.assignee_ids = _assignees(world, issue, wish["assignee_ids"])


def journal_birth(world: World, user: User, issue: Issue) -> None:
    """Labels, milestone and weight set on creation are in the journals; assignees and dates leave their notes."""
    changes = {
        "labels": Change(previous=[], current=snapshot_of(world, issue)["labels"]),
        "assignees": Change(previous=[], current=snapshot_of(world, issue)["assignees"]),
    }
    changes |= {
        name: Change(previous=None, current=getattr(issue, name))
        for name in ("milestone_id", "weight", "due_date")
        if getattr(issue, name) is not None
    }
    journal_changes(world, user, issue, changes)


def journal_changes(world: World, user: User, issue: Issue, changes: dict[str, Change]) -> None:
    """Writes the events and system notes for what differs."""
    for name, change in changes.items():
        old, new = change["previous"], change["current"]
        match name:
            case "labels":
                added, removed = _difference(cast("list[Label]", old), cast("list[Label]", new))
                journal.labels_changed(world, issue, user, added, removed)
            case "assignees":
                _journal_assignees(world, issue, user, cast("list[User]", old), cast("list[User]", new))
            case "milestone_id":
                journal.milestone_changed(world, issue, user, _milestone(world, old), _milestone(world, new))
            case _:
                _journal_plain(world, issue, user, name, old)


def announce_people(
    world: World, actor: User, issue: Issue, old_assignees: object, old_text: str | None, *, note: Note | None = None
) -> None:
    """Tells of new assignees and of those whom the text names for the first time."""
    known = {user.id for user in cast("list[User]", old_assignees)}
    for number in issue.assignee_ids:
        if number not in known:
            world.announce(Assigned(world.users[number], issue, actor))
    text = note.body if note else issue.description or ""
    already = {user.id for user in mentions.users(world, old_text or "")}
    for user in mentions.users(world, text):
        if user.id not in already and can_read_issue(world, user, issue):
            world.announce(Mentioned(user, issue, note, actor))


def visible_milestone(world: World, issue: Issue, number: int) -> Milestone | None:
    """A milestone of the project or of one of its groups; others do not exist for that issue."""
    milestone = world.milestones.get(number)
    if milestone is None:
        return None
    project = project_of(world, issue)
    if milestone.project_id is not None:
        return milestone if milestone.project_id == project.id else None
    groups = {group.id for group in world.ancestors(world.groups[project.group_id])}
    return milestone if milestone.group_id in groups else None


def _assign_milestone(world: World, issue: Issue, number: int | None) -> None:
    if not number:
        issue.milestone_id = None
    elif visible_milestone(world, issue, number) is not None:
        issue.milestone_id = number


def _labels_after(world: World, issue: Issue, wish: Attributes) -> list[Label]:
    project = project_of(world, issue)
    old = [world.labels[number] for number in issue.label_ids]
    if "labels" in wish:
        wanted = labels.find_or_create(world, project, wish["labels"])
        # What stays keeps its place before what is new: so the newer of two labels of one scope wins.
        old = [label for label in old if label in wanted]
        old = labels.after(world, old, wanted, [])
    removed = [label for name in wish.get("remove_labels", []) if (label := labels.find(world, project, name))]
    added = labels.find_or_create(world, project, wish.get("add_labels", []))
    return labels.after(world, old, added, removed)


def _assignees(world: World, issue: Issue, wanted: Iterable[int]) -> list[int]:
    users = [user for number in dict.fromkeys(wanted) if (user := world.users.get(number)) is not None]
    readers = [user.id for user in users if user.state == "active" and can_read_issue(world, user, issue)]
    return readers if world.tier == "premium" else readers[:1]


def _difference(old: list[Label], new: list[Label]) -> tuple[list[Label], list[Label]]:
    return [label for label in new if label not in old], [label for label in old if label not in new]


def _journal_assignees(world: World, issue: Issue, user: User, old: list[User], new: list[User]) -> None:
    added, removed = [one for one in new if one not in old], [one for one in old if one not in new]
    if added or removed:
        journal.assignees_changed(world, issue, user, added, removed)


def _journal_plain(world: World, issue: Issue, user: User, name: str, old: object) -> None:
    match name:
        case "weight":
            journal.weight_changed(world, issue, user)
        case "due_date":
            journal.due_date_changed(world, issue, user, cast("date | None", old), issue.due_date)
        case "title":
            journal.title_changed(world, issue, user, str(old))
        case "description":
            journal.description_changed(world, issue, user, cast("str | None", old))
        case "confidential":
            journal.confidentiality_changed(world, issue, user)
        case "discussion_locked":
            journal.lock_changed(world, issue, user)


def _milestone(world: World, number: object) -> Milestone | None:
    return world.milestones.get(number) if isinstance(number, int) else None
