"""Requests under /sandbox/mails become what was mailed, by GitLab and over SMTP: as JSON, or as pages for people."""

from __future__ import annotations

import base64
import re
from typing import cast

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from bot.sandbox import letters
from bot.sandbox.pages import guard
from bot.sandbox.payloads import write_time
from bot.sandbox.records import Mail
from bot.sandbox.world import World

blueprint = Blueprint("mails", __name__, url_prefix="/sandbox/mails")

# A mail may be painted as it likes, with its own images, and can neither run anything nor leave its frame.
HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
EMBEDDED = re.compile(r"(?<=[\"'(])cid:([^\"')\s]+)")


@blueprint.get("")
def listed() -> ResponseReturnValue:
    """Oldest first as JSON, newest first as a page; `via` (gitlab or smtp) and `to`, part of an address, select."""
    world = _world()
    via, to = request.args.get("via"), request.args.get("to", "").lower()
    with world.lock:
        kept = [mail for mail in world.mails.values() if via in (None, _via(mail)) and to in mail.to.lower()]
        rows = [_shown(world, mail) for mail in kept]
    if _wants_page():
        return guard(Response(render_template("mails.html", rows=rows[::-1])))
    return jsonify(rows)


@blueprint.delete("")
def clear() -> ResponseReturnValue:
    with _world().lock:
        _world().mails.clear()
    return "", 204


@blueprint.get("/<int:number>")
def read(number: int) -> ResponseReturnValue:
    with _world().lock:
        row = _shown(_world(), _mail(number))
    return guard(Response(render_template("mail.html", mail=row))) if _wants_page() else jsonify(row)


@blueprint.get("/<int:number>/html")
def html(number: int) -> ResponseReturnValue:
    """The HTML part, its embedded images taken from the other parts."""
    letter = _letter(_mail(number))
    if letter is None or letter.html is None:
        abort(404)
    places = {part.content_id: f"/sandbox/mails/{number}/parts/{at}" for at, part in enumerate(letter.parts)}
    body = EMBEDDED.sub(lambda match: places.get(match[1], match[0]), letter.html)
    response = guard(Response(body, content_type="text/html; charset=utf-8"))
    response.headers["Content-Security-Policy"] = HTML_POLICY
    return response


@blueprint.get("/<int:number>/raw")
def raw(number: int) -> ResponseReturnValue:
    """As it was sent, headers and all."""
    mail = _mail(number)
    if not mail.raw:
        abort(404)
    return guard(Response(base64.b64decode(mail.raw), content_type="text/plain; charset=utf-8"))


@blueprint.get("/<int:number>/parts/<int:at>")
def part(number: int, at: int) -> ResponseReturnValue:
    letter = _letter(_mail(number))
    if letter is None or at >= len(letter.parts):
        abort(404)
    found = letter.parts[at]
    kind = found.content_type if found.content_type.startswith("image/") else "application/octet-stream"
    return guard(Response(found.content, content_type=kind))


def _world() -> World:
    return cast("World", current_app.extensions["world"])


def _mail(number: int) -> Mail:
    mail = _world().mails.get(number)
    if mail is None:
        abort(404)
    return mail


def _letter(mail: Mail) -> letters.Letter | None:
    """None for GitLab's own mails, which are kept as text alone."""
    return letters.read(base64.b64decode(mail.raw)) if mail.raw else None


def _via(mail: Mail) -> str:
    return "smtp" if mail.raw else "gitlab"


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _shown(world: World, mail: Mail) -> dict[str, object]:
    """`user` is who has that address; mails over SMTP also have their sender, headers, HTML and other parts."""
    user = world.users.get(mail.user_id or 0)
    shown: dict[str, object] = {
        "id": mail.id, "via": _via(mail), "to": mail.to, "user": user.username if user else None,
        "subject": mail.subject, "body": mail.body, "at": write_time(mail.created_at, "millis"),
    }  # fmt: skip
    letter = _letter(mail)
    if letter is None:
        return shown
    parts = [
        {"content_type": one.content_type, "filename": one.filename, "content_id": one.content_id,
         "size": len(one.content)}
        for one in letter.parts
    ]  # fmt: skip
    return shown | {"from": mail.sender, "headers": letter.headers, "html": letter.html, "parts": parts}
