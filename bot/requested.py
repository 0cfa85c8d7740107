"""A request to sweep becomes a row that the worker picks up, and that row the progress that the asker follows."""

from __future__ import annotations

import time
from typing import TypedDict, cast

from sqlalchemy import func, insert, select, update

from bot.domain.subject import Subject
from bot.inbox import Inbox
from bot.store.tables import allowances, sweeps


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


class Requested:
    """The sweeps that somebody asked for over HTTP."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def ask(self, id_: str, *, full: bool, allow: int = 0) -> str:
        """Store the wish and wake a worker with the subject `sweep:<id>`; returns the id.

        `allow`: so many things may be changed, whatever the blast radius.
        """
        row = {"id": id_, "state": "waiting", "full": full, "asked": time.time()}
        with self._inbox.database.begin() as connection:
            connection.execute(insert(sweeps), row)
            if allow:
                connection.execute(insert(allowances), {"id": id_, "most": allow})
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
        self._set(id_, state="running", started=time.time())
        return self.state(id_)

    def progress(self, id_: str, total: int, done: int) -> None:
        """Say how many subjects there are, and how many are done."""
        self._set(id_, total=total, done=done)

    def finish(self, id_: str, error: str | None) -> None:
        """The end: failed when there is an error."""
        self._set(id_, state="failed" if error else "done", error=error, finished=time.time())

    def _set(self, id_: str, **values: object) -> None:
        with self._inbox.database.begin() as connection:
            connection.execute(update(sweeps).where(sweeps.c.id == id_).values(**values))
