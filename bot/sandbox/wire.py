"""HTTP requests turn into calls of the sandbox's services, and what they answer into GitLab's responses.

One request is one turn of the world's lock. The order is GitLab's: token, scope, rate limit, then the resource.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Request, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date
from werkzeug.routing import BaseConverter, Map, RuleFactory

from bot.sandbox import api
from bot.sandbox.desk import Desk
from bot.sandbox.faults import Kind, cut_connection
from bot.sandbox.records import User
from bot.sandbox.refusals import ApiError, forbidden, insufficient_scope, no_route, token_over, unauthorized
from bot.sandbox.support import answer
from bot.sandbox.world import World

BODY_LIMIT = 25 * 1024 * 1024
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SLASH = "\x1f"
"""Stands for an encoded slash on the way to the routes, which split at the plain ones."""


class Reference(BaseConverter):
    """One segment of a path in which an encoded slash may stand: `group%2Fproject`, `docs%2FREADME.md`."""

    regex = "[^/]+"
    part_isolating = True

    def to_python(self, value: str) -> str:
        return value.replace(SLASH, "/")


class Routes(Map):
    """The routes of every app of a process: to compile them takes longer than all the rest of making an app."""

    def __init__(self) -> None:
        super().__init__(strict_slashes=False, merge_slashes=False, converters={"ref": Reference})
        self._known: set[tuple[str, str, frozenset[str]]] = set()

    def add(self, rulefactory: RuleFactory) -> None:
        """Leaves out what an earlier app has added."""
        for rule in rulefactory.get_rules(self):
            route = (rule.endpoint, rule.rule, frozenset(rule.methods or ()))
            if route not in self._known:
                super().add(rule)
                self._known.add(route)


@cache
def _routes(*, with_desk: bool) -> Routes:  # only tells the two kinds of apps apart
    return Routes()


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


def create_app(world: World, desk: Desk | None = None, persist: Callable[[], None] | None = None) -> Flask:
    """The emulator as a Flask app; `persist` is called before each answer to what may have changed the world.

    With a desk there are faults, rate limits, the request log, webhooks' history and the HTML pages, too.
    """
    app = Flask("bot.sandbox", static_folder=None)
    app.url_map = _routes(with_desk=desk is not None)
    app.extensions["world"] = world
    app.wsgi_app = RawPaths(app.wsgi_app)  # type: ignore[method-assign]  # the documented way to add a middleware
    for blueprint in api.blueprints():
        app.register_blueprint(blueprint, url_prefix="/api/v4")
    if desk is not None:
        for blueprint in desk.blueprints():
            app.register_blueprint(blueprint)
    app.add_url_rule("/api/<path:rest>", "unknown", _unknown, methods=METHODS)
    gate = Gate(world, desk, persist)
    app.before_request(gate.enter)
    app.after_request(gate.leave)
    app.teardown_request(gate.release)
    app.register_error_handler(ApiError, _refused)
    app.register_error_handler(HTTPException, _unroutable)
    return app


class Gate:
    """What every API request passes on its way in and out."""

    def __init__(self, world: World, desk: Desk | None, persist: Callable[[], None] | None) -> None:
        self.world, self.desk, self.persist = world, desk, persist

    def enter(self) -> Response | None:
        g.user, g.fault, g.world = None, None, self.world
        length = request.content_length or 0
        if length > BODY_LIMIT:
            return answer({"error": "Request Entity Too Large"}, 413)
        if length:
            request.get_data(cache=True, parse_form_data=True)
        if not request.path.startswith("/api/"):
            return None
        if (early := self._troubled()) is not None:
            return early
        g.user = authenticated(self.world, request)
        if self.desk and (refusal := self.desk.limits.take(_name(g.user), request.method, _target())):
            return Response(refusal.body, refusal.status, dict(refusal.headers), content_type=refusal.content_type)
        self.world.lock.acquire()
        g.locked = True
        if g.fault and self.desk and g.fault.kind is Kind.STALE:
            g.world = self.desk.as_of(g.fault.seconds)
        return None

    def _troubled(self) -> Response | None:
        """What the fault desk ordered for this request, as far as it comes before the effect."""
        fault = self.desk.before(request.method, _target(), _name(owner(self.world, request))) if self.desk else None
        if fault is None:
            return None
        g.fault = fault
        match fault.kind:
            case Kind.FAIL | Kind.RATE_LIMIT:
                kind = "application/json" if fault.body.startswith(("{", "[")) else "text/plain"
                return Response(fault.body, fault.status, {"Content-Type": kind, **fault.headers})
            case Kind.DELAY:
                time.sleep(fault.seconds)
            case Kind.DROP_BEFORE:
                cut_connection(request.environ)
                return answer({}, 500)
        return None

    def leave(self, response: Response) -> Response:
        now = self.world.clock.now()
        response.headers["Date"] = http_date(now)
        self._unlock()
        if request.method not in ("GET", "HEAD") and self.persist and response.status_code < 400:
            self.persist()
        if not request.path.startswith("/api/"):
            return response
        if request.method == "GET" and response.status_code == 200:
            _tag(response)
        if self.desk is not None:
            user = g.user or owner(self.world, request)
            self.desk.record(request.method, _target(), response.status_code, _name(user), now)
        if g.fault and g.fault.kind is Kind.DROP_AFTER:
            cut_connection(request.environ)
        return response

    def release(self, _error: BaseException | None) -> None:
        self._unlock()

    def _unlock(self) -> None:
        if g.pop("locked", False):
            self.world.lock.release()


def owner(world: World, incoming: Request) -> User | None:
    """Whose token the request carries, whether or not it may be used."""
    token = world.token_by_value(token_of(incoming) or "")
    return world.users[token.user_id] if token else None


def _name(user: User | None) -> str | None:
    return user.username if user else None


def _target() -> str:
    """The path as it was sent, with its query."""
    return str(request.environ.get("RAW_URI") or request.full_path.removesuffix("?"))


def authenticated(world: World, incoming: Request) -> User | None:
    """Whose token it is, None without any. A token that only reads refuses everything else."""
    value = token_of(incoming)
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


def token_of(incoming: Request) -> str | None:
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


def _unknown(rest: str) -> Response:  # the route hands it over
    raise no_route()


def _unroutable(error: HTTPException) -> Response:
    return Response(error.get_description(), error.code or 500, content_type="text/html")
