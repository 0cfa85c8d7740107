"""What the REST blueprints share: who calls, which resource is meant, how an answer or a page of a list goes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast
from urllib.parse import urlencode

from flask import Response, g, request

from bot.sandbox.params import Params, params_of
from bot.sandbox.permissions import can_read_issue, can_see
from bot.sandbox.records import Group, Issue, Project, User
from bot.sandbox.refusals import ApiError, bad_parameter, not_found, unauthorized
from bot.sandbox.repository import demand_code
from bot.sandbox.world import World

Row = TypeVar("Row")
TOTAL_LIMIT = 10_000
PAGE_LIMIT = 100
UNKEPT = frozenset({"page", "per_page", "private_token", "access_token"})
"""Of a query what the links to other pages leave out or say anew."""


def here() -> World:
    """The world, or what a lagging replica shows of it."""
    return cast("World", g.world)


def reader() -> User | None:
    return cast("User | None", g.user)


def caller() -> User:
    user = reader()
    if user is None:
        raise unauthorized()
    return user


def params() -> Params:
    """What the request gives, read once."""
    known: Params | None = g.get("params")
    if known is None:
        known = g.params = params_of(request)
    return known


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, dict(headers or {}), content_type="application/json")


def nothing() -> Response:
    return Response(status=204)


def project(ref: str) -> Project:
    """By id or full path. Hidden is not found; an old path redirects a GET and is refused to others."""
    world = here()
    found = world.projects.get(int(ref)) if ref.isdecimal() else world.project_by_path(ref)
    if found is not None and can_see(world, reader(), found):
        return found
    moved = None if found or ref.isdecimal() else world.moved_project(ref)
    if moved is not None and can_see(world, reader(), moved):
        raise _moved(ref, moved)
    raise not_found("Project")


def code(ref: str) -> Project:
    """The project, to one who may read its repository."""
    found = project(ref)
    demand_code(here(), reader(), found)
    return found


def group(ref: str) -> Group:
    world = here()
    found = world.groups.get(int(ref)) if ref.isdecimal() else world.group_by_path(ref)
    if found is None or found.kind != "group" or not can_see(world, reader(), found):
        raise not_found("Group")
    return found


def issue(ref: str, iid: int) -> Issue:
    found = here().issue(project(ref).id, iid)
    if found is None or not can_read_issue(here(), reader(), found):
        raise not_found()
    return found


def page_of(
    rows: Sequence[Row], present: Callable[[Row], object], visible: Callable[[Row], bool] = lambda _row: True
) -> Response:
    """One page of a list: `page` from 1, `per_page` 20 by default and at most 100, with GitLab's headers.

    What is not `visible` takes its place in the page and is not shown.
    """
    asked = params()
    number, size = asked.integer("page"), asked.integer("per_page")
    number = 1 if number is None else number
    size = 20 if size is None else size
    if number < 1 or size < 1:
        raise bad_parameter(f"{'page' if number < 1 else 'per_page'} does not have a valid value")
    size = min(size, PAGE_LIMIT)
    shown = [present(row) for row in rows[(number - 1) * size : number * size] if visible(row)]
    return answer(shown, headers=_page_headers(len(rows), number, size))


def _page_headers(total: int, number: int, size: int) -> dict[str, str]:
    pages = max(1, -(-total // size))
    following = str(number + 1) if number < pages else ""
    headers = {
        "X-Next-Page": following,
        "X-Page": str(number),
        "X-Per-Page": str(size),
        "X-Prev-Page": str(number - 1) if number > 1 else "",
    }
    links = [("prev", number - 1)] if number > 1 else []
    links += [("next", number + 1)] if following else []
    links += [("first", 1)]
    if total <= TOTAL_LIMIT:
        headers |= {"X-Total": str(total), "X-Total-Pages": str(pages)}
        links += [("last", pages)]
    first = _url_before_page()
    asked = ((rel, urlencode((("page", at), ("per_page", size)))) for rel, at in links)
    headers["Link"] = ", ".join(f'<{first}{page}>; rel="{rel}"' for rel, page in asked)
    return headers


def _url_before_page() -> str:
    """The address of the list, and all of its query but for the page and for a token."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in UNKEPT]
    raw = str(request.environ.get("RAW_URI") or request.path).partition("?")[0]
    return f"{request.scheme}://{request.host}{raw}?{urlencode(kept)}{'&' if kept else ''}"


def _moved(ref: str, now_at: Project) -> ApiError:
    if request.method not in ("GET", "HEAD"):
        return ApiError(405, {"message": "Non GET methods are not allowed for moved projects"})
    parts = request.path.replace("\x1f", "/").partition(f"/projects/{ref}")
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    target = f"{request.host_url.rstrip('/')}/api/v4/projects/{now_at.id}{parts[2]}{query}"
    return ApiError(301, {"message": f"This resource has been moved permanently to {target}"}, {"Location": target})
