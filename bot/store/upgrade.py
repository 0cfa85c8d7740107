"""A database gets the tables it lacks, and an older one the columns that came later; nothing is changed or lost."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.schema import CreateColumn

from bot.store.tables import metadata


def add_what_is_missing(connection: Connection) -> None:
    """Every column that a later version added may be empty, so adding it is all there is to do."""
    # Every start asks, and to ask for one table after the other takes longest of all that a start does with a database.
    found = inspect(connection).get_multi_columns()
    there = {table: {column["name"] for column in columns} for (_, table), columns in found.items()}
    new = [table for table in metadata.sorted_tables if table.name not in there]
    metadata.create_all(connection, new, checkfirst=False)
    for table in metadata.sorted_tables:
        for column in table.columns:
            if table.name in there and column.name not in there[table.name]:
                words = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {words}"))
