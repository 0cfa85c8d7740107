"""Due subjects become leases, one holder each; a lease ends as done, again or dead, or runs out."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, assert_never
from weakref import WeakSet

from sqlalchemy import Connection, RowMapping

from bot.delivery import Floor
from bot.domain.subject import Subject
from bot.errors import AskAPerson
from bot.queue.leases import Again, Dead, Done, Lease, Outcome
from bot.queue.ledger import Ledger
from bot.store.databasefile import lock

SLOTS = 64


class Leasing:
    """The worker's side of the inbox."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        # Open descriptors hold the locks until this process ends, however it ends.
        self._slots: dict[str, int] = {}
        self._handed: WeakSet[Lease] = WeakSet()
        self._in_doubt: set[str] = set()
        """Owners whose latest transaction has not been answered: it may have claimed what nobody got."""

    def enter(self, name: str) -> str:
        """The owner to claim as. On one host a lock names the dead: their leases are free at once."""
        file = self._ledger.database.file
        if file is None:
            return f"{name}@{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        for slot in range(1, SLOTS + 1):
            owner = f"{name}-{slot}"
            descriptor = lock(file.path.with_name(f"{file.path.name}.{owner}.lock"), wait=False)
            if descriptor is not None:
                self._slots[owner] = descriptor
                self._free(owner)
                return owner
        raise AskAPerson(f"{SLOTS} workers named {name!r} run on {file.path} already; end some, or use PostgreSQL")

    def leave(self, owner: str) -> None:
        """Let another worker have the name."""
        if owner in self._slots:
            os.close(self._slots.pop(owner))

    def _free(self, owner: str) -> None:
        values = {"former": owner}
        self._ledger.write(lambda connection, _now: connection.execute(self._ledger.sql.succeed, values))

    def turn(
        self, owner: str, limit: int, settled: Sequence[tuple[Lease, Outcome]], running: Sequence[Lease]
    ) -> list[Lease]:
        """Settle, renew and claim in one transaction."""
        deadline = self._ledger.steady() + self._ledger.timing.lease
        outcomes: dict[Lease, Outcome | None] = {**dict.fromkeys(running), **dict(settled)}

        def work(connection: Connection, now: float) -> tuple[float, set[Lease], list[Lease]]:
            self._disown(connection, owner)
            lost = self._turn(connection, now, outcomes)
            return now, lost, self._claim(connection, owner, limit, now, deadline) if limit > 0 else []

        now, lost, leases = self._ledger.write(work)
        self._in_doubt.discard(owner)
        self._handed.update(leases)
        for lease in running:
            if lease in lost:
                lease.lose()
            else:
                lease.prolong(now + self._ledger.timing.lease, deadline)
        return leases

    def _disown(self, connection: Connection, owner: str) -> None:
        """Free what an earlier try of this owner claimed before its answer got lost."""
        if owner in self._in_doubt:
            known = [lease.token for lease in self._handed]
            connection.execute(self._ledger.sql.disown, {"former": owner, "known": known})
        self._in_doubt.add(owner)

    def _turn(self, connection: Connection, now: float, outcomes: Mapping[Lease, Outcome | None]) -> set[Lease]:
        """Settle or renew (None) every lease, in one order of rows; returns those that somebody else holds by now."""
        lost = set()
        for lease in sorted(outcomes, key=lambda lease: lease.subject.key):
            statement, values = self._ending(lease, outcomes[lease], now)
            held = {"name": lease.subject.key, "who": lease.owner, "mark": lease.token}
            if connection.execute(statement, {**held, **values}).rowcount == 0:
                lost.add(lease)
        return lost

    def _ending(self, lease: Lease, outcome: Outcome | None, now: float) -> tuple[Any, dict[str, Any]]:
        """The statement and values for one lease; None renews it."""
        match outcome:
            case None:
                return self._ledger.sql.renew, {"until": now + self._ledger.timing.lease}
            case Done():
                return self._ledger.sql.done, {"generation": lease.generation}
            case Dead(reason):
                return self._ledger.sql.park, {"now": now, "verdict": True, "reason": _clean(reason)}
            case Again(after, reason):
                return self._again(lease, after, _clean(reason), now)
            case _:
                assert_never(outcome)

    def _again(self, lease: Lease, after: float | None, reason: str, now: float) -> tuple[Any, dict[str, Any]]:
        timing = self._ledger.timing
        if after is not None:
            return self._ledger.sql.again, {"moment": now + after, "refund": 1, "reason": reason}
        if lease.attempts >= timing.attempts:
            return self._ledger.sql.park, {"now": now, "verdict": False, "reason": reason}
        return self._ledger.sql.again, {"moment": now + timing.pause(lease.attempts), "refund": 0, "reason": reason}

    def _claim(self, connection: Connection, owner: str, limit: int, now: float, deadline: float) -> list[Lease]:
        due = connection.execute(self._ledger.sql.due, {"now": now, "most": limit}).mappings().all()
        poison = [row for row in due if row["attempts"] >= self._ledger.timing.attempts]
        for row in sorted(poison, key=lambda row: row["key"]):
            connection.execute(self._ledger.sql.give_up, {"name": row["key"], "now": now, "reason": _last_words(row)})
        token = secrets.token_hex(8)
        sound = [row for row in due if row["attempts"] < self._ledger.timing.attempts]
        if sound:
            keys, until = [row["key"] for row in sound], now + self._ledger.timing.lease
            connection.execute(self._ledger.sql.lease, {"keys": keys, "who": owner, "mark": token, "until": until})
        return [self._grant(row, owner, token, now, deadline) for row in sound]

    def _grant(self, row: RowMapping, owner: str, token: str, now: float, deadline: float) -> Lease:
        return Lease(
            subject=Subject.parse(row["key"]),
            generation=row["wanted"],
            floor=Floor(_moment(row["floor_updated"]), row["floor_note"]),
            attempts=row["attempts"] + 1,
            expires_at=now + self._ledger.timing.lease,
            cause=row["cause"],
            owner=owner,
            token=token,
            clock=self._ledger.steady,
            deadline=deadline,
        )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _clean(reason: str) -> str:
    """Text that every database can hold, and short enough to list."""
    return reason.replace("\0", "?").encode(errors="replace").decode()[:2000]


def _last_words(row: RowMapping) -> str:
    told = f"; before that: {row['error']}" if row["error"] else ""
    return f"the worker died or lost its lease {row['attempts']} times in a row while working on this{told}"
