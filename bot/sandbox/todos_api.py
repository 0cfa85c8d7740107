"""REST: the to-do items of the caller."""

from flask import Blueprint, Response

from bot.sandbox import present
from bot.sandbox.payloads import issue_url
from bot.sandbox.permissions import can_read_issue
from bot.sandbox.records import Issue, Todo
from bot.sandbox.refusals import not_found
from bot.sandbox.support import answer, caller, here, nothing, page_of, params
from bot.sandbox.world import World

blueprint = Blueprint("todos", __name__, url_prefix="/api/v4")


@blueprint.get("/todos")
def todos() -> Response:
    """Pending ones, newest first, unless `state` asks for the done."""
    world, asked, me = here(), params(), caller()
    state = asked.choice("state", ("pending", "done")) or "pending"
    rows = [row for row in world.todos.values() if row.user_id == me.id and row.state == state]
    if (action := asked.text("action")) is not None:
        rows = [row for row in rows if row.action == action]
    if (project := asked.integer("project_id")) is not None:
        rows = [
            row for row in rows if row.issue_id in world.issues and world.issues[row.issue_id].project_id == project
        ]
    seen = [(row, issue) for row in reversed(rows) if (issue := _target(world, row)) is not None]
    return page_of(seen, lambda pair: _present(world, *pair))


@blueprint.post("/todos/<int:number>/mark_as_done")
def mark_as_done(number: int) -> Response:
    world, me = here(), caller()
    row = world.todos.get(number)
    issue = _target(world, row) if row and row.user_id == me.id else None
    if row is None or issue is None:
        raise not_found()
    row.state = "done"
    return answer(_present(world, row, issue), 201)


@blueprint.post("/todos/mark_as_done")
def mark_all_as_done() -> Response:
    me = caller()
    for row in here().todos.values():
        if row.user_id == me.id:
            row.state = "done"
    return nothing()


def _target(world: World, row: Todo) -> Issue | None:
    """None once the issue is gone or hidden from its owner."""
    issue = world.issues.get(row.issue_id)
    return issue if issue and can_read_issue(world, world.users[row.user_id], issue) else None


def _present(world: World, row: Todo, issue: Issue) -> dict[str, object]:
    project, note = world.projects[issue.project_id], world.notes.get(row.note_id or 0)
    url = issue_url(world, issue) + (f"#note_{note.id}" if note else "")
    return {
        "id": row.id,
        "project": {
            "id": project.id,
            "name": project.name,
            "path": project.path,
            "path_with_namespace": project.full_path,
            "created_at": present.stamp(project.created_at),
        },
        "author": present.user(world, world.users[row.author_id]),
        "action_name": row.action,
        "target_type": "Issue",
        "target": present.issue(world, issue, world.users[row.user_id]),
        "target_url": url,
        "body": note.body if note else issue.title,
        "state": row.state,
        "created_at": present.stamp(row.created_at),
        "updated_at": present.stamp(row.created_at),
    }
