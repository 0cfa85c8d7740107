"""REST: who was asked into a group or project by mail, and has no account yet."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.sandbox import groups, invitations, present_attached
from bot.sandbox.invitations import Offer
from bot.sandbox.records import Group, Project
from bot.sandbox.refusals import bad_parameter
from bot.sandbox.support import answer, caller, group, here, nothing, page_of, params, project

routes = Blueprint("invitations", __name__)
KIND = "<any(projects, groups):kind>/<ref:name>/invitations"
MOST = 100
"""People in one request."""


@routes.get(f"/{KIND}")
def listed(kind: str, name: str) -> Response:
    """`query` looks in the addresses."""
    owner, word = _kept(kind, name), (params().text("query") or "").lower()
    rows = [row for row in invitations.of(here(), owner) if word in row.email]
    return page_of(rows, lambda row: present_attached.invitation(here(), row))


@routes.post(f"/{KIND}")
def create(kind: str, name: str) -> Response:
    """`email` and `user_id`, one or several with commas, and `access_level`; answered with 201 even if some failed."""
    world, me, owner, asked = here(), caller(), _kept(kind, name), params()
    access = asked.integer("access_level")
    if access is None:
        raise bad_parameter("access_level is missing")
    if access not in groups.LEVELS:
        raise bad_parameter("access_level does not have a valid value")
    addresses, numbers = asked.words("email") or [], asked.numbers("user_id") or []
    if not addresses and not numbers:
        raise bad_parameter("email, user_id are missing, at least one parameter must be provided")
    if len(addresses) + len(numbers) > MOST:
        return answer({"status": "error", "message": f"Too many users specified (limit is {MOST})"}, 201)
    offer, failed = Offer(access, asked.day("expires_at")), dict[str, str]()
    for email in dict.fromkeys(addresses):
        if (why := invitations.invite_address(world, me, owner, email, offer)) is not None:
            failed[email] = why
    for user in [user for number in dict.fromkeys(numbers) if (user := world.users.get(number)) is not None]:
        if (why := invitations.invite_user(world, me, owner, user, offer)) is not None:
            failed[user.username] = why
    return answer({"status": "error", "message": failed} if failed else {"status": "success"}, 201)


@routes.delete(f"/{KIND}/<ref:email>")
def delete(kind: str, name: str, email: str) -> Response:
    invitations.withdraw(here(), _kept(kind, name), email)
    return nothing()


def _kept(kind: str, name: str) -> Group | Project:
    me = caller()
    owner = project(name) if kind == "projects" else group(name)
    invitations.demand_keeper(here(), me, owner)
    return owner
