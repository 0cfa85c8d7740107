"""The shape of everything the database holds: SQLAlchemy Core tables, the same on SQLite and PostgreSQL.

Times are unix seconds as floats: exact to the microsecond in this century, and comparable in SQL on both databases.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text, text

metadata = MetaData()

# SQLite numbers rows by itself only where the key's type is exactly INTEGER.
_RowId = BigInteger().with_variant(Integer, "sqlite")
_Time = Float(53)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("received", _Time, nullable=False),
    Column("event", Text, nullable=False),
    Column("action", Text),
    # JSON object, subject key -> generation this delivery asked for; it is done when every subject got that far.
    Column("subjects", Text, nullable=False),
    # accepted | unreadable | dropped
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("body", LargeBinary, nullable=False),
    Index("deliveries_received", "received"),
)

subjects = Table(
    "subjects",
    metadata,
    Column("key", Text, primary_key=True),
    # Dirty while `wanted` is ahead of `done`; a delivery moves `wanted`, only a settled lease moves `done`.
    Column("wanted", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("floor_updated", _Time),
    Column("floor_note", BigInteger),
    Column("cause", Text, nullable=False),
    Column("changed", _Time, nullable=False),
    # When the first delivery came that no lease has picked up yet; null when there is none.
    Column("first", _Time),
    Column("not_before", _Time, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Column("owner", Text),
    Column("token", Text),
    Column("lease_until", _Time),
    # When it went to the dead letters; `permanent` tells a verdict of the worker from attempts that ran out.
    Column("parked", _Time),
    Column("permanent", Boolean, nullable=False),
    Index(
        "subjects_due",
        "not_before",
        sqlite_where=text("wanted > done AND parked IS NULL"),
        postgresql_where=text("wanted > done AND parked IS NULL"),
    ),
    Index(
        "subjects_leased",
        "owner",
        "lease_until",
        sqlite_where=text("owner IS NOT NULL"),
        postgresql_where=text("owner IS NOT NULL"),
    ),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("run", Text, nullable=False),
    Column("at", _Time, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("handler", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("before", Text),
    Column("outcome", Text, nullable=False),
    Index("audit_run", "run"),
    Index("audit_subject", "subject", "id"),
)

# Which comments of an issue are the bot's, so that finding its status comment costs no call.
known_notes = Table(
    "known_notes",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("iid", BigInteger, primary_key=True, autoincrement=False),
    Column("note_id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text),
    Column("user_notes_count", Integer),
)

# Since when each point is being said on an issue, and what people were reminded of. A table of its own, because an
# older database has `known_notes` already, and columns are never added to what is there.
said_points = Table(
    "said_points",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("iid", BigInteger, primary_key=True, autoincrement=False),
    # JSON object, key of the point -> day.
    Column("since", Text, nullable=False),
    # JSON object, key of the point -> [how many reminders, day of the last].
    Column("reminded", Text, nullable=False),
    # JSON list, ids of the reminders that stand on the issue, oldest first.
    Column("reminders", Text, nullable=False),
    # The day on which all this was looked at last.
    Column("day", Text, nullable=False),
    # Digest of what the newest reminder speaks of.
    Column("words", Text),
)

# How an issue was left: `settled` names the state in which nothing was to be done; `overwrote` is
# other than zero when the bot wrote a weight and has not looked since.
looks = Table(
    "looks",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("iid", BigInteger, primary_key=True, autoincrement=False),
    Column("settled", Text),
    Column("overwrote", BigInteger),
    # JSON list of the fields the bot ever wrote on it; null when that is not known.
    Column("wrote", Text),
)

# How far an issue's comments were listened to: the newest one, and how many there were.
heard = Table(
    "heard",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("iid", BigInteger, primary_key=True, autoincrement=False),
    Column("note_id", BigInteger, nullable=False),
    Column("notes_count", Integer, nullable=False),
    # Unix seconds by GitLab's clock: up to then it is known that the number tells of every comment.
    Column("until", _Time),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    # JSON object with sorted keys, so that equal labels are equal text.
    Column("labels", Text, primary_key=True),
    Column("value", _Time, nullable=False),
)

# One row a token bucket: GCRA's theoretical arrival time.
pace = Table(
    "pace",
    metadata,
    Column("name", Text, primary_key=True),
    Column("arrival", _Time, nullable=False),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("id", Text, primary_key=True),
    # waiting | running | done | failed
    Column("state", Text, nullable=False),
    Column("full", Boolean, nullable=False),
    Column("asked", _Time, nullable=False),
    Column("total", Integer),
    Column("done", Integer),
    Column("error", Text),
    Column("started", _Time),
    Column("finished", _Time),
)

# How much a requested sweep may change at most. A table of its own, because an older database has `sweeps` already.
allowances = Table(
    "allowances",
    metadata,
    Column("id", Text, primary_key=True),
    Column("most", Integer, nullable=False),
)

# The registry as the newest good commit of its project has it, the same for every process.
registry = Table(
    "registry",
    metadata,
    # `group/project@branch`: after a change of site.yml the old one counts no longer.
    Column("source", Text, primary_key=True),
    Column("sha", Text, nullable=False),
    # JSON object, file name -> text.
    Column("texts", Text, nullable=False),
    Column("read_at", _Time, nullable=False),
)

# The letters that were to be sent, so that none goes out twice.
mails = Table(
    "mails",
    metadata,
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    # claimed | sent | failed
    Column("state", Text, nullable=False),
    Column("at", _Time, nullable=False),
)

# What colleagues asked for a partner, until it is carried out, and for some time after so that it is not done twice.
partner_requests = Table(
    "partner_requests",
    metadata,
    Column("id", _RowId, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("partner", Text, nullable=False),
    # The request as JSON.
    Column("text", Text, nullable=False),
    Column("done", Boolean, nullable=False),
)
