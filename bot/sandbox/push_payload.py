"""A push becomes the body of its webhook, as GitLab's push builder writes it."""

from __future__ import annotations

from bot.sandbox import repository
from bot.sandbox.code_records import Commit
from bot.sandbox.happenings import PushHappened
from bot.sandbox.payloads import Body, project_body, repository_body
from bot.sandbox.records import Project
from bot.sandbox.world import World

MOST_COMMITS = 20


def push_body(world: World, event: PushHappened) -> Body:
    """The latest 20 commits, oldest first; `total_commits_count` counts them all."""
    project, user = event.project, event.actor
    shown = project_body(world, project)
    links = {key: shown[key] for key in ("git_http_url", "git_ssh_url", "visibility_level")}
    return {
        "object_kind": "push",
        "event_name": "push",
        "before": event.before,
        "after": event.after,
        "ref": f"refs/heads/{event.branch}",
        "ref_protected": repository.is_protected(world, project, event.branch),
        "checkout_sha": event.after if event.after.strip("0") else None,
        "message": None,
        "user_id": user and user.id,
        "user_name": user and user.name,
        "user_username": user and user.username,
        "user_email": "",
        "user_avatar": None,
        "project_id": project.id,
        "project": shown,
        "commits": [_commit(world, project, row) for row in event.commits[-MOST_COMMITS:]],
        "total_commits_count": len(event.commits),
        "push_options": {},
        "repository": repository_body(world, project) | links,
    }


def _commit(world: World, project: Project, row: Commit) -> Body:
    author = world.users[row.author_id]
    return {
        "id": row.sha,
        "message": row.message,
        "title": row.message.partition("\n")[0],
        "timestamp": row.created_at.isoformat(timespec="seconds"),
        "url": f"{world.url}/{project.full_path}/-/commit/{row.sha}",
        "author": {"name": author.name, "email": "[REDACTED]"},
        **repository.changes(world, project, row),
    }
