"""The ways to hear of the world become one: webhooks, sweeps alone, and a pipeline's sweep beside the live worker.

That sweep asks the running bot, as the shipped pipeline does, or is one of its own that knows nothing of the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any, Protocol, TypeVar

import gitlab
import requests
import yaml

from tests.load import ROOT, Live, live, wait_until
from tests.soak import sample
from tests.stage import Stage, stage

T = TypeVar("T")
PIPELINES = {"the pipeline asks the worker": (), "the pipeline sweeps by itself": ("--stateless",)}
WAYS = sample(("webhooks", "sweeps alone", *PIPELINES), "sweeps alone")
"""That webhooks lead to the same end as sweeps, and sweeps beside each other too, has tests of its own."""
PAUSE = 3.0
"""Seconds between two sweeps of the pipeline while nobody waits for one; whoever does gets them back to back."""
PATIENCE = 45.0
"""Seconds in which a live bot has to do what is expected."""


class Way(Protocol):
    """A world with a bot in it, which people act on from outside."""

    def as_(self, username: str) -> gitlab.Gitlab: ...

    def desk(self, method: str, path: str, body: object = None) -> Any: ...

    def until(self, what: str, look: Callable[[], T], holds: Callable[[T], object]) -> T:
        """Let the bot work until it holds; what was seen then."""

    def sweep(self) -> None:
        """What a schedule does each morning."""

    def rest(self) -> None:
        """Let the bot finish what it is at: GitLab has no locks, and who writes in the same instant may lose."""


def morning(way: Way, day: date) -> None:
    """It is that day, early in the morning in the team's zone, and the day's sweep has run."""
    way.desk("PUT", "clock", {"now": datetime.combine(day, clock(15), UTC).isoformat()})
    way.sweep()


@dataclass(frozen=True)
class Sweeping:
    """No webhook ever arrives; the bot of this process sweeps whenever somebody waits for it."""

    stage: Stage

    def as_(self, username: str) -> gitlab.Gitlab:
        return self.stage.as_(username)

    def desk(self, method: str, path: str, body: object = None) -> Any:
        answer = requests.request(method, f"{self.stage.sandbox.url}/sandbox/{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def sweep(self) -> None:
        self.stage.sweep()

    def rest(self) -> None:
        """It works only when somebody waits for it."""

    def until(self, what: str, look: Callable[[], T], holds: Callable[[T], object]) -> T:
        for _ in range(3):
            self.stage.sweep()
            if holds(seen := look()):
                return seen
        raise AssertionError(f"three sweeps in vain until {what}. Last seen: {seen}")


@dataclass(frozen=True)
class Living:
    """Receiver and worker run as processes of their own, and webhooks arrive."""

    pair: Live

    def as_(self, username: str) -> gitlab.Gitlab:
        return self.pair.client(username)

    def desk(self, method: str, path: str, body: object = None) -> Any:
        return self.pair.desk(method, path, body)

    def sweep(self) -> None:
        self.pair.sweep()

    def rest(self) -> None:
        self.pair.settle(PATIENCE)

    def until(self, what: str, look: Callable[[], T], holds: Callable[[T], object]) -> T:
        deadline = time.monotonic() + PATIENCE
        while not holds(seen := look()):
            assert time.monotonic() < deadline, f"waited in vain until {what}. Last seen: {seen}"
            time.sleep(0.2)
        return seen


@dataclass(frozen=True)
class Pipeline(Living):
    """Beside that, a pipeline sweeps again and again."""

    options: tuple[str, ...]
    failures: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    wanted: threading.Event = field(default_factory=threading.Event)

    def sweep(self) -> None:
        """The pipeline does it anyway, and is waited for."""
        self._sweep_once()

    @contextmanager
    def running(self) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=self._sweep_until, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            self.wanted.set()
            thread.join()
        assert self.failures == []

    def rest(self) -> None:
        """Until the sweep that runs now and one more are over."""
        former = len(self.done)
        self.wanted.set()
        wait_until("the pipeline has swept", lambda: len(self.done) > former + 1, PATIENCE)
        self.wanted.clear()
        super().rest()

    def _sweep_until(self, stop: threading.Event) -> None:
        while not stop.is_set():
            self._sweep_once()
            self.wanted.wait(PAUSE)

    def _sweep_once(self) -> None:
        command = [sys.executable, "-m", "bot", "sweep", "--full", "--apply", *self.options]
        kept = {name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_START") if name in os.environ}
        told = self.pair.told["env"]
        done = subprocess.run(
            command, cwd=ROOT, env={**kept, **told}, capture_output=True, text=True, timeout=120, check=False
        )
        self.done.append(done.stdout)
        if done.returncode not in (0, 75):
            self.failures.append(done.stdout + done.stderr)


@contextmanager
def way(name: str, folder: Path, day: date) -> Iterator[Way]:
    """A world of its own that begins on that day; comments are not paced, which has tests of its own."""
    if name == "sweeps alone":
        with stage(folder) as made:
            yield Sweeping(made)
        return
    with live(folder, "--at", day.isoformat()) as pair:
        site = Path(pair.told["config_dir"]) / "site.yml"
        site.write_text(yaml.safe_dump(yaml.safe_load(site.read_text()) | {"notes_per_minute": 60_000}))
        pair.desk("PUT", "limits", {"on": False})
        pair.replace("worker")
        if name == "webhooks":
            yield Living(pair)
            return
        beside = Pipeline(pair, PIPELINES[name])
        with beside.running():
            yield beside
