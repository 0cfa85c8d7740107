"""An e-mail address or a user turns into a member, or into an invitation that waits until the person has an account.

From GitLab's documentation and specs: one answer for many people, with a sentence for each who could not be invited;
who has an account is a member at once. Background knowledge, not verified: an invitation is accepted when an account
with its address is confirmed, and nobody is told of it before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.sandbox import membership
from bot.sandbox.attached_records import Invitation
from bot.sandbox.permissions import MAINTAINER, OWNER, demand, level
from bot.sandbox.records import Group, Member, Project, User
from bot.sandbox.refusals import ApiError, conflict, not_found
from bot.sandbox.world import World


@dataclass(frozen=True)
class Offer:
    """What somebody is invited to."""

    access: int
    expires: date | None = None


def demand_keeper(world: World, user: User, owner: Group | Project) -> None:
    """Members are kept by a project's Maintainers and a group's Owners."""
    demand(world, user, owner, MAINTAINER if isinstance(owner, Project) else OWNER)


def of(world: World, owner: Group | Project) -> list[Invitation]:
    """Those of the place itself that wait, oldest first."""
    return [row for row in world.invitations.values() if _owner(world, row) is owner]


def invite_address(world: World, user: User, owner: Group | Project, email: str, offer: Offer) -> str | None:
    """Returns why not, None if it worked."""
    known = next((row for row in world.users.values() if row.email.lower() == email.lower()), None)
    if known is not None:
        return invite_user(world, user, owner, known, offer)
    if not _looks_like_address(email):
        return "Invite email is invalid"
    if any(row.email == email.lower() for row in of(world, owner)):
        return "Invite email has already been taken"
    if offer.access > level(world, user, owner):
        return "not authorized to create member"
    number, now = world.next_id("invitations"), world.clock.now()
    row = Invitation(number, email.lower(), offer.access, now, user.id, expires_at=offer.expires)
    if isinstance(owner, Project):
        row.project_id = owner.id
    else:
        row.group_id = owner.id
    world.add(row)
    return None


def invite_user(world: World, user: User, owner: Group | Project, newcomer: User, offer: Offer) -> str | None:
    """Returns why not, None if it worked."""
    if any(row.user_id == newcomer.id for row in membership.direct(world, owner)):
        return "User already exists in source"
    if offer.access > level(world, user, owner):
        return "not authorized to create member"
    try:
        membership.add(world, user, owner, newcomer, access=offer.access, expires=offer.expires)
    except ApiError as refusal:
        return _sentence(refusal)
    return None


def withdraw(world: World, owner: Group | Project, email: str) -> None:
    for row in of(world, owner):
        if row.email == email.lower():
            world.remove(row)
            return
    raise not_found()


def accept(world: World, newcomer: User, email: str) -> list[str]:
    """Makes the user a member wherever that address was invited to; returns the full paths of those places."""
    joined: list[str] = []
    for row in [row for row in world.invitations.values() if row.email == email.lower()]:
        owner = _owner(world, row)
        world.remove(row)
        if not any(member.user_id == newcomer.id for member in membership.direct(world, owner)):
            _join(world, newcomer, owner, row)
            joined.append(owner.full_path)
    return joined


def register(world: World, username: str, name: str, email: str, *, admin: bool = False) -> tuple[User, list[str]]:
    """A new account with a confirmed address, and the full paths of the places that address was invited to."""
    if world.user_by_name(username) or world.group_by_path(username):
        raise conflict("Username has already been taken")
    if any(row.email.lower() == email.lower() for row in world.users.values()):
        raise conflict("Email has already been taken")
    row = world.add(User(world.next_id("users"), username, name, email, world.clock.now(), admin=admin))
    return row, accept(world, row, email)


def _join(world: World, newcomer: User, owner: Group | Project, row: Invitation) -> None:
    member = Member(0, newcomer.id, row.access_level, world.clock.now(), expires_at=row.expires_at)
    member.group_id, member.project_id, member.created_by_id = row.group_id, row.project_id, row.created_by_id
    membership.put(world, member)
    membership.tell(world, newcomer, owner, member, "user_add_to_group")


def _owner(world: World, row: Invitation) -> Group | Project:
    return world.projects[row.project_id] if row.project_id is not None else world.groups[row.group_id or 0]


def _looks_like_address(email: str) -> bool:
    name, at, host = email.partition("@")
    return bool(name and at and host) and not any(sign.isspace() for sign in email)


def _sentence(refusal: ApiError) -> str:
    message = refusal.body.get("message")
    if isinstance(message, dict):
        return ", ".join(f"{field.replace('_', ' ').capitalize()} {' '.join(why)}" for field, why in message.items())
    return str(message)
