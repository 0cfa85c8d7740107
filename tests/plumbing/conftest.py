"""Fixtures of the plumbing: a fresh database of either kind, so that the same tests run on both."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from bot.inbox import Inbox
from bot.store.database import Database
from tests.plumbing import postgres
from tests.plumbing.clocks import Clock

KINDS = ("sqlite", "postgresql")


class Opener(Protocol):
    """Opens a database for the length of a test."""

    def __call__(self, url: str, *, durable: bool = True) -> Database: ...


_missing: set[str] = set()
_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server of this session's own."""
    pytest.importorskip("psycopg", reason="the extra `postgresql` is not installed")
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.server())
        except postgres.NoPostgres as reason:
            _missing.add(str(reason))
            pytest.skip(f"NOT TESTED ON POSTGRESQL: {reason}")
        yield url


def fresh_url(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a new, empty database."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'var' / 'bot.db'}"
    import psycopg

    server = str(request.getfixturevalue("postgres_server"))
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.rsplit("/", 1)[0] + "/" + name


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database, once on SQLite and once on PostgreSQL."""
    return fresh_url(request.param, tmp_path, request)


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens databases and closes them after the test."""
    with ExitStack() as stack:

        def open_(url: str, *, durable: bool = True) -> Database:
            database = Database(url, durable=durable)
            stack.callback(database.dispose)
            return database

        yield open_


@pytest.fixture
def database(database_url: str, opened: Opener) -> Database:
    """The same, opened as the receiver does."""
    return opened(database_url)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until a test moves it."""
    return Clock()


@pytest.fixture
def inbox(database: Database, clock: Clock) -> Inbox:
    """An inbox that goes by the test's clock."""
    return Inbox(database, clock=clock)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Skipped tests hide in a row of dots; a database that nobody tested must not."""
    for reason in sorted(_missing):
        terminalreporter.write_sep("!", "NOT TESTED ON POSTGRESQL", red=True, bold=True)
        terminalreporter.write_line(reason)
