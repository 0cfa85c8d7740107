"""REST: projects."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.sandbox import commits, groups, merge_rules, present
from bot.sandbox.api.groups import project_page, wish_of
from bot.sandbox.params import Params
from bot.sandbox.permissions import OWNER, can_see, demand
from bot.sandbox.records import Group
from bot.sandbox.refusals import bad_parameter, invalid, not_found
from bot.sandbox.support import answer, caller, here, params, project, reader

routes = Blueprint("projects", __name__)


@routes.get("/projects")
def listed() -> Response:
    return project_page(here().projects.values(), params())


@routes.get("/projects/<ref:name>")
def read(name: str) -> Response:
    return answer(present.project(here(), project(name), reader()))


@routes.post("/projects")
def create() -> Response:
    """`name` or `path` is enough: the other follows from it."""
    me, asked = caller(), params()
    wish = wish_of(asked)
    if "name" not in wish and "path" not in wish:
        raise bad_parameter("name, path are missing, at least one parameter must be provided")
    wish["path"] = wish.get("path") or "-".join(wish["name"].lower().split())
    wish["name"] = wish.get("name") or wish["path"]
    row = groups.create_project(here(), me, _space(), wish)
    if asked.boolean("initialize_with_readme"):
        commits.seed(here(), me, row, {"README.md": f"# {row.name}\n"})
    return answer(present.project(here(), row, me), 201)


@routes.put("/projects/<ref:name>")
def update(name: str) -> Response:
    me, row, asked = caller(), project(name), params()
    groups.change(here(), me, row, wish_of(asked))
    merge_rules.change(here(), row, _merging(asked))
    row.default_branch = asked.text("default_branch") or row.default_branch
    return answer(present.project(here(), row, me))


@routes.delete("/projects/<ref:name>")
def delete(name: str) -> Response:
    groups.delete_project(here(), caller(), project(name))
    return answer({"message": "202 Accepted"}, 202)


@routes.post("/projects/<ref:name>/<any(archive, unarchive):how>")
def archive(name: str, how: str) -> Response:
    me, row = caller(), project(name)
    demand(here(), me, row, OWNER)
    row.archived = how == "archive"
    return answer(present.project(here(), row, me), 201)


@routes.put("/projects/<ref:name>/transfer")
def transfer(name: str) -> Response:
    """To another group, given as `namespace`: an id or a path."""
    me, row = caller(), project(name)
    demand(here(), me, row, OWNER)
    space = _named(params().required("namespace"))
    if space is None:
        raise not_found("Namespace")
    groups.transfer(here(), me, row, space)
    return answer(present.project(here(), row, me))


def _merging(asked: Params) -> merge_rules.Wish:
    wish: merge_rules.Wish = {}
    if (method := asked.choice("merge_method", merge_rules.METHODS)) is not None:
        wish["merge_method"] = method
    if (resolve := asked.boolean("only_allow_merge_if_all_discussions_are_resolved")) is not None:
        wish["resolve_discussions"] = resolve
    if (count := asked.integer("approvals_before_merge", least=0)) is not None:
        wish["approvals_before_merge"] = count
    return wish


def _space() -> Group | None:
    number = params().text("namespace_id")
    space = _named(number) if number else None
    if number and space is None:
        raise invalid("namespace", "is not valid")
    return space


def _named(ref: str) -> Group | None:
    """Hidden is not found."""
    found = here().groups.get(int(ref)) if ref.isdecimal() else here().group_by_path(ref)
    return found if found is not None and can_see(here(), caller(), found) else None
