"""REST: the labels of a project and of a group."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.sandbox import labels, present
from bot.sandbox.permissions import PLANNER, demand
from bot.sandbox.records import Group, Label, Project
from bot.sandbox.refusals import bad_parameter, not_found
from bot.sandbox.support import answer, caller, group, here, nothing, page_of, params, project

routes = Blueprint("labels", __name__)
KIND = "<any(projects, groups):kind>/<ref:name>/labels"


@routes.get(f"/{KIND}")
def listed(kind: str, name: str) -> Response:
    """With the labels of the groups above, unless `include_ancestor_groups` is false."""
    world, asked, owner = here(), params(), _owner(kind, name)
    above = asked.boolean("include_ancestor_groups") is not False
    owners = labels.parents(world, owner) if above else [owner]
    rows = [row for at in owners for row in labels.owned(world, at).values()]
    if word := asked.text("search"):
        rows = [row for row in rows if word.lower() in f"{row.name} {row.description or ''}".lower()]
    rows.sort(key=lambda row: row.name.lower())
    return page_of(rows, lambda row: present.label(row, for_project=kind == "projects"))


@routes.post(f"/{KIND}")
def create(kind: str, name: str) -> Response:
    me, owner, asked = caller(), _owner(kind, name), params()
    title, color, priority = asked.required("name"), asked.required("color"), asked.integer("priority", least=0)
    row = labels.create(here(), me, owner, title, color)
    row.description, row.priority = asked.text("description"), priority
    return answer(present.label(row, for_project=kind == "projects"), 201)


@routes.get(f"/{KIND}/<ref:label>")
def read(kind: str, name: str, label: str) -> Response:
    return answer(present.label(_found(_owner(kind, name), label), for_project=kind == "projects"))


@routes.put(f"/{KIND}")
@routes.put(f"/{KIND}/<ref:label>")
def update(kind: str, name: str, label: str | None = None) -> Response:
    me, owner, asked = caller(), _owner(kind, name), params()
    row = _own(owner, label or asked.text("label_id") or asked.required("name"))
    demand(here(), me, owner, PLANNER)
    if not any(key in asked for key in ("new_name", "color", "description", "priority", "archived")):
        names = "new_name, color, description, priority, archived"
        raise bad_parameter(f"{names} are missing, at least one parameter must be provided")
    if (new_name := asked.text("new_name")) is not None:
        labels.rename(here(), owner, row, new_name)
    if (color := asked.text("color")) is not None:
        row.color = labels.checked_color(color)
    if "description" in asked:
        row.description = asked.text("description")
    if "priority" in asked:
        row.priority = asked.integer("priority", least=0)
    return answer(present.label(row, for_project=kind == "projects"))


@routes.delete(f"/{KIND}")
@routes.delete(f"/{KIND}/<ref:label>")
def delete(kind: str, name: str, label: str | None = None) -> Response:
    me, owner = caller(), _owner(kind, name)
    row = _own(owner, label or params().text("label_id") or params().required("name"))
    demand(here(), me, owner, PLANNER)
    labels.delete(here(), row)
    return nothing()


def _owner(kind: str, name: str) -> Project | Group:
    return project(name) if kind == "projects" else group(name)


def _found(owner: Project | Group, label: str) -> Label:
    """By name or by id; inherited labels can be read."""
    for at in labels.parents(here(), owner):
        for row in labels.owned(here(), at).values():
            if row.name == label or str(row.id) == label:
                return row
    raise not_found("Label")


def _own(owner: Project | Group, label: str) -> Label:
    """By name or by id; only the owner's own labels can be changed."""
    row = _found(owner, label)
    if row.name not in labels.owned(here(), owner):
        raise not_found("Label")
    return labels.owned(here(), owner)[row.name]
