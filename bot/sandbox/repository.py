"""Commits turn into the files of a project's branches: an in-memory repository without history, trees or blobs.

Contents are kept as base64, since a file may hold any bytes. Background knowledge, not verified: the refusals' words.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.permissions import DEVELOPER, demand
from bot.sandbox.records import Commit, Project, RepoFile, User
from bot.sandbox.refusals import ApiError, not_found
from bot.sandbox.world import World

ACTIONS = ("create", "update", "delete", "move")


@dataclass(frozen=True)
class Action:
    """One change of a commit; `content` is base64, None where the action has none."""

    name: str
    path: str
    content: str | None = None
    previous_path: str | None = None


def branches(world: World, project: Project) -> set[str]:
    return {branch for branch, _ in world.index.files[project.id]}


def tree(world: World, project: Project, ref: str | None) -> dict[str, RepoFile]:
    """The files of a branch by their paths, empty when there is no such branch."""
    branch = ref if ref not in (None, "HEAD") else project.default_branch
    return {path: row for (at, path), row in world.index.files[project.id].items() if at == branch}


def file(world: World, project: Project, path: str, ref: str | None) -> RepoFile:
    files = tree(world, project, ref)
    if not files:
        raise not_found("Commit")
    if path not in files:
        raise not_found("File")
    return files[path]


@dataclass(frozen=True)
class Request:
    """A commit someone asks for: all actions or none. A new branch starts at `start`."""

    branch: str
    message: str
    actions: Sequence[Action]
    start: str | None = None


def commit(world: World, user: User, project: Project, asked: Request) -> Commit:
    demand(world, user, project, DEVELOPER)
    files = tree(world, project, asked.branch)
    if not files and branches(world, project):
        if asked.start is None:
            raise _refused("You can only create or edit files when you are on a branch")
        files = tree(world, project, asked.start)
    wanted = {path: row.content for path, row in files.items()}
    for action in asked.actions:
        _act(wanted, action)
    return _write(world, user, project, asked, wanted)


def start_with_readme(world: World, user: User, project: Project) -> None:
    text = base64.b64encode(f"# {project.name}\n".encode()).decode()
    _write(world, user, project, Request(project.default_branch, "Initial commit", ()), {"README.md": text})


def decoded(content: str, encoding: str | None) -> str:
    """What a request sent, as base64."""
    if encoding != "base64":
        return base64.b64encode(content.encode()).decode()
    try:
        return base64.b64encode(base64.b64decode(content, validate=False)).decode()
    except binascii.Error:
        raise _refused("Invalid base64 content") from None


def _act(files: dict[str, str], action: Action) -> None:
    match action.name:
        case "create":
            if action.path in files:
                raise _refused("A file with this name already exists")
            files[action.path] = action.content or ""
        case "update":
            if action.path not in files:
                raise _refused("A file with this name doesn't exist")
            files[action.path] = action.content or ""
        case "delete":
            if files.pop(action.path, None) is None:
                raise _refused("A file with this name doesn't exist")
        case _:
            old = files.pop(action.previous_path or "", None)
            if old is None:
                raise _refused("A file with this name doesn't exist")
            files[action.path] = old if action.content is None else action.content


def _write(world: World, user: User, project: Project, asked: Request, wanted: dict[str, str]) -> Commit:
    number, branch = world.next_id("commits"), asked.branch
    sha = hashlib.sha1(f"{project.id}/{number}".encode(), usedforsecurity=False).hexdigest()
    old = tree(world, project, branch)
    for path, row in old.items():
        if wanted.get(path) != row.content:
            world.remove(row)
    for path, content in wanted.items():
        if path not in old or old[path].content != content:
            world.add(RepoFile(world.next_id("files"), project.id, branch, path, content, sha))
    return world.add(Commit(number, project.id, branch, sha, asked.message, user.id, world.clock.now()))


def _refused(text: str) -> ApiError:
    return ApiError(400, {"message": text})
