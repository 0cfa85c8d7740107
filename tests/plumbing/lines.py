"""A port becomes another one on loopback, and the line between them can be cut, hang, or hold back one request."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from types import TracebackType

RESET = struct.pack("ii", 1, 0)


class Line:
    """A TCP proxy in front of `port`. What is under way while it hangs arrives when it is healed, as packets do."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._door.getsockname()[1])
        self._flows = threading.Event()
        self._flows.set()
        self._is_cut = False
        self._trap: bytes | None = None
        self.caught, self._released = threading.Event(), threading.Event()
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Line:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()
        self.heal()
        self.release()
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def cut(self) -> None:
        """Reset every connection, and each new one at once."""
        self._is_cut = True
        with self._lock:
            for one in self._sockets:
                _reset(one)

    def hang(self) -> None:
        """Take everything and pass nothing on."""
        self._flows.clear()

    def heal(self) -> None:
        """As before."""
        self._is_cut = False
        self._flows.set()

    def hold(self, start: bytes) -> None:
        """Keep back the next request that begins so; `caught` is set then."""
        self.caught.clear()
        self._released.clear()
        self._trap = start

    def release(self) -> None:
        """Let the held request go on."""
        self._trap = None
        self._released.set()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._door.accept()
                self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        try:
            if self._is_cut:
                raise ConnectionRefusedError
            far = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            _reset(near)
            near.close()
            return
        with self._lock:
            self._sockets |= {near, far}
        left = threading.Barrier(2, action=lambda: self._forget(near, far))
        for source, target in ((near, far), (far, near)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pump, args=(source, target, source is near, left), daemon=True).start()

    def _forget(self, *both: socket.socket) -> None:
        with self._lock:
            self._sockets.difference_update(both)
        for one in both:
            one.close()

    def _pump(self, source: socket.socket, target: socket.socket, is_request: bool, left: threading.Barrier) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if is_request:
                    self._maybe_hold(data)
                self._flows.wait()
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)
        left.wait()

    def _maybe_hold(self, data: bytes) -> None:
        if self._trap is not None and data.startswith(self._trap):
            self._trap = None
            self.caught.set()
            self._released.wait()


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        one.shutdown(socket.SHUT_RDWR)
