"""A user's wish about a group or project turns into it, its new paths, and the news of it.

Background knowledge, not verified: who may create what, and the words of the refusals. Top-level groups can be made by
administrators, and by anybody on the Community Edition: GitLab.com itself only allows it in its UI.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TypedDict

from bot.sandbox import membership, relations
from bot.sandbox.happenings import ProjectHappened, SubgroupHappened
from bot.sandbox.permissions import DEVELOPER, MAINTAINER, OWNER, demand, level
from bot.sandbox.records import Group, Member, Project, Share, User
from bot.sandbox.refusals import ApiError, conflict, forbidden, invalid, not_found
from bot.sandbox.world import TABLES, World

PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
LEVELS = (5, 10, 15, 20, 25, 30, 40, 50)
SUBGROUP_CREATORS = {"owner": OWNER, "maintainer": MAINTAINER}
VISIBILITY = {"private": 0, "internal": 10, "public": 20}


class Wish(TypedDict, total=False):
    name: str
    path: str
    description: str
    visibility: str
    subgroup_creation_level: str


def create_group(world: World, user: User, parent: Group | None, wish: Wish) -> Group:
    if parent is not None:
        demand(world, user, parent, SUBGROUP_CREATORS[parent.subgroup_creation_level])
    elif world.tier != "ce" and not user.admin:
        raise forbidden()
    path = _checked_path(world, parent, wish["path"])
    visibility = wish.get("visibility", parent.visibility if parent else "private")
    _check_visibility(visibility, parent, project=False)
    group = Group(world.next_id("groups"), wish["name"], path.rpartition("/")[2], path, world.clock.now())
    group.parent_id, group.visibility = parent.id if parent else None, visibility
    group.description = wish.get("description", "")
    group.subgroup_creation_level = wish.get("subgroup_creation_level", "maintainer")
    world.add(group)
    if parent is not None:
        world.announce(SubgroupHappened(group, "subgroup_create", user))
    # From GitLab's source: whoever creates it is a direct Owner, however much is inherited.
    creator = Member(0, user.id, OWNER, world.clock.now(), group_id=group.id, created_by_id=user.id)
    membership.put(world, creator)
    membership.tell(world, user, group, creator, "user_add_to_group")
    return group


def create_project(world: World, user: User, space: Group | None, wish: Wish) -> Project:
    """Without a group the project goes to the user's personal namespace, which is made when first needed."""
    home = space or _personal(world, user)
    if level(world, user, home) < DEVELOPER and home.owner_id != user.id:
        raise invalid("namespace", "is not valid")
    path = _checked_path(world, home, wish["path"])
    _check_visibility(wish.get("visibility", "private"), home, project=True)
    number, now = world.next_id("projects"), world.clock.now()
    project = Project(number, wish["name"], path.rpartition("/")[2], path, home.id, now, creator_id=user.id)
    project.visibility, project.description = wish.get("visibility", "private"), wish.get("description", "")
    world.redirects.pop(path.lower(), None)
    world.add(project)
    if level(world, user, project) < MAINTAINER:
        membership.put(world, Member(0, user.id, MAINTAINER, now, project_id=project.id))
    world.announce(ProjectHappened(project, "project_create", user))
    return project


def change(world: World, user: User, owner: Group | Project, wish: Wish) -> None:
    """Names, paths and visibility; a project's new path leaves a redirect at the old one."""
    demand(world, user, owner, MAINTAINER if isinstance(owner, Project) else OWNER)
    above = owner.group_id if isinstance(owner, Project) else owner.parent_id
    parent, path = world.groups.get(above or 0), owner.full_path
    if wish.get("path", owner.path) != owner.path:
        path = _checked_path(world, parent, wish.get("path", owner.path))
    if "visibility" in wish:
        _check_visibility(wish["visibility"], parent, project=isinstance(owner, Project))
        _check_what_is_below(world, owner, wish["visibility"])
    owner.name = wish.get("name", owner.name)
    owner.description = wish.get("description", owner.description)
    owner.visibility = wish.get("visibility", owner.visibility)
    if isinstance(owner, Group):
        owner.subgroup_creation_level = wish.get("subgroup_creation_level", owner.subgroup_creation_level)
    if path != owner.full_path:
        _put_at(world, owner, path)
    world.reindex()


def transfer(world: World, user: User, project: Project, space: Group) -> None:
    """Into another group, with everything; the old path redirects. What is too visible there is hidden as the group."""
    if space.id == project.group_id:
        raise _not_transferred("Project is already in this namespace.")
    if level(world, user, space) < MAINTAINER and space.owner_id != user.id:
        raise _not_transferred("You don't have permission to transfer projects into that namespace.")
    if any(project.name == other.name or project.path == other.path for other in world.index.group_projects[space.id]):
        raise _not_transferred("Project with same name or path in target namespace already exists")
    path = f"{space.full_path}/{project.path}"
    world.redirects.pop(path.lower(), None)
    _put_at(world, project, path)
    project.group_id = space.id
    if space.kind == "group" and VISIBILITY[project.visibility] > VISIBILITY[space.visibility]:
        project.visibility = space.visibility
    world.reindex()


def _not_transferred(why: str) -> ApiError:
    return ApiError(400, {"message": f'Failed to transfer project {{:new_namespace=>["{why}"]}}'})


def delete_project(world: World, user: User, project: Project) -> None:
    demand(world, user, project, OWNER)
    _erase(world, project)
    world.announce(ProjectHappened(project, "project_destroy", user))


def delete_group(world: World, user: User, group: Group) -> None:
    """With everything below it, at once: GitLab's 30 days of grace are not played."""
    demand(world, user, group, OWNER)
    for project in list(world.projects_below(group)):
        _erase(world, project)
    for below in reversed(list(world.descendants(group))):
        _erase_group(world, below)
    if group.parent_id is not None:
        world.announce(SubgroupHappened(group, "subgroup_destroy", user))


def share(
    world: World, user: User, owner: Group | Project, guest: Group, *, access: int, expires: date | None
) -> Share:
    """Opens it to the guest's members. Whoever may not share a group is told that it is not there."""
    mine = level(world, user, owner)
    if isinstance(owner, Group) and mine < OWNER:
        raise ApiError(404, {"message": "Not Found"})
    if mine < max(MAINTAINER, access):
        raise forbidden()
    if _share_of(world, owner, guest.id) is not None:
        raise conflict("The group has already been shared with this group")
    row = Share(world.next_id("shares"), guest.id, access, expires_at=expires)
    if isinstance(owner, Project):
        row.project_id = owner.id
    else:
        row.group_id = owner.id
    return world.add(row)


def unshare(world: World, user: User, owner: Group | Project, guest_id: int) -> None:
    demand(world, user, owner, MAINTAINER if isinstance(owner, Project) else OWNER)
    row = _share_of(world, owner, guest_id)
    if row is None:
        raise not_found("Group Link")
    world.remove(row)


# Visibility


def _check_visibility(wanted: str, parent: Group | None, *, project: bool) -> None:
    """Nothing is more visible than the group it is in."""
    if parent is None or parent.kind == "user" or VISIBILITY[wanted] <= VISIBILITY[parent.visibility]:
        return
    text = f"{wanted} is not allowed since the parent group has a {parent.visibility} visibility."
    raise invalid("visibility_level", f"{wanted} is not allowed in a {parent.visibility} group." if project else text)


def _check_what_is_below(world: World, owner: Group | Project, wanted: str) -> None:
    if isinstance(owner, Project):
        return
    if any(VISIBILITY[below.visibility] > VISIBILITY[wanted] for below in world.index.group_projects[owner.id]):
        raise invalid(
            "visibility_level", f"{wanted} is not allowed since this group contains projects with higher visibility."
        )
    if any(VISIBILITY[below.visibility] > VISIBILITY[wanted] for below in world.index.children[owner.id]):
        raise invalid("visibility_level", f"{wanted} is not allowed since there are sub-groups with higher visibility.")


# Paths


def _checked_path(world: World, parent: Group | None, path: str) -> str:
    if not PATH.fullmatch(path) or path.endswith((".git", ".atom", ".")):
        raise invalid("path", "can only include non-accented letters, digits, '_', '-' and '.'.")
    full = f"{parent.full_path}/{path}" if parent else path
    if world.group_by_path(full) or world.project_by_path(full) or world.user_by_name(full):
        raise invalid("path", "has already been taken")
    return full


def _put_at(world: World, owner: Group | Project, path: str) -> None:
    """Everything below moves along; projects leave redirects."""
    old = owner.full_path
    projects = [owner] if isinstance(owner, Project) else list(world.projects_below(owner))
    groups = [] if isinstance(owner, Project) else list(world.descendants(owner))
    for project in projects:
        world.redirects[project.full_path.lower()] = project.id
        project.full_path = path + project.full_path[len(old) :]
    for group in groups:
        group.full_path = path + group.full_path[len(old) :]
    owner.path = path.rpartition("/")[2]


def _personal(world: World, user: User) -> Group:
    found = world.group_by_path(user.username)
    if found is not None:
        return found
    space = Group(world.next_id("groups"), user.name, user.username, user.username, world.clock.now(), kind="user")
    space.owner_id = user.id
    return world.add(space)


def _share_of(world: World, owner: Group | Project, guest_id: int) -> Share | None:
    for row in world.shares.values():
        at = row.project_id if isinstance(owner, Project) else row.group_id
        if at == owner.id and row.shared_with_group_id == guest_id:
            return row
    return None


def _erase_group(world: World, group: Group) -> None:
    boards = {row.id for row in world.boards.values() if row.group_id == group.id}
    _erase_rows(world, lambda row: getattr(row, "board_id", None) in boards)
    _erase_rows(world, lambda row: getattr(row, "group_id", None) == group.id)
    world.remove(group)


def _erase(world: World, project: Project) -> None:
    gone = {issue.id for issue in world.index.issues[project.id].values()}
    for issue in world.index.issues[project.id].values():
        relations.forget(world, issue)
    _erase_rows(world, lambda row: getattr(row, "issue_id", None) in gone)
    _erase_rows(world, lambda row: getattr(row, "project_id", None) == project.id)
    world.remove(project)


def _erase_rows(world: World, doomed: Callable[[object], bool]) -> None:
    """Groups and projects stay: those are removed one by one."""
    tables = [getattr(world, name) for kind, name in TABLES.items() if kind not in (Group, Project)]
    rows = [row for table in tables for row in table.values()]
    for row in [row for row in (*rows, *world.members) if doomed(row)]:
        world.remove(row)
