"""A project and a ref turn into commits, trees and files: an in-memory repository with history.

Background knowledge, not verified: the refusals' words, and that a private project's code is for Reporters and up.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from bot.sandbox.code_records import Branch, Commit
from bot.sandbox.merge_rules import protecting
from bot.sandbox.permissions import DEVELOPER, MAINTAINER, REPORTER, level
from bot.sandbox.records import Project, User
from bot.sandbox.refusals import forbidden, not_found
from bot.sandbox.world import World

SHORTEST = 7
"""Digits of a sha that are enough to name a commit."""


def demand_code(world: World, user: User | None, project: Project) -> None:
    if project.visibility == "private" and level(world, user, project) < REPORTER:
        raise forbidden()


def is_protected(world: World, project: Project, branch: str) -> bool:
    """GitLab protects the default branch of every new project: Maintainers push and merge, Developers do neither."""
    first = branch == project.default_branch and not branches(world, project)
    return first or bool(protecting(world, project, branch))


def can_push(world: World, user: User, project: Project, branch: str) -> bool:
    return _may(world, user, project, branch, [row.push_level for row in protecting(world, project, branch)])


def can_merge(world: World, user: User, project: Project, branch: str) -> bool:
    """Whoever may push may merge as well."""
    levels = [at for row in protecting(world, project, branch) for at in (row.merge_level, row.push_level)]
    return _may(world, user, project, branch, levels)


def _may(world: World, user: User, project: Project, branch: str, levels: list[int]) -> bool:
    """Of several rules the most permissive counts; level 0 is nobody."""
    if not is_protected(world, project, branch):
        return level(world, user, project) >= DEVELOPER
    allowed = [at for at in levels if at] if levels else [MAINTAINER]
    return bool(allowed) and level(world, user, project) >= min(allowed)


def branches(world: World, project: Project) -> dict[str, Branch]:
    return world.index.branches[project.id]


def head(world: World, project: Project, branch: str) -> Commit | None:
    row = branches(world, project).get(branch)
    return commit(world, project, row.sha) if row else None


def commit(world: World, project: Project, sha: str) -> Commit | None:
    return world.index.commits[project.id].get(sha)


def resolve(world: World, project: Project, ref: str | None) -> Commit | None:
    """By a branch's name, a full sha, or the beginning of one that is unique; nothing and HEAD: the default branch."""
    name = project.default_branch if ref in (None, "", "HEAD") else str(ref).removeprefix("refs/heads/")
    found = head(world, project, name) or commit(world, project, name)
    if found is not None or len(name) < SHORTEST:
        return found
    alike = [row for sha, row in world.index.commits[project.id].items() if sha.startswith(name)]
    return alike[0] if len(alike) == 1 else None


def needed(world: World, project: Project, ref: str | None) -> Commit:
    found = resolve(world, project, ref)
    if found is None:
        raise not_found("Commit")
    return found


def content(world: World, at: Commit, path: str) -> str:
    """A file's bytes as base64."""
    if path not in at.tree:
        raise not_found("File")
    return world.index.blobs[at.tree[path]].content


def text(world: World, at: Commit, path: str) -> str:
    return base64.b64decode(content(world, at, path)).decode()


def history(world: World, project: Project, start: Commit) -> list[Commit]:
    """The commit and all before it, newest first."""
    seen: dict[str, Commit] = {}
    waiting = [start.sha]
    while waiting:
        sha = waiting.pop()
        row = commit(world, project, sha)
        if row is not None and sha not in seen:
            seen[sha] = row
            waiting += row.parents
    return sorted(seen.values(), key=lambda row: row.id, reverse=True)


def history_of(world: World, project: Project, start: Commit, path: str) -> Iterator[Commit]:
    """Those that changed a file or folder, newest first; a merge that took one side's version leads on to that side."""
    waiting = {start.sha: start}
    while waiting:
        row = waiting.pop(max(waiting, key=lambda sha: waiting[sha].id))
        before = [parent for sha in row.parents if (parent := commit(world, project, sha)) is not None]
        same = [parent for parent in before if _part(parent, path) == _part(row, path)]
        if not same and (before or _part(row, path)):
            yield row
        waiting |= {parent.sha: parent for parent in (same[:1] or before)}


def last_change(world: World, project: Project, start: Commit, path: str) -> Commit:
    return next(history_of(world, project, start, path), start)


def changes(world: World, project: Project, row: Commit) -> dict[str, list[str]]:
    """The paths that are added, modified and removed since the first parent."""
    before = commit(world, project, row.parents[0]) if row.parents else None
    old = before.tree if before else {}
    return {
        "added": sorted(row.tree.keys() - old.keys()),
        "modified": sorted(path for path in row.tree.keys() & old.keys() if row.tree[path] != old[path]),
        "removed": sorted(old.keys() - row.tree.keys()),
    }


def _part(row: Commit, path: str) -> dict[str, str]:
    inside = f"{path.strip('/')}/"
    return {name: sha for name, sha in row.tree.items() if name == inside[:-1] or name.startswith(inside)}
