"""Places (project and iid of issues) become their rows of some tables, read at once where many are asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import local
from typing import Any, TypeAlias

from sqlalchemy import Connection, RowMapping, Select, Table, and_, bindparam, false, or_, select

from bot.store.database import Database

Place: TypeAlias = tuple[int, int]


class Recalled:
    """The rows of these tables, one for each issue at most."""

    def __init__(self, database: Database, *tables: Table) -> None:
        self._database = database
        self._tables = tables
        self._known = local()

    @contextmanager
    def recalling(self, places: Collection[Place]) -> Iterator[None]:
        """Within it, this thread knows these places' rows as they are now, at a statement a table."""
        with self._database.read() as connection:
            self._known.rows = {table: _rows(connection, table, places) for table in self._tables}
        self._known.places = frozenset(places)
        try:
            yield
        finally:
            self._known.places = frozenset()
            self._known.rows = {}

    def row(self, table: Table, project_id: int, iid: int) -> RowMapping | None:
        if (project_id, iid) in getattr(self._known, "places", ()):
            rows: Mapping[Place, RowMapping] = self._known.rows[table]
            return rows.get((project_id, iid))
        with self._database.read() as connection:
            return connection.execute(_one(table), {"project_id": project_id, "iid": iid}).mappings().first()


@cache
def _one(table: Table) -> Select[Any]:
    """To make a statement takes longer than to run it."""
    return select(table).where(table.c.project_id == bindparam("project_id"), table.c.iid == bindparam("iid"))


def _rows(connection: Connection, table: Table, places: Collection[Place]) -> dict[Place, RowMapping]:
    iids: dict[int, list[int]] = {}
    for project_id, iid in places:
        iids.setdefault(project_id, []).append(iid)
    # Project by project, since SQLite finds a list of pairs by no index.
    where = [and_(table.c.project_id == project_id, table.c.iid.in_(some)) for project_id, some in iids.items()]
    found = connection.execute(select(table).where(or_(false(), *where))).mappings()
    return {(row["project_id"], row["iid"]): row for row in found}
