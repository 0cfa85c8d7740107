"""A request that was read to its end turns into one WSGI call, and what the app says into an answer."""

from __future__ import annotations

import io
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from wsgiref.types import WSGIApplication, WSGIEnvironment

BODILESS = ("204", "304")
"""Statuses after which no body may come."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`target` is path and query as they were sent; `server` and `client` are host and port.

    `connection` is where it came from, which a fault may cut; None when it came over none.
    """

    method: str
    target: str
    headers: Iterable[tuple[str, str]]
    body: bytes
    server: tuple[str, int]
    client: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"
    connection: socket.socket | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """`status` is code and reason, `404 NOT FOUND`; `content` is empty where no body may come."""

    status: str
    headers: tuple[tuple[str, str], ...]
    content: bytes


def answered(app: WSGIApplication, asked: Asked) -> Answered:
    """What the app answers, with the length of what comes."""
    head: list[Any] = ["500 Internal Server Error", []]

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        head[:] = [status, headers]

    chunks = app(_environ(asked), start_response)
    try:
        content = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    status, headers = head
    bodiless = status[:3] in BODILESS
    if not bodiless and all(name.lower() != "content-length" for name, _ in headers):
        headers = [*headers, ("Content-Length", str(len(content)))]
    return Answered(status, tuple(headers), b"" if bodiless or asked.method == "HEAD" else content)


def _environ(asked: Asked) -> WSGIEnvironment:
    path, _, query = asked.target.partition("?")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": asked.target,
        "SERVER_NAME": asked.server[0],
        "SERVER_PORT": str(asked.server[1]),
        "SERVER_PROTOCOL": asked.protocol,
        "REMOTE_ADDR": asked.client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(asked.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "werkzeug.socket": asked.connection,
    }
    for name, value in asked.headers:
        key = name.upper().replace("-", "_")
        if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            environ.setdefault(key, value)
        else:
            key = f"HTTP_{key}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
