"""Changes of files, new branches and ends of branches turn into commits, refs, and the news of a push."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.sandbox.code_records import Blob, Branch, Commit
from bot.sandbox.happenings import PushHappened
from bot.sandbox.merge_rules import protect_default
from bot.sandbox.permissions import DEVELOPER, demand
from bot.sandbox.records import Project, User
from bot.sandbox.refusals import ApiError, forbidden, not_found
from bot.sandbox.repository import branches, can_push, head, history, is_protected, resolve
from bot.sandbox.world import World

ACTIONS = ("create", "update", "delete", "move")
NOTHING = "0" * 40
"""What a push calls the commit of a branch that is not there, before or after."""


@dataclass(frozen=True)
class Action:
    """One change of a commit; `content` is base64, None where the action has none."""

    name: str
    path: str
    content: str | None = None
    previous_path: str | None = None


@dataclass(frozen=True)
class Request:
    """A commit someone asks for: all actions or none. A new branch starts at `start`; with `force` an old one too."""

    branch: str
    message: str
    actions: Sequence[Action]
    start: str | None = None
    force: bool = False


def make(world: World, user: User, project: Project, asked: Request) -> Commit:
    if not can_push(world, user, project, asked.branch):
        raise forbidden("You are not allowed to push into this branch")
    base = _base(world, project, asked)
    files = {path: world.index.blobs[sha].content for path, sha in base.tree.items()} if base else {}
    for action in asked.actions:
        _act(files, action)
    made = store(world, user, project, message=asked.message, files=files, parents=[base.sha] if base else [])
    if base is None:
        project.default_branch = asked.branch
    point(world, user, project, asked.branch, made)
    if base is None:
        protect_default(world, project)
    return made


def seed(world: World, user: User, project: Project, files: Mapping[str, str], message: str = "Initial commit") -> None:
    """The default branch with these files, as if it had always been there: nobody is told."""
    content = {path: base64.b64encode(text.encode()).decode() for path, text in files.items()}
    made = store(world, user, project, message=message, files=content, parents=[])
    world.add(Branch(world.next_id("branches"), project.id, project.default_branch, made.sha))
    protect_default(world, project)


def store(
    world: World, user: User, project: Project, *, message: str, files: Mapping[str, str], parents: list[str]
) -> Commit:
    """A commit no branch points to yet; `files` is path -> base64."""
    number, now = world.next_id("commits"), world.clock.now()
    tree = {path: _blob(world, files[path]).sha for path in sorted(files)}
    digest = hashlib.sha1(f"{project.id}/{number}/{parents}/{tree}/{message}".encode(), usedforsecurity=False)
    return world.add(Commit(number, project.id, digest.hexdigest(), message, user.id, now, list(parents), tree))


def point(world: World, user: User, project: Project, name: str, made: Commit) -> None:
    """Moves the branch to the commit, or makes it there, and tells of the push."""
    row, before = branches(world, project).get(name), head(world, project, name)
    if row is None:
        world.add(Branch(world.next_id("branches"), project.id, name, made.sha))
    else:
        row.sha = made.sha
    known = {at.sha for at in history(world, project, before)} if before else _elsewhere(world, project, name)
    fresh = [at for at in reversed(history(world, project, made)) if at.sha not in known]
    old = before.sha if before else NOTHING
    world.announce(PushHappened(project, name, old, made.sha, tuple(fresh), user))


def branch(world: World, user: User, project: Project, name: str, ref: str) -> Branch:
    demand(world, user, project, DEVELOPER)
    start = resolve(world, project, ref)
    if name in branches(world, project):
        raise refused("Branch already exists")
    if start is None:
        raise refused(f"Invalid reference name: {ref}")
    point(world, user, project, name, start)
    return branches(world, project)[name]


def drop(world: World, user: User, project: Project, name: str) -> None:
    demand(world, user, project, DEVELOPER)
    row = branches(world, project).get(name)
    if row is None:
        raise not_found("Branch")
    if is_protected(world, project, name):
        raise forbidden("Protected branch can't be removed")
    world.remove(row)
    world.announce(PushHappened(project, name, row.sha, NOTHING, (), user))


def decoded(content: str, encoding: str | None) -> str:
    """What a request sent, as base64."""
    if encoding != "base64":
        return base64.b64encode(content.encode()).decode()
    try:
        return base64.b64encode(base64.b64decode(content, validate=False)).decode()
    except binascii.Error:
        raise refused("Invalid base64 content") from None


def refused(text: str) -> ApiError:
    return ApiError(400, {"message": text})


def _base(world: World, project: Project, asked: Request) -> Commit | None:
    """What the commit builds on; None for the first one of a repository."""
    if not branches(world, project):
        return None
    start = asked.start or asked.branch
    if start != asked.branch and asked.branch in branches(world, project) and not asked.force:
        text = f"A branch called '{asked.branch}' already exists. Switch to that branch in order to make changes"
        raise refused(text)
    if start not in branches(world, project):
        raise refused("You can only create or edit files when you are on a branch")
    return head(world, project, start)


def _act(files: dict[str, str], action: Action) -> None:
    match action.name:
        case "create":
            if action.path in files:
                raise refused("A file with this name already exists")
            files[action.path] = action.content or ""
        case "update":
            if action.path not in files:
                raise refused("A file with this name doesn't exist")
            files[action.path] = action.content or ""
        case "delete":
            if files.pop(action.path, None) is None:
                raise refused("A file with this name doesn't exist")
        case _:
            old = files.pop(action.previous_path or "", None)
            if old is None:
                raise refused("A file with this name doesn't exist")
            files[action.path] = old if action.content is None else action.content


def _blob(world: World, content: str) -> Blob:
    body = base64.b64decode(content)
    sha = hashlib.sha1(b"blob %d\0%s" % (len(body), body), usedforsecurity=False).hexdigest()
    return world.index.blobs.get(sha) or world.add(Blob(world.next_id("blobs"), sha, content))


def _elsewhere(world: World, project: Project, name: str) -> set[str]:
    """The commits that other branches hold: a new branch brings only what none of them has."""
    heads = [head(world, project, other) for other in branches(world, project) if other != name]
    return {at.sha for one in heads if one for at in history(world, project, one)}
