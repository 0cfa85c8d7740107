"""A letter is sent at most once: whoever claims it first sends it, and what was not settled stays claimed."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from bot.mail.envelope import digest
from bot.mail.outbox import Outbox, State
from bot.store.database import Database
from bot.store.tables import mails
from tests.plumbing.conftest import Opener
from tests.plumbing.letterbox import mail
from tests.plumbing.postoffice import HANGS, PostOffice, post_office

ROOT = Path(__file__).parents[2]
KEY = "award:acme:psp"


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


def state(outbox: Outbox, key: str = KEY) -> State | None:
    claim = outbox.of(key)
    return claim.state if claim else None


def test_a_letter_is_claimed_once(outbox: Outbox) -> None:
    assert outbox.of(KEY) is None
    assert [outbox.claim(KEY, "one"), outbox.claim(KEY, "one"), outbox.claim(KEY, "two")] == [True, False, False]
    assert outbox.claim("award:acme:ctp", "one")
    claim = outbox.of(KEY)
    assert claim is not None
    assert (claim.digest, claim.state, claim.at > 1_700_000_000) == ("one", State.CLAIMED, True)


def test_of_many_who_claim_at_once_one_gets_it(outbox: Outbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        got = [*pool.map(lambda number: outbox.claim(KEY, str(number)), range(16))]
    assert got.count(True) == 1
    claim = outbox.of(KEY)
    assert claim is not None
    assert claim.digest == str(got.index(True))


def test_what_was_sent_is_never_claimed_again(outbox: Outbox) -> None:
    outbox.claim(KEY, "one")
    outbox.settle(KEY, State.SENT)
    outbox.settle(KEY, State.FAILED)
    assert state(outbox) == State.SENT
    assert not outbox.claim(KEY, "two")


def test_what_certainly_failed_may_be_claimed_once_more(outbox: Outbox) -> None:
    outbox.claim(KEY, "one")
    outbox.settle(KEY, State.FAILED)
    assert state(outbox) == State.FAILED
    assert [outbox.claim(KEY, "two"), outbox.claim(KEY, "two")] == [True, False]
    claim = outbox.of(KEY)
    assert claim is not None
    assert (claim.digest, claim.state) == ("two", State.CLAIMED)


def test_what_became_of_a_letter_is_kept_though_the_database_was_deleted_meanwhile(
    outbox: Outbox, database: Database
) -> None:
    outbox.claim(KEY, "one")
    database.transact(lambda connection: connection.execute(delete(mails)))
    outbox.settle(KEY, State.SENT)
    assert state(outbox) == State.SENT
    assert not outbox.claim(KEY, "one")


def test_an_older_database_gets_the_table(database_url: str, opened: Opener) -> None:
    older = opened(database_url)
    older.transact(lambda connection: connection.execute(text("DROP TABLE mails")))
    older.dispose()
    assert Outbox(opened(database_url)).claim(KEY, "one")


def killed_while_sending(office: PostOffice, database_url: str) -> None:
    """A process claims and sends, and dies with kill -9 once the server has the mail and has not answered."""
    command = [sys.executable, "-m", "tests.plumbing.poster", database_url, f"smtp://127.0.0.1:{office.port}", KEY]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        try:
            assert office.desk.reached.wait(30), process.communicate(timeout=5)
            assert process.poll() is None
        finally:
            process.kill()
    assert process.returncode == -9


@pytest.mark.unmeasured
@pytest.mark.kills
def test_a_process_killed_in_the_middle_of_sending_is_not_followed_by_another(
    database_url: str, opened: Opener
) -> None:
    """The partner may have the mail, so that nobody sends it again: a person is asked."""
    with post_office({"DOT": HANGS}) as office:
        killed_while_sending(office, database_url)
        outbox = Outbox(opened(database_url))
        assert not outbox.claim(KEY, digest(mail()))
        claim = outbox.of(KEY)
        assert claim is not None
        assert (claim.digest, claim.state) == (digest(mail()), State.CLAIMED)
        assert len(office.desk.taken) == 1
