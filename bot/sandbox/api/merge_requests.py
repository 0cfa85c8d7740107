"""REST: the merge requests of a project: open, list, read, change, merge."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.sandbox import merging, present_code
from bot.sandbox.code_records import MergeRequest
from bot.sandbox.params import Params
from bot.sandbox.records import Project
from bot.sandbox.support import answer, caller, code, here, page_of, params

routes = Blueprint("merge_requests", __name__)
ALL = "/projects/<ref:name>/merge_requests"
ONE = f"{ALL}/<int:iid>"
STATES = ("opened", "closed", "locked", "merged", "all")
SCOPES = ("created-by-me", "assigned-to-me", "created_by_me", "assigned_to_me", "all")
UPDATABLE = ("title", "description", "target_branch", "state_event", "remove_source_branch")


@routes.get(ALL)
def listed(name: str) -> Response:
    """Newest first unless told otherwise, in all states unless one is asked for."""
    at, asked, world = code(name), params(), here()
    rows = [row for row in world.index.merge_requests[at.id].values() if _is_asked_for(asked, row)]
    by_update = asked.choice("order_by", ("created_at", "updated_at", "title", "merged_at")) == "updated_at"
    down = (asked.choice("sort", ("asc", "desc")) or "desc") == "desc"
    rows.sort(key=lambda row: (row.updated_at if by_update else row.created_at, row.id), reverse=down)
    return page_of(rows, lambda row: present_code.merge_request(world, at, row))


@routes.post(ALL)
def create(name: str) -> Response:
    me, at, asked = caller(), code(name), params()
    for key in ("title", "source_branch", "target_branch"):
        asked.required(key)
    return _shown(at, merging.create(here(), me, at, _wish(asked)), 201)


@routes.get(ONE)
def read(name: str, iid: int) -> Response:
    at = code(name)
    return _shown(at, merging.found(here(), at, iid))


@routes.put(ONE)
def update(name: str, iid: int) -> Response:
    me, at, asked = caller(), code(name), params()
    row = merging.found(here(), at, iid)
    asked.need_one_of(*UPDATABLE)
    merging.update(here(), me, at, row, _wish(asked))
    return _shown(at, row)


@routes.put(f"{ONE}/merge")
def merge(name: str, iid: int) -> Response:
    me, at, asked = caller(), code(name), params()
    row = merging.found(here(), at, iid)
    gone = asked.boolean("should_remove_source_branch")
    row.remove_source_branch = row.remove_source_branch if gone is None else gone
    merging.merge(here(), me, at, row, sha=asked.text("sha"), message=asked.text("merge_commit_message"))
    return _shown(at, row)


def _is_asked_for(asked: Params, row: MergeRequest) -> bool:
    state, iids, author = asked.choice("state", STATES), asked.numbers("iids"), asked.integer("author_id")
    scope = (asked.choice("scope", SCOPES) or "all").replace("-", "_")
    return (
        state in (None, "all", row.state)
        and (iids is None or row.iid in iids)
        and asked.text("source_branch") in (None, row.source_branch)
        and asked.text("target_branch") in (None, row.target_branch)
        and author in (None, row.author_id)
        and (scope == "all" or (scope == "created_by_me" and row.author_id == caller().id))
    )


def _wish(asked: Params) -> merging.Wish:
    wish: merging.Wish = {}
    for key in ("title", "description", "source_branch", "target_branch"):
        if key in asked:
            wish[key] = asked.text(key) or ""
    match asked.choice("state_event", ("close", "reopen")):
        case "close":
            wish["state_event"] = "close"
        case "reopen":
            wish["state_event"] = "reopen"
    if (gone := asked.boolean("remove_source_branch")) is not None:
        wish["remove_source_branch"] = gone
    return wish


def _shown(at: Project, row: MergeRequest, status: int = 200) -> Response:
    return answer(present_code.merge_request(here(), at, row), status)
