"""A few commands become processes that are kept alive: what dies is started anew at once, and none outlives us."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from bot.demo.nursery import Nursery
from bot.demo.processes import command_line, end, is_gone, signal_group, status_of_dead

AT_ONCE = 10.0
"""Seconds; a part that ends by itself sooner than this after its start did not really start."""
PATIENCE = 2
"""So many such starts in a row are repeated at once, then pauses grow."""
LONGEST_PAUSE = 10.0
LEFTOVERS = 10.0
"""Seconds in which what a dead part has started (gunicorn's worker) may finish its requests."""
GRACE = 6.0
"""Seconds in which a part has to end when it is asked to."""
LAST = "sandbox"
"""The part that ends after all others, so that their last requests are answered."""


@dataclass(frozen=True, slots=True)
class Part:
    """A command of `channel-bot` to be kept running; `fds` are handed down, `log` receives all that it prints."""

    name: str
    arguments: tuple[str, ...]
    environ: Mapping[str, str]
    log: Path
    fds: tuple[int, ...] = ()


@dataclass(slots=True)
class Running:
    """A part as a process; `failures` counts the starts in a row that came to nothing."""

    part: Part
    process: subprocess.Popen[bytes] | None = None
    pid: int = 0
    started: float = 0.0
    failures: int = 0
    due: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """`run` keeps the parts alive until `stop`; it and `start` belong to the main thread, the rest to any.

    `changed` is called whenever a process id is new; `complain` hears of a part that cannot start.
    """

    changed: Callable[[], None]
    complain: Callable[[str], None]
    _parts: dict[str, Running] = field(default_factory=dict)
    _departed: dict[int, float] = field(default_factory=dict)
    _nursery: Nursery | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _bell: tuple[socket.socket, socket.socket] = field(default_factory=socket.socketpair)

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def pids(self) -> dict[str, int]:
        """The latest process of each part; of one that is dead, until the next is there."""
        return {name: one.pid for name, one in self._parts.items() if one.pid}

    def run(self, parts: Sequence[Part]) -> None:
        """Keep the parts alive until `stop` is called, or SIGINT, SIGTERM or SIGHUP comes; then end them all."""
        with self._signals():
            try:
                self._parts = {part.name: Running(part) for part in parts}
                while not self.is_stopping:
                    self._tend()
                    self._sleep()
            finally:
                self._end()

    def stop(self) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._bell[1].send(b"\0")

    def command(self, arguments: Sequence[str], environ: Mapping[str, str], timeout: float) -> tuple[int, str]:
        """Run a command of `channel-bot` to its end; its exit status and what it printed. One at a time.

        What it tells people beside that, say on a pause, is among it when it fails.

        TimeoutError when it takes longer than `timeout` seconds; it is ended then. `environ` is that of the first one,
        until `dismiss`.
        """
        with self._guard:
            if self.is_stopping:
                return -signal.SIGTERM, ""
            nursery = self._nursery = self._nursery or Nursery(environ)
        try:
            return nursery.run(arguments, timeout)
        except TimeoutError:
            self.dismiss()
            raise

    def dismiss(self) -> None:
        """There are no more commands for now."""
        with self._guard:
            nursery, self._nursery = self._nursery, None
        if nursery:
            nursery.close()

    # One turn

    def _tend(self) -> None:
        for running in self._parts.values():
            if running.process is not None and (status := status_of_dead(running.process.pid)) is not None:
                self._bury(running, running.process, status)
            if running.process is None and time.monotonic() >= running.due:
                self._spawn(running)
        for group, deadline in [*self._departed.items()]:
            if is_gone(group):
                del self._departed[group]
            elif time.monotonic() >= deadline:
                signal_group(group, signal.SIGKILL)

    def _sleep(self) -> None:
        now = time.monotonic()
        moments = [one.due for one in self._parts.values() if one.process is None]
        pause = min([*moments, now + (0.1 if self._departed else 5.0)]) - now
        if select.select([self._bell[0]], [], [], max(pause, 0.0))[0]:
            self._bell[0].recv(4096)

    def _spawn(self, running: Running) -> None:
        part = running.part
        with part.log.open("ab") as log:
            running.process = subprocess.Popen(  # noqa: S603 - our own commands only
                command_line(part.arguments), env=part.environ, pass_fds=part.fds,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, process_group=0,
            )  # fmt: skip
        running.pid, running.started = running.process.pid, time.monotonic()
        self.changed()

    def _bury(self, running: Running, process: subprocess.Popen[bytes], status: int) -> None:
        """What a dead part has started may finish what it has begun, and holds no successor up."""
        running.process, now = None, time.monotonic()
        if signal_group(process.pid, signal.SIGTERM):
            self._departed[process.pid] = now + LEFTOVERS
        process.wait()
        killed = status in (-signal.SIGKILL, -signal.SIGTERM)
        running.failures = running.failures + 1 if not killed and now - running.started < AT_ONCE else 0
        over = running.failures - PATIENCE
        running.due = now + (min(0.5 * 2**over, LONGEST_PAUSE) if over > 0 else 0.0)
        if over > 0:
            self.complain(_obituary(running.part, status, running.due - now))

    # The end

    def _end(self) -> None:
        with self._guard:
            self._stopping.set()
            if self._nursery:
                self._nursery.interrupt()
        alive = {name: one.process for name, one in self._parts.items() if one.process is not None}
        end([process for name, process in alive.items() if name != LAST], self._departed, GRACE)
        end([process for name, process in alive.items() if name == LAST], (), GRACE)
        for bell in self._bell:
            bell.close()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def stop(_signal: int, _frame: FrameType | None) -> None:
            self._stopping.set()

        for bell in self._bell:
            bell.setblocking(False)
        # Python rings as soon as a signal comes, so that `_sleep` hears even one that came just before it.
        former_bell = signal.set_wakeup_fd(self._bell[1].fileno(), warn_on_full_buffer=False)
        ends = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        former = {number: signal.signal(number, stop) for number in ends}
        former[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        try:
            yield
        finally:
            signal.set_wakeup_fd(former_bell)
            for number, handler in former.items():
                signal.signal(number, handler)


def _obituary(part: Part, status: int, pause: float) -> str:
    how = f"exit status {status}" if status >= 0 else signal.Signals(-status).name
    return f"{part.name} ends as soon as it starts ({how}), next try in {pause:.1f} s:\n{tail(part.log)}"


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, indented."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:]) or "    (nothing)"
