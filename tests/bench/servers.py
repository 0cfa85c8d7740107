"""A kind of receiver becomes a process under the bot's gunicorn settings: the real one, or one that stores nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import requests
from flask import Flask, Response, jsonify, request

from bot import web
from bot.body import read_body
from bot.delivery import Delivery, secrets_from
from bot.inbox import Inbox, Receipt
from bot.receiver import create_app

ROOT = Path(__file__).parents[2]
SIGNING_TOKEN: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
REAL, NOTHING, BARE = "real", "nothing", "bare"


class Forgetful(Inbox):
    """An inbox without a database: everything is done, and nothing is kept."""

    def __init__(self) -> None:
        """There is nothing to open."""

    def accept(self, delivery: Delivery, body: bytes) -> Receipt:
        return Receipt(delivery.id, True)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Counts for nobody."""


class _Nothing(web._Server):
    """The receiver's own settings, verification and answers; only the storing is left out."""

    def load(self) -> Flask:
        return create_app(Forgetful(), secrets_from(self._environ))


class _Bare(web._Server):
    """A view that reads the body and answers: what Flask and gunicorn take by themselves."""

    def load(self) -> Flask:
        app = Flask("bare")

        @app.post("/webhook")
        def webhook() -> Response:
            read_body(request.environ)
            return jsonify(id=request.headers["webhook-id"])

        @app.get("/healthz")
        def healthz() -> Response:
            return jsonify(ok=True)

        return app


def main(kind: str, bind: str) -> None:
    servers = {REAL: web._Server, NOTHING: _Nothing, BARE: _Bare}
    servers[kind]({"bind": bind, "threads": web.THREADS}, os.environ).run()


@contextlib.contextmanager
def serving(kind: str, database: str = "") -> Iterator[int]:
    """A server that answers; its port."""
    environ: Mapping[str, str] = {
        **os.environ, "DATABASE_URL": database, "WEBHOOK_SIGNING_TOKEN": SIGNING_TOKEN, "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as door:
        command = [sys.executable, "-m", "tests.bench.servers", kind, f"fd://{door.fileno()}"]
        process = subprocess.Popen(
            command, env=dict(environ), cwd=ROOT, pass_fds=[door.fileno()], start_new_session=True,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _await(process, port := int(door.getsockname()[1]))
            yield port
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server does not answer (exit status {process.poll()})")


if __name__ == "__main__":
    main(*sys.argv[1:])
