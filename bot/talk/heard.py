"""How far an issue's comments were listened to, so that they are read again only when there are others.

A cache like all memory: without it the comments are read once more, and the marks in the answers tell what was done.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.gitlab import Issue
from bot.store.database import Database
from bot.store.recalled import Place, Recalled
from bot.store.tables import heard

AT_ONCE = 1.0
"""Seconds by which GitLab's stamps and its clock, which tells whole seconds, may differ."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest comment that was read, and how many there were then.

    `until` is when that was surely all, in Unix seconds by GitLab's clock; None where an older version did not say.
    """

    note_id: int
    notes_count: int
    until: float | None = None


class Hearing:
    """Reads and writes the table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recalled = Recalled(database, heard)

    def recalling(self, places: Collection[Place]) -> AbstractContextManager[None]:
        """Within it, this thread knows what was heard on these issues, as it is now."""
        return self._recalled.recalling(places)

    def of(self, issue: Issue) -> Heard | None:
        row = self._recalled.row(heard, issue.project_id, issue.iid)
        return Heard(row["note_id"], row["notes_count"], row["until"]) if row else None

    def has_news(self, issue: Issue, note_id: int | None = None) -> bool:
        """Whether there may be a comment that was not read yet; `note_id` is one that a webhook told of."""
        known = self.of(issue)
        if known is None:
            return issue.user_notes_count > 0 or note_id is not None
        return known.notes_count != issue.user_notes_count or (note_id or 0) > known.note_id

    def is_behind(self, issue: Issue) -> bool:
        """Whether the issue changed since all comments were surely known: another may have come for one deleted."""
        known = self.of(issue)
        if not issue.user_notes_count or known is None or known.until is None or issue.updated_at is None:
            return False
        return issue.updated_at.timestamp() > known.until + AT_ONCE

    def reached(self, issue: Issue, until: datetime) -> None:
        """All comments are known up to this moment, those that the bot itself wrote among them."""
        with self._database.begin() as connection:
            connection.execute(update(heard).where(*_at(issue)).values(until=until.timestamp()))

    def remember(self, issue: Issue, note_id: int, notes_count: int) -> None:
        """`note_id` never goes back: GitLab may have answered from an older copy."""

        def work(connection: Connection) -> None:
            old = connection.execute(select(heard.c.note_id).where(*_at(issue))).scalar() or 0
            connection.execute(delete(heard).where(*_at(issue)))
            values = {"note_id": max(note_id, old), "notes_count": notes_count}
            connection.execute(insert(heard).values(project_id=issue.project_id, iid=issue.iid, **values))

        self._database.transact(work)

    def grew(self, issue: Issue, by: int) -> None:
        """The bot itself wrote (or, below 0, deleted) so many comments since `issue` was read."""
        known = self.of(issue)
        if by and known is not None and known.notes_count == issue.user_notes_count:
            grown = update(heard).where(*_at(issue)).values(notes_count=known.notes_count + by)
            with self._database.begin() as connection:
                connection.execute(grown)
        elif by and known is None and not issue.user_notes_count:
            self.remember(issue, 0, by)

    def forget(self, project_id: int, iid: int) -> None:
        with self._database.begin() as connection:
            connection.execute(delete(heard).where(heard.c.project_id == project_id, heard.c.iid == iid))


def _at(issue: Issue):  # type: ignore[no-untyped-def]  # SQLAlchemy names no simple type for two conditions
    return heard.c.project_id == issue.project_id, heard.c.iid == issue.iid
