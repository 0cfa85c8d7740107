"""A database becomes the answer to "has anybody written since I last asked?", cheap enough to ask all the time."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from bot.store.database import Database, StoreUnavailable
from bot.store.databasefile import DatabaseFile


class Watch:
    """For one thread. Where the database cannot tell cheaply, `changed` always says yes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None
        self._version = -1
        self._watched: tuple[int, int] | None = None

    def changed(self) -> bool:
        """True at first, and after each commit by anybody else (which includes other connections of this process)."""
        file = self._database.file
        if file is None:
            return True
        # Another thread may have moved on to a new file already, which leaves this connection with the deleted one.
        if self._connection is None or self._watched != file.opened or not file.same():
            self._open(file)
            return True
        # https://www.sqlite.org/pragma.html#pragma_data_version
        try:
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            self.close()
            return True
        before, self._version = self._version, int(version)
        return before != self._version

    def _open(self, file: DatabaseFile) -> None:
        self.close()
        with suppress(StoreUnavailable), self._database.read():
            # mode=rw: only the database itself may create the file.
            self._watched = file.opened
            uri = f"{file.path.as_uri()}?mode=rw"
            self._connection = sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
            self._version = -1

    def close(self) -> None:
        """Close the connection; the next question opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
