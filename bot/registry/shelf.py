"""The newest good texts of the registry, kept in the database for every process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from bot.store.database import Database
from bot.store.tables import registry


@dataclass(frozen=True, slots=True)
class Source:
    """Where the registry comes from: the full path of a project, and the branch whose newest commit counts."""

    project: str
    branch: str

    @property
    def key(self) -> str:
        return f"{self.project}@{self.branch}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One row of the table; every method raises StoreUnavailable when the database cannot be used."""

    database: Database
    source: Source

    def sha(self) -> str | None:
        """The commit that is kept; None when there is none yet, or the database was deleted."""
        with self.database.glance() as connection:
            kept: str | None = connection.execute(
                select(registry.c.sha).where(registry.c.source == self.source.key)
            ).scalar()
            return kept

    def texts(self) -> tuple[str, Mapping[str, str]] | None:
        """The commit and its files, by name."""
        with self.database.read() as connection:
            row = connection.execute(
                select(registry.c.sha, registry.c.texts).where(registry.c.source == self.source.key)
            ).first()
        return (row.sha, cast("dict[str, str]", json.loads(row.texts))) if row else None

    def put(self, sha: str, texts: Mapping[str, str]) -> None:
        """In one transaction, so that nobody ever reads half of it."""

        def work(connection: Connection) -> None:
            connection.execute(delete(registry).where(registry.c.source == self.source.key))
            row = {"source": self.source.key, "sha": sha, "texts": json.dumps(dict(texts))}
            connection.execute(insert(registry).values(**row, read_at=self.database.now(connection)))

        self.database.transact(work)
