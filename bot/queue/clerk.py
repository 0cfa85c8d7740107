"""The inbox's rows become lists and numbers for whoever looks after it, and their decisions become rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from bot.delivery import Delivery, Unreadable, understand
from bot.queue.leases import DeadLetter, Receipt, Remembered
from bot.queue.ledger import Ledger
from bot.queue.statements import PENDING
from bot.queue.tally import Count, read_count
from bot.store.tables import counters, deliveries, subjects, sweeps

CHUNK = 500
_row = subjects.c


class Clerk:
    """The operator's side of the inbox."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def pending(self, keys: Collection[str] | None) -> int:
        """Subjects that still need a look."""
        count = select(func.count()).select_from(subjects).where(PENDING)
        with self._ledger.database.read() as connection:
            if keys is None:
                return int(connection.execute(count).scalar_one())
            return sum(
                int(connection.execute(count.where(_row.key.in_(chunk))).scalar_one()) for chunk in _chunks(keys)
            )

    def lag(self) -> float:
        """Seconds since the longest overdue subject fell due."""
        with self._ledger.database.read() as connection:
            now = self._ledger.now(connection)
            free = or_(_row.lease_until.is_(None), _row.lease_until <= now)
            oldest = connection.execute(select(func.min(_row.not_before)).where(PENDING, free)).scalar_one()
        return 0.0 if oldest is None else max(now - float(oldest), 0.0)

    def dead_letters(self) -> list[DeadLetter]:
        """Parked subjects and unreadable deliveries, the oldest first."""
        parked = select(_row.key, _row.parked, _row.attempts, _row.error).where(_row.parked.is_not(None))
        kept = deliveries.c
        unreadable = select(kept.id, kept.received, kept.reason).where(kept.state == "unreadable")
        with self._ledger.database.read() as connection:
            letters = [
                DeadLetter(row.key, row.parked, row.attempts, row.error or "") for row in connection.execute(parked)
            ]
            letters += [DeadLetter(row.id, row.received, 1, row.reason) for row in connection.execute(unreadable)]
        return sorted(letters, key=lambda letter: letter.at)

    def deliveries(self, limit: int) -> list[Remembered]:
        """The newest first."""
        kept = deliveries.c
        newest = select(kept.id, kept.received, kept.event, kept.action, kept.subjects, kept.state, kept.reason)
        with self._ledger.database.read() as connection:
            rows = connection.execute(newest.order_by(kept.received.desc(), kept.id).limit(limit)).all()
            asked = {row.id: json.loads(row.subjects) for row in rows}
            progress = _progress(connection, {key for generations in asked.values() for key in generations})
        return [
            Remembered(
                row.id,
                row.received,
                row.event,
                row.action,
                tuple(asked[row.id]),
                row.state if row.state != "accepted" else _became(asked[row.id], progress),
                row.reason,
            )
            for row in rows
        ]

    def retry(self, name: str, accept: Callable[[Delivery, bytes], Receipt]) -> bool:
        """A delivery is read again from its body, a subject is due at once."""
        query = select(deliveries).where(deliveries.c.id == name)
        with self._ledger.database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return self._ledger.write(lambda connection, now: self._retry(connection, name, now))
        try:
            accept(understand(row.id, row.event, row.body), row.body)
        except Unreadable as trouble:
            again = update(deliveries).where(deliveries.c.id == name).values(reason=trouble.reason, state="unreadable")
            self._ledger.write(lambda connection, _now: connection.execute(again))
        return True

    def _retry(self, connection: Connection, key: str, now: float) -> bool:
        wanted = update(subjects).where(_row.key == key).values(wanted=_row.wanted + 1)
        connection.execute(wanted)
        return connection.execute(self._ledger.sql.retry, {"name": key, "now": now, "at_once": True}).rowcount > 0

    def drop(self, name: str) -> bool:
        """A dropped subject counts as done; a dropped delivery is remembered as such."""
        subject = (
            update(subjects)
            .where(_row.key == name)
            .values(done=_row.wanted, parked=None, permanent=False, attempts=0, first=None, error=None)
        )
        delivery = update(deliveries).where(deliveries.c.id == name).values(state="dropped")

        def work(connection: Connection, _now: float) -> bool:
            return connection.execute(subject).rowcount + connection.execute(delivery).rowcount > 0

        return self._ledger.write(work)

    def prune(self) -> int:
        """What is older than the retention, unless it still needs a look."""

        def work(connection: Connection, now: float) -> int:
            limit = now - self._ledger.timing.retention
            settled = and_(_row.wanted == _row.done, _row.owner.is_(None), _row.parked.is_(None), _row.changed < limit)
            old = [
                delete(deliveries).where(deliveries.c.received < limit),
                delete(subjects).where(settled),
                delete(sweeps).where(sweeps.c.asked < limit),
            ]
            return sum(connection.execute(statement).rowcount for statement in old)

        return self._ledger.write(work)

    def counters(self) -> list[Count]:
        """As written so far."""
        query = select(counters).order_by(counters.c.name, counters.c.labels)
        with self._ledger.database.read() as connection:
            return [read_count(row.name, row.labels, row.value) for row in connection.execute(query)]


def _progress(connection: Connection, keys: Collection[str]) -> dict[str, tuple[int, bool]]:
    """Key -> generation done, and whether it is parked."""
    query = select(_row.key, _row.done, _row.parked)
    rows = [row for chunk in _chunks(keys) for row in connection.execute(query.where(_row.key.in_(chunk)))]
    return {row.key: (row.done, row.parked is not None) for row in rows}


def _became(asked: dict[str, int], progress: dict[str, tuple[int, bool]]) -> str:
    # A subject without a row was clean for so long that it was forgotten.
    states = [progress.get(key, (generation, False)) for key, generation in asked.items()]
    open_ones = [parked for (done, parked), generation in zip(states, asked.values(), strict=True) if done < generation]
    if not open_ones:
        return "done"
    return "dead" if all(open_ones) else "pending"


def _chunks(keys: Iterable[str]) -> list[list[str]]:
    every = sorted(keys)
    return [every[start : start + CHUNK] for start in range(0, len(every), CHUNK)]
