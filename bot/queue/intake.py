"""Deliveries become rows on disk and subjects that need a look, all those that arrive together in one commit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.delivery import HASHED, Delivery, Floor
from bot.domain.subject import REGISTRY, Subject
from bot.queue.groupcommit import GroupCommit
from bot.queue.leases import Receipt
from bot.queue.ledger import Ledger

CHUNK = 500
EPOCH, MICROSECOND = datetime.fromtimestamp(0, UTC), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What one request wants kept: `delivery` is None for an unreadable one."""

    id: str
    event: str
    body: bytes
    delivery: Delivery | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Mark:
    """One subject to make dirty."""

    key: str
    floor: Floor
    cause: str


class _Rehearsed(Exception):
    """Rolls back what was only a rehearsal."""


class Intake:
    """The receiver's side of the inbox."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._arrivals: GroupCommit[_Arrival, Receipt] = GroupCommit(self._keep)

    def accept(self, delivery: Delivery, body: bytes) -> Receipt:
        """Returns when the disk has the delivery and its subjects' marks."""
        for note in delivery.notes:
            name, _, what = note.partition(":")
            self._ledger.tally.add("deliveries_noted", 1, {"note": name, "what": what})
        return self._arrivals.submit(_Arrival(delivery.id, delivery.event, body, delivery))

    def keep_unreadable(self, id: str, event: str, body: bytes, reason: str) -> Receipt:  # noqa: A002
        """Returns when the disk has the dead letter."""
        return self._arrivals.submit(_Arrival(id, event, body, reason=reason.replace("\0", "?")))

    def mark(self, subjects: Iterable[Subject], cause: str, quiet: float, *, has_news: bool) -> None:
        """Dirty without a delivery, in transactions small enough that the receiver never waits long."""
        keys = sorted({subject.key for subject in subjects})
        for start in range(0, len(keys), CHUNK):
            marks = [_Mark(key, Floor(), cause) for key in keys[start : start + CHUNK]]
            self._ledger.write(partial(self._dirty, marks, quiet, has_news))

    def rehearse(self) -> None:
        """Connect, create what is missing and run the statements once, for nothing: the first sender shall not wait."""
        with suppress(_Rehearsed):
            self._ledger.write(self._rehearse)

    def _rehearse(self, connection: Connection, now: float) -> None:
        delivery = Delivery("rehearsal", "", None, (REGISTRY,), Floor(), ())
        self._store(connection, [_Arrival(delivery.id, "", b"", delivery)], now)
        raise _Rehearsed

    def _keep(self, arrivals: Sequence[_Arrival]) -> list[Receipt]:
        fresh = self._ledger.write(lambda connection, now: self._store(connection, arrivals, now))
        return [Receipt(arrival.id, arrival.id in fresh) for arrival in arrivals]

    def _store(self, connection: Connection, arrivals: Sequence[_Arrival], now: float) -> set[str]:
        """One transaction for all of them. Returns the ids whose work was not done already."""
        # One order of rows for every receiver and worker, so that PostgreSQL never sees them wait in a circle.
        by_id = {arrival.id: arrival for arrival in sorted(arrivals, key=lambda arrival: arrival.id)}
        seen = self._seen(connection, by_id)
        fresh = [arrival for arrival in by_id.values() if not seen.get(arrival.id, False)]
        marks = _marks([arrival.delivery for arrival in fresh if arrival.delivery])
        wanted = self._dirty(marks, self._ledger.timing.quiet, True, connection, now)
        resent = [arrival.delivery for arrival in fresh if arrival.delivery and arrival.id in seen]
        if again := sorted({subject.key for delivery in resent for subject in delivery.subjects}):
            connection.execute(self._ledger.sql.retry, [{"name": key, "now": now, "at_once": False} for key in again])
        if fresh:
            connection.execute(self._ledger.sql.remember, [_row(arrival, wanted, now) for arrival in fresh])
        return {arrival.id for arrival in fresh}

    def _seen(self, connection: Connection, ids: Iterable[str]) -> dict[str, bool]:
        """Known delivery ids, and whether everything they asked for is done."""
        known = connection.execute(self._ledger.sql.known, {"ids": list(ids)}).all()
        asked = {row.id: json.loads(row.subjects) for row in known}
        keys = {key for generations in asked.values() for key in generations}
        rows = connection.execute(self._ledger.sql.progress, {"keys": list(keys)}).all() if keys else []
        done = {row.key: row.done for row in rows}
        return {
            row.id: row.state == "accepted"
            and not row.id.startswith(HASHED)
            and all(done.get(key, -1) >= generation for key, generation in asked[row.id].items())
            for row in known
        }

    def _dirty(
        self, marks: Sequence[_Mark], quiet: float, has_news: bool, connection: Connection, now: float
    ) -> dict[str, int]:
        """Ask for a look at each subject; returns the generation each has now.

        `has_news` gives what a worker parked for good another try.
        """
        if not marks:
            return {}
        timing = self._ledger.timing
        binds = {
            "marks": json.dumps([_asked(mark) for mark in marks]),
            "now": now,
            "due": now + quiet,
            "patience": timing.patience,
            "chance": timing.attempts - 1,
            "mercy": has_news,
        }
        return {row.key: row.wanted for row in connection.execute(self._ledger.sql.dirty, binds)}


def _asked(mark: _Mark) -> dict[str, object]:
    """A mark as `Statements.dirty` reads it."""
    at = mark.floor.updated_at
    updated = None if at is None else (at - EPOCH) // MICROSECOND
    return {"key": mark.key, "why": mark.cause, "updated": updated, "note": mark.floor.note_id}


def _marks(deliveries: Iterable[Delivery]) -> list[_Mark]:
    """One mark a subject, in the order of keys, with the highest floor that any of the deliveries sets."""
    marks: dict[str, _Mark] = {}
    for delivery in deliveries:
        for subject in delivery.subjects:
            floor = delivery.floor if subject.key not in marks else _higher(marks[subject.key].floor, delivery.floor)
            marks[subject.key] = _Mark(subject.key, floor, f"delivery {delivery.id}")
    return [marks[key] for key in sorted(marks)]


def _higher(one: Floor, other: Floor) -> Floor:
    times = [floor.updated_at for floor in (one, other) if floor.updated_at is not None]
    notes = [floor.note_id for floor in (one, other) if floor.note_id is not None]
    return Floor(max(times, default=None), max(notes, default=None))


def _row(arrival: _Arrival, wanted: Mapping[str, int], now: float) -> dict[str, object]:
    delivery = arrival.delivery
    subjects = {subject.key: wanted[subject.key] for subject in delivery.subjects} if delivery else {}
    return {
        "id": arrival.id,
        "received": now,
        "event": arrival.event,
        "action": delivery.action if delivery else None,
        "subjects": json.dumps(subjects),
        "state": "accepted" if delivery else "unreadable",
        "reason": arrival.reason,
        "body": arrival.body,
    }
