"""Invitations, relations and uploads turn into the JSON objects of GitLab's REST API."""

from __future__ import annotations

from bot.sandbox import present, uploads
from bot.sandbox.attached_records import Invitation, IssueLink, Upload
from bot.sandbox.present import Json
from bot.sandbox.records import User
from bot.sandbox.world import World


def invitation(world: World, row: Invitation) -> Json:
    return {
        "access_level": row.access_level,
        "created_at": present.stamp(row.created_at),
        "expires_at": present.day(row.expires_at),
        "invite_email": row.email,
        "user_name": None,
        "created_by_name": world.users[row.created_by_id].name,
    }


def issue_link(world: World, row: IssueLink, reader: User | None) -> Json:
    return {
        "id": row.id,
        "source_issue": present.issue(world, world.issues[row.source_id], reader),
        "target_issue": present.issue(world, world.issues[row.target_id], reader),
        "link_type": row.link_type,
    }


def upload(row: Upload) -> Json:
    """`markdown` is what a comment shows it with; addresses are relative to the project, or to GitLab."""
    url = f"/uploads/{row.secret}/{row.filename}"
    name = row.filename.rpartition(".")[0] if uploads.is_image(row) else row.filename
    return {
        "id": row.id,
        "alt": name or row.filename,
        "url": url,
        "full_path": f"/-/project/{row.project_id}{url}",
        "markdown": f"{'!' if uploads.is_image(row) else ''}[{name or row.filename}]({url})",
    }


def upload_in_list(world: World, row: Upload) -> Json:
    return {
        "id": row.id,
        "size": len(uploads.content(row)),
        "filename": row.filename,
        "created_at": present.stamp(row.created_at),
        "uploaded_by": {key: present.user(world, world.users[row.user_id])[key] for key in ("id", "name", "username")},
    }
