"""A World turns into a GitLab that listens on a loopback port, with its desk, and with a state file if wanted."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from types import TracebackType

from bot.sandbox import state as states
from bot.sandbox.desk import Desk
from bot.sandbox.exchange import Answered, Asked, answered
from bot.sandbox.listening import Server
from bot.sandbox.smtp import Inlet
from bot.sandbox.wire import create_app
from bot.sandbox.world import World


class Sandbox:
    """The emulator as one thing to start and stop; also a context manager.

    With `state` the world is read from that file if it exists, and saved before every answer to a change, so that
    killing the process loses nothing that was acknowledged. At `smtp`, a socket that listens, it also takes mails.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        state: Path | None = None,
        smtp: socket.socket | None = None,
    ) -> None:
        if state is not None and state.exists():
            world = states.load(state)
        self.world = world or World()
        self.desk = Desk(self.world)
        self.host, self.port = host, port
        self._saver = Saver(self.world, state) if state is not None else None
        self._inlet = Inlet(self.world, smtp, self._saver) if smtp is not None else None
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return self.world.url

    @property
    def smtp_url(self) -> str:
        """Where it takes mails, "" for nowhere."""
        return self._inlet.url if self._inlet is not None else ""

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
            self._server.stop()
        if self._thread is not None:
            self._thread.join(timeout=10)
        if self._inlet is not None:
            self._inlet.stop()
        self._server = self._thread = None
        self.desk.close()

    def answer(self, asked: Asked) -> Answered:
        """What a request gets that comes over no connection, in the caller's thread; only while it is started."""
        if self._server is None:
            raise ConnectionRefusedError(f"nobody listens at {self.url}: start the sandbox")
        return answered(self._server.app, asked)

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _listen(self, fd: int | None) -> None:
        app = create_app(self.world, self.desk, self._saver)
        server = Server(self.host, self.port, app, fd)
        self.host, self.port = str(server.server_address[0]), int(server.server_address[1])
        self.world.url = f"http://{self.host}:{self.port}"
        if self._saver is not None:
            self._saver()
        if self._inlet is not None:
            self._inlet.start()
        self._server = server

    def _serve(self) -> None:
        if self._server is not None:
            self._server.serve_forever(poll_interval=0.01)


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
