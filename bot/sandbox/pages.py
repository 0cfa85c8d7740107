"""The world becomes plain pages for people: groups, projects, issues with their comments, milestones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.sandbox import boards, epics, invitations, relations, uploads
from bot.sandbox.markdown import to_html
from bot.sandbox.permissions import can_see
from bot.sandbox.planning_records import Board
from bot.sandbox.records import Group, Issue, Label, Milestone, Note, Project, User
from bot.sandbox.world import World

blueprint = Blueprint("pages", __name__, template_folder="templates")

PAINTED = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}

# Nothing on these pages may run or be fetched from elsewhere, whatever people wrote into an issue.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"


@dataclass(frozen=True)
class Chip:
    """A label as it is painted: `ink` is the text colour that reads on `color`."""

    name: str
    color: str
    ink: str
    description: str


@dataclass(frozen=True)
class Card:
    """An issue with what its ids stand for."""

    issue: Issue
    project: Project
    url: str
    author: User
    labels: Sequence[Chip]
    assignees: Sequence[User]
    milestone: Milestone | None


@dataclass(frozen=True)
class Window:
    """A milestone, whose it is, and its issues."""

    milestone: Milestone
    owner: Group | Project
    cards: Sequence[Card]


@blueprint.after_request
def guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.app_template_filter("markdown")
def markdown(text: str | None, project: Project | None = None) -> str:
    """`project`: whose files the text may link."""
    return to_html(uploads.with_full_links(project, text) if project else text)


@blueprint.app_template_filter("day")
def day(moment: date | datetime | None) -> str:
    return f"{moment.day} {moment:%b %Y}" if moment else ""


@blueprint.app_template_filter("minute")
def minute(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def _world() -> World:
    return cast("World", current_app.extensions["world"])


@blueprint.get("/")
def home() -> ResponseReturnValue:
    world = _world()
    with world.lock:
        groups = sorted(group.full_path for group in world.groups.values() if group.kind == "group")
        rows = [(world.group_by_path(path), _projects(world, path)) for path in groups]
        return render_template("home.html", rows=rows, world=world)


@blueprint.get("/<path:path>")
def place(path: str) -> ResponseReturnValue:
    """A project or a group."""
    world = _world()
    with world.lock:
        if project := world.project_by_path(path):
            return _project_page(world, project)
        if moved := world.moved_project(path):
            return redirect(url_for("pages.place", path=moved.full_path))
        group = world.group_by_path(path)
        if group is None:
            abort(404)
        return _group_page(world, group)


@blueprint.get("/groups/<path:path>")
def group_page(path: str) -> ResponseReturnValue:
    return redirect(url_for("pages.place", path=path))


@blueprint.get("/<path:path>/-/issues")
@blueprint.get("/<path:path>/-/work_items")
def issues(path: str) -> ResponseReturnValue:
    return redirect(url_for("pages.place", path=path))


@blueprint.get("/<path:path>/-/issues/<int:iid>")
@blueprint.get("/<path:path>/-/work_items/<int:iid>")
def issue(path: str, iid: int) -> ResponseReturnValue:
    world = _world()
    with world.lock:
        project = world.project_by_path(path)
        found = world.issue(project.id, iid) if project else None
        if project is None or found is None:
            abort(404)
        notes = sorted(world.index.notes.get(found.id, []), key=lambda note: (note.created_at, note.id))
        said: list[tuple[Note, User]] = [(note, world.users[note.author_id]) for note in notes]
        related = [(link, _card(world, other)) for link, other in relations.of(world, found)]
        return render_template("issue.html", card=_card(world, found), project=project, said=said, related=related)


@blueprint.get("/-/project/<int:number>/uploads/<secret>/<filename>")
def upload(number: int, secret: str, filename: str) -> ResponseReturnValue:
    """As all pages it is for whoever looks; with a token, for those who may see the project."""
    world = _world()
    with world.lock:
        row, token = uploads.found(world, number, secret, filename), request.headers.get("PRIVATE-TOKEN")
        holder = world.token_by_value(token) if token else None
        if token and not can_see(world, world.users[holder.user_id] if holder else None, world.projects[number]):
            abort(404)
    kind = PAINTED.get(row.filename.rpartition(".")[2].lower())
    response = Response(uploads.content(row), content_type=kind or "application/octet-stream")
    response.headers["Content-Disposition"] = f'{"inline" if kind else "attachment"}; filename="{row.filename}"'
    return response


@blueprint.get("/groups/<path:path>/-/boards")
def board_page(path: str) -> ResponseReturnValue:
    """To look at it makes a group's first board."""
    world = _world()
    with world.lock:
        group = world.group_by_path(path)
        if group is None:
            abort(404)
        rows = [(row, _columns(world, row)) for row in boards.visited(world, group)]
        return render_template("boards.html", group=group, rows=rows)


@blueprint.get("/groups/<path:path>/-/epics")
@blueprint.get("/groups/<path:path>/-/epics/<int:iid>")
def epic_page(path: str, iid: int | None = None) -> ResponseReturnValue:
    world = _world()
    with world.lock:
        group = world.group_by_path(path)
        found = [row for row in epics.of_group(world, group) if iid in (None, row.iid)] if group else []
        if group is None or (iid is not None and not found):
            abort(404)
        rows = [(row, [_card(world, at) for at in epics.issues_of(world, row)]) for row in found]
        return render_template("epics.html", group=group, rows=rows)


@blueprint.get("/groups/<path:path>/-/milestones")
@blueprint.get("/groups/<path:path>/-/milestones/<int:iid>")
def group_milestones(path: str, iid: int | None = None) -> ResponseReturnValue:
    world = _world()
    with world.lock:
        return _milestones(world, world.group_by_path(path), iid)


@blueprint.get("/<path:path>/-/milestones")
@blueprint.get("/<path:path>/-/milestones/<int:iid>")
def project_milestones(path: str, iid: int | None = None) -> ResponseReturnValue:
    world = _world()
    with world.lock:
        return _milestones(world, world.project_by_path(path), iid)


def _milestones(world: World, owner: Group | Project | None, iid: int | None) -> ResponseReturnValue:
    if owner is None:
        abort(404)
    key = ("group" if isinstance(owner, Group) else "project", owner.id)
    rows = [row for row in world.index.milestones.get(key, []) if iid in (None, row.iid)]
    if iid is not None and not rows:
        abort(404)
    rows.sort(key=lambda row: (row.state != "active", row.start_date or date.max, row.title))
    cards = _by_milestone(world, {row.id for row in rows})
    windows = [Window(row, owner, cards.get(row.id, [])) for row in rows]
    today = world.clock.now().date()
    return render_template("milestones.html", owner=owner, windows=windows, one=iid is not None, today=today)


def _by_milestone(world: World, wanted: set[int]) -> dict[int, list[Card]]:
    cards: dict[int, list[Card]] = {}
    for row in world.issues.values():
        if row.milestone_id in wanted:
            cards.setdefault(row.milestone_id, []).append(_card(world, row))
    return cards


def _columns(world: World, board: Board) -> list[Chip]:
    return [_chip(world.labels[row.label_id]) for row in boards.lists(world, board)]


def _project_page(world: World, project: Project) -> str:
    rows = sorted(world.index.issues.get(project.id, {}).values(), key=lambda row: (row.state != "opened", -row.iid))
    return render_template("project.html", project=project, cards=[_card(world, row) for row in rows])


def _group_page(world: World, group: Group) -> str:
    below = sorted(child.full_path for child in world.index.children.get(group.id, []))
    members = [
        (world.users[member.user_id], member.access_level) for member in world.index.group_members.get(group.id, [])
    ]
    return render_template(
        "group.html",
        group=group,
        below=below,
        projects=_projects(world, group.full_path),
        members=members,
        invited=invitations.of(world, group),
        guests=[(world.groups[row.shared_with_group_id], row.access_level) for row in world.shares_of(group)],
    )


def _projects(world: World, path: str) -> list[Project]:
    group = world.group_by_path(path)
    rows = world.index.group_projects.get(group.id, []) if group else []
    return sorted(rows, key=lambda row: row.full_path)


def _card(world: World, issue: Issue) -> Card:
    project = world.projects[issue.project_id]
    labels = [world.labels[number] for number in issue.label_ids if number in world.labels]
    return Card(
        issue,
        project,
        f"/{project.full_path}/-/issues/{issue.iid}",
        world.users[issue.author_id],
        [_chip(label) for label in sorted(labels, key=lambda label: label.name.lower())],
        [world.users[number] for number in issue.assignee_ids],
        world.milestones.get(issue.milestone_id or 0),
    )


def _chip(label: Label) -> Chip:
    digits = label.color.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    try:
        red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    except ValueError:
        digits, red, green, blue = "6b7280", 107, 114, 128
    bright = (299 * red + 587 * green + 114 * blue) / 1000 > 150
    return Chip(label.name, f"#{digits[:6]}", "#1f1e24" if bright else "#ffffff", label.description or "")
