"""The environment becomes the receiver as a WSGI application, for gunicorn or any other server."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from threading import Thread

from flask import Flask

from bot import logs, reach
from bot.delivery import secrets_from
from bot.inbox import Inbox
from bot.receiver import create_app
from bot.store.database import Database, StoreUnavailable

DEFAULT_DATABASE = "sqlite:///var/channel-bot.db"
REHEARSAL = 5.0


def app_from(environ: Mapping[str, str]) -> Flask:
    """The receiver as the environment wants it."""
    logs.configure()
    database = Database(environ.get("DATABASE_URL") or DEFAULT_DATABASE, durable=True)
    inbox = Inbox(database)
    _rehearse(inbox)
    app = create_app(
        inbox,
        secrets_from(environ),
        bot_token=environ.get("BOT_TOKEN") or None,
        ready=lambda: reach.trouble(database),
    )
    app.extensions["database"] = database
    return app


def _rehearse(inbox: Inbox) -> None:
    """Before the first request; a database that is away or slow keeps nobody from being told so by a 503."""

    def run() -> None:
        with suppress(StoreUnavailable):
            inbox.rehearse()

    rehearsal = Thread(target=run, daemon=True)
    rehearsal.start()
    rehearsal.join(REHEARSAL)
