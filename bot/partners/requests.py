"""What colleagues ask for a partner becomes rows that wait until whoever holds the partner's subject carries them out.

The rows are a cache: the bot's answer to the order carries the same request in a signed mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import structlog
from sqlalchemy import Connection, insert, select, update

from bot.domain.partners.record import Request
from bot.store.database import Database
from bot.store.tables import partner_requests as table

log = structlog.get_logger(__name__)


class Requests:
    """Reads and writes the table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def post(self, request: Request) -> None:
        """Have it carried out, unless it is known already, carried out or not."""

        def work(connection: Connection) -> None:
            known = select(table.c.key).where(table.c.key == request.key)
            if connection.execute(known).first() is None:
                values = {"key": request.key, "partner": request.partner, "text": request.to_json(), "done": False}
                connection.execute(insert(table).values(**values))

        self._database.transact(work)

    def pending(self, partner: str) -> tuple[Request, ...]:
        """What is to be done for a partner, oldest first."""
        return self._of(partner, is_done=False)

    def carried_out(self, partner: str) -> tuple[Request, ...]:
        """What was done for a partner or came to nothing, oldest first."""
        return self._of(partner, is_done=True)

    def _of(self, partner: str, *, is_done: bool) -> tuple[Request, ...]:
        """A database that was lost knows them in the order in which issues were listened to again."""
        wanted = select(table.c.key, table.c.text).where(table.c.partner == partner, table.c.done.is_(is_done))
        with self._database.read() as connection:
            rows = [(row.key, row.text) for row in connection.execute(wanted.order_by(table.c.id))]
        return tuple(sorted(_read(rows), key=lambda one: one.on))

    def partners(self) -> tuple[str, ...]:
        """The ids of the partners for whom something is to be done."""
        wanted = select(table.c.partner).where(table.c.done.is_(False)).distinct().order_by(table.c.partner)
        with self._database.read() as connection:
            return tuple(row.partner for row in connection.execute(wanted))

    def settle(self, keys: Iterable[str]) -> None:
        """These are carried out."""
        done = update(table).where(table.c.key.in_([*keys])).values(done=True)
        with self._database.begin() as connection:
            connection.execute(done)


def understood(text: str, key: str) -> Request | None:
    """A request as JSON; None, and a line in the log, for one that another version of the bot wrote."""
    try:
        return Request.from_json(text)
    except (ValueError, KeyError, TypeError) as error:
        log.warning("a request is of another version of the bot", key=key, error=str(error))
        return None


def _read(rows: Iterable[tuple[str, str]]) -> Iterator[Request]:
    for key, text in rows:
        request = understood(text, key)
        if request:
            yield request
