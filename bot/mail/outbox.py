"""Keys of letters become permissions to send, each given once, whichever process asks first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Database
from bot.store.tables import mails


class State(StrEnum):
    """How far a letter got: claimed and never settled means that it may have been sent."""

    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who was written to is not kept: `digest` is the mail's, `at` in unix seconds."""

    digest: str
    state: State
    at: float


class Outbox:
    """At most once: claim, send, settle. A claim that nobody settled stays, and a person is asked.

    Like everything in the database it is a cache: what must outlast it stands in GitLab, before the claim here.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        insert = sqlite.insert if database.kind == "sqlite" else postgresql.insert
        fresh = insert(mails).values({name: bindparam(name) for name in ("key", "digest", "state", "at")})
        new = {name: fresh.excluded[name] for name in ("digest", "state", "at")}
        is_failed, is_open = mails.c.state == State.FAILED, mails.c.state == State.CLAIMED
        at = [mails.c.key]
        self._claim = fresh.on_conflict_do_update(index_elements=at, set_=new, where=is_failed).returning(mails.c.key)
        # Without a row the database was deleted since the claim; what became of the letter is still worth knowing.
        settled = {"state": new["state"], "at": new["at"]}
        self._settle = fresh.on_conflict_do_update(index_elements=at, set_=settled, where=is_open)
        self._look = select(mails.c.digest, mails.c.state, mails.c.at).where(mails.c.key == bindparam("key"))

    def claim(self, key: str, digest: str) -> bool:
        """Whether the caller, and nobody else ever, may now send the letter; again only once it certainly failed."""

        def work(connection: Connection) -> bool:
            values = {"key": key, "digest": digest, "state": State.CLAIMED, "at": self._database.now(connection)}
            return connection.execute(self._claim, values).first() is not None

        return self._database.transact(work)

    def settle(self, key: str, state: State) -> None:
        """What became of a claimed letter; FAILED only where it certainly was not sent. SENT is never taken back."""

        def work(connection: Connection) -> None:
            values = {"key": key, "digest": "", "state": state, "at": self._database.now(connection)}
            connection.execute(self._settle, values)

        self._database.transact(work)

    def of(self, key: str) -> Claim | None:
        with self._database.read() as connection:
            row = connection.execute(self._look, {"key": key}).first()
        return Claim(row.digest, State(row.state), row.at) if row else None
