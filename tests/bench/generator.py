"""An order in JSON on standard input becomes signed deliveries on keep-alive connections, and the time each took.

A process of its own, one thread over raw sockets: what it says of its own CPU time shows that it is not what limits.
With a rate (deliveries per second) each is due at its own moment and timed from there, so that a receiver that stalls
is charged for all that had to wait; without one every connection sends its next as soon as it has an answer.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
import uuid
from collections import deque
from dataclasses import dataclass, field

from tests.load import issue_event, signed

PROJECT = 77
SUBJECTS = 500
BUFFER = 65_536
GRACE = 5.0
"""Seconds in which the last answers may still come."""


@dataclass(frozen=True)
class Order:
    """`most` deliveries at the most, within `seconds`; `size` of a body in bytes."""

    port: int
    signing_token: str
    seconds: float
    most: int
    connections: int = 32
    rate: float | None = None
    size: int = 3_500


@dataclass
class Line:
    """One connection: what it waits for and since when."""

    socket: socket.socket
    due: float = 0.0
    answer: bytes = b""


@dataclass
class Load:
    """The run itself; `times` in seconds, one for each delivery that was answered 200."""

    order: Order
    requests: list[bytes]
    times: list[float] = field(default_factory=list)
    failures: int = 0
    sent: int = 0
    _picker: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _free: deque[Line] = field(default_factory=deque)

    def run(self) -> float:
        """Seconds from the first delivery to the last answer."""
        for _ in range(self.order.connections):
            self._connect()
        began = time.perf_counter()
        while (self._send(began) or self._busy) and time.perf_counter() - began < self.order.seconds + GRACE:
            for key, _ in self._picker.select(self._pause(began)):
                self._hear(key.data)
        ended = time.perf_counter()
        self.failures += self._busy
        return ended - began

    def _connect(self) -> None:
        line = Line(socket.create_connection(("127.0.0.1", self.order.port)))
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.socket.setblocking(False)
        self._picker.register(line.socket, selectors.EVENT_READ, line)
        self._free.append(line)

    @property
    def _busy(self) -> int:
        return self.order.connections - len(self._free)

    def _due(self, began: float) -> float:
        return began + self.sent / self.order.rate if self.order.rate else time.perf_counter()

    def _pause(self, began: float) -> float:
        left = self._due(began) - time.perf_counter()
        return max(left, 0.0) if self.order.rate and self._free else 0.5

    def _send(self, began: float) -> bool:
        """Send what is due as far as there are free connections; whether there is more to come."""
        while (more := self._more(began)) and self._free and self._due(began) <= time.perf_counter():
            line = self._free.popleft()
            line.due, line.answer = self._due(began), b""
            self.sent += 1
            line.socket.sendall(self.requests[self.sent - 1])
        return more

    def _more(self, began: float) -> bool:
        return self.sent < len(self.requests) and time.perf_counter() - began < self.order.seconds

    def _hear(self, line: Line) -> None:
        line.answer += (got := line.socket.recv(BUFFER))
        if not got:
            self.failures += 1
            self._picker.unregister(line.socket)
            line.socket.close()
            self._connect()
            return
        head, found, body = line.answer.partition(b"\r\n\r\n")
        if found and len(body) >= _length(head):
            self.times.append(time.perf_counter() - line.due)
            self.failures += not head.startswith(b"HTTP/1.1 200")
            self._free.append(line)


def _length(head: bytes) -> int:
    lower = head.lower()
    return int(lower.partition(b"content-length:")[2].partition(b"\r\n")[0])


def prepare(order: Order) -> list[bytes]:
    """Every request as bytes, signed beforehand, each with an id of its own."""
    bodies = [issue_event(PROJECT, iid, size=order.size) for iid in range(1, SUBJECTS + 1)]
    now, run = time.time(), uuid.uuid4()
    return [_request(signed(f"{run}-{n}", bodies[n % SUBJECTS], order.signing_token, now), bodies[n % SUBJECTS])
            for n in range(order.most)]  # fmt: skip


def _request(headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{name}: {value}" for name, value in {"Host": "localhost", **headers}.items()]
    head = "\r\n".join(["POST /webhook HTTP/1.1", *lines, f"Content-Length: {len(body)}", "", ""])
    return head.encode() + body


def main() -> None:
    order = Order(**json.loads(sys.stdin.read()))
    load = Load(order, prepare(order))
    cpu = time.process_time()
    seconds = load.run()
    result = {"seconds": seconds, "cpu": time.process_time() - cpu, "failures": load.failures, "times": load.times}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
