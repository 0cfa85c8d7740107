"""REST: files that people attach to what they write in a project."""

from __future__ import annotations

from flask import Blueprint, Response, request

from bot.sandbox import present_attached, uploads
from bot.sandbox.permissions import MAINTAINER, demand
from bot.sandbox.refusals import bad_parameter
from bot.sandbox.support import answer, caller, here, nothing, page_of, project

routes = Blueprint("uploads", __name__)
UPLOADS = "/projects/<ref:name>/uploads"
FILE = f"{UPLOADS}/<string:secret>/<ref:filename>"


@routes.post(UPLOADS)
def create(name: str) -> Response:
    """The file comes as `file` of a form."""
    me, at, sent = caller(), project(name), request.files.get("file")
    if sent is None:
        raise bad_parameter("file is missing")
    row = uploads.keep(here(), me, at, sent.filename or "", sent.read())
    return answer(present_attached.upload(row), 201)


@routes.get(UPLOADS)
def listed(name: str) -> Response:
    """For Maintainers; newest first."""
    at = project(name)
    demand(here(), caller(), at, MAINTAINER)
    rows = [row for row in here().uploads.values() if row.project_id == at.id]
    return page_of(rows[::-1], lambda row: present_attached.upload_in_list(here(), row))


@routes.get(FILE)
def read(name: str, secret: str, filename: str) -> Response:
    row = uploads.found(here(), project(name).id, secret, filename)
    headers = {"Content-Disposition": f'attachment; filename="{row.filename}"'}
    return Response(uploads.content(row), headers=headers, content_type="application/octet-stream")


@routes.delete(FILE)
def delete(name: str, secret: str, filename: str) -> Response:
    at = project(name)
    demand(here(), caller(), at, MAINTAINER)
    here().remove(uploads.found(here(), at.id, secret, filename))
    return nothing()
