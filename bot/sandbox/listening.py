"""Bytes on loopback connections turn into requests: HTTP/1.1 that keeps connections open, one thread for each.

werkzeug's development server closes after every answer; load tests would pay for a new connection each time.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from wsgiref.types import WSGIApplication

from bot.sandbox.exchange import Answered, Asked, answered

BODY_LIMIT = 25 * 1024 * 1024
DRAIN_LIMIT = 64 * 1024 * 1024


class Server(ThreadingHTTPServer):
    """`stop` also cuts the connections that are open, as the end of a process would."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, app: WSGIApplication, fd: int | None = None) -> None:
        self.app = app
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((host, port), Handler, bind_and_activate=fd is None)
        if fd is not None:
            self.socket.close()
            self.socket = socket.socket(fileno=os.dup(fd))
            self.server_address = self.socket.getsockname()

    def server_bind(self) -> None:
        # The base class would ask DNS for the host's name.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    """One connection. An answer goes out in one write."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            super().handle()

    def answer(self) -> None:
        asked = Asked(
            self.command,
            self.path,
            self.headers.items(),
            self._body(),
            (str(self.server.server_address[0]), int(self.server.server_address[1])),
            str(self.client_address[0]),
            self.request_version,
            self.connection,
        )
        self._send(answered(self.server.app, asked))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815  # the names in the base class

    def _body(self) -> bytes:
        """Read to its end, so that the next request starts where it should; what is too long is thrown away."""
        length = int(self.headers.get("Content-Length") or 0)
        if length <= BODY_LIMIT:
            return self.rfile.read(length)
        self.close_connection = True
        left = min(length, DRAIN_LIMIT)
        while left > 0 and (part := self.rfile.read(min(1 << 20, left))):
            left -= len(part)
        return b""

    def _send(self, answer: Answered) -> None:
        lines = [f"HTTP/1.1 {answer.status}", *(f"{name}: {value}" for name, value in answer.headers)]
        if self.close_connection:
            lines.append("Connection: close")
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + answer.content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name in the base class
        """Says nothing: the desk keeps the log of requests."""
