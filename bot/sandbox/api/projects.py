"""REST: projects."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.sandbox import present
from bot.sandbox.support import answer, here, project, reader

routes = Blueprint("projects", __name__)


@routes.get("/projects/<ref:name>")
def read(name: str) -> Response:
    return answer(present.project(here(), project(name), reader()))
