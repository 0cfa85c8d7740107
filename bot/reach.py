"""What the worker meets at GitLab's door becomes what the receiver says about it: reachable, or why not."""

from __future__ import annotations

import time
from contextlib import suppress

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import TryLater
from bot.store.database import Database
from bot.store.tables import cursors

NAME = "gitlab_trouble"
_forget = delete(cursors).where(cursors.c.name == NAME)
_look = select(cursors.c.value).where(cursors.c.name == NAME)
_tell = insert(cursors).values(name=NAME, value=bindparam("why"))


AWAY = (0, 502, 503, 504)
"""Statuses that mean nobody is at home; 0 is no answer at all."""


SETS_RIGHT = 5.0
"""Seconds after which who reaches GitLab looks whether somebody says otherwise."""


class Doorbell:
    """Tells what each call met, and writes only when it is not what this process told last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told: bool | None = None
        self._look_again = 0.0

    def heard(self, status: int) -> None:
        """One call to GitLab ended with this status."""
        away = status in AWAY
        now = time.monotonic()
        # Another machine may be cut off and have said so since; while one of them gets through, GitLab is there.
        if away != self._told or (not away and now > self._look_again):
            # Two that tell at once may collide, and either word is as good; a call to GitLab must not fail of it.
            with suppress(SQLAlchemyError, TryLater):
                tell(self._database, f"GitLab answers {status or 'nothing'}" if away else None)
                self._told, self._look_again = away, now + SETS_RIGHT


def tell(database: Database, why: str | None) -> None:
    """The worker's word: GitLab cannot be reached and `why`, or None: it can. Writes only what is news."""
    if why != trouble(database):
        database.transact(lambda connection: _replace(connection, why))


def _replace(connection: Connection, why: str | None) -> None:
    connection.execute(_forget)
    if why is not None:
        connection.execute(_tell, {"why": why})


def trouble(database: Database) -> str | None:
    """Why GitLab could not be reached lately; None when it could."""
    with database.read() as connection:
        value = connection.execute(_look).scalar_one_or_none()
    return None if value is None else str(value)
