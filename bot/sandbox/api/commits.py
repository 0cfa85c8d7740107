"""REST: the commits and branches of a project's repository."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response

from bot.sandbox import commits, present_code, repository
from bot.sandbox.code_records import Branch, Commit
from bot.sandbox.commits import Action, Request
from bot.sandbox.refusals import bad_parameter, not_found
from bot.sandbox.support import answer, caller, code, here, nothing, page_of, params, project, reader

routes = Blueprint("commits", __name__)
COMMITS = "/projects/<ref:name>/repository/commits"
BRANCHES = "/projects/<ref:name>/repository/branches"


@routes.get(COMMITS)
def listed(name: str) -> Response:
    """Newest first; `path` selects those that changed a file or folder, `since` and `until` are inclusive."""
    at, asked, world = code(name), params(), here()
    start = repository.needed(world, at, asked.text("ref_name"))
    path = asked.text("path")
    rows: Iterable[Commit] = repository.history(world, at, start)
    if path:
        rows = repository.history_of(world, at, start, path)
    since, until = asked.moment("since"), asked.moment("until")
    kept = [row for row in rows if (since is None or row.created_at >= since)]
    kept = [row for row in kept if (until is None or row.created_at <= until)]
    return page_of(kept, lambda row: present_code.commit(world, at, row))


@routes.post(COMMITS)
def create(name: str) -> Response:
    me, at, asked = caller(), project(name), params()
    branch, message = asked.required("branch"), asked.required("commit_message")
    actions = [_action(raw) for raw in asked.objects("actions")]
    wanted = Request(branch, message, actions, asked.text("start_branch"), asked.boolean("force") or False)
    row = commits.make(here(), me, at, wanted)
    return answer(present_code.commit(here(), at, row), 201)


@routes.get(f"{COMMITS}/<ref:sha>")
def read(name: str, sha: str) -> Response:
    """By a sha, the beginning of one, or a branch's name."""
    at = code(name)
    row = repository.needed(here(), at, sha)
    return answer(present_code.commit(here(), at, row) | {"project_id": at.id, "status": None})


@routes.get(BRANCHES)
def branches(name: str) -> Response:
    at, word = code(name), params().text("search") or ""
    rows = sorted(repository.branches(here(), at).values(), key=lambda row: row.name)
    kept = [row for row in rows if word.lower() in row.name.lower()]
    return page_of(kept, lambda row: present_code.branch(here(), at, row, reader()))


@routes.get(f"{BRANCHES}/<ref:branch>")
def read_branch(name: str, branch: str) -> Response:
    at = code(name)
    row = repository.branches(here(), at).get(branch)
    if row is None:
        raise not_found("Branch")
    return answer(present_code.branch(here(), at, row, reader()))


@routes.post(BRANCHES)
def create_branch(name: str) -> Response:
    me, at, asked = caller(), project(name), params()
    row: Branch = commits.branch(here(), me, at, asked.required("branch"), asked.required("ref"))
    return answer(present_code.branch(here(), at, row, me), 201)


@routes.delete(f"{BRANCHES}/<ref:branch>")
def drop_branch(name: str, branch: str) -> Response:
    commits.drop(here(), caller(), project(name), branch)
    return nothing()


def _action(raw: dict[str, object]) -> Action:
    name, path = str(raw.get("action")), raw.get("file_path")
    if name not in commits.ACTIONS:
        raise bad_parameter("actions[0][action] does not have a valid value")
    if not path:
        raise bad_parameter("actions[0][file_path] is missing")
    content = raw.get("content")
    encoded = None if content is None else commits.decoded(str(content), str(raw.get("encoding") or "text"))
    previous = raw.get("previous_path")
    return Action(name, str(path), encoded, str(previous) if previous else None)
