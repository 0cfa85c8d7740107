"""Deliveries become subjects that need a look, durably; workers lease them one at a time, and none is lost in between.

Not a job queue but a dirty set: `subjects` remembers which generation was wanted and which is done, so fifty deliveries
for one issue are one or two looks, in no particular order, and a look that failed is simply still wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from bot.delivery import Delivery
from bot.domain.subject import Subject
from bot.queue.clerk import Clerk
from bot.queue.intake import Intake
from bot.queue.leases import Again, Dead, DeadLetter, Done, Lease, Outcome, Receipt, Remembered, Timing
from bot.queue.leasing import Leasing
from bot.queue.ledger import Ledger
from bot.queue.tally import Count
from bot.store.database import Database, StoreUnavailable

__all__ = [
    "Again",
    "Dead",
    "DeadLetter",
    "Done",
    "Inbox",
    "Lease",
    "Outcome",
    "Receipt",
    "Remembered",
    "StoreUnavailable",
    "Timing",
]

DEFAULT_TIMING = Timing()


class Inbox:
    """For any number of threads and processes. `clock` (unix seconds) replaces the database's own, for tests.

    Every method raises StoreUnavailable when the database cannot be used.
    """

    def __init__(
        self, database: Database, timing: Timing = DEFAULT_TIMING, clock: Callable[[], float] | None = None
    ) -> None:
        self.database = database
        self.timing = timing
        self._ledger = Ledger(database, timing, clock)
        self._intake = Intake(self._ledger)
        self._leasing = Leasing(self._ledger)
        self._clerk = Clerk(self._ledger)

    # The receiver's side.

    def rehearse(self) -> None:
        """Make everything ready for the first delivery: a tenth of a second that no sender should have to wait."""
        self._intake.rehearse()

    def accept(self, delivery: Delivery, body: bytes) -> Receipt:
        """Keep a delivery and mark its subjects; returns when the disk has both."""
        return self._intake.accept(delivery, body)

    def keep_unreadable(self, id: str, event: str, body: bytes, reason: str) -> Receipt:  # noqa: A002
        """Keep what nobody could understand as a dead letter; returns when the disk has it."""
        return self._intake.keep_unreadable(id, event, body, reason)

    def mark(self, subjects: Iterable[Subject], cause: str, *, now: bool = False, patient: bool = False) -> None:
        """Have subjects looked at without a delivery: a sweep, or a rule that names others.

        `now` is the sweep's: no wait, and one more try for what is parked, since the world may have changed. `patient`
        leaves a webhook time to come first.
        """
        timing = self.timing
        self._intake.mark(subjects, cause, 0.0 if now else timing.patience if patient else timing.quiet, has_news=now)

    # The worker's side.

    def enter(self, name: str) -> str:
        """Take up work under a stable name; returns the owner to claim as. A dead predecessor's leases are freed."""
        return self._leasing.enter(name)

    def leave(self, owner: str) -> None:
        """Give the name back."""
        self._leasing.leave(owner)

    def claim(self, owner: str, limit: int) -> list[Lease]:
        """Up to `limit` due subjects that nobody holds, the longest overdue first."""
        return self._leasing.turn(owner, limit, (), ())

    def settle(self, lease: Lease, outcome: Outcome) -> None:
        """End a lease. Does nothing when somebody else holds the subject by now."""
        self._leasing.turn(lease.owner, 0, [(lease, outcome)], ())

    def renew(self, leases: Iterable[Lease]) -> None:
        """Prolong leases that are still held; the others learn that they are lost."""
        self._leasing.turn("", 0, (), list(leases))

    def turn(
        self, owner: str, limit: int, settled: Sequence[tuple[Lease, Outcome]], running: Sequence[Lease]
    ) -> list[Lease]:
        """Settle, renew and claim in one transaction, as a worker with several threads wants it."""
        return self._leasing.turn(owner, limit, settled, running)

    def next_due(self) -> float | None:
        """Seconds until there may be something to claim (0: now), None while nothing is pending or leased."""
        return self._ledger.next_due()

    # For whoever looks after it.

    def pending(self, keys: Collection[str] | None = None) -> int:
        """How many subjects (of these keys) still need a look, leased ones among them, dead letters not."""
        return self._clerk.pending(keys)

    def lag(self) -> float:
        """Seconds that the longest overdue subject has been waiting for a worker."""
        return self._clerk.lag()

    def dead_letters(self) -> list[DeadLetter]:
        """Parked subjects by key and unreadable deliveries by id, the oldest first."""
        return self._clerk.dead_letters()

    def deliveries(self, limit: int = 100) -> list[Remembered]:
        """The latest deliveries and what became of them, the newest first."""
        return self._clerk.deliveries(limit)

    def retry(self, name: str) -> bool:
        """Run a subject (by key) or a delivery (by id) again, now. False when there is no such thing."""
        return self._clerk.retry(name, self.accept)

    def drop(self, name: str) -> bool:
        """Give up on a subject (by key) or a delivery (by id). False when there is no such thing."""
        return self._clerk.drop(name)

    def prune(self) -> int:
        """Forget deliveries and clean subjects older than the retention; returns how many rows went."""
        return self._clerk.prune()

    def probe(self) -> None:
        """Prove that the store can be written."""
        self.count("readiness_probes")
        self.flush()

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Raise a durable counter, written with the next transaction."""
        self._ledger.tally.add(name, amount, labels)

    def flush(self) -> None:
        """Write what was counted so far."""
        if self._ledger.tally:
            self._ledger.write(lambda _connection, _now: None, counting=True)

    def counters(self) -> list[Count]:
        """The counters of all processes, as far as they are written; this process's are written first."""
        self.flush()
        return self._clerk.counters()
