"""REST: the files of a project's repository, one by one or several in one commit."""

from __future__ import annotations

import base64
import hashlib

from flask import Blueprint, Response

from bot.sandbox import present, repository
from bot.sandbox.records import Commit, RepoFile
from bot.sandbox.refusals import bad_parameter, not_found
from bot.sandbox.repository import Action, Request
from bot.sandbox.support import answer, caller, here, nothing, page_of, params, project, reader

routes = Blueprint("files", __name__)
FILE = "/projects/<ref:name>/repository/files/<ref:path>"


@routes.get(FILE)
def read(name: str, path: str) -> Response:
    """Answers HEAD too, with GitLab's X-Gitlab- headers instead of a body."""
    ref = params().text("ref") or "HEAD"
    row = repository.file(here(), project(name), path, ref)
    body = base64.b64decode(row.content)
    digest = hashlib.sha256(body).hexdigest()
    shown: dict[str, object] = {
        "file_name": path.rpartition("/")[2],
        "file_path": path,
        "size": len(body),
        "encoding": "base64",
        "content_sha256": digest,
        "ref": ref,
        "blob_id": digest[:40],
        "commit_id": row.last_commit_id,
        "last_commit_id": row.last_commit_id,
        "execute_filemode": False,
    }
    headers = {f"X-Gitlab-{key.replace('_', '-').title()}": str(value) for key, value in shown.items()}
    return answer(shown | {"content": row.content}, headers=headers)


@routes.get(f"{FILE}/raw")
def raw(name: str, path: str) -> Response:
    row = repository.file(here(), project(name), path, params().text("ref"))
    return Response(base64.b64decode(row.content), content_type="text/plain; charset=utf-8")


@routes.post(FILE)
def create(name: str, path: str) -> Response:
    return _change(name, path, "create")


@routes.put(FILE)
def update(name: str, path: str) -> Response:
    return _change(name, path, "update")


@routes.delete(FILE)
def delete(name: str, path: str) -> Response:
    _change(name, path, "delete")
    return nothing()


@routes.post("/projects/<ref:name>/repository/commits")
def commit(name: str) -> Response:
    me, at, asked = caller(), project(name), params()
    branch, message = asked.required("branch"), asked.required("commit_message")
    actions = [_action(raw_action) for raw_action in asked.objects("actions")]
    row = repository.commit(here(), me, at, Request(branch, message, actions, asked.text("start_branch")))
    return answer(_commit(row, at.full_path), 201)


@routes.get("/projects/<ref:name>/repository/commits/<sha>")
def read_commit(name: str, sha: str) -> Response:
    at = project(name)
    for row in here().commits.values():
        if (row.project_id, row.sha) == (at.id, sha):
            return answer(_commit(row, at.full_path))
    raise not_found("Commit")


@routes.get("/projects/<ref:name>/repository/tree")
def tree(name: str) -> Response:
    """One folder deep unless `recursive`; an empty repository has no tree."""
    at, asked = project(name), params()
    files = repository.tree(here(), at, asked.text("ref"))
    if not files:
        raise not_found("Tree")
    folder = (asked.text("path") or "").strip("/")
    below = {path: row for path, row in files.items() if not folder or path.startswith(f"{folder}/")}
    if folder and not below:
        raise not_found("Tree")
    rows = _entries(below, folder, deep=asked.boolean("recursive") or False)
    return page_of(rows, lambda row: row)


@routes.get("/projects/<ref:name>/repository/branches")
def branches(name: str) -> Response:
    at = project(name)
    rows = sorted(repository.branches(here(), at))
    return page_of(rows, lambda branch: {"name": branch, "default": branch == at.default_branch, "protected": False})


def _change(name: str, path: str, what: str) -> Response:
    me, at, asked = caller(), project(name), params()
    branch, message = asked.required("branch"), asked.required("commit_message")
    content = None if what == "delete" else repository.decoded(asked.required("content"), asked.text("encoding"))
    wanted = Request(branch, message, [Action(what, path, content)], asked.text("start_branch"))
    repository.commit(here(), me, at, wanted)
    return answer({"file_path": path, "branch": branch}, 201 if what == "create" else 200)


def _action(raw_action: dict[str, object]) -> Action:
    name, path = str(raw_action.get("action")), raw_action.get("file_path")
    if name not in repository.ACTIONS:
        raise bad_parameter("actions[0][action] does not have a valid value")
    if not path:
        raise bad_parameter("actions[0][file_path] is missing")
    content = raw_action.get("content")
    encoded = None if content is None else repository.decoded(str(content), str(raw_action.get("encoding") or "text"))
    previous = raw_action.get("previous_path")
    return Action(name, str(path), encoded, str(previous) if previous else None)


def _entries(files: dict[str, RepoFile], folder: str, *, deep: bool) -> list[present.Json]:
    skipped = len(folder) + 1 if folder else 0
    folders: set[str] = set()
    blobs: set[str] = set()
    for path in files:
        parts = path[skipped:].split("/")
        inner = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
        folders |= set(inner if deep else inner[:1])
        if deep or len(parts) == 1:
            blobs.add(path[skipped:])
    prefix = f"{folder}/" if folder else ""
    rows = [("tree", prefix + name) for name in sorted(folders)] + [("blob", prefix + name) for name in sorted(blobs)]
    return [_entry(kind, path) for kind, path in rows]


def _entry(kind: str, path: str) -> present.Json:
    number = hashlib.sha256(f"{kind} {path}".encode()).hexdigest()[:40]
    mode = "040000" if kind == "tree" else "100644"
    return {"id": number, "name": path.rpartition("/")[2], "type": kind, "path": path, "mode": mode}


def _commit(row: Commit, path: str) -> present.Json:
    world, me = here(), reader()
    return {
        "id": row.sha,
        "short_id": row.sha[:11],
        "title": row.message.splitlines()[0] if row.message else "",
        "message": row.message,
        "author_name": me.name if me else "",
        "author_email": me.email if me else "",
        "created_at": present.stamp(row.created_at),
        "committed_date": present.stamp(row.created_at),
        "parent_ids": [],
        "web_url": f"{world.url}/{path}/-/commit/{row.sha}",
    }
