"""A database URL becomes the real receiver, under gunicorn in a process of its own, for tests that need the wire."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.plumbing.webhooks import TOKEN

ROOT = Path(__file__).parents[2]
BOT_TOKEN = "the bot's own token"
COMMAND = "from bot.web import serve; serve('fd://{fd}')"


@dataclass
class Running:
    """A receiver; `listener` is held here, outside it, as systemd would."""

    listener: socket.socket
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def connect(self, timeout: float = 30) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON of one request on a connection of its own."""
        connection = self.connect()
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def kill(self) -> None:
        """kill -9 of the whole receiver: gunicorn's parent and its worker."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def start(self) -> None:
        """Start it again on the same socket."""
        self.process = _spawn(self.listener, self.environ)


@contextlib.contextmanager
def receiver(database_url: str) -> Iterator[Running]:
    """A receiver that answers, with the secret token of `webhooks`."""
    environ = {**os.environ, "DATABASE_URL": database_url, "WEBHOOK_SECRET": TOKEN, "BOT_TOKEN": BOT_TOKEN}
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        running = Running(listener, environ, _spawn(listener, environ))
        try:
            _await(running)
            yield running
        finally:
            running.process.terminate()
            try:
                running.process.wait(timeout=20)
            finally:
                running.kill()


def _spawn(listener: socket.socket, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", COMMAND.format(fd=listener.fileno())]
    return subprocess.Popen(
        command,
        env=dict(environ),
        cwd=ROOT,
        pass_fds=[listener.fileno()],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _await(running: Running) -> None:
    deadline = time.monotonic() + 30
    while True:
        assert running.process.poll() is None, "the receiver ended"
        with contextlib.suppress(OSError, http.client.HTTPException):
            if running.ask("GET", "/healthz")[0] == 200:
                return
        assert time.monotonic() < deadline, "the receiver does not answer"
        time.sleep(0.05)
