"""REST: one issue of a project: open, read, change, delete, move, clone."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response

from bot.sandbox import issues, moves, present
from bot.sandbox.attributes import Attributes, StateEvent
from bot.sandbox.params import Params
from bot.sandbox.records import Issue, Project
from bot.sandbox.refusals import bad_parameter
from bot.sandbox.support import answer, caller, here, issue, nothing, params, project, reader
from bot.sandbox.world import World

routes = Blueprint("issues", __name__)
TYPES = ("issue", "incident", "test_case", "requirement", "task", "ticket")
UPDATABLE = (
    "title",
    "updated_at",
    "description",
    "assignee_id",
    "assignee_ids",
    "milestone_id",
    "labels",
    "add_labels",
    "remove_labels",
    "due_date",
    "confidential",
    "discussion_locked",
    "issue_type",
    "state_event",
    "created_at",
)
"""One of these must be in a PUT; where weights are licensed or at least known, `weight` and its like will do too."""


@routes.post("/projects/<ref:name>/issues")
def create(name: str) -> Response:
    at, me = project(name), caller()
    params().required("title")
    return _shown(issues.create(here(), me, at, wish_of(here(), params())), 201)


@routes.get("/projects/<ref:name>/issues/<int:iid>")
def read(name: str, iid: int) -> Response:
    return _shown(issue(name, iid))


@routes.put("/projects/<ref:name>/issues/<int:iid>")
def update(name: str, iid: int) -> Response:
    me, asked = caller(), params()
    found = issue(name, iid)
    extra = () if here().tier == "ce" else ("weight", "epic_id", "epic_iid")
    asked.need_one_of(*UPDATABLE, *extra)
    issues.update(here(), me, found, wish_of(here(), asked))
    return _shown(found)


@routes.delete("/projects/<ref:name>/issues/<int:iid>")
def delete(name: str, iid: int) -> Response:
    issues.delete(here(), caller(), issue(name, iid))
    return nothing()


@routes.post("/projects/<ref:name>/issues/<int:iid>/move")
def move(name: str, iid: int) -> Response:
    me, found = caller(), issue(name, iid)
    return _shown(moves.move(here(), me, found, _target()), 201)


@routes.post("/projects/<ref:name>/issues/<int:iid>/clone")
def clone(name: str, iid: int) -> Response:
    me, found = caller(), issue(name, iid)
    with_notes = params().boolean("with_notes") or False
    return _shown(moves.clone(here(), me, found, _target(), with_notes=with_notes), 201)


def wish_of(world: World, asked: Params) -> Attributes:
    """The attributes of a request, of the right types; refuses what GitLab refuses before it looks at the issue."""
    wish: Attributes = {}
    if "title" in asked:
        wish["title"] = asked.text("title") or ""
    if "description" in asked:
        wish["description"] = asked.text("description")
    for key in ("labels", "add_labels", "remove_labels"):
        if (names := asked.words(key)) is not None:
            wish[key] = names
    if "milestone_id" in asked:
        wish["milestone_id"] = asked.integer("milestone_id")
    if "weight" in asked and world.tier != "ce":
        wish["weight"] = asked.integer("weight", least=0)
    if "epic_id" in asked and world.tier != "ce":
        wish["epic_id"] = asked.integer("epic_id")
    if "due_date" in asked:
        wish["due_date"] = asked.day("due_date")
    _read_people(asked, wish)
    _read_switches(asked, wish)
    return wish


def _read_people(asked: Params, wish: Attributes) -> None:
    many = asked.numbers("assignee_ids")
    one = asked.integer("assignee_id")
    if many is not None:
        wish["assignee_ids"] = [number for number in many if number]
    elif "assignee_id" in asked:
        wish["assignee_ids"] = [one] if one else []


def _read_switches(asked: Params, wish: Attributes) -> None:
    for key in ("confidential", "discussion_locked"):
        if (value := asked.boolean(key)) is not None:
            wish[key] = value
    if (event := asked.choice("state_event", ("close", "reopen"))) is not None:
        wish["state_event"] = cast("StateEvent", event)
    if (kind := asked.choice("issue_type", TYPES)) is not None:
        wish["issue_type"] = kind
    if (moment := asked.moment("created_at")) is not None:
        wish["created_at"] = moment
    if (iid := asked.integer("iid")) is not None:
        wish["iid"] = iid


def _target() -> Project:
    number = params().integer("to_project_id") if "to_project_id" in params() else None
    if number is None:
        raise bad_parameter("to_project_id is missing")
    return project(str(number))


def _shown(found: Issue, status: int = 200) -> Response:
    return answer(present.issue(here(), found, reader()), status)
