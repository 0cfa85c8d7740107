"""An HTTP request becomes a stored delivery and an answer: verify, remember, answer, and nothing else.

https://docs.gitlab.com/user/project/integrations/webhooks/#auto-disabled-webhooks: four failures in a row switch a hook
off, so only forgery, oversize and a store that cannot be written fail; whatever else is authentic is answered 200.
"""

from __future__ import annotations

import hmac
import secrets as random_secrets
import time
from collections.abc import Callable

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from bot import delivery as deliveries
from bot import metrics
from bot.body import read_body
from bot.delivery import Secrets, Unreadable
from bot.errors import Refused
from bot.inbox import Inbox
from bot.store.database import StoreUnavailable
from bot.sweeps.radius import MOST
from bot.sweeps.requested import Requested, SweepState

Answer = tuple[Response, int]
LONGEST_LAG = 120.0


def create_app(
    inbox: Inbox,
    secrets: Secrets,
    *,
    bot_token: str | None = None,
    ready: Callable[[], str | None] = lambda: None,
    clock: Callable[[], float] = time.time,
) -> Flask:
    """The receiver. `ready` says what is wrong with the way to GitLab, or None; no `bot_token`, no sweeps."""
    app = Flask("bot")
    sweeps = Requested(inbox)

    @app.post("/webhook")
    def webhook() -> Answer:
        body = read_body(request.environ)
        try:
            delivery = deliveries.read(dict(request.headers), body, secrets, clock())
        except Unreadable as trouble:
            event = request.headers.get("X-Gitlab-Event", "")
            inbox.count("deliveries_unreadable")
            return jsonify(id=inbox.keep_unreadable(trouble.id, event, body, trouble.reason).id), 200
        receipt = inbox.accept(delivery, body)
        inbox.count("deliveries_accepted" if receipt.fresh else "deliveries_repeated", event=delivery.event)
        return jsonify(id=receipt.id), 200

    @app.get("/healthz")
    def healthz() -> Answer:
        return jsonify(ok=True), 200

    @app.get("/readyz")
    def readyz() -> Answer:
        return _readiness(inbox, ready)

    @app.get("/metrics")
    def metrics_page() -> Response:
        return Response(metrics.render(inbox), content_type=metrics.CONTENT_TYPE)

    @app.post("/sweep")
    def sweep() -> Answer:
        _require(bot_token)
        full, allow = _sweep_wanted()
        id_ = sweeps.ask(random_secrets.token_hex(8), full=full, allow=allow)
        return jsonify(id=id_, state="waiting"), 202

    @app.get("/sweep/<id_>")
    def sweep_state(id_: str) -> Answer:
        _require(bot_token)
        state: SweepState | None = sweeps.state(id_)
        if state is None:
            raise Refused(f"there is no sweep {id_!r}", 404)
        return jsonify(state), 200

    _answer_errors(app, inbox)
    return app


def _require(bot_token: str | None) -> None:
    offered = request.headers.get("Authorization", "")
    expected = f"Bearer {bot_token}"
    if not bot_token or not hmac.compare_digest(offered.encode("latin-1", "replace"), expected.encode()):
        raise Refused("send `Authorization: Bearer` and the value of BOT_TOKEN")


def _sweep_wanted() -> tuple[bool, int]:
    """Whether every open issue is to be looked at or only what changed, and how much it may change at most."""
    wish = request.get_json(silent=True) or {}
    if not isinstance(wish, dict):
        raise Refused('the body must be a JSON object like {"full": false}', 400)
    if wish.get("apply") is False:
        raise Refused("the running bot does what it finds; `channel-bot sweep` prints the plan instead", 400)
    allow = wish.get("allow") or 0
    if type(allow) is not int or not 0 <= allow <= MOST:
        raise Refused(f'"allow" must be a whole number from 0 to {MOST}', 400)
    return wish.get("full") is True, allow


def _readiness(inbox: Inbox, ready: Callable[[], str | None]) -> Answer:
    """Can a delivery be stored, is GitLab in reach, does the worker keep up?"""
    inbox.probe()
    lag = round(inbox.lag(), 3)
    troubles = [trouble for trouble in (ready(),) if trouble]
    if lag > LONGEST_LAG:
        troubles.append(f"the longest overdue subject has waited {lag:.0f} s; is a worker running?")
    return jsonify(ok=not troubles, lag=lag, pending=inbox.pending(), troubles=troubles), 503 if troubles else 200


def _answer_errors(app: Flask, inbox: Inbox) -> None:
    """Every error is a JSON object with one sentence."""

    @app.errorhandler(Refused)
    def refused(trouble: Refused) -> Answer:
        if request.path == "/webhook":
            inbox.count("deliveries_refused", status=str(trouble.status))
        return jsonify(error=str(trouble)), trouble.status

    @app.errorhandler(StoreUnavailable)
    def unavailable(trouble: StoreUnavailable) -> Answer:
        app.logger.error("the store cannot be used: %s", trouble)
        inbox.count("deliveries_refused", status="503")
        response = jsonify(error="the store cannot be written; the delivery is not kept")
        response.headers["Retry-After"] = "10"
        return response, 503

    @app.errorhandler(HTTPException)
    def other(trouble: HTTPException) -> Answer:
        return jsonify(error=trouble.description), trouble.code or 500
