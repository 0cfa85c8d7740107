"""REST: the reactions to an issue and to its notes."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.sandbox import awards, notes, present
from bot.sandbox.records import Emoji, Issue, Note
from bot.sandbox.refusals import not_found
from bot.sandbox.support import answer, caller, here, issue, nothing, page_of, params, reader

routes = Blueprint("emojis", __name__)
ISSUE = "/projects/<ref:name>/issues/<int:iid>/award_emoji"
NOTE = "/projects/<ref:name>/issues/<int:iid>/notes/<int:note>/award_emoji"


@routes.get(ISSUE)
@routes.get(NOTE)
def listed(name: str, iid: int, note: int | None = None) -> Response:
    at, on = _place(name, iid, note)
    return page_of(_emojis(at, on), lambda row: present.emoji(here(), row))


@routes.post(ISSUE)
@routes.post(NOTE)
def award(name: str, iid: int, note: int | None = None) -> Response:
    me = caller()
    at, on = _place(name, iid, note)
    return answer(present.emoji(here(), awards.award(here(), me, at, on, params().required("name"))), 201)


@routes.get(f"{ISSUE}/<int:number>")
@routes.get(f"{NOTE}/<int:number>")
def read(name: str, iid: int, number: int, note: int | None = None) -> Response:
    return answer(present.emoji(here(), _found(*_place(name, iid, note), number)))


@routes.delete(f"{ISSUE}/<int:number>")
@routes.delete(f"{NOTE}/<int:number>")
def revoke(name: str, iid: int, number: int, note: int | None = None) -> Response:
    me = caller()
    at, on = _place(name, iid, note)
    awards.revoke(here(), me, at, on, _found(at, on, number))
    return nothing()


def _place(name: str, iid: int, note: int | None) -> tuple[Issue, Note | None]:
    at = issue(name, iid)
    return at, notes.found(here(), reader(), at, note) if note is not None else None


def _emojis(at: Issue, on: Note | None) -> list[Emoji]:
    return [row for row in here().index.emojis[at.id] if row.note_id == (on.id if on else None)]


def _found(at: Issue, on: Note | None, number: int) -> Emoji:
    for row in _emojis(at, on):
        if row.id == number:
            return row
    raise not_found()
