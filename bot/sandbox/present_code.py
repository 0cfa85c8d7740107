"""Commits, branches, files and merge requests turn into the JSON objects of GitLab's REST API."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from bot.sandbox import merge_rules, merging, repository
from bot.sandbox.code_records import ApprovalRule, Branch, Commit, MergeRequest, ProtectedBranch
from bot.sandbox.permissions import DEVELOPER
from bot.sandbox.present import Json, stamp
from bot.sandbox.present import user as person
from bot.sandbox.records import Project, User
from bot.sandbox.world import World


def instant(moment: datetime) -> str:
    """2026-11-03T09:00:00.000+00:00: git's times have an offset, not a Z."""
    return (stamp(moment) or "").replace("Z", "+00:00")


def commit(world: World, project: Project, row: Commit) -> Json:
    author, when = world.users[row.author_id], instant(row.created_at)
    return {
        "id": row.sha,
        "short_id": row.sha[:8],
        "created_at": when,
        "parent_ids": row.parents,
        "title": row.message.partition("\n")[0],
        "message": row.message,
        "author_name": author.name,
        "author_email": author.email,
        "authored_date": when,
        "committer_name": author.name,
        "committer_email": author.email,
        "committed_date": when,
        "trailers": {},
        "extended_trailers": {},
        "web_url": f"{world.url}/{project.full_path}/-/commit/{row.sha}",
    }


def branch(world: World, project: Project, row: Branch, reader: User | None) -> Json:
    """For GitLab a branch counts as merged when the default branch has its head."""
    head, main = repository.needed(world, project, row.sha), repository.head(world, project, project.default_branch)
    default, rules = row.name == project.default_branch, merge_rules.protecting(world, project, row.name)
    merged = main is not None and head.sha in {at.sha for at in repository.history(world, project, main)}
    return {
        "name": row.name,
        "merged": merged and not default,
        "protected": repository.is_protected(world, project, row.name),
        "default": default,
        "developers_can_push": DEVELOPER in {at.push_level for at in rules},
        "developers_can_merge": DEVELOPER in {at.merge_level for at in rules},
        "can_push": reader is not None and repository.can_push(world, reader, project, row.name),
        "web_url": f"{world.url}/{project.full_path}/-/tree/{row.name}",
        "commit": commit(world, project, head),
    }


def protected(world: World, row: ProtectedBranch) -> Json:
    shown: Json = {
        "id": row.id,
        "name": row.name,
        "push_access_levels": [_access(world, row.id, row.push_level)],
        "merge_access_levels": [_access(world, row.id, row.merge_level)],
        "allow_force_push": False,
    }
    extra = {"unprotect_access_levels": [], "code_owner_approval_required": False, "inherited": False}
    return shown | (extra if world.tier == "premium" else {})


def approval_rule(row: ApprovalRule) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "rule_type": row.rule_type,
        "report_type": None,
        "eligible_approvers": [],
        "approvals_required": row.approvals_required,
        "users": [],
        "groups": [],
        "contains_hidden_groups": False,
        "protected_branches": [],
        "applies_to_all_protected_branches": False,
    }


def _access(world: World, number: int, level: int) -> Json:
    """Rules for single people and groups are not played."""
    shown: Json = {"id": number, "access_level": level, "access_level_description": merge_rules.LEVELS[level]}
    shown |= {"deploy_key_id": None}
    return shown | ({"user_id": None, "group_id": None} if world.tier == "premium" else {})


def file(world: World, project: Project, at: Commit, path: str, ref: str) -> Json:
    content = repository.content(world, at, path)
    body = base64.b64decode(content)
    return {
        "file_name": path.rpartition("/")[2],
        "file_path": path,
        "size": len(body),
        "encoding": "base64",
        "content_sha256": hashlib.sha256(body).hexdigest(),
        "ref": ref,
        "blob_id": at.tree[path],
        "commit_id": at.sha,
        "last_commit_id": repository.last_change(world, project, at, path).sha,
        "execute_filemode": False,
        "content": content,
    }


def merge_request(world: World, project: Project, row: MergeRequest) -> Json:
    head = repository.head(world, project, row.source_branch)
    mergeable = row.state == "opened" and merging.merged_files(world, project, row) is not None
    detail = "mergeable" if mergeable else "conflict" if row.state == "opened" else "not_open"
    return {
        "id": row.id,
        "iid": row.iid,
        "project_id": project.id,
        "title": row.title,
        "description": row.description,
        "state": row.state,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "merge_user": _person(world, row.merged_by_id),
        "merged_by": _person(world, row.merged_by_id),
        "merged_at": stamp(row.merged_at),
        "closed_by": _person(world, row.closed_by_id),
        "closed_at": stamp(row.closed_at),
        "target_branch": row.target_branch,
        "source_branch": row.source_branch,
        "author": _person(world, row.author_id),
        "assignees": [],
        "assignee": None,
        "reviewers": [],
        "source_project_id": project.id,
        "target_project_id": project.id,
        "labels": [],
        "draft": row.title.lower().startswith("draft:"),
        "milestone": None,
        "merge_status": "can_be_merged" if mergeable else "cannot_be_merged",
        "detailed_merge_status": detail,
        "has_conflicts": detail == "conflict",
        "sha": head.sha if head and row.state != "merged" else row.sha or None,
        "merge_commit_sha": row.merge_commit_sha,
        "squash_commit_sha": None,
        "user_notes_count": 0,
        "should_remove_source_branch": None,
        "force_remove_source_branch": row.remove_source_branch,
        "web_url": f"{world.url}/{project.full_path}/-/merge_requests/{row.iid}",
        "references": {
            "short": f"!{row.iid}",
            "relative": f"!{row.iid}",
            "full": f"{project.full_path}!{row.iid}",
        },
    }


def _person(world: World, number: int | None) -> Json | None:
    return person(world, world.users[number]) if number else None
