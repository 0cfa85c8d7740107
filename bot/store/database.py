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
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from bot.errors import ConfigError, TryLater
from bot.store.databasefile import DatabaseFile
from bot.store.databaseserver import engine_for
from bot.store.upgrade import add_what_is_missing

T = TypeVar("T")

# SQLite's own busy handler sleeps up to 100 ms between tries, which is most of the time a webhook may take.
BUSY_PAUSE = (0.0004, 0.0012)
BUSY_PATIENCE = 5.0
TRIES = 5
# The server's clock is asked every few seconds and counted on in between: a round trip less for each transaction.
CLOCK_HOLDS = 5.0
CLOCK_ANSWERS = 0.05
# A server that restarts is back within this many seconds, mostly; who waits for an answer need not hear of it.
PATIENCE = 2.5
KNOCK_AGAIN = 0.1
QUICK = 1.0
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_UNDEFINED_TABLE, _READ_ONLY = "42P01", "25006"
_SERIALIZATION, _DEADLOCK, _TWICE = "40001", "40P01", "23505"
_AGAIN = {_SERIALIZATION, _DEADLOCK, _TWICE, _UNDEFINED_TABLE, _READ_ONLY}


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
                return engine_for(self.url, durable=self.durable)
            case other:
                raise ConfigError(
                    f"DATABASE_URL: {other!r} is not supported; use sqlite:///path or postgresql://host/name"
                )
        event.listen(engine, "connect", self._connected)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _connected(self, driver: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
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

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction: committed at the end, rolled back by an exception. Raises StoreUnavailable."""
        with self._serial(), self._translated(), self._connection() as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only transaction that sees one state and blocks nobody. Raises StoreUnavailable."""
        with self._serial(), self._translated(), self._connection() as connection:
            connection.execution_options(bot_reads=True)
            with connection.begin():
                yield connection

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a write transaction, and again when a lost connection or a deadlock cost it its commit."""
        deadline = time.monotonic() + PATIENCE
        for left in reversed(range(TRIES)):
            try:
                with self.begin() as connection:
                    born = connection.info.get("file")
                    result = work(connection)
            except StoreUnavailable as trouble:
                is_late = left == 0 or time.monotonic() > deadline
                if is_late or not (_passes(trouble.__cause__) or self._replaced()):
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
        with self._serial(), self._translated(), self._connection() as connection:
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

    def _connection(self) -> Connection:
        """A connection; where a server refuses or drops it at once, as one that restarts does, try a little longer."""
        deadline = time.monotonic() + PATIENCE
        while True:
            began = time.monotonic()
            try:
                self._meet()
                return self._engine.connect()
            except DBAPIError:
                now = time.monotonic()
                if self.kind == "sqlite" or now > deadline or now - began > QUICK:
                    raise
            time.sleep(KNOCK_AGAIN)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What the driver raises becomes StoreUnavailable, unless it is a mistake in our statement."""
        try:
            yield
        except DataError:
            raise
        except (DBAPIError, PoolExhausted, sqlite3.Error) as trouble:
            match _state(trouble):
                case state if state == _UNDEFINED_TABLE:
                    # Somebody deleted what is only a cache; the next use makes it anew.
                    self._prepared = False
                case state if state == _READ_ONLY:
                    # This server was the primary once; another one is now, under the same address.
                    self._engine.dispose()
                case state if state == _TWICE:
                    pass  # two processes put the same row where none was; who comes second replaces it
                case _ if isinstance(trouble, ProgrammingError | IntegrityError):
                    raise
            raise StoreUnavailable(f"the database cannot be used: {_brief(trouble)}") from trouble

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
            add_what_is_missing(connection)


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


def _brief(trouble: Exception) -> str:
    """The driver's first line, without the statement and its parameters: those hold what people wrote."""
    origin = trouble.orig if isinstance(trouble, DBAPIError) and trouble.orig is not None else trouble
    return (str(origin).splitlines() or [type(origin).__name__])[0]


def _passes(trouble: BaseException | None) -> bool:
    if not isinstance(trouble, DBAPIError):
        return False
    return trouble.connection_invalidated or _state(trouble) in _AGAIN


def _state(trouble: Exception) -> str | None:
    """PostgreSQL's code for what went wrong."""
    state = getattr(trouble.orig, "sqlstate", None) if isinstance(trouble, DBAPIError) else None
    return None if state is None else str(state)
