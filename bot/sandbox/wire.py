"""HTTP requests turn into calls of the sandbox's services, and what they answer into GitLab's responses.

One request is one turn of the world's lock. The order is GitLab's: token, scope, rate limit, then the resource.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Blueprint, Flask, Request, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.http import http_date
from werkzeug.routing import BaseConverter

from bot.sandbox import api
from bot.sandbox.records import User
from bot.sandbox.refusals import ApiError, forbidden, insufficient_scope, no_route, token_over, unauthorized
from bot.sandbox.support import answer
from bot.sandbox.world import World

BODY_LIMIT = 25 * 1024 * 1024
SLASH = "\x1f"
"""Stands for an encoded slash on the way to the routes, which split at the plain ones."""


class RefusalLike(Protocol):
    """An answer 429 ready to send."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> str: ...
    @property
    def content_type(self) -> str: ...


class LimitsLike(Protocol):
    def take(self, user: str | None, method: str, path: str) -> RefusalLike | None: ...


class Reference(BaseConverter):
    """One segment of a path in which an encoded slash may stand: `group%2Fproject`, `docs%2FREADME.md`."""

    regex = "[^/]+"
    part_isolating = True

    def to_python(self, value: str) -> str:
        return value.replace(SLASH, "/")


class RawPaths:
    """WSGI middleware: takes the path as it was sent, since decoding it early would lose which slashes were encoded."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        if raw and raw.startswith("/api/"):
            path = raw.partition("?")[0].replace("%2F", SLASH).replace("%2f", SLASH)
            environ["PATH_INFO"] = unquote(path).encode().decode("latin-1")
        return self._app(environ, start_response)


def create_app(
    world: World,
    *,
    limits: LimitsLike | None = None,
    blueprints: Iterable[Blueprint] = (),
    persist: Callable[[], None] | None = None,
) -> Flask:
    """The emulator as a Flask app; `persist` is called before each answer to what may have changed the world."""
    app = Flask("bot.sandbox", static_folder=None)
    app.url_map.converters["ref"] = Reference
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.extensions["world"] = world
    app.wsgi_app = RawPaths(app.wsgi_app)  # type: ignore[method-assign]  # the documented way to add a middleware
    for blueprint in api.blueprints():
        app.register_blueprint(blueprint, url_prefix="/api/v4")
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    gate = Gate(world, limits, persist)
    app.before_request(gate.enter)
    app.after_request(gate.leave)
    app.teardown_request(gate.release)
    app.register_error_handler(ApiError, _refused)
    app.register_error_handler(HTTPException, _unroutable)
    return app


class Gate:
    """What every API request passes on its way in and out."""

    def __init__(self, world: World, limits: LimitsLike | None, persist: Callable[[], None] | None) -> None:
        self.world, self.limits, self.persist = world, limits, persist

    def enter(self) -> Response | None:
        if not request.path.startswith("/api/"):
            return None
        if (request.content_length or 0) > BODY_LIMIT:
            return answer({"error": "Request Entity Too Large"}, 413)
        g.user = authenticated(self.world, request)
        name = g.user.username if g.user else None
        path = request.environ.get("RAW_URI", request.full_path)
        if self.limits and (refusal := self.limits.take(name, request.method, path)):
            return Response(refusal.body, refusal.status, dict(refusal.headers), content_type=refusal.content_type)
        request.get_data(cache=True, parse_form_data=True)
        self.world.lock.acquire()
        g.locked = True
        return None

    def leave(self, response: Response) -> Response:
        response.headers["Date"] = http_date(self.world.clock.now())
        if not request.path.startswith("/api/"):
            return response
        writing = request.method not in ("GET", "HEAD")
        self._unlock()
        if writing and self.persist and response.status_code < 400:
            self.persist()
        if request.method == "GET" and response.status_code == 200 and not response.is_streamed:
            _tag(response)
        response.headers["X-Request-Id"] = f"{time.monotonic_ns():x}"
        return response

    def release(self, _error: BaseException | None) -> None:
        self._unlock()

    def _unlock(self) -> None:
        if g.pop("locked", False):
            self.world.lock.release()


def authenticated(world: World, incoming: Request) -> User | None:
    """Whose token it is, None without any. A token that only reads refuses everything else."""
    value = _token_of(incoming)
    if value is None:
        return None
    token = world.token_by_value(value)
    if token is None:
        raise unauthorized()
    if token.revoked or (token.expires_at is not None and token.expires_at <= world.clock.now().date()):
        raise token_over()
    user = world.users[token.user_id]
    if user.state == "blocked":
        raise forbidden("Your account has been blocked.")
    if "api" in token.scopes or ("read_api" in token.scopes and incoming.method in ("GET", "HEAD")):
        return user
    raise insufficient_scope()


def _token_of(incoming: Request) -> str | None:
    if value := incoming.headers.get("PRIVATE-TOKEN"):
        return value
    kind, _, value = incoming.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and value:
        return value.strip()
    return incoming.args.get("private_token") or incoming.args.get("access_token")


def _tag(response: Response) -> None:
    tag = hashlib.md5(response.get_data(), usedforsecurity=False).hexdigest()
    response.set_etag(tag, weak=True)
    response.headers.setdefault("Cache-Control", "max-age=0, private, must-revalidate")
    if request.if_none_match.contains_weak(tag):
        response.status_code = 304
        response.set_data(b"")


def _refused(error: ApiError) -> Response:
    return answer(error.body, error.status, error.headers)


def _unroutable(error: HTTPException) -> Response:
    if isinstance(error, NotFound) and request.path.startswith("/api/"):
        return _refused(no_route())
    if isinstance(error, MethodNotAllowed):
        return answer({"error": "405 Not Allowed"}, 405)
    return Response(error.get_description(), error.code or 500, content_type="text/html")
