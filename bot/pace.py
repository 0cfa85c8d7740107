"""Rates become permissions to call GitLab now, shared by all workers: a token bucket (GCRA) in the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import BindParameter, Connection, bindparam, case, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Database
from bot.store.tables import pace


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_minute` on average, `burst` at once."""

    per_minute: float
    burst: int

    @property
    def step(self) -> float:
        """Seconds that one call costs."""
        return 60.0 / self.per_minute


class Pace:
    """Named buckets, such as "notes". `clock` (unix seconds) replaces the database's own, for tests."""

    def __init__(self, database: Database, clock: Callable[[], float] | None = None) -> None:
        self._database = database
        self._clock = clock
        insert = sqlite.insert if database.kind == "sqlite" else postgresql.insert
        fresh = insert(pace).values(name=bindparam("name"), arrival=bindparam("after"))
        now: BindParameter[float] = bindparam("now")
        from_now = case((pace.c.arrival > now, pace.c.arrival), else_=now) + bindparam("cost")
        self._take = fresh.on_conflict_do_update(
            index_elements=[pace.c.name], set_={"arrival": from_now}, where=from_now - now <= bindparam("span")
        ).returning(pace.c.arrival)
        later = fresh.excluded.arrival
        self._hold = fresh.on_conflict_do_update(
            index_elements=[pace.c.name], set_={"arrival": case((pace.c.arrival > later, pace.c.arrival), else_=later)}
        )
        self._look = select(pace.c.arrival).where(pace.c.name == bindparam("name"))

    def take(self, name: str, rate: Rate) -> float:
        """Take one call: 0.0 when it may go out now; else the seconds to wait, and nothing was taken."""

        def work(connection: Connection) -> float:
            now, span = self._now(connection), rate.step * rate.burst
            values = {"name": name, "now": now, "cost": rate.step, "span": span, "after": now + rate.step}
            if connection.execute(self._take, values).first() is not None:
                return 0.0
            arrival = float(connection.execute(self._look, {"name": name}).scalar_one())
            return max(arrival + rate.step - span - now, 0.001)

        return self._database.transact(work)

    def hold(self, name: str, rate: Rate, seconds: float) -> None:
        """GitLab said "not before": nobody takes anything for that long, and then one by one."""

        def work(connection: Connection) -> None:
            after = self._now(connection) + seconds + rate.step * (rate.burst - 1)
            connection.execute(self._hold, {"name": name, "after": after})

        self._database.transact(work)

    def _now(self, connection: Connection) -> float:
        return self._clock() if self._clock else self._database.now(connection)
