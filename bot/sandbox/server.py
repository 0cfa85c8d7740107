"""A World turns into a GitLab that listens on a loopback port, with its desk, and with a state file if wanted."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path
from types import TracebackType

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bot.sandbox import state as states
from bot.sandbox.desk import Desk
from bot.sandbox.wire import create_app
from bot.sandbox.world import World


class Sandbox:
    """The emulator as one thing to start and stop; also a context manager.

    With `state` the world is read from that file if it exists, and saved before every answer to a change, so that
    killing the process loses nothing that was acknowledged.
    """

    def __init__(
        self, world: World | None = None, *, host: str = "127.0.0.1", port: int = 0, state: Path | None = None
    ) -> None:
        if state is not None and state.exists():
            world = states.load(state)
        self.world = world or World()
        self.desk = Desk(self.world)
        self.host, self.port = host, port
        self._saver = Saver(self.world, state) if state is not None else None
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._connections = Connections()

    @property
    def url(self) -> str:
        return self.world.url

    def start(self) -> Sandbox:
        """Answers requests from a thread of its own; returns once the port is open."""
        self._listen(None)
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)
        self._thread.start()
        return self

    def serve_forever(self, fd: int | None = None) -> None:
        """Answers requests until `stop`, from any thread; `fd` is a socket that listens already."""
        self._listen(fd)
        self._serve()

    def stop(self) -> None:
        """Ends the server, cuts the connections that are open, and waits for the webhooks that are on their way."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._connections.cut()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._server = self._thread = None
        self.desk.close()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _listen(self, fd: int | None) -> None:
        app = create_app(self.world, self.desk, self._saver)
        handler = self._connections.handler()
        server = make_server(self.host, self.port, app, threaded=True, request_handler=handler, fd=fd)
        self.host, self.port = str(server.server_address[0]), int(server.server_address[1])
        self.world.url = f"http://{self.host}:{self.port}"
        if self._saver is not None:
            self._saver()
        self._server = server

    def _serve(self) -> None:
        if self._server is not None:
            self._server.serve_forever(poll_interval=0.05)


class Connections:
    """The sockets of clients that are connected now."""

    def __init__(self) -> None:
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def handler(self) -> type[WSGIRequestHandler]:
        """A request handler that keeps connections alive and lists itself here meanwhile."""
        connections = self

        class Handler(WSGIRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body go out in two writes; Nagle would hold the second back

            def setup(self) -> None:
                super().setup()
                connections.add(self.connection)

            def finish(self) -> None:
                connections.drop(self.connection)
                super().finish()

            def send_response(self, code: int, message: str | None = None) -> None:
                """Without the base class's Date: the wire stamps each answer by the world's clock."""
                self.log_request(code)
                self.send_response_only(code, message)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Says nothing: the desk keeps the log of requests."""

        return Handler

    def add(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def drop(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def cut(self) -> None:
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class Saver:
    """Saves the world; calls that come together share one save, each returns only when its change is on disk."""

    def __init__(self, world: World, path: Path) -> None:
        self._world, self._path = world, path
        self._writer = states.Writer()
        self._turn = threading.Condition()
        self._wanted = self._saved = 0
        self._saving = False

    def __call__(self) -> None:
        with self._turn:
            self._wanted += 1
            mine = self._wanted
            while self._saving and self._saved < mine:
                self._turn.wait()
            if self._saved >= mine:
                return
            self._saving, reached = True, self._wanted
        saved = 0
        try:
            states.save(self._world, self._path, self._writer)
            saved = reached
        finally:
            with self._turn:
                self._saving, self._saved = False, max(self._saved, saved)
                self._turn.notify_all()
