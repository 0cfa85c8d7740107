"""The URL of a PostgreSQL database becomes an engine that no dead server, network or neighbour holds up for long."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    import psycopg

# GitLab waits 10 s for the receiver: one statement and one connection that both come to nothing must fit in.
RECEIVER_WAITS = 3.0
WORKER_WAITS = 10.0
CONNECT = 2
KEPT = 8
"""Idle connections that a process keeps; a worker needs one a thread and one for its leases."""
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS: seconds; the last in milliseconds.
LIVELINESS = {
    "connect_timeout": CONNECT,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 9_000,
}
FROZEN = 5
"""Seconds after which the server ends the transaction of a process that says nothing more, and frees its rows."""


def engine_for(url: URL, *, durable: bool, waits: float | None = None) -> Engine:
    """`waits`: seconds to wait for an answer to one statement. What the URL itself says about the connection wins."""
    limit = waits or (RECEIVER_WAITS if durable else WORKER_WAITS)
    options = {name: value for name, value in LIVELINESS.items() if name not in url.query}
    # psycopg 3 is the driver we ship, whatever SQLAlchemy takes for a bare postgresql:// URL.
    driver = url.set(drivername="postgresql+psycopg")
    engine = create_engine(driver, pool_size=KEPT, max_overflow=64, connect_args=options)
    event.listen(engine, "do_connect", _dialler(limit))
    event.listen(engine, "connect", _settings(limit, durable=durable))
    event.listen(engine, "checkout", _look_alive)
    return engine


def _dialler(limit: float) -> Callable[..., object]:
    """Connections that wait no longer than that: a server that hangs, or a proxy before it, acknowledges for ever."""
    import psycopg  # noqa: PLC0415 - an extra, needed only where PostgreSQL is

    class Impatient(psycopg.Connection[Any]):
        def wait(self, gen: Generator[Any, Any, Any], *arguments: Any, **options: Any) -> Any:
            try:
                return super().wait(_bounded(gen, limit), *arguments, **options)
            except TimeoutError as silence:
                self.close()
                raise psycopg.OperationalError(str(silence)) from None

    def dial(_dialect: object, _entry: object, arguments: list[Any], options: dict[str, Any]) -> object:
        return Impatient.connect(*arguments, **options)

    return dial


def _bounded(gen: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    """The same conversation with the server, ended by TimeoutError when nothing comes for so long."""
    deadline = time.monotonic() + seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > deadline:
                raise TimeoutError(f"the server did not answer within {seconds:g} s")
            wanted = gen.send(ready)
    except StopIteration as end:
        return end.value


def _settings(limit: float, *, durable: bool) -> Callable[[psycopg.Connection[Any], ConnectionPoolEntry], None]:
    # https://www.postgresql.org/docs/current/runtime-config-client.html
    statements = [
        f"SET idle_in_transaction_session_timeout TO '{FROZEN}s'",
        f"SET statement_timeout TO '{int(limit * 950)}ms'",
    ]
    if not durable:
        # https://www.postgresql.org/docs/current/wal-async-commit.html
        statements.append("SET synchronous_commit TO off")
    sql = "; ".join(statements).encode()

    def connected(driver: psycopg.Connection[Any], _entry: ConnectionPoolEntry) -> None:
        driver.execute(sql)
        driver.commit()

    return connected


def _look_alive(driver: psycopg.Connection[Any], _entry: ConnectionPoolEntry, _proxy: object) -> None:
    """An idle connection has nothing to read unless the server said goodbye, and then to all of them."""
    if driver.closed or _readable(driver.fileno()):
        raise InvalidatePoolError


def _readable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
