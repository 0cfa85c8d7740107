"""A user's wish about an epic, or about which epic an issue belongs to, turns into it and its trace.

Background knowledge, not verified: that a Planner makes and changes epics, and that an issue is put into any epic its
editor can see. No webhook tells of epics here, though GitLab's group hooks do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypedDict

from bot.sandbox import journal, labels
from bot.sandbox.attributes import StateEvent
from bot.sandbox.permissions import PLANNER, can_see, demand, project_of
from bot.sandbox.planning_records import Epic
from bot.sandbox.records import Group, Issue, User
from bot.sandbox.refusals import forbidden, invalid, no_route, not_found
from bot.sandbox.world import World


class Wish(TypedDict, total=False):
    """What is absent stays as it is; a date counts with its `..._is_fixed` alone, as in GitLab."""

    title: str
    description: str | None
    labels: list[str]
    add_labels: list[str]
    remove_labels: list[str]
    start_date: date | None
    due_date: date | None
    state_event: StateEvent


def licensed(world: World) -> None:
    """Refuses where the plan has no epics: 403 on GitLab.com Free, and no such route in the Community Edition."""
    if world.tier == "ce":
        raise no_route()
    if world.tier != "premium":
        raise forbidden()


def create(world: World, user: User, group: Group, wish: Wish) -> Epic:
    demand(world, user, group, PLANNER)
    now, number = world.clock.now(), world.next_id("epics")
    epic = Epic(number, world.next_id(f"epic iid {group.id}"), group.id, _title(wish["title"]), user.id, now, now)
    _assign(world, group, epic, wish)
    return world.add(epic)


def update(world: World, user: User, epic: Epic, wish: Wish) -> None:
    group = world.groups[epic.group_id]
    demand(world, user, group, PLANNER)
    epic.title = _title(wish.get("title", epic.title))
    _assign(world, group, epic, wish)
    epic.updated_at = world.clock.now()


def of_group(world: World, group: Group) -> list[Epic]:
    """The group's own ones."""
    return [row for row in world.epics.values() if row.group_id == group.id]


def found(world: World, group: Group, iid: int) -> Epic:
    for row in of_group(world, group):
        if row.iid == iid:
            return row
    raise not_found("Epic")


def issues_of(world: World, epic: Epic) -> Iterator[Issue]:
    return (row for row in world.issues.values() if row.epic_id == epic.id)


def attach(world: World, user: User, issue: Issue, number: int | None) -> None:
    """Into the epic with that global id, or out of any; on plans without epics the wish is dropped silently."""
    if world.tier != "premium":
        return
    old, new = world.epics.get(issue.epic_id or 0), world.epics.get(number or 0)
    if number and (new is None or not can_see(world, user, world.groups[new.group_id])):
        raise not_found("Epic")
    if old is new:
        return
    issue.epic_id = new.id if new else None
    issue.updated_at, issue.updated_by_id = world.clock.now(), user.id
    journal.say(world, issue, user, _told(world, issue, old, new), "epic")


def shown_on(world: World, issue: Issue) -> dict[str, object]:
    """The keys by which an issue's JSON names its epic; the address is below the site's own."""
    epic = world.epics.get(issue.epic_id or 0)
    if epic is None:
        return {"epic_iid": None, "epic": None}
    url = f"/groups/{world.groups[epic.group_id].full_path}/-/epics/{epic.iid}"
    told = {"id": epic.id, "iid": epic.iid, "title": epic.title, "url": url, "group_id": epic.group_id}
    return {"epic_iid": epic.iid, "epic": told}


def _told(world: World, issue: Issue, old: Epic | None, new: Epic | None) -> str:
    if new is None:
        return f"removed from epic {_name(world, issue, old)}"
    return f"{'changed epic to' if old else 'added to epic'} {_name(world, issue, new)}"


def _name(world: World, issue: Issue, epic: Epic | None) -> str:
    """Short within the issue's own group, with the group's path elsewhere."""
    if epic is None:
        return ""
    own = project_of(world, issue).group_id == epic.group_id
    return f"{'' if own else world.groups[epic.group_id].full_path}&{epic.iid}"


def _title(text: str) -> str:
    if not text.strip():
        raise invalid("title", "can't be blank")
    return text.strip()


def _assign(world: World, group: Group, epic: Epic, wish: Wish) -> None:
    epic.description = wish.get("description", epic.description)
    epic.start_date = wish.get("start_date", epic.start_date)
    epic.due_date = wish.get("due_date", epic.due_date)
    if {"labels", "add_labels", "remove_labels"} & set(wish):
        epic.label_ids = _labels_after(world, group, epic, wish)
    match wish.get("state_event"):
        case "close" if epic.state == "opened":
            epic.state, epic.closed_at = "closed", world.clock.now()
        case "reopen" if epic.state == "closed":
            epic.state, epic.closed_at = "opened", None


def _labels_after(world: World, group: Group, epic: Epic, wish: Wish) -> list[int]:
    """A label that does not exist is made in the group."""
    old = [world.labels[number] for number in epic.label_ids]
    if "labels" in wish:
        wanted = labels.find_or_create(world, group, wish["labels"])
        old = labels.after(world, [row for row in old if row in wanted], wanted, [])
    removed = [row for name in wish.get("remove_labels", []) if (row := labels.find(world, group, name))]
    added = labels.find_or_create(world, group, wish.get("add_labels", []))
    return [row.id for row in labels.after(world, old, added, removed)]
