"""Rows of the world turn into the JSON objects of GitLab's REST API."""

from __future__ import annotations

from datetime import date, datetime

from bot.sandbox import epics, journal, merge_rules
from bot.sandbox.permissions import can_see
from bot.sandbox.records import Emoji, Group, Issue, Label, Member, Milestone, Note, Project, User
from bot.sandbox.world import World

Json = dict[str, object]


def stamp(moment: datetime | None) -> str | None:
    """2026-11-03T09:00:00.000Z"""
    return None if moment is None else f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def user(world: World, row: User) -> Json:
    return {
        "id": row.id,
        "username": row.username,
        "public_email": "",
        "name": row.name,
        "state": row.state,
        "locked": False,
        "avatar_url": None,
        "web_url": f"{world.url}/{row.username}",
    }


def user_in_full(world: World, row: User, *, private: bool) -> Json:
    """`private`: what only the user and administrators see."""
    shown = user(world, row) | {"created_at": stamp(row.created_at), "bio": "", "bot": row.bot, "location": ""}
    if private:
        shown |= {"email": row.email, "commit_email": row.email, "is_admin": row.admin, "two_factor_enabled": False}
        shown |= {"can_create_group": True, "can_create_project": True, "external": False}
    return shown


def issue(world: World, row: Issue, reader: User | None) -> Json:
    project = world.projects[row.project_id]
    items = journal.tasks(row.description)
    done = sum(ticked for _, ticked in items)
    people = [user(world, world.users[number]) for number in row.assignee_ids]
    closer = world.users.get(row.closed_by_id or 0)
    path, here = project.full_path, f"{world.url}/api/v4/projects/{row.project_id}"
    shown: Json = {
        "id": row.id,
        "iid": row.iid,
        "project_id": row.project_id,
        "title": row.title,
        "description": row.description,
        "state": row.state,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "closed_at": stamp(row.closed_at),
        "closed_by": user(world, closer) if closer else None,
        "labels": sorted((world.labels[number].name for number in row.label_ids), key=str.lower),
        "milestone": milestone(world, world.milestones[row.milestone_id]) if row.milestone_id else None,
        "assignees": people,
        "author": user(world, world.users[row.author_id]),
        "type": row.issue_type.upper(),
        "assignee": people[0] if people else None,
        "user_notes_count": row.user_notes_count,
        "merge_requests_count": 0,
        "upvotes": 0,
        "downvotes": 0,
        "start_date": None,
        "due_date": day(row.due_date),
        "confidential": row.confidential,
        "discussion_locked": row.discussion_locked or None,
        "issue_type": row.issue_type,
        "web_url": f"{world.url}/{path}/-/work_items/{row.iid}",
        "time_stats": {
            "time_estimate": 0,
            "total_time_spent": 0,
            "human_time_estimate": None,
            "human_total_time_spent": None,
        },
        "task_completion_status": {"count": len(items), "completed_count": done},
        "task_status": f"{done} of {len(items)} checklist items completed",
        "has_tasks": bool(items),
        "_links": {
            "self": f"{here}/issues/{row.iid}",
            "notes": f"{here}/issues/{row.iid}/notes",
            "award_emoji": f"{here}/issues/{row.iid}/award_emoji",
            "project": here,
            "closed_as_duplicate_of": None,
        },
        "references": {"short": f"#{row.iid}", "relative": f"#{row.iid}", "full": f"{path}#{row.iid}"},
        "severity": "UNKNOWN",
        "moved_to_id": _moved_to(world, row, reader),
        "imported": False,
        "imported_from": "none",
        "service_desk_reply_to": None,
    }
    if world.tier == "premium":
        shown |= {"weight": row.weight, "iteration": None, "health_status": None, "blocking_issues_count": 0}
        shown |= epics.shown_on(world, row)
    return shown


def _moved_to(world: World, row: Issue, reader: User | None) -> int | None:
    """Whoever may not see where it went is not told that it went."""
    target = world.issues.get(row.moved_to_id or 0)
    if target is None or not can_see(world, reader, world.projects[target.project_id]):
        return None
    return target.id


def note(world: World, row: Note) -> Json:
    at = world.issues[row.issue_id]
    return {
        "id": row.id,
        "type": None,
        "body": row.body,
        "author": user(world, world.users[row.author_id]),
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "system": row.system,
        "noteable_id": at.id,
        "noteable_type": "Issue",
        "project_id": at.project_id,
        "resolvable": False,
        "confidential": row.internal,
        "internal": row.internal,
        "imported": False,
        "imported_from": "none",
        "noteable_iid": at.iid,
        "commands_changes": {},
    }


def milestone(world: World, row: Milestone) -> Json:
    """A project milestone has `project_id`, a group's has `group_id`; never both."""
    if row.project_id is not None:
        owner: Json = {"project_id": row.project_id}
        page = f"{world.url}/{world.projects[row.project_id].full_path}/-/milestones/{row.iid}"
    else:
        owner = {"group_id": row.group_id}
        page = f"{world.url}/groups/{world.groups[row.group_id or 0].full_path}/-/milestones/{row.iid}"
    return {
        "id": row.id,
        "iid": row.iid,
        **owner,
        "title": row.title,
        "description": row.description,
        "state": row.state,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "due_date": day(row.due_date),
        "start_date": day(row.start_date),
        "expired": row.due_date is not None and row.due_date < world.clock.now().date(),
        "web_url": page,
    }


def label(row: Label, *, for_project: bool) -> Json:
    shown: Json = {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "description_html": row.description or "",
        "text_color": "#FFFFFF",
        "color": row.color,
        "archived": False,
        "subscribed": False,
    }
    return shown | ({"priority": row.priority, "is_project_label": row.project_id is not None} if for_project else {})


def emoji(world: World, row: Emoji) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "user": user(world, world.users[row.user_id]),
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.created_at),
        "awardable_id": row.note_id or row.issue_id,
        "awardable_type": "Note" if row.note_id else "Issue",
        "url": None,
    }


def member(world: World, row: Member, level: int | None = None) -> Json:
    """`level` replaces the direct one where the effective one is asked for."""
    return user(world, world.users[row.user_id]) | {
        "access_level": row.access_level if level is None else level,
        "created_at": stamp(row.created_at),
        "created_by": user(world, world.users[row.created_by_id]) if row.created_by_id else None,
        "expires_at": day(row.expires_at),
        "membership_state": "active",
    }


def group(world: World, row: Group) -> Json:
    return {
        "id": row.id,
        "web_url": f"{world.url}/groups/{row.full_path}",
        "name": row.name,
        "path": row.path,
        "description": row.description,
        "visibility": row.visibility,
        "share_with_group_lock": False,
        "require_two_factor_authentication": False,
        "project_creation_level": "developer",
        "subgroup_creation_level": row.subgroup_creation_level,
        "lfs_enabled": True,
        "avatar_url": None,
        "request_access_enabled": True,
        "full_name": _full_name(world, row),
        "full_path": row.full_path,
        "created_at": stamp(row.created_at),
        "parent_id": row.parent_id,
        "archived": False,
        "marked_for_deletion_on": None,
    }


def group_in_detail(world: World, row: Group, reader: User | None) -> Json:
    return group(world, row) | {"shared_with_groups": _shares(world, row, reader)}


def project(world: World, row: Project, reader: User | None) -> Json:
    space = world.groups[row.group_id]
    page = f"{world.url}/{row.full_path}"
    return {
        "id": row.id,
        "description": row.description,
        "name": row.name,
        "name_with_namespace": f"{_full_name(world, space)} / {row.name}",
        "path": row.path,
        "path_with_namespace": row.full_path,
        "created_at": stamp(row.created_at),
        "default_branch": row.default_branch if world.index.branches[row.id] else None,
        "ssh_url_to_repo": f"git@localhost:{row.full_path}.git",
        "http_url_to_repo": f"{page}.git",
        "web_url": page,
        "avatar_url": None,
        "namespace": namespace(world, space),
        "empty_repo": not world.index.branches[row.id],
        "archived": row.archived,
        "visibility": row.visibility,
        "issues_enabled": True,
        "issues_access_level": "enabled",
        "creator_id": row.creator_id,
        "updated_at": stamp(row.updated_at or row.created_at),
        "last_activity_at": stamp(row.updated_at or row.created_at),
        "open_issues_count": sum(at.state == "opened" for at in world.index.issues[row.id].values()),
        "shared_with_groups": _shares(world, row, reader),
        **merge_rules.settings_of(world, row),
        "permissions": _permissions(world, row, space, reader),
        "marked_for_deletion_on": None,
    }


def namespace(world: World, row: Group) -> Json:
    kind = {"id": row.id, "name": row.name, "path": row.path, "kind": row.kind, "full_path": row.full_path}
    return kind | {"parent_id": row.parent_id, "avatar_url": None, "web_url": f"{world.url}/groups/{row.full_path}"}


def _full_name(world: World, row: Group) -> str:
    return " / ".join(reversed([at.name for at in world.ancestors(row)]))


def _shares(world: World, owner: Group | Project, reader: User | None) -> list[Json]:
    """Only with groups the reader may see; the members of the others have access all the same."""
    pairs = [(share, world.groups[share.shared_with_group_id]) for share in world.shares_of(owner)]
    return [
        {
            "group_id": guest.id,
            "group_name": guest.name,
            "group_full_path": guest.full_path,
            "group_access_level": share.access_level,
            "expires_at": day(share.expires_at),
        }
        for share, guest in pairs
        if can_see(world, reader, guest)
    ]


def _permissions(world: World, row: Project, space: Group, reader: User | None) -> Json:
    """The reader's own levels in the project and in its group, where there are any."""
    if reader is None:
        return {"project_access": None, "group_access": None}
    direct = [at.access_level for at in world.index.project_members[row.id] if at.user_id == reader.id]
    above = world.effective_access(reader, space)
    return {
        "project_access": {"access_level": direct[0], "notification_level": 3} if direct else None,
        "group_access": {"access_level": above, "notification_level": 3} if above else None,
    }
