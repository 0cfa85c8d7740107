"""Leases become outcomes on a fixed number of threads."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import structlog

from bot.queue.leases import Again, Lease, Outcome

log = structlog.get_logger(__name__)


class Crew:
    """Threads that call `work`; one other thread hands out leases and collects outcomes."""

    def __init__(self, work: Callable[[Lease], Outcome], threads: int) -> None:
        self._work = work
        self._jobs: queue.SimpleQueue[Lease | None] = queue.SimpleQueue()
        self._change = threading.Condition()
        self._outcomes: list[tuple[Lease, Outcome]] = []
        self._running: set[Lease] = set()
        self._threads = [
            threading.Thread(target=self._toil, name=f"work-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def room(self) -> int:
        """How many threads have nothing to do."""
        return len(self._threads) - len(self._running)

    @property
    def running(self) -> list[Lease]:
        """What was handed out and not collected yet."""
        return list(self._running)

    def hand(self, lease: Lease) -> None:
        """Have a free thread work on it."""
        self._running.add(lease)
        self._jobs.put(lease)

    def wait(self, seconds: float) -> None:
        """Until an outcome can be collected, but no longer than that."""
        with self._change:
            if not self._outcomes:
                self._change.wait(seconds)

    def collect(self) -> list[tuple[Lease, Outcome]]:
        """The outcomes since the last time."""
        with self._change:
            outcomes, self._outcomes = self._outcomes, []
        self._running.difference_update(lease for lease, _ in outcomes)
        return outcomes

    def close(self) -> None:
        """End the threads that are free; the others end after their work."""
        for _ in self._threads:
            self._jobs.put(None)

    def _toil(self) -> None:
        while (lease := self._jobs.get()) is not None:
            outcome = self._outcome(lease)
            with self._change:
                self._outcomes.append((lease, outcome))
                self._change.notify()

    def _outcome(self, lease: Lease) -> Outcome:
        try:
            return self._work(lease)
        except Exception as trouble:
            log.exception("working on a subject failed", subject=lease.subject.key)
            return Again(None, f"{type(trouble).__name__}: {trouble}")
