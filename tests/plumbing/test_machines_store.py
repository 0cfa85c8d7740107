"""The PostgreSQL of several machines: restarts, silence, frozen neighbours, a database that somebody deletes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, ProgrammingError

from bot.domain.subject import Subject
from bot.inbox import Done, Inbox, StoreUnavailable, Timing
from bot.memory import Look, Memory
from bot.pace import Pace, Rate
from bot.reach import Doorbell, trouble
from bot.store import databaseserver
from bot.store.database import Database
from bot.store.tables import cursors
from bot.sweeps.requested import Requested, Stage
from tests.plumbing.clocks import Clock
from tests.plumbing.conftest import Opener, fresh_url
from tests.plumbing.lines import Line

OTHERS = "pid <> pg_backend_pid() AND datname = current_database()"
NOBODY_BUT = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OTHERS}"


@pytest.fixture
def url(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return fresh_url("postgresql", tmp_path, request)


@pytest.fixture
def line(url: str) -> Iterator[Line]:
    with Line(make_url(url).port or 0) as made:
        yield made


def through(line: Line, url: str) -> str:
    return make_url(url).set(port=line.port).render_as_string(hide_password=False)


def put(database: Database, name: str) -> None:
    database.transact(lambda connection: connection.execute(insert(cursors).values(name=name, value="x")))


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(cursors.c.name).order_by(cursors.c.name)).scalars())


def end_sessions(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(NOBODY_BUT.encode())
    time.sleep(0.1)


def test_idle_connections_that_the_server_ended_are_noticed_before_use(url: str, opened: Opener) -> None:
    """Reads are not run again, so a connection that died while idle must not reach them."""
    database = opened(url)
    with database.read(), database.read():
        pass
    end_sessions(url)
    assert names(database) == []
    put(database, "after")
    assert names(database) == ["after"]


def test_a_transaction_whose_connection_dies_is_run_again(url: str, opened: Opener) -> None:
    database, runs = opened(url), []

    def work(connection: Connection) -> None:
        runs.append(1)
        connection.execute(insert(cursors).values(name="one", value="x"))
        if len(runs) == 1:
            end_sessions(url)

    database.transact(work)
    assert (names(database), len(runs)) == (["one"], 2)


def test_who_refuses_at_once_is_asked_again_for_a_while(url: str, line: Line, opened: Opener) -> None:
    """A server that restarts: nobody hears of it when it takes a second."""
    database = opened(through(line, url))
    put(database, "before")
    line.cut()
    threading.Timer(0.7, line.heal).start()
    put(database, "during")
    assert names(database) == ["before", "during"]


def test_a_server_that_stays_away_is_given_up_on(url: str, line: Line, opened: Opener) -> None:
    database = opened(through(line, url))
    put(database, "before")
    line.cut()
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        put(database, "during")
    assert time.monotonic() - began < 4.0
    line.heal()
    put(database, "after")


def test_a_silent_server_is_given_up_on_in_time(
    url: str, line: Line, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that swallows everything answers nothing for ever; GitLab waits 10 s for the receiver."""
    monkeypatch.setattr(databaseserver, "RECEIVER_WAITS", 0.3)
    database = opened(through(line, url))
    put(database, "before")
    line.hang()
    began = time.monotonic()
    with pytest.raises(StoreUnavailable, match=r"did not answer within|timeout expired"):
        put(database, "during")
    assert time.monotonic() - began < 5.0
    line.heal()
    put(database, "after")


def test_a_frozen_neighbour_frees_its_rows(url: str, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is stopped in the middle of a transaction must not stop all the others."""
    monkeypatch.setattr(databaseserver, "FROZEN", 1)
    sleeper, other = opened(url), opened(url)
    held, over = threading.Event(), threading.Event()
    put(sleeper, "row")
    change = text("UPDATE cursors SET value = 'y' WHERE name = 'row'")

    def freeze() -> None:
        with sleeper.begin() as connection:
            connection.execute(change)
            held.set()
            over.wait()

    with ThreadPoolExecutor(1) as pool:
        frozen = pool.submit(freeze)
        held.wait()
        began = time.monotonic()
        try:
            other.transact(lambda connection: connection.execute(change))
            assert 0.2 < time.monotonic() - began < 3.0
        finally:
            over.set()
        assert isinstance(frozen.exception(), StoreUnavailable)


def test_tables_that_somebody_deleted_are_made_anew(url: str, opened: Opener) -> None:
    """The database is a cache, also on PostgreSQL: no process needs to be started again."""
    inbox = Inbox(opened(url))
    inbox.mark([Subject.issue(1, 1)], "a test")
    with opened(url).begin() as connection:
        connection.execute(text("DROP TABLE subjects, deliveries, counters"))
    inbox.mark([Subject.issue(1, 2)], "a test")
    assert inbox.pending() == 1


def test_a_primary_that_became_read_only_is_left(url: str, opened: Opener) -> None:
    """After a failover the old server's connections still answer, and take no writes."""
    database = opened(url)
    put(database, "before")
    with database.read(), database.read():
        pass
    for _ in range(2):
        with database._engine.connect() as connection:
            connection.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
            connection.commit()
    put(database, "after")
    assert names(database) == ["after", "before"]


def test_mistakes_of_ours_stay_mistakes(url: str, opened: Opener) -> None:
    database = opened(url)
    with pytest.raises(ProgrammingError), database.begin() as connection:
        connection.execute(text("SELECT nonsense"))
    with pytest.raises(IntegrityError), database.begin() as connection:
        connection.execute(text("INSERT INTO cursors (name) VALUES ('without a value')"))


def test_two_that_put_the_same_row_at_once_both_succeed(url: str, opened: Opener) -> None:
    """Two machines that sweep for the first time both find no cursor, and both make one."""
    first, second = opened(url), opened(url)
    meeting = threading.Barrier(2)

    def collide(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO looks") and not meeting.broken:
            try:
                meeting.wait(2.0)
            except threading.BrokenBarrierError:
                return

    for database in (first, second):
        event.listen(database._engine, "before_cursor_execute", collide)
    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(Memory(one).remember_look, 1, 1, Look("settled")) for one in (first, second)]
        over = threading.Timer(1.0, meeting.abort)
        over.start()
        for one in told:
            one.result()
        over.join()
    assert Memory(first).look_at(1, 1) == Look("settled")


def test_what_was_claimed_by_a_lost_answer_is_free_at_once(url: str, opened: Opener, clock: Clock) -> None:
    """The commit went through, its answer did not: nobody would work on these until the lease runs out."""
    database = opened(url)
    inbox = Inbox(database, Timing(quiet=0.0), clock)
    inbox.mark([Subject.issue(1, 1), Subject.issue(1, 2)], "a test", now=True)
    owner = inbox.enter("w")
    (mine,) = inbox.claim(owner, 1)
    lost = iter([True])

    @event.listens_for(database._engine, "commit")
    def lose(connection: Connection) -> None:
        if next(lost, False):
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.commit()
            driver.close()

    (other,) = inbox.claim(owner, 1)
    assert {mine.subject, other.subject} == {Subject.issue(1, 1), Subject.issue(1, 2)}
    assert (mine.attempts, other.attempts) == (1, 1)
    inbox.settle(mine, Done())
    inbox.settle(other, Done())
    assert inbox.pending() == 0


def test_machines_of_one_name_are_two_owners(url: str, opened: Opener, clock: Clock) -> None:
    """A name locks a file only beside SQLite; here the leases of the dead run out, wherever the successor is."""
    first, second = (Inbox(opened(url), Timing(quiet=0.0, lease=30.0), clock) for _ in range(2))
    one, other = first.enter("worker"), second.enter("worker")
    assert one != other
    first.mark([Subject.issue(1, 1)], "a test", now=True)
    (lease,) = first.claim(one, 1)
    assert second.claim(other, 1) == []
    clock.pass_(30.0)
    (taken,) = second.claim(other, 1)
    first.renew([lease])
    assert (lease.outlasts(0), taken.outlasts(20.0)) == (False, True)
    first.settle(lease, Done())
    assert second.pending() == 1
    second.settle(taken, Done())
    assert second.pending() == 0


def test_leases_go_by_the_database_and_not_by_the_machine(
    url: str, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = Inbox(opened(url), Timing(quiet=0.0)), Inbox(opened(url), Timing(quiet=0.0))
    real = time.time
    right.mark([Subject.issue(1, 1)], "a test", now=True)
    (held,) = right.claim(right.enter("right"), 1)
    for hours in (-1, 1):
        monkeypatch.setattr(time, "time", lambda hours=hours: real() + 3600 * hours)
        assert wrong.claim(wrong.enter("wrong"), 1) == []
        assert 20 < (wrong.next_due() or 0) <= 30
    right.settle(held, Done())
    wrong.mark([Subject.issue(1, 1)], "a test", now=True)
    assert len(wrong.claim(wrong.enter("wrong"), 1)) == 1


def test_a_dropped_subject_of_a_dead_worker_keeps_nobody_awake(url: str, opened: Opener, clock: Clock) -> None:
    inbox = Inbox(opened(url), Timing(quiet=0.0), clock)
    inbox.mark([Subject.issue(1, 1)], "a test", now=True)
    inbox.claim(inbox.enter("dead"), 1)
    inbox.drop("issue:1/1")
    clock.pass_(3600)
    assert inbox.database.kind == "postgresql"
    assert inbox.next_due() is None


def test_the_rate_is_one_for_all_processes(url: str, opened: Opener) -> None:
    """Each with a connection of its own and all at once: no more than the burst, and then the rate."""
    rate = Rate(per_minute=1200, burst=10)
    taken: list[float] = []
    over = time.monotonic() + 1.0

    def take(pace: Pace) -> None:
        while time.monotonic() < over:
            if pace.take("notes", rate) == 0.0:
                taken.append(time.monotonic())

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(take, [Pace(opened(url)) for _ in range(3)]))
    spent = max(taken) - min(taken)
    assert rate.burst < len(taken) <= rate.burst + (spent + 0.1) / rate.step


def test_one_machine_without_gitlab_does_not_speak_for_all(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the balancer would take every receiver out because of one cut line."""
    alone, sound = Doorbell(database), Doorbell(database)
    sound.heard(200)
    alone.heard(0)
    assert trouble(database) == "GitLab answers nothing"
    sound.heard(200)
    assert trouble(database) is not None, "looked up only now and then"
    later = time.monotonic() + 6.0
    monkeypatch.setattr(time, "monotonic", lambda: later)
    sound.heard(200)
    alone.heard(0)
    assert trouble(database) is None


def test_a_sweep_goes_on_where_another_machine_left_it(database: Database) -> None:
    first, second = Requested(Inbox(database)), Requested(Inbox(database))
    first.ask("one", full=True, allow=3)
    assert second.stage("one") == Stage()
    first.keep("one", Stage(1, ("calendar",)))
    second.keep("one", Stage(2, ("calendar", "issue:1/1")))
    assert first.stage("one") == Stage(2, ("calendar", "issue:1/1"))
    second.finish("one", None)
    assert first.stage("one") == Stage()
