"""REST: the milestones of a project and of a group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import Blueprint, Response

from bot.sandbox import labels, milestones, present
from bot.sandbox.params import Params
from bot.sandbox.permissions import can_read_issue, can_see
from bot.sandbox.records import Group, Milestone, Project
from bot.sandbox.refusals import not_found
from bot.sandbox.support import answer, caller, group, here, nothing, page_of, params, project, reader

routes = Blueprint("milestones", __name__)
KIND = "<any(projects, groups):kind>/<ref:name>/milestones"
UPDATABLE = ("title", "description", "start_date", "due_date", "state_event")


@routes.get(f"/{KIND}")
def listed(kind: str, name: str) -> Response:
    """Own ones; `include_ancestors` adds those above, `include_descendants` those below a group. By due date."""
    world, asked, owner = here(), params(), _owner(kind, name)
    rows = [row for at in _owners(asked, owner) for row in milestones.owned(world, at)]
    rows = [row for row in rows if _is_asked_for(asked, row)]
    rows.sort(key=lambda row: (row.due_date or date.max, row.id))
    return page_of(rows, lambda row: present.milestone(world, row))


@routes.post(f"/{KIND}")
def create(kind: str, name: str) -> Response:
    me, owner, asked = caller(), _owner(kind, name), params()
    asked.required("title")
    return answer(present.milestone(here(), milestones.create(here(), me, owner, _wish(asked))), 201)


@routes.get(f"/{KIND}/<int:number>")
def read(kind: str, name: str, number: int) -> Response:
    return answer(present.milestone(here(), _found(_owner(kind, name), number)))


@routes.put(f"/{KIND}/<int:number>")
def update(kind: str, name: str, number: int) -> Response:
    me, owner, asked = caller(), _owner(kind, name), params()
    row = _found(owner, number)
    asked.need_one_of(*UPDATABLE)
    milestones.update(here(), me, owner, row, _wish(asked))
    return answer(present.milestone(here(), row))


@routes.delete(f"/{KIND}/<int:number>")
def delete(kind: str, name: str, number: int) -> Response:
    me, owner = caller(), _owner(kind, name)
    milestones.delete(here(), me, owner, _found(owner, number))
    return nothing()


@routes.get(f"/{KIND}/<int:number>/issues")
def issues_of(kind: str, name: str, number: int) -> Response:
    world, row, me = here(), _found(_owner(kind, name), number), reader()
    found = [at for at in world.issues.values() if at.milestone_id == row.id and can_read_issue(world, me, at)]
    return page_of(found, lambda at: present.issue(world, at, me))


def _owner(kind: str, name: str) -> Project | Group:
    return project(name) if kind == "projects" else group(name)


def _found(owner: Project | Group, number: int) -> Milestone:
    for row in milestones.owned(here(), owner):
        if row.id == number:
            return row
    raise not_found()


def _owners(asked: Params, owner: Project | Group) -> Iterable[Project | Group]:
    world = here()
    above = asked.boolean("include_ancestors") or asked.boolean("include_parent_milestones")
    yield from labels.parents(world, owner) if above else [owner]
    if isinstance(owner, Group) and asked.boolean("include_descendants"):
        for below in world.descendants(owner):
            for at in ([] if below is owner else [below], world.index.group_projects[below.id]):
                yield from (one for one in at if can_see(world, reader(), one))


def _is_asked_for(asked: Params, row: Milestone) -> bool:
    state = asked.choice("state", ("active", "closed", "all"))
    iids, title, word = asked.numbers("iids"), asked.text("title"), asked.text("search")
    after, before, day = asked.moment("updated_after"), asked.moment("updated_before"), asked.day("containing_date")
    return (
        state in (None, "all", row.state)
        and (iids is None or row.iid in iids)
        and (title is None or row.title == title)
        and (word is None or word.lower() in f"{row.title}\n{row.description}".lower())
        and (after is None or row.updated_at >= after)
        and (before is None or row.updated_at <= before)
        and (day is None or (row.start_date or date.min) <= day <= (row.due_date or date.max))
    )


def _wish(asked: Params) -> milestones.Wish:
    wish: milestones.Wish = {}
    if "title" in asked:
        wish["title"] = asked.text("title") or ""
    if "description" in asked:
        wish["description"] = asked.text("description") or ""
    if "start_date" in asked:
        wish["start_date"] = asked.day("start_date")
    if "due_date" in asked:
        wish["due_date"] = asked.day("due_date")
    match asked.choice("state_event", ("close", "activate")):
        case "close":
            wish["state_event"] = "close"
        case "activate":
            wish["state_event"] = "activate"
    return wish
