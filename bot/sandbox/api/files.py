"""REST: the files of a project's repository at any ref, one by one, as a tree, or several in one commit."""

from __future__ import annotations

import base64
import hashlib

from flask import Blueprint, Response

from bot.sandbox import commits, present_code, repository
from bot.sandbox.commits import Action, Request
from bot.sandbox.present import Json
from bot.sandbox.refusals import not_found
from bot.sandbox.support import answer, caller, code, here, nothing, page_of, params, project

routes = Blueprint("files", __name__)
FILE = "/projects/<ref:name>/repository/files/<ref:path>"


@routes.get(FILE)
def read(name: str, path: str) -> Response:
    """Answers HEAD too, with GitLab's X-Gitlab- headers instead of a body."""
    at, ref = code(name), params().text("ref") or "HEAD"
    shown = present_code.file(here(), at, repository.needed(here(), at, ref), path, ref)
    headers = {f"X-Gitlab-{key.replace('_', '-').title()}": str(value) for key, value in shown.items()}
    del headers["X-Gitlab-Content"]
    return answer(shown, headers=headers)


@routes.get(f"{FILE}/raw")
def raw(name: str, path: str) -> Response:
    at = code(name)
    content = repository.content(here(), repository.needed(here(), at, params().text("ref")), path)
    return Response(base64.b64decode(content), content_type="text/plain; charset=utf-8")


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


@routes.get("/projects/<ref:name>/repository/tree")
def tree(name: str) -> Response:
    """One folder deep unless `recursive`; an empty repository has no tree."""
    at, asked = code(name), params()
    start = repository.resolve(here(), at, asked.text("ref"))
    folder = (asked.text("path") or "").strip("/")
    below = {path: sha for path, sha in start.tree.items() if path.startswith(f"{folder}/")} if start and folder else {}
    if start is None or (folder and not below):
        raise not_found("Tree")
    rows = _entries(below if folder else start.tree, folder, deep=asked.boolean("recursive") or False)
    return page_of(rows, lambda row: row)


def _change(name: str, path: str, what: str) -> Response:
    me, at, asked = caller(), project(name), params()
    branch, message = asked.required("branch"), asked.required("commit_message")
    content = None if what == "delete" else commits.decoded(asked.required("content"), asked.text("encoding"))
    wanted = Request(branch, message, [Action(what, path, content)], asked.text("start_branch"))
    commits.make(here(), me, at, wanted)
    return answer({"file_path": path, "branch": branch}, 201 if what == "create" else 200)


def _entries(files: dict[str, str], folder: str, *, deep: bool) -> list[Json]:
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
    trees = [_entry("tree", prefix + name, _number(prefix + name)) for name in sorted(folders)]
    return trees + [_entry("blob", prefix + name, files[prefix + name]) for name in sorted(blobs)]


def _entry(kind: str, path: str, number: str) -> Json:
    mode = "040000" if kind == "tree" else "100644"
    return {"id": number, "name": path.rpartition("/")[2], "type": kind, "path": path, "mode": mode}


def _number(path: str) -> str:
    return hashlib.sha256(f"tree {path}".encode()).hexdigest()[:40]
