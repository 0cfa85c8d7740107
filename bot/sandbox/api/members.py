"""REST: who belongs to a project or group, directly or through the groups above and those invited."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response

from bot.sandbox import groups, membership, present
from bot.sandbox.labels import parents
from bot.sandbox.permissions import can_see, level
from bot.sandbox.records import Group, Member, Project
from bot.sandbox.refusals import bad_parameter, not_found
from bot.sandbox.support import answer, caller, group, here, nothing, page_of, params, project, reader
from bot.sandbox.world import World

routes = Blueprint("members", __name__)
KIND = "<any(projects, groups):kind>/<ref:name>/members"


@routes.get(f"/{KIND}")
def listed(kind: str, name: str) -> Response:
    return _page(membership.direct(here(), _owner(kind, name)))


@routes.get(f"/{KIND}/all")
def listed_all(kind: str, name: str) -> Response:
    """Each person once, with the highest level from anywhere."""
    owner = _owner(kind, name)
    return _page(_effective(owner), owner)


@routes.get(f"/{KIND}/<int:number>")
def read(kind: str, name: str, number: int) -> Response:
    return answer(present.member(here(), membership.member(here(), _owner(kind, name), number)))


@routes.get(f"/{KIND}/all/<int:number>")
def read_from_all(kind: str, name: str, number: int) -> Response:
    owner = _owner(kind, name)
    for row in _effective(owner):
        if row.user_id == number:
            return answer(present.member(here(), row, _level(here(), row, owner)))
    raise not_found()


@routes.post(f"/{KIND}")
def create(kind: str, name: str) -> Response:
    """`user_id` (or several with commas, or `username`) and `access_level`."""
    world, me, owner, asked = here(), caller(), _owner(kind, name), params()
    numbers = asked.numbers("user_id") or []
    if (username := asked.text("username")) is not None:
        found = world.user_by_name(username)
        numbers = [found.id] if found else [0]
    if not numbers:
        raise bad_parameter("user_id, username are missing, exactly one parameter must be provided")
    access, expires = _access(), asked.day("expires_at")
    if any(number not in world.users for number in numbers):
        raise not_found("User")
    rows = [membership.add(world, me, owner, world.users[number], access=access, expires=expires) for number in numbers]
    return answer(present.member(world, rows[0]) if len(rows) == 1 else {"status": "success"}, 201)


@routes.put(f"/{KIND}/<int:number>")
def update(kind: str, name: str, number: int) -> Response:
    world, me, owner = here(), caller(), _owner(kind, name)
    row = membership.member(world, owner, number)
    membership.change(world, me, owner, row, _access())
    if "expires_at" in params():
        row.expires_at = params().day("expires_at")
    return answer(present.member(world, row))


@routes.delete(f"/{KIND}/<int:number>")
def delete(kind: str, name: str, number: int) -> Response:
    world, me, owner = here(), caller(), _owner(kind, name)
    membership.remove(world, me, owner, membership.member(world, owner, number))
    return nothing()


def _owner(kind: str, name: str) -> Project | Group:
    return project(name) if kind == "projects" else group(name)


def _access() -> int:
    access = params().integer("access_level")
    if access is None:
        raise bad_parameter("access_level is missing")
    if access not in groups.LEVELS:
        raise bad_parameter("access_level does not have a valid value")
    return access


def _effective(owner: Project | Group) -> list[Member]:
    best: dict[int, Member] = {}
    for row in _everyone(owner):
        if row.user_id not in best or row.access_level > best[row.user_id].access_level:
            best[row.user_id] = row
    return list(best.values())


def _everyone(owner: Project | Group) -> Iterator[Member]:
    """Not those who come in through a group that was invited to an invited one: GitLab does not list them either."""
    world = here()
    for at in parents(world, owner):
        yield from membership.direct(world, at)
        for share in world.shares_of(at):
            guest = world.groups[share.shared_with_group_id]
            if level(world, reader(), owner) or can_see(world, reader(), guest):
                for group in world.ancestors(guest) if isinstance(at, Project) else [guest]:
                    yield from membership.direct(world, group)


def _level(world: World, row: Member, owner: Project | Group) -> int:
    return world.effective_access(world.users[row.user_id], owner)


def _page(rows: list[Member], owner: Project | Group | None = None) -> Response:
    """`query` looks in names and user names; `user_ids` selects."""
    world, asked = here(), params()
    caller()
    word, wanted = (asked.text("query") or "").lower(), asked.numbers("user_ids")
    people = [(row, world.users[row.user_id]) for row in rows]
    kept = [row for row, user in people if word in f"{user.username} {user.name} {user.email}".lower()]
    kept = [row for row in kept if world.lasts(row) and (wanted is None or row.user_id in wanted)]
    kept.sort(key=lambda row: row.user_id)
    return page_of(kept, lambda row: present.member(world, row, _level(world, row, owner) if owner else None))
