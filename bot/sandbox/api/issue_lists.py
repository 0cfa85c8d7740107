"""REST: the lists of issues: of a project, of a group with everything below it, of the whole instance."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response

from bot.sandbox import present
from bot.sandbox.issue_filters import select
from bot.sandbox.permissions import can_read_issue
from bot.sandbox.records import Issue, Project
from bot.sandbox.support import caller, group, here, page_of, params, project, reader

routes = Blueprint("issue_lists", __name__)


@routes.get("/issues")
def of_everything() -> Response:
    caller()
    return _listed(_of(here().projects.values()), default_scope="created_by_me")


@routes.get("/groups/<ref:name>/issues")
def of_group(name: str) -> Response:
    """`non_archived` is true by default."""
    archived_too = params().boolean("non_archived") is False
    return _listed(_of(at for at in here().projects_below(group(name)) if archived_too or not at.archived))


@routes.get("/projects/<ref:name>/issues")
def of_project(name: str) -> Response:
    return _listed(_of([project(name)]))


def _of(projects: Iterable[Project]) -> list[Issue]:
    return [row for at in projects for row in here().index.issues[at.id].values()]


def _listed(rows: list[Issue], default_scope: str = "all") -> Response:
    world, me = here(), reader()
    chosen = select(world, params(), rows, me, default_scope=default_scope)
    visible = [row for row in chosen if can_read_issue(world, me, row)]
    return page_of(visible, lambda row: present.issue(world, row, me))
