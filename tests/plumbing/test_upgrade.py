"""A database of an older version is brought up to date when it is opened, with all that is in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot.domain.subject import CALENDAR
from bot.inbox import Inbox
from bot.store.database import Database


def without(path: Path, table: str, column: str) -> None:
    """Make the file what it was before the column came."""
    with sqlite3.connect(path) as connection:
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


@pytest.mark.parametrize(("table", "column"), [("looks", "wrote")])
def test_an_older_file_gets_the_columns_that_came_later(tmp_path: Path, table: str, column: str) -> None:
    path = tmp_path / "bot.db"
    Inbox(Database(f"sqlite:///{path}")).mark([CALENDAR], "an older version")
    without(path, table, column)
    newer = Database(f"sqlite:///{path}")
    assert Inbox(newer).pending() == 1
    with newer.read() as connection:
        assert column in {one["name"] for one in inspect(connection).get_columns(table)}
        connection.execute(text(f"SELECT {column} FROM {table}"))
