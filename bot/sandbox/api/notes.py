"""REST: the comments of an issue, system notes among them."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.sandbox import notes, present
from bot.sandbox.attributes import Attributes
from bot.sandbox.permissions import can_read_note
from bot.sandbox.records import Note
from bot.sandbox.refusals import bad_request
from bot.sandbox.support import answer, caller, here, issue, nothing, page_of, params, reader

routes = Blueprint("notes", __name__)
FILTERS = ("all_notes", "only_comments", "only_activity")


@routes.get("/projects/<ref:name>/issues/<int:iid>/notes")
def listed(name: str, iid: int) -> Response:
    """Newest first unless told otherwise. What the reader may not see leaves its gap in the page, as in GitLab."""
    world, asked, at = here(), params(), issue(name, iid)
    rows = list(world.index.notes[at.id])
    match asked.choice("activity_filter", FILTERS):
        case "only_comments":
            rows = [row for row in rows if not row.system]
        case "only_activity":
            rows = [row for row in rows if row.system]
    by_update = asked.choice("order_by", ("created_at", "updated_at")) == "updated_at"
    down = (asked.choice("sort", ("asc", "desc")) or "desc") == "desc"
    rows.sort(key=lambda row: (row.updated_at if by_update else row.created_at, row.id), reverse=down)
    seen = {row.id for row in rows if can_read_note(world, reader(), at, row)}
    return page_of(rows, lambda row: present.note(world, row), lambda row: row.id in seen)


@routes.get("/projects/<ref:name>/issues/<int:iid>/notes/<int:number>")
def read(name: str, iid: int, number: int) -> Response:
    return answer(present.note(here(), notes.found(here(), reader(), issue(name, iid), number)))


@routes.post("/projects/<ref:name>/issues/<int:iid>/notes")
def create(name: str, iid: int) -> Response:
    """A note of commands only is carried out and not kept: 202, and no id in the answer."""
    world, asked, me, at = here(), params(), caller(), issue(name, iid)
    internal = asked.boolean("internal") or asked.boolean("confidential") or False
    draft = notes.Draft(asked.required("body"), internal, asked.moment("created_at"))
    return _answered(notes.create(world, me, at, draft), 201)


@routes.put("/projects/<ref:name>/issues/<int:iid>/notes/<int:number>")
def update(name: str, iid: int, number: int) -> Response:
    """Without a `body` nothing happens. What is internal stays so."""
    world, me, at, asked = here(), caller(), issue(name, iid), params()
    note = notes.found(world, me, at, number)
    if asked.boolean("confidential") not in (None, note.internal):
        raise bad_request('Note {:confidential=>["can not be changed for existing notes"]}')
    body = asked.text("body")
    return _answered(notes.update(world, me, at, note, note.body if body is None else body))


@routes.delete("/projects/<ref:name>/issues/<int:iid>/notes/<int:number>")
def delete(name: str, iid: int, number: int) -> Response:
    world, me, at = here(), caller(), issue(name, iid)
    notes.delete(world, me, at, notes.found(world, me, at, number))
    return nothing()


def _answered(note: Note | notes.CommandsOnly, status: int = 200) -> Response:
    if isinstance(note, notes.CommandsOnly):
        return answer({"commands_changes": _told(note.changes), "summary": note.said}, 202)
    return answer(present.note(here(), note), status)


def _told(changes: Attributes) -> dict[str, object]:
    """Dates as text; everything else as it is."""
    day = {"due_date": present.day(changes["due_date"])} if "due_date" in changes else {}
    return {**changes, **day}
