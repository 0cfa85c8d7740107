"""The inbox's hot statements, built once for one database: building them each time costs more than running them."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Text,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from bot.store.tables import counters, deliveries, subjects

_row = subjects.c
PENDING = and_(_row.wanted > _row.done, _row.parked.is_(None))


@cache
def statements(kind: str) -> Statements:
    """Those for that kind of database; to put them together takes longer than to run them."""
    return Statements(kind)


class Statements:
    """`kind` is the database's: sqlite or postgresql."""

    def __init__(self, kind: str) -> None:
        insert = sqlite.insert if kind == "sqlite" else postgresql.insert
        self.known = select(deliveries.c.id, deliveries.c.state, deliveries.c.subjects).where(
            deliveries.c.id.in_(bindparam("ids", expanding=True))
        )
        self.progress = select(_row.key, _row.done).where(_row.key.in_(bindparam("keys", expanding=True)))
        self.dirty = _dirty(kind, insert)
        self.retry = _retry()
        self.remember = _remember(insert)
        self.count = _count(insert)
        self.due = _due()
        self.lease = _lease()
        self.give_up = _give_up()
        self.renew = _held().values(lease_until=bindparam("until"))
        self.done = _done()
        self.again = _again()
        self.park = _park()
        self.succeed = update(subjects).where(_row.owner == bindparam("former")).values(**_FREE)
        self.disown = _disown()
        clock = null() if kind == "sqlite" else literal_column("extract(epoch FROM clock_timestamp())")
        self.next = _next(clock)


_FREE: dict[str, Any] = {"owner": None, "token": None, "lease_until": None}


def _least(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """The lesser of two; SQLite and PostgreSQL name that function differently."""
    return case((one < other, one), else_=other)


def _greatest(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """The greater of two, where null is less than anything."""
    return case((or_(other.is_(None), one > other), one), else_=other)


# A JSON list of marks becomes rows: a mark has key, why, updated (microseconds) and note.
_ASKED = {
    kind: text(sql).columns(key=Text, why=Text, updated=BigInteger, note=BigInteger).subquery("asked").c
    for kind, sql in {
        "sqlite": "SELECT value ->> 'key' AS key, value ->> 'why' AS why, value ->> 'updated' AS updated,"
        " value ->> 'note' AS note FROM json_each(:marks)",
        "postgresql": "SELECT key, why, updated, note"
        " FROM json_to_recordset(CAST(:marks AS json)) AS mark (key text, why text, updated bigint, note bigint)",
    }.items()
}


def _dirty(kind: str, insert: Any) -> Insert:
    """Ask for one generation more of each. Binds: marks (see `_ASKED`), now, due, patience, chance, mercy."""
    # One statement for any number of subjects: SQLAlchemy would run an upsert with binds of its own row by row.
    asked = _ASKED[kind]
    columns: dict[str, Any] = {
        "key": asked.key,
        "wanted": literal(1),
        "done": literal(0),
        # Whole microseconds survive JSON on any database; a fraction might lose its last digit.
        "floor_updated": asked.updated / literal(1e6, Float),
        "floor_note": asked.note,
        "cause": asked.why,
        "changed": bindparam("now", type_=Float),
        "first": bindparam("now", type_=Float),
        "not_before": bindparam("due", type_=Float),
        "attempts": literal(0),
        "permanent": false(),
    }
    # https://www.sqlite.org/lang_upsert.html: without WHERE, SQLite would read ON as a join's.
    # Everybody locks rows in one order, which is Python's: that of no language.
    order = asked.key if kind == "sqlite" else asked.key.collate("C")
    rows = select(*columns.values()).where(true()).order_by(order)
    statement = insert(subjects).from_select(list(columns), rows)
    upsert = statement.on_conflict_do_update(index_elements=[_row.key], set_=_one_more(statement.excluded))
    result: Insert = upsert.returning(_row.key, _row.wanted)
    return result


def _one_more(new: Any) -> dict[str, Any]:
    """What changes of a subject that is known already; `new` is the row that asks."""
    first = func.coalesce(_row.first, new.first)
    # A worker's verdict stands until there is news, or a sweep asks.
    revived = and_(_row.parked.is_not(None), or_(_row.permanent.is_(False), bindparam("mercy", type_=_BOOLEAN)))
    backing_off = and_(_row.error.is_not(None), _row.owner.is_(None), _row.wanted > _row.done)
    return {
        "wanted": _row.wanted + 1,
        "floor_updated": _greatest(_row.floor_updated, new.floor_updated),
        "floor_note": _greatest(_row.floor_note, new.floor_note),
        "cause": new.cause,
        "changed": new.changed,
        "first": case((revived, new.first), else_=first),
        "not_before": case(
            (revived, new.not_before),
            (backing_off, _row.not_before),
            else_=_least(new.not_before, first + bindparam("patience")),
        ),
        # One more chance, not all of them again: it may be what kills the process.
        "attempts": case((revived, bindparam("chance")), else_=_row.attempts),
        "parked": case((revived, null()), else_=_row.parked),
        "permanent": case((revived, False), else_=_row.permanent),
    }


_BOOLEAN = subjects.c.permanent.type


def _retry() -> Any:
    """A person wants it again: now, with all attempts; a running lease is left alone. Binds: name, now, at_once.

    Without `at_once` a subject that was never tried keeps its quiet time: then the delivery only came twice.
    """
    return (
        update(subjects)
        .where(
            _row.key == bindparam("name"),
            or_(_row.attempts > 0, _row.error.is_not(None), bindparam("at_once", type_=_BOOLEAN)),
        )
        .values(
            attempts=case((_row.owner.is_(None), 0), else_=_row.attempts),
            not_before=bindparam("now"),
            first=bindparam("now"),
            parked=None,
            permanent=False,
        )
    )


def _remember(insert: Any) -> Insert:
    """Keep a delivery; the same id again replaces it. Binds: the columns of `deliveries`."""
    statement = insert(deliveries).values({column.name: bindparam(column.name) for column in deliveries.c})
    new = {column.name: statement.excluded[column.name] for column in deliveries.c if column.name != "id"}
    result: Insert = statement.on_conflict_do_update(index_elements=[deliveries.c.id], set_=new)
    return result


def _count(insert: Any) -> Insert:
    statement = insert(counters).values(name=bindparam("name"), labels=bindparam("labels"), value=bindparam("value"))
    result: Insert = statement.on_conflict_do_update(
        index_elements=[counters.c.name, counters.c.labels],
        set_={"value": counters.c.value + statement.excluded.value},
    )
    return result


def _due() -> Any:
    """What nobody holds and whose time has come, the longest overdue first. Binds: now, most."""
    free = or_(_row.lease_until.is_(None), _row.lease_until <= bindparam("now"))
    return (
        select(_row.key, _row.wanted, _row.floor_updated, _row.floor_note, _row.attempts, _row.cause, _row.error)
        .where(PENDING, _row.not_before <= bindparam("now"), free)
        .order_by(_row.not_before, _row.key)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


def _lease() -> Any:
    """Binds: keys, who, mark, until."""
    return (
        update(subjects)
        .where(_row.key.in_(bindparam("keys", expanding=True)))
        .values(
            owner=bindparam("who"),
            token=bindparam("mark"),
            lease_until=bindparam("until"),
            attempts=_row.attempts + 1,
            first=None,
        )
    )


def _disown() -> Any:
    """What was claimed by a transaction whose answer got lost, so that nobody works on it. Binds: former, known."""
    return (
        update(subjects)
        .where(_row.owner == bindparam("former"), _row.token.not_in(bindparam("known", expanding=True)))
        .values(attempts=_row.attempts - 1, **_FREE)
    )


def _give_up() -> Any:
    """Binds: name, now, reason."""
    return (
        update(subjects)
        .where(_row.key == bindparam("name"))
        .values(parked=bindparam("now"), permanent=False, error=bindparam("reason"), **_FREE)
    )


def _held() -> Any:
    """Only the lease that was granted: by key, owner and the token of that claim. Binds: name, who, mark."""
    return update(subjects).where(
        _row.key == bindparam("name"), _row.owner == bindparam("who"), _row.token == bindparam("mark")
    )


def _done() -> Any:
    """Binds: those of `_held`, generation."""
    settled = _row.wanted == bindparam("generation")
    return _held().values(
        done=bindparam("generation"),
        attempts=0,
        error=None,
        floor_updated=case((settled, null()), else_=_row.floor_updated),
        floor_note=case((settled, null()), else_=_row.floor_note),
        **_FREE,
    )


def _again() -> Any:
    """Binds: those of `_held`, moment, reason, refund."""
    return _held().values(
        not_before=bindparam("moment"),
        attempts=_row.attempts - bindparam("refund"),
        error=bindparam("reason"),
        **_FREE,
    )


def _park() -> Any:
    """Binds: those of `_held`, now, reason, verdict."""
    return _held().values(
        parked=bindparam("now"), permanent=bindparam("verdict"), error=bindparam("reason"), first=None, **_FREE
    )


def _next(clock: ColumnElement[Any]) -> Any:
    """When the next subject falls due, when the next lease runs out, and the database's time (null: use your own)."""
    waiting = select(_row.not_before).where(PENDING, _row.owner.is_(None)).order_by(_row.not_before).limit(1)
    leased = select(func.min(_row.lease_until)).where(PENDING, _row.owner.is_not(None))
    return select(waiting.scalar_subquery(), leased.scalar_subquery(), clock).where(true())
