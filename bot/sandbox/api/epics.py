"""REST: the epics of a group and the issues in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from flask import Blueprint, Response

from bot.sandbox import epics, present_planning
from bot.sandbox.attributes import StateEvent
from bot.sandbox.params import Params
from bot.sandbox.permissions import can_read_issue, can_see
from bot.sandbox.planning_records import Epic
from bot.sandbox.records import Group
from bot.sandbox.support import answer, caller, group, here, page_of, params, reader

routes = Blueprint("epics", __name__)
UPDATABLE = (
    "title",
    "description",
    "labels",
    "add_labels",
    "remove_labels",
    "state_event",
    "start_date_fixed",
    "start_date_is_fixed",
    "due_date_fixed",
    "due_date_is_fixed",
)


@routes.get("/groups/<ref:name>/epics")
@routes.get("/groups/<ref:name>/-/epics")
def listed(name: str) -> Response:
    """Of the group and, unless `include_descendant_groups` is false, of all below; newest first."""
    world, asked, at = here(), params(), _licensed(name)
    rows = [row for owner in _owners(asked, at) for row in epics.of_group(world, owner)]
    rows = [row for row in rows if _is_asked_for(asked, row)]
    order = asked.choice("order_by", ("created_at", "updated_at", "title")) or "created_at"
    down = (asked.choice("sort", ("asc", "desc")) or "desc") == "desc"
    rows.sort(key=lambda row: (getattr(row, order), row.id), reverse=down)
    return page_of(rows, lambda row: present_planning.epic(world, row))


@routes.post("/groups/<ref:name>/epics")
@routes.post("/groups/<ref:name>/-/epics")
def create(name: str) -> Response:
    """Deprecated in GitLab, and there all the same."""
    me, at, asked = caller(), _licensed(name), params()
    asked.required("title")
    return answer(present_planning.epic(here(), epics.create(here(), me, at, _wish(asked))), 201)


@routes.get("/groups/<ref:name>/epics/<int:iid>")
@routes.get("/groups/<ref:name>/-/epics/<int:iid>")
def read(name: str, iid: int) -> Response:
    return answer(present_planning.epic(here(), epics.found(here(), _licensed(name), iid)))


@routes.put("/groups/<ref:name>/epics/<int:iid>")
@routes.put("/groups/<ref:name>/-/epics/<int:iid>")
def update(name: str, iid: int) -> Response:
    me, row = caller(), epics.found(here(), _licensed(name), iid)
    params().need_one_of(*UPDATABLE)
    epics.update(here(), me, row, _wish(params()))
    return answer(present_planning.epic(here(), row))


@routes.get("/groups/<ref:name>/epics/<int:iid>/issues")
@routes.get("/groups/<ref:name>/-/epics/<int:iid>/issues")
def issues(name: str, iid: int) -> Response:
    world, me, row = here(), reader(), epics.found(here(), _licensed(name), iid)
    rows = [at for at in epics.issues_of(world, row) if can_read_issue(world, me, at)]
    return page_of(rows, lambda at: present_planning.epic_issue(world, at, me))


def _licensed(name: str) -> Group:
    """Every call of epics is by somebody; a hidden group is not there, whatever the plan."""
    caller()
    found = group(name)
    epics.licensed(here())
    return found


def _owners(asked: Params, at: Group) -> Iterable[Group]:
    world = here()
    found = list(world.descendants(at)) if asked.boolean("include_descendant_groups") is not False else [at]
    if asked.boolean("include_ancestor_groups"):
        found += [above for above in world.ancestors(at) if above is not at]
    return (owner for owner in found if can_see(world, reader(), owner))


def _is_asked_for(asked: Params, row: Epic) -> bool:
    state = asked.choice("state", ("opened", "closed", "all")) or "all"
    words = (asked.text("search") or "").lower().split()
    text = f"{row.title}\n{row.description or ''}".lower()
    borne = {here().labels[number].name for number in row.label_ids}
    return state in ("all", row.state) and all(word in text for word in words) and {*_labels(asked)} <= borne


def _labels(asked: Params) -> list[str]:
    return asked.words("labels") or []


def _wish(asked: Params) -> epics.Wish:
    wish: epics.Wish = {}
    if "title" in asked:
        wish["title"] = asked.text("title") or ""
    if "description" in asked:
        wish["description"] = asked.text("description")
    for key in ("labels", "add_labels", "remove_labels"):
        if (names := asked.words(key)) is not None:
            wish[key] = names
    if asked.boolean("start_date_is_fixed"):
        wish["start_date"] = asked.day("start_date_fixed")
    if asked.boolean("due_date_is_fixed"):
        wish["due_date"] = asked.day("due_date_fixed")
    if (event := asked.choice("state_event", ("close", "reopen"))) is not None:
        wish["state_event"] = cast("StateEvent", event)
    return wish
