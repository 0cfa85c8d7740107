"""What the bot remembers so that it need not ask GitLab again: its comments, and how far a sweep has read.

All of it is a cache. Without it the next look costs a few calls more and ends the same.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import Connection, Delete, Table, bindparam, delete, insert, select

from bot.domain.course import Course, log_of, log_text, since_of, since_text
from bot.store.database import Database
from bot.store.recalled import Place, Recalled
from bot.store.tables import cursors, known_notes, looks, said_points

NO_NOTE = 0
CURSOR: Final = select(cursors.c.value).where(cursors.c.name == bindparam("wanted"))
"""Made once, as `_gone` is: to make a statement takes longer than to run it."""


@dataclass(frozen=True, slots=True)
class Known:
    """An issue's status comment: its note id (None: there is none), its digest, and how many comments there were."""

    note_id: int | None
    digest: str
    notes_count: int


@dataclass(frozen=True, slots=True)
class Said:
    """How an issue's points went so far, the ids of the reminders that stand there, and the day of the last look.

    `words` is the digest of the points that the newest reminder speaks of; None where nobody knows.
    """

    course: Course
    reminders: tuple[int, ...]
    day: date
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How a look left an issue: the state that needed nothing, and whether it wrote a weight that is to be checked."""

    settled: str | None = None
    overwrote: bool = False
    wrote: frozenset[str] | None = None
    """The fields the bot ever wrote on it; None: nobody knows."""


class Memory:
    """Reads and writes the cache tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recalled = Recalled(database, known_notes, said_points, looks)

    def recalling(self, places: Collection[Place]) -> AbstractContextManager[None]:
        """Within it, this thread knows what is remembered of these issues, as it is now."""
        return self._recalled.recalling(places)

    def status_of(self, project_id: int, iid: int) -> Known | None:
        row = self._recalled.row(known_notes, project_id, iid)
        return Known(row["note_id"] or None, row["digest"], row["user_notes_count"]) if row else None

    def remember_status(self, project_id: int, iid: int, known: Known) -> None:
        at = {"project_id": project_id, "iid": iid}
        values = {"note_id": known.note_id or NO_NOTE, "digest": known.digest, "user_notes_count": known.notes_count}
        self._replace(known_notes, at, values)

    def forget_status(self, project_id: int, iid: int) -> None:
        forgetting = delete(known_notes).where(known_notes.c.project_id == project_id, known_notes.c.iid == iid)
        self._database.transact(lambda connection: connection.execute(forgetting))

    def said_of(self, project_id: int, iid: int) -> Said | None:
        row = self._recalled.row(said_points, project_id, iid)
        if row is None:
            return None
        course = Course(since_of(row["since"]), log_of(row["reminded"]))
        return Said(course, tuple(json.loads(row["reminders"])), date.fromisoformat(row["day"]), row["words"])

    def remember_said(self, project_id: int, iid: int, said: Said) -> None:
        values = {
            "since": since_text(said.course.since),
            "reminded": log_text(said.course.log),
            "reminders": json.dumps(said.reminders),
            "day": said.day.isoformat(),
            "words": said.words,
        }
        self._replace(said_points, {"project_id": project_id, "iid": iid}, values)

    def look_at(self, project_id: int, iid: int) -> Look:
        """How the last look left the issue."""
        row = self._recalled.row(looks, project_id, iid)
        if row is None:
            return Look()
        wrote = None if row["wrote"] is None else frozenset(json.loads(row["wrote"]))
        return Look(row["settled"], bool(row["overwrote"]), wrote)

    def remember_look(self, project_id: int, iid: int, look: Look) -> None:
        wrote = None if look.wrote is None else json.dumps(sorted(look.wrote))
        values = {"settled": look.settled, "overwrote": int(look.overwrote), "wrote": wrote}
        self._replace(looks, {"project_id": project_id, "iid": iid}, values)

    def cursor(self, name: str) -> str | None:
        with self._database.read() as connection:
            found: str | None = connection.execute(CURSOR, {"wanted": name}).scalar()
            return found

    def cursors(self, prefix: str) -> Mapping[str, str]:
        """All of which the name begins so."""
        wanted = select(cursors.c.name, cursors.c.value).where(cursors.c.name.startswith(prefix, autoescape=True))
        with self._database.read() as connection:
            return {row.name: row.value for row in connection.execute(wanted)}

    def move_cursor(self, name: str, value: str) -> None:
        self._replace(cursors, {"name": name}, {"value": value})

    def forget_cursor(self, name: str) -> None:
        self._database.transact(lambda connection: connection.execute(delete(cursors).where(cursors.c.name == name)))

    def _replace(self, table: Table, at: Mapping[str, object], values: Mapping[str, object]) -> None:
        """The one row at this place, whatever was there before."""

        def work(connection: Connection) -> None:
            connection.execute(_gone(table, *at), {f"at_{name}": value for name, value in at.items()})
            connection.execute(insert(table), {**at, **values})

        self._database.transact(work)


@cache
def _gone(table: Table, *names: str) -> Delete:
    return delete(table).where(*(table.c[name] == bindparam(f"at_{name}") for name in names))
