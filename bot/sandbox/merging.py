"""A user's wish about a merge request turns into it, into merged files, or into GitLab's refusal.

Files merge whole: what both sides changed differently since their common commit is a conflict. Background knowledge,
not verified: the refusals' words, and what GitLab answers when a branch is not there.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from bot.sandbox import commits
from bot.sandbox.code_records import Commit, MergeRequest
from bot.sandbox.permissions import DEVELOPER, demand, level
from bot.sandbox.records import Project, User
from bot.sandbox.refusals import ApiError, conflict, forbidden, invalid, not_found, unauthorized
from bot.sandbox.repository import branches, can_merge, head, history, is_protected
from bot.sandbox.world import World


class Wish(TypedDict, total=False):
    title: str
    description: str
    source_branch: str
    target_branch: str
    state_event: Literal["close", "reopen"]
    remove_source_branch: bool


def found(world: World, project: Project, iid: int) -> MergeRequest:
    row = world.index.merge_requests[project.id].get(iid)
    if row is None:
        raise not_found()
    return row


def create(world: World, user: User, project: Project, wish: Wish) -> MergeRequest:
    demand(world, user, project, DEVELOPER)
    source, target = wish["source_branch"], wish["target_branch"]
    _check(world, project, wish)
    number, iid = world.next_id("merge_requests"), world.next_id(f"merge request iid {project.id}")
    now = world.clock.now()
    row = MergeRequest(number, iid, project.id, wish["title"].strip(), source, target, user.id, now, now)
    row.description = wish.get("description", "")
    row.remove_source_branch = wish.get("remove_source_branch", False)
    return world.add(row)


def update(world: World, user: User, project: Project, row: MergeRequest, wish: Wish) -> None:
    if user.id != row.author_id and level(world, user, project) < DEVELOPER:
        raise forbidden()
    if not wish.get("title", row.title).strip():
        raise invalid("title", "can't be blank")
    _change_state(world, user, row, wish.get("state_event"))
    row.title, row.description = wish.get("title", row.title).strip(), wish.get("description", row.description)
    row.target_branch = wish.get("target_branch", row.target_branch)
    row.remove_source_branch = wish.get("remove_source_branch", row.remove_source_branch)
    row.updated_at = world.clock.now()


def merge(
    world: World, user: User, project: Project, row: MergeRequest, *, sha: str | None, message: str | None
) -> None:
    """A merge commit on the target branch; the source branch goes when the merge request says so."""
    if not can_merge(world, user, project, row.target_branch):
        raise unauthorized()
    if row.state != "opened":
        raise ApiError(405, {"message": "405 Method Not Allowed"})
    source, target = head(world, project, row.source_branch), head(world, project, row.target_branch)
    files = merged_files(world, project, row)
    if source is None or target is None or files is None:
        raise ApiError(422, {"message": "Branch cannot be merged"})
    if sha and sha != source.sha:
        raise conflict(f"SHA does not match HEAD of source branch: {source.sha}")
    content = {path: world.index.blobs[blob].content for path, blob in files.items()}
    words = message or default_message(project, row)
    made = commits.store(world, user, project, message=words, files=content, parents=[target.sha, source.sha])
    row.sha, row.merge_commit_sha, row.state = source.sha, made.sha, "merged"
    row.merged_by_id, row.merged_at = user.id, made.created_at
    row.updated_at = made.created_at
    commits.point(world, user, project, row.target_branch, made)
    if row.remove_source_branch and not is_protected(world, project, row.source_branch):
        commits.drop(world, user, project, row.source_branch)


def merged_files(world: World, project: Project, row: MergeRequest) -> dict[str, str] | None:
    """Path -> blob sha after the merge; None when there is nothing to merge, or a conflict."""
    source, target = head(world, project, row.source_branch), head(world, project, row.target_branch)
    if source is None or target is None:
        return None
    theirs = {at.sha for at in history(world, project, target)}
    if source.sha in theirs:
        return None
    base = next((at for at in history(world, project, source) if at.sha in theirs), None)
    return _three_ways(base, source, target)


def default_message(project: Project, row: MergeRequest) -> str:
    first = f"Merge branch '{row.source_branch}' into '{row.target_branch}'"
    return f"{first}\n\n{row.title}\n\nSee merge request {project.full_path}!{row.iid}"


def _three_ways(base: Commit | None, source: Commit, target: Commit) -> dict[str, str] | None:
    old = base.tree if base else {}
    files: dict[str, str] = {}
    for path in old.keys() | source.tree.keys() | target.tree.keys():
        was, one, other = old.get(path), source.tree.get(path), target.tree.get(path)
        if was not in (one, other) and one != other:
            return None
        result = other if one == was else one
        if result is not None:
            files[path] = result
    return files


def _check(world: World, project: Project, wish: Wish) -> None:
    source, target = wish["source_branch"], wish["target_branch"]
    if not wish["title"].strip():
        raise invalid("title", "can't be blank")
    if source == target:
        raise ApiError(422, {"message": ["You can't use same project/branch for source and target"]})
    for field, name in (("source_branch", source), ("target_branch", target)):
        if name not in branches(world, project):
            raise invalid(field, "does not exist")
    for row in world.index.merge_requests[project.id].values():
        if (row.source_branch, row.target_branch, row.state) == (source, target, "opened"):
            text = f"Another open merge request already exists for this source branch: !{row.iid}"
            raise ApiError(409, {"message": [text]})


def _change_state(world: World, user: User, row: MergeRequest, event: str | None) -> None:
    match event:
        case "close" if row.state == "opened":
            row.state, row.closed_by_id, row.closed_at = "closed", user.id, world.clock.now()
        case "reopen" if row.state == "closed":
            row.state, row.closed_by_id, row.closed_at = "opened", None, None
