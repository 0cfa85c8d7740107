"""Orders posted to the fault desk become what goes wrong with the next matching requests and deliveries."""

import re
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flask import Request


class Kind(StrEnum):
    """What goes wrong; the hook kinds befall the deliveries that a matching request causes."""

    FAIL = "fail"
    DELAY = "delay"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    RATE_LIMIT = "rate_limit"
    STALE = "stale"
    SILENCE_HOOKS = "silence_hooks"
    DUPLICATE_HOOKS = "duplicate_hooks"
    REORDER_HOOKS = "reorder_hooks"


HOOK_KINDS = frozenset({Kind.SILENCE_HOOKS, Kind.DUPLICATE_HOOKS, Kind.REORDER_HOOKS})
DEFAULT_STATUS = {Kind.FAIL: 500, Kind.RATE_LIMIT: 429}
DEFAULT_BODY = {Kind.FAIL: '{"message":"500 Internal Server Error"}', Kind.RATE_LIMIT: "Retry later\n"}
DEFAULT_SECONDS = {Kind.DELAY: 1.0, Kind.STALE: 5.0, Kind.REORDER_HOOKS: 0.3}


_TOKEN = re.compile(r"([?&](?:private_token|access_token)=)[^&]*")


class BadOrder(ValueError):
    """The order cannot be carried out; the text says which key and what it takes."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong once. `seconds`: of the delay, the copy's age, the reordering or Retry-After."""

    kind: Kind
    status: int
    headers: Mapping[str, str]
    body: str
    seconds: float


@dataclass
class Order:
    """A fault and the requests it befalls: all filters set must match; `times` counts down, None never ends."""

    id: int
    fault: Fault
    times: int | None
    method: str | None
    path: re.Pattern[str] | None
    user: str | None

    def matches(self, method: str, path: str, user: str | None) -> bool:
        return (
            (self.method is None or self.method == method)
            and (self.path is None or self.path.search(path) is not None)
            and (self.user is None or self.user == user)
        )

    def described(self) -> dict[str, object]:
        return {
            "id": self.id, "kind": self.fault.kind.value, "times": self.times, "method": self.method,
            "path": self.path.pattern if self.path else None, "user": self.user, "status": self.fault.status,
            "headers": dict(self.fault.headers), "body": self.fault.body, "seconds": self.fault.seconds,
        }  # fmt: skip


KEYS = {"kind", "times", "method", "path", "user", "status", "headers", "body", "seconds"}


def read_order(number: int, raw: object) -> Order:
    """`raw` is the posted JSON object; raises BadOrder naming the key that is wrong."""
    if not isinstance(raw, dict):
        raise BadOrder('a fault is a JSON object such as {"kind": "fail", "status": 502, "times": 1}')
    if unknown := sorted(set(raw) - KEYS):
        raise BadOrder(f"unknown key {unknown[0]!r}; known are {', '.join(sorted(KEYS))}")
    try:
        kind = Kind(str(raw.get("kind")))
    except ValueError:
        raise BadOrder(f"kind {raw.get('kind')!r} is not one of {', '.join(Kind)}") from None
    method = raw.get("method")
    return Order(
        number,
        _fault(kind, raw),
        _times(raw.get("times", 1)),
        str(method).upper() if method else None,
        _pattern(raw.get("path")),
        str(raw["user"]) if raw.get("user") else None,
    )


def _fault(kind: Kind, raw: Mapping[str, object]) -> Fault:
    headers = raw.get("headers") or {}
    if not isinstance(headers, dict):
        raise BadOrder("headers is a JSON object of header names to values")
    body = raw.get("body", DEFAULT_BODY.get(kind, ""))
    status = raw.get("status", DEFAULT_STATUS.get(kind, 0))
    seconds = raw.get("seconds", DEFAULT_SECONDS.get(kind, 0.0))
    if not isinstance(body, str):
        raise BadOrder("body is a string, sent as it is")
    if not isinstance(status, int) or isinstance(status, bool):
        raise BadOrder("status is an HTTP status such as 502")
    if not isinstance(seconds, int | float) or seconds < 0:
        raise BadOrder("seconds is a number from 0 up")
    return Fault(kind, status, {str(name): str(value) for name, value in headers.items()}, body, float(seconds))


def _times(raw: object) -> int | None:
    if raw is None:
        return None
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 1:
        raise BadOrder("times is a whole number from 1 up, or null for every matching request")
    return raw


def _pattern(raw: object) -> re.Pattern[str] | None:
    if not raw:
        return None
    try:
        return re.compile(str(raw))
    except re.error as error:
        raise BadOrder(f"path {raw!r} is not a regular expression: {error}") from None


@dataclass
class FaultDesk:
    """The orders that are open; the oldest matching one is taken first."""

    orders: list[Order] = field(default_factory=list)
    _last: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def place(self, raw: object) -> Order:
        with self._lock:
            order = read_order(self._last + 1, raw)
            self._last = order.id
            self.orders.append(order)
            return order

    def clear(self) -> None:
        with self._lock:
            self.orders.clear()

    def described(self) -> list[dict[str, object]]:
        with self._lock:
            return [order.described() for order in self.orders]

    def for_request(self, method: str, path: str, user: str | None) -> Fault | None:
        """`path` with its query string; a stale order befalls reads only."""
        return self._take(method, path, user, on_hooks=False)

    def for_delivery(self, method: str, path: str, user: str | None) -> Fault | None:
        """What befalls one delivery caused by that request of that user."""
        return self._take(method, path, user, on_hooks=True)

    def _take(self, method: str, path: str, user: str | None, *, on_hooks: bool) -> Fault | None:
        if not self.orders:
            return None
        with self._lock:
            for order in self.orders:
                if (order.fault.kind in HOOK_KINDS) != on_hooks or not order.matches(method, path, user):
                    continue
                if order.fault.kind is Kind.STALE and method != "GET":
                    continue
                return self._use(order)
        return None

    def _use(self, order: Order) -> Fault:
        if order.times is not None:
            order.times -= 1
            if order.times == 0:
                self.orders.remove(order)
        return order.fault


def sent_path(incoming: Request) -> str:
    """Path and query as they came over the wire, encoded slashes and all."""
    return str(incoming.environ.get("RAW_URI") or incoming.full_path.removesuffix("?"))


def without_token(path: str) -> str:
    """A token given in the query is no business of a log's."""
    return _TOKEN.sub(r"\g<1>[MASKED]", path)


def cut_connection(environ: Mapping[str, object]) -> None:
    """Resets the TCP connection of a request served by werkzeug, so that the client reads no byte of an answer."""
    connection = environ.get("werkzeug.socket")
    if not isinstance(connection, socket.socket):
        raise TypeError("drop faults need werkzeug's server: serve the sandbox with Sandbox.start()")
    # Linger zero makes close() send RST, which no client mistakes for an empty answer.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RDWR)
