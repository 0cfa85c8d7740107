"""GitLab's JSON into facts: each function takes one parsed object as the API returns it and gives one frozen fact.

A missing key or a value of another kind raises KeyError, TypeError or ValueError, and the gateway makes it our error.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from bot.domain.gitlab import (
    Award,
    EpicRef,
    Issue,
    LabelEvent,
    Member,
    Milestone,
    MilestoneEvent,
    Note,
    Openness,
    Person,
    WeightEvent,
)
from bot.domain.labels import Label
from bot.domain.places import StateEvent

Json: TypeAlias = Mapping[str, Any]

NOBODY = Person(0, "")
"""Stands for an author GitLab does not name any more."""


@dataclass(frozen=True, slots=True)
class Place:
    """A group or a project: `path` is its full path, `default_branch` is None for groups and empty repositories."""

    id: int
    path: str
    web_url: str
    default_branch: str | None = None


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as GitLab shows it: never its secrets, only whether there are any (None: it does not say)."""

    id: int
    url: str
    events: frozenset[str]
    """GitLab's names of what it is sent for: `issues_events`, `note_events`, ..."""
    verifies_tls: bool = True
    alert_status: str = "executable"
    """executable, temporarily_disabled or disabled (docs.gitlab.com/api/project_webhooks)."""
    has_token: bool | None = None
    has_signing_token: bool | None = None
    template: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit; `at` is when it was committed, which a rebase renews (docs.gitlab.com/api/commits)."""

    sha: str
    message: str
    author_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """`state` is opened, closed, locked or merged (docs.gitlab.com/api/merge_requests)."""

    iid: int
    title: str
    state: str
    web_url: str
    source_branch: str
    description: str = ""


def person(data: Json) -> Person:
    return Person(int(data["id"]), str(data["username"]), str(data.get("state") or "active"))


def people(data: Sequence[Json]) -> tuple[Person, ...]:
    return tuple(person(one) for one in data)


def member(data: Json) -> Member:
    return Member(person(data), int(data["access_level"]))


def milestone(data: Json) -> Milestone:
    return Milestone(
        id=int(data["id"]),
        iid=int(data["iid"]),
        title=str(data["title"]),
        description=_text(data.get("description")),
        state=str(data.get("state") or "active"),
        start=_day(data.get("start_date")),
        due=_day(data.get("due_date")),
        group_id=data.get("group_id"),
        project_id=data.get("project_id"),
        web_url=_text(data.get("web_url")),
    )


def issue(data: Json) -> Issue:
    return Issue(
        project_id=int(data["project_id"]),
        iid=int(data["iid"]),
        project=_project_of(data),
        title=str(data["title"]),
        id=int(data["id"]),
        description=_text(data.get("description")),
        state=str(data["state"]),
        issue_type=str(data.get("issue_type") or "issue"),
        labels=frozenset(str(label) for label in data["labels"]),
        weight=data.get("weight"),
        has_weight="weight" in data,
        assignees=tuple(person(one) for one in data.get("assignees") or ()),
        author=person(data["author"]) if data.get("author") else NOBODY,
        milestone=milestone(data["milestone"]) if data.get("milestone") else None,
        due_date=_day(data.get("due_date")),
        confidential=bool(data.get("confidential")),
        created_at=_moment(data.get("created_at")),
        updated_at=_moment(data.get("updated_at")),
        user_notes_count=int(data.get("user_notes_count") or 0),
        moved_to_id=data.get("moved_to_id"),
        web_url=_text(data.get("web_url")),
        epic=epic_ref(data["epic"]) if data.get("epic") else None,
        has_epics="epic" in data,
    )


def epic_ref(data: Json) -> EpicRef:
    return EpicRef(int(data["id"]), int(data["iid"]), str(data["title"]), int(data["group_id"]), _text(data.get("url")))


def label_event(data: Json) -> LabelEvent:
    """The label is "" when it was deleted since: GitLab keeps the line and forgets the name."""
    return LabelEvent(
        id=int(data["id"]),
        at=_instant(data["created_at"]),
        user_id=_id_of(data.get("user")),
        action=str(data["action"]),
        label=str(data["label"]["name"]) if data.get("label") else "",
        username=str((data.get("user") or {}).get("username", "")),
    )


def state_event(data: Json) -> StateEvent:
    return StateEvent(int(data["id"]), _instant(data["created_at"]), _id_of(data.get("user")), str(data["state"]))


def weight_event(data: Json) -> WeightEvent:
    return WeightEvent(int(data["id"]), _instant(data["created_at"]), _id_of(data.get("user")), data["weight"])


def milestone_event(data: Json) -> MilestoneEvent | None:
    """None when the milestone was deleted since: the line no longer tells which it was."""
    if not data.get("milestone"):
        return None
    return MilestoneEvent(
        id=int(data["id"]),
        at=_instant(data["created_at"]),
        user_id=_id_of(data.get("user")),
        action=str(data["action"]),
        milestone=milestone(data["milestone"]),
    )


def note(data: Json) -> Note:
    """`internal` was called `confidential` before GitLab 15.3, and both are still sent."""
    return Note(
        id=int(data["id"]),
        body=_text(data["body"]),
        author=person(data["author"]) if data.get("author") else NOBODY,
        created_at=_moment(data.get("created_at")),
        updated_at=_moment(data.get("updated_at")),
        system=bool(data.get("system")),
        internal=bool(data.get("internal") or data.get("confidential")),
    )


def award(data: Json) -> Award:
    user_id = _id_of(data.get("user"))
    return Award(int(data["id"]), str(data["name"]), user_id or NOBODY.id, _instant(data["created_at"]))


def label(data: Json) -> Label:
    return Label(str(data["name"]), _text(data.get("description")), str(data["color"]))


def group(data: Json) -> Place:
    return Place(int(data["id"]), str(data["full_path"]), _text(data.get("web_url")))


def project(data: Json) -> Place:
    web_url, branch = _text(data.get("web_url")), data.get("default_branch")
    return Place(int(data["id"]), str(data["path_with_namespace"]), web_url, branch or None)


def project_and_group(data: Json) -> tuple[Place, Place | None]:
    """With the group it lies in; a personal project is in none."""
    space = data.get("namespace") or {}
    return project(data), group(space) if space.get("kind") == "group" else None


def group_openness(data: Json) -> Openness:
    path = str(data["full_path"])
    return Openness(str(data["visibility"]), path, path.rpartition("/")[0] or None, _guests(data))


def project_openness(data: Json) -> Openness:
    """A personal project has no parent: its namespace is an account, not a group."""
    space = data["namespace"]
    parent = str(space["full_path"]) if space["kind"] == "group" else None
    return Openness(str(data["visibility"]), str(data["path_with_namespace"]), parent, _guests(data))


def hook(data: Json) -> Hook:
    return Hook(
        id=int(data["id"]),
        url=str(data["url"]),
        events=frozenset(key for key, value in data.items() if key.endswith("_events") and value is True),
        verifies_tls=bool(data.get("enable_ssl_verification", True)),
        alert_status=str(data.get("alert_status") or "executable"),
        has_token=data.get("token_present"),
        has_signing_token=data.get("signing_token_present"),
        template=_text(data.get("custom_webhook_template")),
    )


def file_text(data: Json) -> str:
    """The text of a repository file; bytes that are not UTF-8 become replacement characters."""
    return base64.b64decode(data["content"]).decode("utf-8", "replace")


def blob_path(data: Json) -> str | None:
    """None for a folder or a submodule."""
    return str(data["path"]) if data["type"] == "blob" else None


def commit(data: Json) -> Commit:
    return Commit(str(data["id"]), str(data["message"]), _text(data.get("author_name")), _instant(data["created_at"]))


def merge_request(data: Json) -> MergeRequest:
    return MergeRequest(
        iid=int(data["iid"]),
        title=str(data["title"]),
        state=str(data["state"]),
        web_url=_text(data.get("web_url")),
        source_branch=str(data["source_branch"]),
        description=_text(data.get("description")),
    )


def own_merge_request(data: Json) -> MergeRequest | None:
    """None for one that comes from a fork, where anybody can give a branch any name."""
    return merge_request(data) if data["source_project_id"] == data["target_project_id"] else None


def _guests(data: Json) -> tuple[int, ...]:
    """A missing list is no empty list: who may read is not guessed."""
    return tuple(int(share["group_id"]) for share in data["shared_with_groups"])


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


def _moment(value: str | None) -> datetime | None:
    return _instant(value) if value else None


def _instant(value: str) -> datetime:
    moment = datetime.fromisoformat(value.replace(" UTC", "Z"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _id_of(user: Json | None) -> int | None:
    return int(user["id"]) if user else None


def _project_of(data: Json) -> str:
    """The project's full path, which the API gives only as part of the issue's own reference `group/project#12`."""
    path, _, _ = str(data["references"]["full"]).rpartition("#")
    return path
