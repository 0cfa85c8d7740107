"""Requests under /sandbox about people become accounts with tokens, and invitations that somebody has accepted."""

from __future__ import annotations

import secrets
from typing import cast

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from bot.sandbox import invitations
from bot.sandbox.faults import BadOrder
from bot.sandbox.records import Token
from bot.sandbox.world import World

blueprint = Blueprint("people", __name__, url_prefix="/sandbox")


@blueprint.post("/users")
def register() -> ResponseReturnValue:
    """`username`, `email`, perhaps `name`: an account, its token, and where it was invited to and now belongs."""
    world, asked = _world(), _texts("username", "email", optional=("name",))
    username, email = asked["username"], asked["email"]
    with world.lock:
        user, joined = invitations.register(world, username, asked.get("name") or username, email)
        value = f"glpat-{secrets.token_urlsafe(15)}"
        world.add(Token(world.next_id("tokens"), user.id, "sandbox", value, world.clock.now()))
    return jsonify(id=user.id, username=username, email=email, token=value, joined=joined), 201


@blueprint.post("/invitations")
def accept() -> ResponseReturnValue:
    """`email`, `username`: somebody opens an invitation's link while signed in with an account of another address."""
    world, asked = _world(), _texts("email", "username")
    with world.lock:
        user = world.user_by_name(asked["username"])
        if user is None:
            raise BadOrder(f"nobody is called {asked['username']!r}; GET /sandbox/world lists the users")
        return jsonify(username=user.username, joined=invitations.accept(world, user, asked["email"])), 201


def _world() -> World:
    return cast("World", current_app.extensions["world"])


def _texts(*needed: str, optional: tuple[str, ...] = ()) -> dict[str, str]:
    raw = request.get_json(silent=True)
    known = (*needed, *optional)
    if not isinstance(raw, dict) or not all(isinstance(raw.get(name), str) and raw[name] for name in needed):
        raise BadOrder(f"send a JSON object with texts for {', '.join(needed)}")
    if unknown := sorted(set(raw) - set(known)):
        raise BadOrder(f"unknown key {unknown[0]!r}; known are {', '.join(known)}")
    return {name: str(value) for name, value in raw.items()}
