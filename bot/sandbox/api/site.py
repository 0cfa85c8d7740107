"""REST: the instance itself, users, the caller's own token, namespaces."""

from __future__ import annotations

import secrets
from typing import cast

from flask import Blueprint, Response, request

from bot.sandbox import invitations, present
from bot.sandbox.permissions import can_see
from bot.sandbox.records import Token, User
from bot.sandbox.refusals import bad_parameter, forbidden, not_found
from bot.sandbox.support import answer, caller, here, page_of, params
from bot.sandbox.world import World

routes = Blueprint("site", __name__)
SCOPES = ("api", "read_api")


@routes.get("/version")
@routes.get("/metadata")
def metadata() -> Response:
    """`enterprise` tells a Community Edition from the others."""
    caller()
    world = here()
    kas = {"enabled": False, "externalUrl": None, "version": None}
    shown = {"version": world.version, "revision": "0123abcd", "kas": kas, "enterprise": world.tier != "ce"}
    return answer(shown)


@routes.get("/user")
def current_user() -> Response:
    return answer(present.user_in_full(here(), caller(), private=True))


@routes.get("/users")
def users() -> Response:
    world, asked = here(), params()
    me = caller()
    rows = list(world.users.values())
    if (name := asked.text("username")) is not None:
        rows = [row for row in rows if row.username.lower() == name.lower()]
    if (word := asked.text("search")) is not None:
        rows = [row for row in rows if word.lower() in _searched(row, me)]
    if asked.boolean("active"):
        rows = [row for row in rows if row.state == "active"]
    if asked.boolean("blocked"):
        rows = [row for row in rows if row.state == "blocked"]
    rows.sort(key=lambda row: -row.id)
    shown = present.user_in_full if me.admin else _plain
    return page_of(rows, lambda row: shown(world, row, private=me.admin))


@routes.get("/users/<int:number>")
def user(number: int) -> Response:
    me, row = caller(), here().users.get(number)
    if row is None:
        raise not_found("User")
    return answer(present.user_in_full(here(), row, private=me.admin))


@routes.post("/users")
def create_user() -> Response:
    """Administrators only; the password is taken and forgotten."""
    world, asked = here(), params()
    _demand_admin()
    name, username, email = asked.required("name"), asked.required("username"), asked.required("email")
    if not (asked.text("password") or asked.boolean("reset_password") or asked.boolean("force_random_password")):
        names = "password, reset_password, force_random_password"
        raise bad_parameter(f"{names} are missing, at least one parameter must be provided")
    row, _ = invitations.register(world, username, name, email, admin=asked.boolean("admin") or False)
    return answer(present.user_in_full(world, row, private=True), 201)


@routes.post("/users/<int:number>/block")
@routes.post("/users/<int:number>/unblock")
def block_user(number: int) -> Response:
    _demand_admin()
    row = here().users.get(number)
    if row is None:
        raise not_found("User")
    row.state = "active" if request.path.endswith("unblock") else "blocked"
    return answer(True, 201)


@routes.post("/users/<int:number>/personal_access_tokens")
def create_token(number: int) -> Response:
    """Administrators only; the value is in this answer and never again."""
    world, asked = here(), params()
    _demand_admin()
    if number not in world.users:
        raise not_found("User")
    scopes = asked.words("scopes") or []
    if not scopes or not set(scopes) <= set(SCOPES):
        raise bad_parameter("scopes does not have a valid value")
    value, now = f"glpat-{secrets.token_hex(10)}", world.clock.now()
    row = Token(world.next_id("tokens"), number, asked.required("name"), value, now)
    row.scopes, row.expires_at = scopes, asked.day("expires_at")
    return answer(_token(world.add(row)) | {"token": row.value}, 201)


@routes.get("/personal_access_tokens/self")
def own_token() -> Response:
    me = caller()
    value = request.headers.get("PRIVATE-TOKEN") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    row = here().token_by_value(value or request.args.get("private_token", ""))
    if row is None:
        raise not_found()
    return answer(_token(row) | {"user_id": me.id})


@routes.get("/namespaces/<ref:name>")
def namespace(name: str) -> Response:
    """`plan` is what tells GitLab.com's tiers apart; the Community Edition has none."""
    world = here()
    row = world.groups.get(int(name)) if name.isdecimal() else world.group_by_path(name)
    if row is None or not can_see(world, caller(), row):
        raise not_found("Namespace")
    plan = {} if world.tier == "ce" else {"plan": world.tier, "trial": False, "trial_ends_on": None}
    return answer(present.namespace(world, row) | plan)


def _demand_admin() -> None:
    if not caller().admin:
        raise forbidden()


def _searched(row: User, me: User) -> str:
    """Where a search looks; addresses are found by administrators only."""
    return f"{row.username} {row.name} {row.email if me.admin else ''}".lower()


def _plain(world: World, row: User, *, private: bool) -> present.Json:
    return present.user(world, row) | ({"email": row.email} if private else {})


def _token(row: Token) -> present.Json:
    return {
        "id": row.id,
        "name": row.name,
        "revoked": row.revoked,
        "created_at": present.stamp(row.created_at),
        "scopes": cast("list[object]", row.scopes),
        "user_id": row.user_id,
        "active": not row.revoked,
        "expires_at": present.day(row.expires_at),
    }
