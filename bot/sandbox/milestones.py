"""A user's wish about a milestone turns into the milestone and the little news GitLab gives of it.

Renaming, new dates and deletion tell nobody of the milestone itself; deletion tells of each issue that loses it. From
GitLab's source: a deleted milestone takes the issues' events about it along, the last one included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import Literal, TypedDict

from bot.sandbox import issues
from bot.sandbox.happenings import MilestoneHappened
from bot.sandbox.permissions import PLANNER, demand
from bot.sandbox.records import Group, Milestone, Project, User
from bot.sandbox.refusals import invalid
from bot.sandbox.world import World


class Wish(TypedDict, total=False):
    title: str
    description: str
    start_date: date | None
    due_date: date | None
    state_event: Literal["close", "activate"]


def owned(world: World, owner: Group | Project) -> list[Milestone]:
    return world.index.milestones["project" if isinstance(owner, Project) else "group", owner.id]


def create(world: World, user: User, owner: Group | Project, wish: Wish) -> Milestone:
    demand(world, user, owner, PLANNER)
    now = world.clock.now()
    milestone = Milestone(0, 0, wish.get("title", ""), now, now)
    if isinstance(owner, Project):
        milestone.project_id = owner.id
    else:
        milestone.group_id = owner.id
    _check(world, owner, milestone, wish)
    _assign(milestone, wish)
    milestone.id = world.next_id("milestones")
    milestone.iid = world.next_id(f"milestone iid {type(owner).__name__} {owner.id}")
    world.add(milestone)
    world.announce(MilestoneHappened(milestone, "create", user))
    return milestone


def update(world: World, user: User, owner: Group | Project, milestone: Milestone, wish: Wish) -> None:
    demand(world, user, owner, PLANNER)
    _check(world, owner, milestone, wish)
    before = replace(milestone)
    _assign(milestone, wish)
    event = wish.get("state_event")
    milestone.state = {"close": "closed", "activate": "active", None: milestone.state}[event]
    if asdict(milestone) == asdict(before):
        return
    milestone.updated_at = world.clock.now()
    if milestone.state != before.state:
        world.announce(MilestoneHappened(milestone, "close" if event == "close" else "reopen", user))


def delete(world: World, user: User, owner: Group | Project, milestone: Milestone) -> None:
    demand(world, user, owner, PLANNER)
    for issue in [issue for issue in world.issues.values() if issue.milestone_id == milestone.id]:
        issues.apply(world, user, issue, {"milestone_id": None})
    for event in [event for event in world.milestone_events.values() if event.milestone_id == milestone.id]:
        world.remove(event)
    world.remove(milestone)


def _assign(milestone: Milestone, wish: Wish) -> None:
    milestone.title = wish.get("title", milestone.title).strip()
    milestone.description = wish.get("description", milestone.description)
    milestone.start_date = wish.get("start_date", milestone.start_date)
    milestone.due_date = wish.get("due_date", milestone.due_date)


def _check(world: World, owner: Group | Project, milestone: Milestone, wish: Wish) -> None:
    title = wish.get("title", milestone.title).strip()
    if not title:
        raise invalid("title", "can't be blank")
    if len(title) > 255:
        raise invalid("title", "is too long (maximum is 255 characters)")
    if any(other is not milestone and other.title == title for other in owned(world, owner)):
        raise invalid("title", "has already been taken")
    if any(other.title == title for other in _next_door(world, owner)):
        raise invalid("title", "already being used for another group or project milestone.")
    start, due = wish.get("start_date", milestone.start_date), wish.get("due_date", milestone.due_date)
    if start and due and start > due:
        raise invalid("due_date", "must be greater than start date")


def _next_door(world: World, owner: Group | Project) -> Iterator[Milestone]:
    """Titles are shared between a project and its direct group; neither with groups above nor with sister projects."""
    if isinstance(owner, Project):
        yield from owned(world, world.groups[owner.group_id])
        return
    for project in world.index.group_projects[owner.id]:
        yield from owned(world, project)
