"""A webhook's event name and JSON body become the subjects it points at and the floor it sets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.marks import NAME
from bot.domain.subject import CALENDAR, REGISTRY, SITE, Subject

Payload = Mapping[str, Any]
LARGEST_ID = 2**63 - 1


class PayloadError(ValueError):
    """The body is not what GitLab documents for its event."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where to look. `notes` are counters to raise."""

    subjects: tuple[Subject, ...] = ()
    action: str | None = None
    updated_at: datetime | None = None
    note_id: int | None = None
    notes: tuple[str, ...] = ()


def point(event: str, body: bytes) -> Pointer:
    """Read one body; `event` is the X-Gitlab-Event header. Raises PayloadError."""
    payload = _parse(body)
    kind = _kind(payload)
    # An administrator's hook tells of the whole instance; what is ours reaches us through our own hooks too.
    if event == "System Hook" or kind not in _READERS:
        return _unwanted(kind if event != "System Hook" else f"system.{kind}")
    return _READERS[kind](payload)


def _parse(body: bytes) -> Payload:
    try:
        payload = json.loads(body)
    except UnicodeDecodeError as trouble:
        raise PayloadError("the body is no UTF-8") from trouble
    except (ValueError, RecursionError) as trouble:
        raise PayloadError(f"the body is no JSON: {trouble}") from trouble
    return _block(payload, "the body")


def _kind(payload: Payload) -> str:
    # https://docs.gitlab.com/user/project/integrations/webhook_events/: member, subgroup and project events carry no
    # object_kind, only event_name.
    kind = payload.get("object_kind") or payload.get("event_name")
    if not isinstance(kind, str):
        raise PayloadError("neither object_kind nor event_name says what this is about")
    return kind


def _issue(payload: Payload) -> Pointer:
    # https://docs.gitlab.com/user/project/integrations/webhook_events/#work-item-events
    attributes = _block(payload.get("object_attributes"), "object_attributes")
    action = _action(attributes)
    if payload.get("object_kind") != "issue" and not _is_issue(attributes):
        return _unwanted(f"work_item.{attributes.get('type')}", action)
    subject = Subject.issue(_id(attributes, "project_id"), _id(attributes, "iid"))
    updated_at, notes = _when(attributes)
    return Pointer((subject,), action, updated_at, notes=notes)


def _note(payload: Payload) -> Pointer:
    # https://docs.gitlab.com/user/project/integrations/webhook_events/#comment-events
    attributes = _block(payload.get("object_attributes"), "object_attributes")
    action = _action(attributes)
    if attributes.get("noteable_type") not in {"Issue", "WorkItem"}:
        return _unwanted(f"note.{attributes.get('noteable_type')}", action)
    issue = _block(payload.get("issue"), "issue")
    if not _is_issue(issue):
        return _unwanted(f"note.{issue.get('type')}", action)
    updated_at, notes = _when(issue)
    subject, note_id = _issue_beside(payload, issue), _id(attributes, "id")
    if action == "update":
        return Pointer((Subject("comments", subject.ref),), action, None, None, notes)
    if _is_marked(attributes):
        return Pointer((subject,), action, updated_at, None, notes)
    return Pointer((subject,), action, updated_at, note_id, notes)


def _is_marked(attributes: Payload) -> bool:
    """Whether a new comment carries a mark like the bot's own: then nothing is asked in it.

    Whoever pretends so only makes sure not to be heard before the next comment or sweep. Of an edit nothing can be
    told: GitLab names the comment's author, not who edited it (app/services/notes/update_service.rb).
    """
    return f"<!-- {NAME} " in str(attributes.get("note"))


def _milestone(payload: Payload) -> Pointer:
    # https://docs.gitlab.com/user/project/integrations/webhook_events/#milestone-events; `action` stands at the top,
    # and `project` is null for a group's milestone.
    attributes = _block(payload.get("object_attributes"), "object_attributes")
    return Pointer((CALENDAR,), _action(payload) or _action(attributes))


def _emoji(payload: Payload) -> Pointer:
    # https://docs.gitlab.com/user/project/integrations/webhook_events/#emoji-events
    attributes = _block(payload.get("object_attributes"), "object_attributes")
    action = _action(attributes)
    if payload.get("issue") is None:
        return _unwanted(f"emoji.{attributes.get('awardable_type')}", action)
    return Pointer((_issue_beside(payload, _block(payload["issue"], "issue")),), action)


def _is_issue(block: Payload) -> bool:
    """Not a task, incident or epic; older GitLab says nothing here and has nothing else."""
    return str(block.get("type") or "Issue").lower() == "issue"


def _issue_beside(payload: Payload, issue: Payload) -> Subject:
    holder = issue if issue.get("project_id") is not None else payload
    return Subject.issue(_id(holder, "project_id"), _id(issue, "iid"))


def _member(payload: Payload) -> Pointer:
    # https://docs.gitlab.com/user/project/integrations/webhook_events/#group-member-events
    return Pointer((Subject("group", str(_id(payload, "group_id"))),), _word(_kind(payload)))


def _subgroup(payload: Payload) -> Pointer:
    # https://docs.gitlab.com/user/project/integrations/webhook_events/#subgroup-events
    ids = [_id(payload, "group_id")]
    if payload.get("parent_group_id") is not None:
        ids.append(_id(payload, "parent_group_id"))
    return Pointer(tuple(Subject("group", str(one)) for one in ids), _word(_kind(payload)))


def _project(payload: Payload) -> Pointer:
    # https://docs.gitlab.com/user/project/integrations/webhook_events/#project-events
    return Pointer((Subject("project", str(_id(payload, "project_id"))),), _word(_kind(payload)))


def _push(payload: Payload) -> Pointer:
    # https://docs.gitlab.com/user/project/integrations/webhook_events/#push-events
    return Pointer((REGISTRY,), _word(payload.get("event_name")))


def _access_token(payload: Payload) -> Pointer:
    # https://docs.gitlab.com/user/project/integrations/webhook_events/#project-and-group-access-token-events
    return Pointer((SITE,), _word(payload.get("event_name")))


_READERS: dict[str, Callable[[Payload], Pointer]] = {
    "issue": _issue,
    "work_item": _issue,
    "note": _note,
    "milestone": _milestone,
    "emoji": _emoji,
    "push": _push,
    "access_token": _access_token,
    "user_add_to_group": _member,
    "user_update_for_group": _member,
    "user_remove_from_group": _member,
    "user_access_request_to_group": _member,
    "user_access_request_denied_for_group": _member,
    "subgroup_create": _subgroup,
    "subgroup_destroy": _subgroup,
    "project_create": _project,
    "project_destroy": _project,
}


def _unwanted(what: str, action: str | None = None) -> Pointer:
    return Pointer((), action, notes=(f"unwanted:{_word(what)}",))


def _block(value: object, name: str) -> Payload:
    if not isinstance(value, dict):
        raise PayloadError(f"{name} is {'missing' if value is None else 'no JSON object'}")
    return value


def _action(block: Payload) -> str | None:
    return None if block.get("action") is None else _word(block["action"])


def _word(value: object) -> str:
    """A short name that any database and any metrics page can hold."""
    return re.sub(r"[^A-Za-z0-9_. -]", "?", str(value)[:60])


def _id(block: Payload, name: str) -> int:
    """A positive id, which custom webhook templates may have turned into a string of digits."""
    value = block.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LARGEST_ID:
        raise PayloadError(f"{name} is {'missing' if value is None else 'no positive whole number'}")
    return value


def _when(block: Payload) -> tuple[datetime | None, tuple[str, ...]]:
    """`updated_at` in any of GitLab's three forms, or nothing and a note: no floor is worth failing for.

    The forms: `2025-06-16 14:10:57 UTC`, `2013-12-03T17:15:43Z`, `2026-11-04T10:11:12.345Z`.
    """
    value = block.get("updated_at")
    if value is None:
        return None, ()
    try:
        moment = datetime.fromisoformat(str(value).removesuffix(" UTC"))
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)), ()
    except (ValueError, OverflowError):
        return None, ("odd_timestamp",)
