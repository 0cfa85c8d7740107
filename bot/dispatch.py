"""Due subjects become leases in the hands of working threads, and what the threads say becomes the end of the lease."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection

import structlog

from bot.errors import TryLater
from bot.inbox import Inbox, Lease, Outcome, StoreUnavailable
from bot.queue.crew import Crew
from bot.queue.stamina import Stamina
from bot.queue.watch import Watch

# How long after the last find we still look often.
STAYS_HOT = 1.0
PAUSE_WITHOUT_STORE = 0.5
FLUSH_EVERY = 1.0
PRUNE_EVERY = 3600.0

log = structlog.get_logger(__name__)


class Dispatcher:
    """Hands each due subject to `work` on one of `threads` threads, and keeps the leases alive meanwhile.

    `work` returns how it ended; what it raises counts as temporary trouble. `owner` is the worker's stable name: on one
    host its next process takes over at once what it held when it died.
    """

    def __init__(self, inbox: Inbox, work: Callable[[Lease], Outcome], *, owner: str, threads: int = 4) -> None:
        self._inbox = inbox
        self._work = work
        self._name = owner
        self._threads = threads

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, then finish what is in hand."""
        shift = _Shift(self._inbox, self._work, self._name, self._threads)
        try:
            while not stop.is_set():
                shift.step()
                shift.rest()
            shift.finish()
        finally:
            shift.close()

    def drain(self, keys: Collection[str] | None, timeout: float) -> None:
        """Work until none of these subjects (None: none at all) needs a look, whoever holds it. Raises TryLater.

        It may be called from inside `work`: it brings its own threads. Then name the keys, or it waits for itself.
        """
        deadline = time.monotonic() + timeout
        shift = _Shift(self._inbox, self._work, self._name, self._threads)
        try:
            while not shift.idle or (left := self._inbox.pending(keys)):
                if time.monotonic() > deadline:
                    shift.finish()
                    left = self._inbox.pending(keys)
                    raise TryLater(f"{left} subjects still need a look after {timeout:.0f} s")
                # In this order nobody rests when everything is done.
                shift.rest()
                shift.step()
        finally:
            shift.close()


class _Shift:
    """One loop with its threads, from taking up work to the last settled lease."""

    def __init__(self, inbox: Inbox, work: Callable[[Lease], Outcome], name: str, threads: int) -> None:
        self._inbox = inbox
        self._owner = inbox.enter(name)
        self._watch = Watch(inbox.database)
        self._crew = Crew(work, threads)
        self._stamina = Stamina()
        self._unsaved: list[tuple[Lease, Outcome]] = []
        now = time.monotonic()
        self._next_due: float | None = now
        self._last_find = now
        self._heartbeat = now + inbox.timing.heartbeat
        self._flush = now + FLUSH_EVERY
        self._prune = now

    @property
    def idle(self) -> bool:
        """Nothing in hand and nothing unsaved."""
        return not self._crew.running and not self._unsaved

    def step(self, *, claiming: bool = True) -> None:
        """Settle, renew and claim what there is."""
        try:
            self._turn(claiming=claiming)
            self._look_after()
        except StoreUnavailable as trouble:
            # Nothing is lost: outcomes stay unsaved here, and leases that run out are somebody else's.
            log.warning("the store cannot be used; trying again", trouble=str(trouble))
            time.sleep(PAUSE_WITHOUT_STORE)

    def rest(self) -> None:
        """Wait for a reason to do it again."""
        self._crew.wait(self._pause())

    def finish(self) -> None:
        """Claim nothing more; return when everything in hand has ended and is saved."""
        while not self.idle:
            self.rest()
            self.step(claiming=False)

    def close(self) -> None:
        """End the threads and give back the name."""
        self._crew.close()
        self._watch.close()
        self._inbox.leave(self._owner)

    def _turn(self, *, claiming: bool) -> None:
        for lease, outcome in self._crew.collect():
            self._inbox.count("subjects_worked", kind=lease.subject.kind, outcome=type(outcome).__name__.lower())
            self._stamina.note(lease, outcome)
            self._unsaved.append((lease, outcome))
        now = time.monotonic()
        running = self._crew.running if now >= self._heartbeat else []
        room = self._room if claiming and self._due(now) else 0
        if not (self._unsaved or running or room):
            return
        leases = self._inbox.turn(self._owner, room, self._unsaved, running)
        self._unsaved = []
        if running:
            self._heartbeat = now + self._inbox.timing.heartbeat
        for lease in leases:
            self._crew.hand(lease)
            self._last_find = now

    @property
    def _room(self) -> int:
        return self._stamina.allows(self._crew.room, len(self._crew.running))

    def _due(self, now: float) -> bool:
        """May there be something to claim? Asks the database only when somebody wrote to it."""
        if self._watch.changed():
            wait = self._inbox.next_due()
            self._next_due = None if wait is None else now + wait
        return self._next_due is not None and now >= self._next_due

    def _pause(self) -> float:
        timing, now = self._inbox.timing, time.monotonic()
        pause = timing.hot if now - self._last_find < STAYS_HOT else timing.idle
        if self._next_due is not None and self._room:
            pause = min(pause, max(self._next_due - now, 0.001))
        return pause

    def _look_after(self) -> None:
        now = time.monotonic()
        if now >= self._flush:
            self._flush = now + FLUSH_EVERY
            self._inbox.flush()
        if now >= self._prune:
            self._prune = now + PRUNE_EVERY
            self._inbox.prune()
