"""A request to sweep becomes a row that the worker picks up, and that row the progress that the asker follows."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TypedDict, cast

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.domain.subject import Subject
from bot.inbox import Inbox
from bot.store.tables import allowances, cursors, sweeps


class SweepState(TypedDict):
    """Progress of one sweep; `state` is waiting, running, done or failed, times are unix seconds."""

    id: str
    state: str
    full: bool
    allow: int
    total: int | None
    done: int | None
    error: str | None
    started: float | None
    finished: float | None


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a requested sweep got: the steps that are behind it, and the keys it waits for."""

    steps: int = 0
    keys: tuple[str, ...] = ()


class Requested:
    """The sweeps that somebody asked for over HTTP."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def ask(self, id_: str, *, full: bool, allow: int = 0) -> str:
        """Store the wish and wake a worker with the subject `sweep:<id>`; returns the id.

        `allow`: so many things may be changed, whatever the blast radius.
        """
        database = self._inbox.database

        def work(connection: Connection) -> None:
            for table in (sweeps, allowances):
                connection.execute(delete(table).where(table.c.id == id_))
            row = {"id": id_, "state": "waiting", "full": full, "asked": database.now(connection)}
            connection.execute(insert(sweeps), row)
            if allow:
                connection.execute(insert(allowances), {"id": id_, "most": allow})

        database.transact(work)
        self._inbox.mark([Subject("sweep", id_)], "asked over HTTP", now=True)
        return id_

    def state(self, id_: str) -> SweepState | None:
        """How far it is; None when there is no such sweep."""
        allow = func.coalesce(allowances.c.most, 0).label("allow")
        joined = sweeps.outerjoin(allowances, sweeps.c.id == allowances.c.id)
        with self._inbox.database.read() as connection:
            found = select(sweeps, allow).select_from(joined).where(sweeps.c.id == id_)
            row = connection.execute(found).mappings().one_or_none()
        if row is None:
            return None
        return cast("SweepState", {name: row[name] for name in SweepState.__annotations__})

    def start(self, id_: str) -> SweepState | None:
        """The request, now running; None when the row is gone because the database was deleted meanwhile."""
        self._set(id_, "started", state="running")
        return self.state(id_)

    def stage(self, id_: str) -> Stage:
        """How far whoever had it in hand before got with it."""
        with self._inbox.database.read() as connection:
            kept = connection.execute(select(cursors.c.value).where(cursors.c.name == _stage(id_))).scalar()
        if kept is None:
            return Stage()
        told = json.loads(kept)
        return Stage(told["steps"], tuple(told["keys"]))

    def keep(self, id_: str, stage: Stage) -> None:
        """So that the next look goes on from here, on whichever machine."""
        row = {"name": _stage(id_), "value": json.dumps(asdict(stage))}

        def work(connection: Connection) -> None:
            connection.execute(delete(cursors).where(cursors.c.name == row["name"]))
            connection.execute(insert(cursors), row)

        self._inbox.database.transact(work)

    def progress(self, id_: str, total: int, done: int) -> None:
        """Say how many subjects there are, and how many are done."""
        self._set(id_, total=total, done=done)

    def finish(self, id_: str, error: str | None) -> None:
        """The end: failed when there is an error."""
        self._set(id_, "finished", state="failed" if error else "done", error=error)
        forgetting = delete(cursors).where(cursors.c.name == _stage(id_))
        self._inbox.database.transact(lambda connection: connection.execute(forgetting))

    def _set(self, id_: str, moment: str | None = None, **values: object) -> None:
        """`moment` is a column that gets the time, by the clock that all machines share."""
        database = self._inbox.database

        def work(connection: Connection) -> None:
            stamped = {moment: database.now(connection)} if moment else {}
            connection.execute(update(sweeps).where(sweeps.c.id == id_).values(**values, **stamped))

        database.transact(work)


def _stage(id_: str) -> str:
    return f"sweep {id_}"
