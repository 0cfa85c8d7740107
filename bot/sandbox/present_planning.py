"""Epics, boards and their lists turn into the JSON objects of GitLab's REST API."""

from __future__ import annotations

from bot.sandbox import boards, present
from bot.sandbox.planning_records import Board, BoardList, Epic
from bot.sandbox.present import Json, day, stamp
from bot.sandbox.records import Group, Issue, User
from bot.sandbox.world import World


def epic(world: World, row: Epic) -> Json:
    group = world.groups[row.group_id]
    return {
        "id": row.id,
        "iid": row.iid,
        "color": "#1068bf",
        "text_color": "#FFFFFF",
        "group_id": row.group_id,
        "parent_id": None,
        "parent_iid": None,
        "title": row.title,
        "description": row.description,
        "confidential": False,
        "author": present.user(world, world.users[row.author_id]),
        **_dates(row),
        "state": row.state,
        "web_url": f"{world.url}/groups/{group.full_path}/-/epics/{row.iid}",
        "reference": f"&{row.iid}",
        "references": {"short": f"&{row.iid}", "relative": f"&{row.iid}", "full": f"{group.full_path}&{row.iid}"},
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "closed_at": stamp(row.closed_at),
        "labels": sorted((world.labels[number].name for number in row.label_ids), key=str.lower),
        "upvotes": 0,
        "downvotes": 0,
        "imported": False,
        "imported_from": "none",
    }


def epic_issue(world: World, row: Issue, reader: User | None) -> Json:
    """An issue with its place in the epic; GitLab numbers these places, here the issue's own id serves."""
    return present.issue(world, row, reader) | {"epic_issue_id": row.id, "relative_position": row.id}


def board(world: World, row: Board) -> Json:
    """What a board is scoped to is only shown where boards can be scoped."""
    group = world.groups[row.group_id]
    shown: Json = {
        "id": row.id,
        "name": row.name,
        "hide_backlog_list": False,
        "hide_closed_list": False,
        "project": None,
        "lists": [board_list(world, at) for at in boards.lists(world, row)],
        "group": _group(world, group),
    }
    if world.tier == "premium":
        shown |= {"milestone": None, "iteration": None, "assignee": None, "weight": None}
        shown |= {"labels": [_label(world, number) for number in row.label_ids]}
    return shown


def board_list(world: World, row: BoardList) -> Json:
    shown: Json = {"id": row.id, "label": _label(world, row.label_id), "position": row.position}
    if world.tier == "premium":
        shown |= {"max_issue_count": 0, "max_issue_weight": 0, "limit_metric": None}
    return shown


def _dates(row: Epic) -> Json:
    """Each date under all the names it has had; `..._inherited_source` would be a milestone's."""
    shown: Json = {"end_date": day(row.due_date)}
    for name, value in (("start_date", row.start_date), ("due_date", row.due_date)):
        shown |= {name: day(value), f"{name}_fixed": day(value), f"{name}_is_fixed": value is not None}
        shown |= {f"{name}_from_inherited_source": None, f"{name}_from_milestones": None}
    return shown


def _group(world: World, row: Group) -> Json:
    return {"id": row.id, "name": row.name, "web_url": f"{world.url}/groups/{row.full_path}"}


def _label(world: World, number: int) -> Json:
    row = world.labels[number]
    return {"id": row.id, "name": row.name, "color": row.color, "description": row.description}
