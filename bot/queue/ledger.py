"""A database becomes the inbox's ledger: its statements, its clock, and counters written with every transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from sqlalchemy import Connection

from bot.queue.leases import Timing
from bot.queue.statements import statements
from bot.queue.tally import Tally
from bot.store.database import Database

T = TypeVar("T")
COUNT_EVERY = 1.0


class Ledger:
    """What the receiver's, the worker's and the operator's side of the inbox share."""

    def __init__(self, database: Database, timing: Timing, clock: Callable[[], float] | None) -> None:
        self.database = database
        self.timing = timing
        self.sql = statements(database.kind)
        self.tally = Tally()
        self.steady: Callable[[], float] = clock or _steady
        self._clock = clock
        self._counted = 0.0

    def now(self, connection: Connection) -> float:
        """Unix seconds by the clock that all leases go by."""
        return self._clock() if self._clock else self.database.now(connection)

    def write(self, work: Callable[[Connection, float], T], *, counting: bool = False) -> T:
        """Run `work(connection, now)` in one transaction; each second, or if told so, with the counts so far."""
        with self._counts(counting=counting) as counts:

            def run(connection: Connection) -> T:
                result = work(connection, self.now(connection))
                if counts:
                    connection.execute(self.sql.count, counts)
                return result

            return self.database.transact(run)

    def _counts(self, *, counting: bool) -> AbstractContextManager[list[dict[str, object]]]:
        if not counting and time.monotonic() - self._counted < COUNT_EVERY:
            return nullcontext([])
        self._counted = time.monotonic()
        return self.tally.taken()

    def next_due(self) -> float | None:
        """Seconds until there may be something to claim (0: now), None while nothing is pending or leased."""
        with self.database.glance() as connection:
            waiting, leased, server = connection.execute(self.sql.next).one()
        now = self._clock() if self._clock else (time.time() if server is None else float(server))
        moments = [moment for moment in (waiting, leased) if moment is not None]
        return max(min(moments) - now, 0.0) if moments else None


def _steady() -> float:
    """Seconds that also pass while the machine sleeps, as they do for whoever waits for a lease to run out."""
    # clock_gettime(2): CLOCK_MONOTONIC stands still during a suspend; not every system has the other.
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
