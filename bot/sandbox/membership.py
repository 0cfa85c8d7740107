"""A user's wish about who belongs to a group or project turns into the membership, and the news of it.

Background knowledge, not verified: the words of the refusals, and that the last owner of a top-level group cannot go.
"""

from __future__ import annotations

from datetime import date

from bot.sandbox.happenings import MemberHappened
from bot.sandbox.permissions import MAINTAINER, OWNER, demand, level
from bot.sandbox.records import Group, Member, Project, User
from bot.sandbox.refusals import conflict, forbidden, invalid, not_found
from bot.sandbox.world import World


def direct(world: World, owner: Group | Project) -> list[Member]:
    if isinstance(owner, Project):
        return world.index.project_members[owner.id]
    return world.index.group_members[owner.id]


def member(world: World, owner: Group | Project, user_id: int) -> Member:
    for row in direct(world, owner):
        if row.user_id == user_id:
            return row
    raise not_found()


def add(
    world: World, user: User, owner: Group | Project, newcomer: User, *, access: int, expires: date | None
) -> Member:
    _demand_rule_over(world, user, owner, access)
    if any(row.user_id == newcomer.id for row in direct(world, owner)):
        raise conflict("Member already exists")
    inherited = world.effective_access(newcomer, owner)
    if access < inherited:
        text = f"should be greater than or equal to {inherited} inherited membership from group"
        raise invalid("access_level", text)
    row = Member(0, newcomer.id, access, world.clock.now(), expires_at=expires, created_by_id=user.id)
    if isinstance(owner, Project):
        row.project_id = owner.id
    else:
        row.group_id = owner.id
    put(world, row)
    tell(world, user, owner, row, "user_add_to_group")
    return row


def change(world: World, user: User, owner: Group | Project, row: Member, access: int) -> None:
    _demand_rule_over(world, user, owner, max(access, row.access_level))
    row.access_level = access
    world.access_changed()
    tell(world, user, owner, row, "user_update_for_group")


def remove(world: World, user: User, owner: Group | Project, row: Member) -> None:
    """Anyone may leave; the last owner of a group may not go."""
    if row.user_id != user.id:
        _demand_rule_over(world, user, owner, row.access_level)
    owners = [at for at in direct(world, owner) if at.access_level >= OWNER]
    if isinstance(owner, Group) and owners == [row] and owner.parent_id is None:
        raise forbidden()
    world.remove(row)
    tell(world, user, owner, row, "user_remove_from_group")


def put(world: World, row: Member) -> None:
    row.id = world.next_id("members")
    world.add(row)


def _demand_rule_over(world: World, user: User, owner: Group | Project, access: int) -> None:
    demand(world, user, owner, MAINTAINER if isinstance(owner, Project) else OWNER)
    if access > level(world, user, owner):
        raise forbidden()


def tell(world: World, user: User, owner: Group | Project, row: Member, event_name: str) -> None:
    """Nobody is told of project members."""
    if isinstance(owner, Group):
        world.announce(MemberHappened(owner, row, event_name, user))
