"""REST: groups, what is below them, and whom they are shared with."""

from __future__ import annotations

import json
from collections.abc import Iterable

from flask import Blueprint, Response

from bot.sandbox import groups, present
from bot.sandbox.params import Params
from bot.sandbox.permissions import can_see, level
from bot.sandbox.records import Group, Project
from bot.sandbox.refusals import ApiError, bad_parameter
from bot.sandbox.support import answer, caller, group, here, nothing, page_of, params, project, reader

routes = Blueprint("groups", __name__)


@routes.get("/groups")
def listed() -> Response:
    return _page(here().groups.values())


@routes.get("/groups/<ref:name>")
def read(name: str) -> Response:
    return answer(present.group_in_detail(here(), group(name), reader()))


@routes.post("/groups")
def create() -> Response:
    me, asked = caller(), params()
    asked.required("name")
    asked.required("path")
    parent = asked.integer("parent_id")
    try:
        row = groups.create_group(here(), me, group(str(parent)) if parent else None, wish_of(asked))
    except ApiError as refusal:
        raise _in_one_text(refusal) from None
    return answer(present.group_in_detail(here(), row, me), 201)


@routes.put("/groups/<ref:name>")
def update(name: str) -> Response:
    me, row = caller(), group(name)
    groups.change(here(), me, row, wish_of(params()))
    return answer(present.group_in_detail(here(), row, me))


@routes.delete("/groups/<ref:name>")
def delete(name: str) -> Response:
    groups.delete_group(here(), caller(), group(name))
    return answer({"message": "202 Accepted"}, 202)


@routes.get("/groups/<ref:name>/subgroups")
def subgroups(name: str) -> Response:
    return _page(here().index.children[group(name).id])


@routes.get("/groups/<ref:name>/descendant_groups")
def descendants(name: str) -> Response:
    at = group(name)
    return _page(row for row in here().descendants(at) if row is not at)


@routes.get("/groups/<ref:name>/projects")
def projects(name: str) -> Response:
    """Also those shared with the group, unless `with_shared` is false."""
    world, asked, at = here(), params(), group(name)
    below = asked.boolean("include_subgroups")
    rows = list(world.projects_below(at)) if below else list(world.index.group_projects[at.id])
    if asked.boolean("with_shared") is not False:
        shared = [share for share in world.shares.values() if share.shared_with_group_id == at.id]
        rows += [world.projects[share.project_id] for share in shared if share.project_id is not None]
    return project_page(rows, asked)


@routes.post("/<any(projects, groups):kind>/<ref:name>/share")
def share(kind: str, name: str) -> Response:
    me, asked = caller(), params()
    owner = project(name) if kind == "projects" else group(name)
    number, access = asked.integer("group_id"), asked.integer("group_access")
    if number is None or access is None:
        raise bad_parameter(f"{'group_id' if number is None else 'group_access'} is missing")
    if access not in groups.LEVELS:
        raise bad_parameter("group_access does not have a valid value")
    row = groups.share(here(), me, owner, group(str(number)), access=access, expires=asked.day("expires_at"))
    if isinstance(owner, Group):
        return answer(present.group_in_detail(here(), owner, me), 201)
    shown = {"id": row.id, "project_id": owner.id, "group_id": number, "group_access": access}
    return answer(shown | {"expires_at": present.day(row.expires_at)}, 201)


@routes.delete("/<any(projects, groups):kind>/<ref:name>/share/<int:number>")
def unshare(kind: str, name: str, number: int) -> Response:
    me = caller()
    groups.unshare(here(), me, project(name) if kind == "projects" else group(name), number)
    return nothing()


def _in_one_text(refusal: ApiError) -> ApiError:
    """Where others answer with an object, creating a group answers with what Ruby prints of it."""
    problems = refusal.body.get("message")
    if not isinstance(problems, dict):
        return refusal
    said = ", ".join(f":{field}=>{json.dumps(texts)}" for field, texts in problems.items())
    return ApiError(refusal.status, {"message": f"Failed to save group {{{said}}}"})


def wish_of(asked: Params) -> groups.Wish:
    wish: groups.Wish = {}
    for key in ("name", "path", "description"):
        if (value := asked.text(key)) is not None:
            wish[key] = value
    if (visibility := asked.choice("visibility", tuple(groups.VISIBILITY))) is not None:
        wish["visibility"] = visibility
    if (creators := asked.choice("subgroup_creation_level", tuple(groups.SUBGROUP_CREATORS))) is not None:
        wish["subgroup_creation_level"] = creators
    return wish


def project_page(rows: Iterable[Project], asked: Params) -> Response:
    """`search`, `archived`, `owned`, `membership`, `min_access_level`, `visibility`; newest first unless ordered."""
    world, me = here(), reader()
    least = asked.integer("min_access_level") or (50 if asked.boolean("owned") else 0)
    least = max(least, 1 if asked.boolean("membership") else 0)
    kept = [row for row in dict.fromkeys(rows) if can_see(world, me, row) and level(world, me, row) >= least]
    if word := asked.text("search"):
        kept = [row for row in kept if word.lower() in f"{row.name} {row.full_path}".lower()]
    if (archived := asked.boolean("archived")) is not None:
        kept = [row for row in kept if row.archived == archived]
    if (visibility := asked.choice("visibility", tuple(groups.VISIBILITY))) is not None:
        kept = [row for row in kept if row.visibility == visibility]
    order = asked.choice("order_by", ("id", "name", "path", "created_at", "updated_at", "last_activity_at"))
    down = asked.choice("sort", ("asc", "desc")) != "asc"
    kept.sort(key=lambda row: row.name.lower() if order == "name" else row.path.lower() if order == "path" else "")
    if order not in ("name", "path"):
        kept.sort(key=lambda row: row.id)
    return page_of(kept[::-1] if down else kept, lambda row: present.project(world, row, me))


def _page(rows: Iterable[Group]) -> Response:
    """`search`, `owned`, `min_access_level`, `top_level_only`; by name."""
    world, asked, me = here(), params(), reader()
    least = asked.integer("min_access_level") or (50 if asked.boolean("owned") else 0)
    top = asked.boolean("top_level_only")
    kept = [row for row in rows if row.kind == "group" and can_see(world, me, row) and level(world, me, row) >= least]
    kept = [row for row in kept if not (top and row.parent_id)]
    if word := asked.text("search"):
        kept = [row for row in kept if word.lower() in f"{row.name} {row.full_path}".lower()]
    kept.sort(key=lambda row: (row.name.lower(), row.id))
    return page_of(kept, lambda row: present.group(world, row))
