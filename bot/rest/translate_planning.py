"""GitLab's JSON into the facts of planning and merging: one parsed object of an epic, a board or a rule into each.

A missing key or a value of another kind raises KeyError, TypeError or ValueError, and the gateway makes it our error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.gitlab import Epic
from bot.domain.places import Board, BoardList
from bot.rest.translate import Json


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project itself says about merging; `approvals` is None where the plan has none."""

    path: str
    branch: str
    method: str
    discussions_resolved: bool
    approvals: int | None


@dataclass(frozen=True, slots=True)
class Protection:
    """A rule for the branches that `name` covers; the levels are those of roles, 0 for nobody."""

    name: str
    push: tuple[int, ...]
    merge: tuple[int, ...]


def epic(data: Json) -> Epic:
    """The group's path is part of the epic's own reference `group&5`, and nowhere else."""
    group, _, _ = str(data["references"]["full"]).rpartition("&")
    return Epic(
        id=int(data["id"]),
        iid=int(data["iid"]),
        title=str(data["title"]),
        group=group,
        labels=frozenset(str(label) for label in data["labels"]),
        state=str(data["state"]),
        web_url=str(data.get("web_url") or ""),
        start=_day(data.get("start_date")),
        due=_day(data.get("due_date")),
        created_at=datetime.fromisoformat(str(data["created_at"])),
    )


def board(data: Json) -> Board:
    lists = sorted((board_list(one) for one in data["lists"]), key=lambda row: row.position)
    labels = frozenset(str(one["name"]) for one in data.get("labels") or ())
    return Board(int(data["id"]), str(data["name"]), tuple(lists), labels, "labels" in data)


def board_list(data: Json) -> BoardList:
    """Lists by assignee, milestone or iteration have no label."""
    label = data.get("label")
    return BoardList(int(data["id"]), str(label["name"]) if label else None, int(data["position"] or 0))


def label_id(data: Json) -> int:
    return int(data["id"])


def settings(data: Json) -> Settings:
    approvals = data.get("approvals_before_merge")
    return Settings(
        path=str(data["path_with_namespace"]),
        branch=str(data.get("default_branch") or "main"),
        method=str(data.get("merge_method") or "merge"),
        discussions_resolved=bool(data.get("only_allow_merge_if_all_discussions_are_resolved")),
        approvals=None if approvals is None else int(approvals),
    )


def protection(data: Json) -> Protection:
    return Protection(str(data["name"]), _levels(data["push_access_levels"]), _levels(data["merge_access_levels"]))


def approvals(data: Json) -> int:
    return int(data["approvals_required"])


def _levels(data: list[Json]) -> tuple[int, ...]:
    """Those of roles: a rule for one person, group or deploy key says nothing about who else may."""
    single = ("user_id", "group_id", "deploy_key_id")
    return tuple(int(one["access_level"]) for one in data if not any(one.get(key) for key in single))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value[:10]) if value else None
