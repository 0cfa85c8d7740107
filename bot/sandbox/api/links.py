"""REST: which issues an issue is related to."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.sandbox import present, present_attached, relations
from bot.sandbox.refusals import ApiError, not_found
from bot.sandbox.support import answer, caller, here, issue, params, reader

routes = Blueprint("links", __name__)
LINKS = "/projects/<ref:name>/issues/<int:iid>/links"
TYPES = ("relates_to", "blocks", "is_blocked_by")


@routes.get(LINKS)
def listed(name: str, iid: int) -> Response:
    """The issues on the other sides, oldest relation first; not in pages."""
    at, world = issue(name, iid), here()
    rows = [
        present.issue(world, other, reader())
        | {
            "issue_link_id": row.id,
            "link_type": relations.type_seen_from(row, at),
            "link_created_at": present.stamp(row.created_at),
            "link_updated_at": present.stamp(row.created_at),
        }
        for row, other in relations.readable(world, reader(), at)
    ]
    return answer(rows)


@routes.post(LINKS)
def create(name: str, iid: int) -> Response:
    me, at, asked = caller(), issue(name, iid), params()
    target = asked.required("target_project_id")
    number = asked.required("target_issue_iid")
    kind = asked.choice("link_type", TYPES) or "relates_to"
    if not number.isdecimal():
        raise ApiError(404, {"message": relations.MISSING})
    row = relations.create(here(), me, at, issue(target, int(number)), kind)
    return answer(present_attached.issue_link(here(), row, me), 201)


@routes.get(f"{LINKS}/<int:number>")
def read(name: str, iid: int, number: int) -> Response:
    at = issue(name, iid)
    for row, _ in relations.readable(here(), reader(), at):
        if row.id == number:
            return answer(present_attached.issue_link(here(), row, reader()))
    raise not_found("Issue Link")


@routes.delete(f"{LINKS}/<int:number>")
def delete(name: str, iid: int, number: int) -> Response:
    me, at = caller(), issue(name, iid)
    for row, _ in relations.readable(here(), me, at):
        if row.id == number:
            shown = present_attached.issue_link(here(), row, me)
            relations.remove(here(), me, at, row)
            return answer(shown)
    raise not_found("Issue Link")
