"""What happened becomes the body of a webhook, with the fields GitLab sends and no others."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Literal
from urllib.parse import urlsplit

from bot.sandbox.happenings import (
    EmojiHappened,
    IssueHappened,
    MemberHappened,
    MilestoneHappened,
    NoteHappened,
    ProjectHappened,
    SubgroupHappened,
)
from bot.sandbox.records import Group, Issue, Label, Note, Project, User
from bot.sandbox.world import World

Body = dict[str, object]
TimeForm = Literal["classic", "seconds", "millis"]
TIME_FORMS = {
    "classic": "%Y-%m-%d %H:%M:%S UTC",
    "seconds": "%Y-%m-%dT%H:%M:%SZ",
    "millis": "%Y-%m-%dT%H:%M:%S.{ms:03}Z",
}
VISIBILITY = {"private": 0, "internal": 10, "public": 20}
ROLES = {5: "Minimal Access", 10: "Guest", 15: "Planner", 20: "Reporter", 25: "Security Manager", 30: "Developer",
         40: "Maintainer", 50: "Owner"}  # fmt: skip
STATE_IDS = {"opened": 1, "closed": 2}
ISSUE_KINDS = {"issue", "ticket"}  # every other type of work item announces itself as work_item
_RELATIVE_IMAGE = re.compile(r"(!\[[^\]]*\]\()(/uploads/)")


def to_bytes(body: Body, form: TimeForm = "millis") -> bytes:
    """JSON as GitLab writes it: no spaces, times in one of the three forms seen between versions."""

    def encode(value: object) -> object:
        match value:
            case datetime():
                return write_time(value, form)
            case date():
                return value.isoformat()
            case Label():
                return label_body(value)
            case User():
                return user_body(value)
        raise TypeError(f"a webhook body cannot hold a {type(value).__name__}")

    return json.dumps(body, default=encode, separators=(",", ":"), ensure_ascii=False).encode()


def write_time(value: datetime, form: TimeForm) -> str:
    utc = value.astimezone(UTC)
    return utc.strftime(TIME_FORMS[form]).format(ms=utc.microsecond // 1000)


# Parts


def user_body(user: User) -> Body:
    return {"id": user.id, "name": user.name, "username": user.username, "avatar_url": None, "email": "[REDACTED]"}


def label_body(label: Label) -> Body:
    return {
        "id": label.id, "title": label.name, "color": label.color, "project_id": label.project_id,
        "created_at": label.created_at, "updated_at": label.updated_at or label.created_at, "template": False,
        "description": label.description, "type": "ProjectLabel" if label.project_id else "GroupLabel",
        "group_id": label.group_id,
    }  # fmt: skip


def project_body(world: World, project: Project) -> Body:
    web, ssh = f"{world.url}/{project.full_path}", f"git@{urlsplit(world.url).hostname}:{project.full_path}.git"
    return {
        "id": project.id, "name": project.name, "description": project.description or None, "web_url": web,
        "avatar_url": None, "git_ssh_url": ssh, "git_http_url": f"{web}.git",
        "namespace": world.groups[project.group_id].name, "visibility_level": VISIBILITY[project.visibility],
        "path_with_namespace": project.full_path, "default_branch": project.default_branch, "ci_config_path": None,
        "homepage": web, "url": f"{web}.git", "ssh_url": ssh, "http_url": f"{web}.git",
    }  # fmt: skip


def repository_body(world: World, project: Project) -> Body:
    web = f"{world.url}/{project.full_path}"
    return {"name": project.name, "url": f"{web}.git", "description": project.description or None, "homepage": web}


def issue_url(world: World, issue: Issue) -> str:
    kind = "issues" if issue.issue_type in ISSUE_KINDS else "work_items"
    return f"{world.url}/{world.projects[issue.project_id].full_path}/-/{kind}/{issue.iid}"


def _labels(world: World, issue: Issue) -> list[Label]:
    return [world.labels[number] for number in issue.label_ids if number in world.labels]


def _text(world: World, issue: Issue) -> str | None:
    base = f"{world.url}/{world.projects[issue.project_id].full_path}"
    return issue.description and _RELATIVE_IMAGE.sub(rf"\g<1>{base}\g<2>", issue.description)


def issue_attributes(world: World, issue: Issue) -> Body:
    """What GitLab's issue builder lists, less type, contacts and action; weight and health only where EE code runs."""
    licensed = {"weight": issue.weight, "health_status": None} if world.tier != "ce" else {}
    return {
        "author_id": issue.author_id, "closed_at": issue.closed_at, "confidential": issue.confidential,
        "created_at": issue.created_at, "description": _text(world, issue),
        "discussion_locked": issue.discussion_locked or None, "due_date": issue.due_date, "id": issue.id,
        "iid": issue.iid, "last_edited_at": issue.last_edited_at, "last_edited_by_id": issue.last_edited_by_id,
        "milestone_id": issue.milestone_id, "moved_to_id": issue.moved_to_id, "duplicated_to_id": None,
        "project_id": issue.project_id, "relative_position": 513 * issue.iid, "state_id": STATE_IDS[issue.state],
        "time_estimate": 0, "title": issue.title, "updated_at": issue.updated_at,
        "updated_by_id": issue.updated_by_id, **licensed, "url": issue_url(world, issue), "total_time_spent": 0,
        "time_change": 0, "human_total_time_spent": None, "human_time_change": None, "human_time_estimate": None,
        "assignee_ids": list(issue.assignee_ids), "assignee_id": next(iter(issue.assignee_ids), None),
        "labels": _labels(world, issue), "state": issue.state, "severity": "unknown",
    }  # fmt: skip


# Bodies


def issue_body(world: World, event: IssueHappened) -> Body:
    issue, project = event.issue, world.projects[event.issue.project_id]
    kind = "issue" if issue.issue_type in ISSUE_KINDS else "work_item"
    body: Body = {
        "object_kind": kind,
        "event_type": f"confidential_{kind}" if issue.confidential else kind,
        "user": event.actor,
        "project": project_body(world, project),
        "object_attributes": {
            **issue_attributes(world, issue),
            "type": issue.issue_type.replace("_", " ").title(),
            "customer_relations_contacts": [],
            "action": event.action,
        },
        "labels": _labels(world, issue),
        "changes": event.changes or (_inserted(world, issue) if event.action == "open" else {}),
        "repository": repository_body(world, project),
    }
    if issue.assignee_ids:
        body["assignees"] = [world.users[number] for number in issue.assignee_ids]
    return body


INSERTED = ("author_id", "created_at", "description", "due_date", "id", "iid", "milestone_id", "project_id", "title",
            "updated_at", "weight")  # fmt: skip


def _inserted(world: World, issue: Issue) -> Body:
    """On open GitLab lists what the INSERT set, each with nothing before it."""
    now: Mapping[str, object] = issue_attributes(world, issue)
    return {name: {"previous": None, "current": now[name]} for name in INSERTED if now.get(name) is not None}


def note_body(world: World, event: NoteHappened) -> Body:
    """`user` is the note's author, also when somebody else edited it."""
    note, issue, project = event.note, event.issue, world.projects[event.issue.project_id]
    return {
        "object_kind": "note",
        "event_type": "confidential_note" if note.internal or issue.confidential else "note",
        "user": world.users[note.author_id],
        "project_id": project.id,
        "project": project_body(world, project),
        "repository": repository_body(world, project),
        "object_attributes": {
            "id": note.id, "internal": note.internal, "note": note.body, "noteable_type": "Issue",
            "author_id": note.author_id, "created_at": note.created_at, "updated_at": note.updated_at,
            "project_id": project.id, "attachment": None, "line_code": None, "commit_id": "",
            "noteable_id": issue.id, "system": note.system, "st_diff": None, "action": event.action,
            "url": f"{issue_url(world, issue)}#note_{note.id}",
        },
        "issue": _noted_issue(world, issue),
    }  # fmt: skip


def _noted_issue(world: World, issue: Issue) -> Body:
    return {
        "id": issue.id, "title": issue.title, "assignee_ids": list(issue.assignee_ids),
        "assignee_id": next(iter(issue.assignee_ids), None), "author_id": issue.author_id,
        "project_id": issue.project_id, "created_at": issue.created_at, "updated_at": issue.updated_at,
        "position": 0, "branch_name": None, "description": _text(world, issue), "milestone_id": issue.milestone_id,
        "state": issue.state, "iid": issue.iid, "labels": _labels(world, issue),
    }  # fmt: skip


def milestone_body(world: World, event: MilestoneHappened) -> Body:
    """No user, and the action at the top: GitLab's documentation says otherwise, its source is the judge."""
    milestone = event.milestone
    project = world.projects[milestone.project_id] if milestone.project_id else None
    return {
        "object_kind": "milestone",
        "event_type": "milestone",
        "project": project_body(world, project) if project else None,
        "object_attributes": {
            "id": milestone.id, "iid": milestone.iid, "title": milestone.title,
            "description": milestone.description, "state": milestone.state, "created_at": milestone.created_at,
            "updated_at": milestone.updated_at, "due_date": milestone.due_date, "start_date": milestone.start_date,
            "group_id": milestone.group_id, "project_id": milestone.project_id,
        },
        "action": event.action,
    }  # fmt: skip


def member_body(world: World, event: MemberHappened) -> Body:
    user, member = world.users[event.member.user_id], event.member
    expires = member.expires_at and datetime.combine(member.expires_at, time(), UTC)
    return {
        "created_at": member.created_at, "updated_at": world.clock.now(), "group_name": event.group.name,
        "group_path": event.group.path, "group_id": event.group.id, "user_username": user.username,
        "user_name": user.name, "user_email": user.email, "user_id": user.id,
        "group_access": ROLES.get(member.access_level, "Guest"), "group_plan": None, "expires_at": expires,
        "event_name": event.event_name,
    }  # fmt: skip


def subgroup_body(world: World, event: SubgroupHappened) -> Body:
    group, parent = event.group, world.groups.get(event.group.parent_id or 0)
    return {
        "created_at": group.created_at, "updated_at": group.created_at, "event_name": event.event_name,
        "name": group.name, "path": group.path, "full_path": group.full_path, "group_id": group.id,
        "parent_group_id": group.parent_id, "parent_name": parent and parent.name,
        "parent_path": parent and parent.path, "parent_full_path": parent and parent.full_path,
    }  # fmt: skip


def project_event_body(world: World, event: ProjectHappened) -> Body:
    project = event.project
    return {
        "event_name": event.event_name, "created_at": project.created_at,
        "updated_at": project.updated_at or project.created_at, "name": project.name, "path": project.path,
        "path_with_namespace": project.full_path, "project_id": project.id, "project_namespace_id": project.group_id,
        "owners": [{"name": user.name, "email": user.email} for user in _owners(world, world.groups[project.group_id])],
        "project_visibility": project.visibility,
    }  # fmt: skip


def _owners(world: World, group: Group) -> list[User]:
    owner = 50
    return [user for user in world.users.values() if world.effective_access(user, group) >= owner]


def emoji_body(world: World, event: EmojiHappened) -> Body:
    issue, note, project = event.issue, event.note, world.projects[event.issue.project_id]
    body: Body = {
        "object_kind": "emoji",
        "event_type": event.action,
        "user": event.actor,
        "project_id": project.id,
        "project": project_body(world, project),
        "object_attributes": {
            "user_id": event.emoji.user_id, "created_at": event.emoji.created_at, "id": event.emoji.id,
            "name": event.emoji.name, "awardable_type": "Note" if note else "Issue",
            "awardable_id": note.id if note else issue.id, "updated_at": event.emoji.created_at,
            "action": event.action,
            "awarded_on_url": issue_url(world, issue) + (f"#note_{note.id}" if note else ""),
        },
        "issue": issue_attributes(world, issue),
    }  # fmt: skip
    if note:
        body["note"] = _awarded_note(world, issue, note)
    return body


def _awarded_note(world: World, issue: Issue, note: Note) -> Body:
    absent = ("attachment", "change_position", "commit_id", "line_code", "original_position", "position", "resolved_at",
              "resolved_by_id", "resolved_by_push", "st_diff", "type", "updated_by_id")  # fmt: skip
    return {
        **dict.fromkeys(absent), "author_id": note.author_id, "created_at": note.created_at,
        "discussion_id": f"{note.id:040x}", "id": note.id, "note": note.body, "noteable_id": issue.id,
        "noteable_type": "Issue", "project_id": issue.project_id, "system": note.system, "updated_at": note.updated_at,
        "description": note.body, "url": f"{issue_url(world, issue)}#note_{note.id}",
    }  # fmt: skip
