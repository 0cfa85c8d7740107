"""An older database gets the columns that came later; nothing in it is changed or lost."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.schema import CreateColumn

from bot.store.tables import metadata


def add_missing_columns(connection: Connection) -> None:
    """Every column that a later version added may be empty, so adding it is all there is to do."""
    inspector = inspect(connection)
    for table in metadata.sorted_tables:
        there = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                words = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {words}"))
