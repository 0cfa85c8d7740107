"""What was done becomes a line nobody rewrites: trigger, handler, action, what was before, and how it went."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Protocol

import structlog
from sqlalchemy import Connection, insert, select

from bot.store.database import Database
from bot.store.tables import audit

log = structlog.get_logger(__name__)


class Deed(Protocol):
    """One thing that was done."""

    @property
    def handler(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def outcome(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One action of one run. `outcome` is `done`, `dry run` or `not granted`; `at` is unix seconds."""

    run: str
    trigger: str
    subject: str
    handler: str
    action: str
    before: str = ""
    outcome: str = "done"
    at: float = 0.0


class Audit:
    """Appends entries to the database and reads them back, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write_down(self, trigger: str, subject: str, deeds: Iterable[Deed]) -> None:
        """Enter the deeds of one run, and log them."""
        run, done = secrets.token_hex(6), tuple(deeds)
        self.record(Entry(run, trigger, subject, one.handler, one.action, one.before, one.outcome) for one in done)
        for one in done:
            log.info("deed", run=run, subject=subject, handler=one.handler, action=one.action)

    def record(self, entries: Iterable[Entry]) -> None:
        rows = [asdict(entry) for entry in entries]
        if not rows:
            return

        def work(connection: Connection) -> None:
            now = self._database.now(connection)
            connection.execute(insert(audit), [{**row, "at": now} for row in rows])

        self._database.transact(work)

    def history(self, *, subject: str | None = None, limit: int = 50) -> tuple[Entry, ...]:
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if subject:
            query = query.where(audit.c.subject == subject)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(Entry(**{name: row[name] for name in Entry.__dataclass_fields__}) for row in rows)
