"""A database URL becomes transactions on SQLite or PostgreSQL, run again where that is safe."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from bot.errors import ConfigError, TryLater
from bot.store.databasefile import DatabaseFile
from bot.store.tables import metadata

T = TypeVar("T")

# SQLite's own busy handler sleeps up to 100 ms between tries, which is most of the time a webhook may take.
BUSY_PAUSE = (0.0004, 0.0012)
BUSY_PATIENCE = 5.0
TRIES = 5
# The server's clock is asked every few seconds and counted on in between: a round trip less for each transaction.
CLOCK_HOLDS = 5.0
CLOCK_ANSWERS = 0.05
# https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization failure, deadlock.
_AGAIN = {"40001", "40P01"}


class StoreUnavailable(TryLater):
    """The database cannot be written now: disk full, locked for too long, server away."""


class Database:
    """One database for one process, for any number of threads.

    `durable` is for the receiver: a commit returns only when the disk has it. Without it (the worker) a power cut may
    lose the last commits, which only makes work run again; a killed process loses nothing either way.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.url = _read_url(url)
        self.kind = self.url.get_backend_name()
        self.durable = durable
        self.file: DatabaseFile | None = None
        self._engine = self._open()
        self._turn = threading.RLock()
        self._prepared = False
        self._offset: float | None = None
        self._asked = 0.0

    def _open(self) -> Engine:
        match self.kind:
            case "sqlite" if self.url.database in (None, "", ":memory:"):
                engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
            case "sqlite":
                self.file = DatabaseFile(str(self.url.database))
                options = {"timeout": 0, "check_same_thread": False}
                engine = create_engine(self.url, connect_args=options, max_overflow=64)
            case "postgresql":
                # psycopg 3 is the driver we ship, whatever SQLAlchemy takes for a bare postgresql:// URL.
                engine = create_engine(self.url.set(drivername="postgresql+psycopg"), max_overflow=64)
            case other:
                raise ConfigError(
                    f"DATABASE_URL: {other!r} is not supported; use sqlite:///path or postgresql://host/name"
                )
        event.listen(engine, "connect", self._connected)
        if self.kind == "sqlite":
            event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _connected(self, driver: object, entry: ConnectionPoolEntry) -> None:
        if isinstance(driver, sqlite3.Connection):
            entry.info["file"] = self.file and self.file.identity()
            # The driver must not begin transactions by itself: ours begin with the write lock.
            driver.isolation_level = None
            # https://www.sqlite.org/pragma.html#pragma_synchronous: in WAL mode only FULL syncs at each commit.
            driver.execute(f"PRAGMA synchronous={'FULL' if self.durable else 'NORMAL'}")
            if self.durable:
                # https://www.sqlite.org/wal.html#automatic_checkpoint: moving pages home takes long, so the worker does
                # it (at 1,000), where nobody waits for an answer. This is for when there is no worker for a while: a
                # log that starts over syncs faster than one that grows for ever.
                driver.execute("PRAGMA wal_autocheckpoint=4000")
        elif not self.durable:
            # https://www.postgresql.org/docs/current/wal-async-commit.html
            driver.execute("SET synchronous_commit TO off")  # type: ignore[attr-defined]  # a psycopg.Connection
            driver.commit()  # type: ignore[attr-defined]  # likewise

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction: committed at the end, rolled back by an exception. Raises StoreUnavailable."""
        with self._serial(), _translated():
            self._meet()
            with self._engine.connect() as connection, connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only transaction that sees one state and blocks nobody. Raises StoreUnavailable."""
        with self._serial(), _translated():
            self._meet()
            with self._engine.connect() as connection:
                connection.execution_options(bot_reads=True)
                with connection.begin():
                    yield connection

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a write transaction, and again when a lost connection or a deadlock cost it its commit."""
        for left in reversed(range(TRIES)):
            try:
                with self.begin() as connection:
                    born = connection.info.get("file")
                    result = work(connection)
            except StoreUnavailable as trouble:
                if left == 0 or not (_passes(trouble.__cause__) or self._replaced()):
                    raise
            else:
                # A commit into a file that somebody deleted meanwhile is lost; the next file shall have it. Another
                # thread may have met that one already, so only this connection's own file counts.
                if self.file is None or born == self.file.identity():
                    return result
        raise StoreUnavailable(f"{self.url.database} is deleted or replaced again and again; find out by whom")

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """For one cheap read, many times a second: no transaction where the database needs none."""
        with self._serial(), _translated():
            self._meet()
            with self._engine.connect() as connection:
                if self.kind == "postgresql":
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                else:
                    connection.execution_options(bot_reads=True)
                yield connection

    def now(self, connection: Connection) -> float:
        """Unix seconds: this process's clock for SQLite (one host), the server's for PostgreSQL (many hosts)."""
        if self.kind == "sqlite":
            return time.time()
        before = time.monotonic()
        if self._offset is None or before - self._asked > CLOCK_HOLDS:
            server = float(connection.execute(_SERVER_CLOCK).scalar_one())
            after = time.monotonic()
            # An answer that took long says little about the moment; the next caller asks again.
            self._offset = server - (before + after) / 2 if after - before < CLOCK_ANSWERS else None
            self._asked = before
            return server
        return before + self._offset

    def dispose(self) -> None:
        """Close every connection; the next use opens new ones."""
        self._engine.dispose()

    def _replaced(self) -> bool:
        return self.file is not None and not self.file.same()

    @contextmanager
    def _serial(self) -> Iterator[None]:
        """In-memory SQLite is a single connection, so its transactions take turns."""
        if self.kind == "sqlite" and self.file is None:
            with self._turn:
                yield
        else:
            yield

    def _meet(self) -> None:
        """Make sure that the file or schema about to be used is the one the other processes use."""
        if self._prepared and (self.file is None or self.file.same()):
            return
        with self._turn:
            if self.file is not None and not self.file.same():
                self._engine.dispose()
                self._prepare(self.file)
            elif not self._prepared:
                self._create()
            self._prepared = True

    def _prepare(self, file: DatabaseFile) -> None:
        try:
            file.prepare(self._create)
        except OSError as trouble:
            raise StoreUnavailable(f"{file.path} cannot be used: {trouble}") from trouble

    def _create(self) -> None:
        if self.file is not None:
            _switch_to_wal(str(self.file.path))
        with self._engine.connect() as connection, connection.begin():
            if self.kind == "postgresql":
                # CREATE TABLE IF NOT EXISTS still collides when two processes start at once.
                connection.execute(text("SELECT pg_advisory_xact_lock(20461)"))
            metadata.create_all(connection)


_SERVER_CLOCK = text("SELECT extract(epoch FROM clock_timestamp())::float8")


def _read_url(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        # Its text may hold a password, so it is not repeated.
        raise ConfigError("DATABASE_URL: this is no URL; write sqlite:///path or postgresql://host/name") from None


def _switch_to_wal(path: str) -> None:
    connection = sqlite3.connect(path, timeout=BUSY_PATIENCE)
    try:
        # https://www.sqlite.org/wal.html: the mode is a property of the file and stays.
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin with the lock in hand, so that no statement inside the transaction can find the database busy."""
    reads = connection.get_execution_options().get("bot_reads", False)
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - tells mypy which driver this is
    deadline = time.monotonic() + BUSY_PATIENCE
    while True:
        try:
            driver.execute("BEGIN" if reads else "BEGIN IMMEDIATE")
            if reads:
                driver.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except sqlite3.OperationalError as trouble:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            if trouble.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise StoreUnavailable(f"the database cannot be locked: {trouble}") from trouble
            time.sleep(random.uniform(*BUSY_PAUSE))  # noqa: S311 - jitter, not a secret
        else:
            return


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError):
        raise  # a mistake in our statement, which no waiting mends
    except (DBAPIError, sqlite3.Error) as trouble:
        raise StoreUnavailable(f"the database cannot be used: {_brief(trouble)}") from trouble


def _brief(trouble: Exception) -> str:
    """The driver's first line, without the statement and its parameters: those hold what people wrote."""
    origin = trouble.orig if isinstance(trouble, DBAPIError) and trouble.orig is not None else trouble
    return (str(origin).splitlines() or [type(origin).__name__])[0]


def _passes(trouble: BaseException | None) -> bool:
    if not isinstance(trouble, DBAPIError):
        return False
    return trouble.connection_invalidated or getattr(trouble.orig, "sqlstate", None) in _AGAIN
