"""The SQLite file under the processes that use it: deleted, replaced, locked, missing (rule 6: it is a cache)."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.domain.subject import CALENDAR, Subject
from bot.errors import ConfigError
from bot.inbox import Done, Inbox
from bot.queue.watch import Watch
from bot.store import database as databases
from bot.store.database import Database, StoreUnavailable
from bot.store.databasefile import DatabaseFile, held, lock
from tests.plumbing.conftest import Opener
from tests.plumbing.webhooks import arrived

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some" / "where" / "bot.db"


@pytest.fixture
def pair(path: Path, opened: Opener) -> tuple[Inbox, Inbox]:
    """A receiver and a worker on one file."""
    return Inbox(opened(f"sqlite:///{path}")), Inbox(opened(f"sqlite:///{path}", durable=False))


def meet(receiver: Inbox, worker: Inbox, iid: int) -> None:
    """What the receiver accepts now, the worker gets."""
    receiver.accept(arrived(f"d{iid}", iid), b"{}")
    receiver.mark([Subject.issue(77, iid)], "now", now=True)
    (lease,) = worker.claim("w", 10)
    assert lease.subject == Subject.issue(77, iid)
    worker.settle(lease, Done())
    assert receiver.pending() == 0


def test_missing_folders_are_created(pair: tuple[Inbox, Inbox], path: Path) -> None:
    meet(*pair, 1)
    assert path.exists()


@pytest.mark.parametrize("suffixes", [("",), ("", "-wal"), ("", "-wal", "-shm"), ("", "-wal", "-shm", ".lock")])
def test_rule_6_both_go_on_with_one_file_after_it_is_deleted(
    pair: tuple[Inbox, Inbox], path: Path, suffixes: tuple[str, ...]
) -> None:
    for iid in range(1, 6):
        meet(*pair, iid)
        for suffix in suffixes:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        first, second = pair if iid % 2 else reversed(pair)
        assert (first.pending(), second.pending()) == (0, 0)
    meet(*pair, 6)
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()


def test_rule_6_both_go_on_after_the_whole_folder_is_deleted(pair: tuple[Inbox, Inbox], path: Path) -> None:
    meet(*pair, 1)
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    meet(*pair, 2)


def test_rule_6_both_go_on_with_a_file_put_in_its_place(
    pair: tuple[Inbox, Inbox], path: Path, tmp_path: Path, opened: Opener
) -> None:
    other = Inbox(opened(f"sqlite:///{tmp_path}/other.db"))
    other.mark([CALENDAR], "from the other file", now=True)
    other.database.dispose()
    meet(*pair, 1)
    (tmp_path / "other.db").rename(path)
    assert [lease.subject for lease in pair[1].claim("w", 10)] == [CALENDAR]
    assert pair[0].pending() == 1


def test_rule_6_an_empty_file_put_in_its_place_gets_its_tables(pair: tuple[Inbox, Inbox], path: Path) -> None:
    meet(*pair, 1)
    path.unlink()
    path.touch()
    meet(*pair, 2)


def test_rule_6_a_commit_into_a_file_deleted_meanwhile_is_made_again(path: Path, opened: Opener) -> None:
    database = opened(f"sqlite:///{path}")
    runs: list[int] = []

    def work(connection: object) -> int:
        runs.append(len(runs))
        if len(runs) == 1:
            path.unlink()
        return len(runs)

    assert (database.transact(work), runs) == (2, [0, 1])


def test_rule_6_so_it_is_when_another_thread_meets_the_next_file_first(path: Path, opened: Opener) -> None:
    database = opened(f"sqlite:///{path}")
    runs: list[int] = []

    def work(connection: object) -> int:
        runs.append(len(runs))
        if len(runs) == 1:
            path.unlink()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(Inbox(database).pending).result()
        return len(runs)

    assert (database.transact(work), runs) == (2, [0, 1])


def test_a_file_that_is_deleted_all_the_time_is_reported(path: Path, opened: Opener) -> None:
    database = opened(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailable, match="deleted or replaced again and again"):
        database.transact(lambda _: path.unlink())


@pytest.mark.unmeasured
def test_rule_6_nothing_answered_is_lost_while_the_file_is_deleted_under_load(
    pair: tuple[Inbox, Inbox], path: Path
) -> None:
    """What was accepted after the last deletion is there, and no request failed."""
    receiver, _ = pair
    stop = threading.Event()
    deleted: list[float] = [0.0]

    def vandal() -> None:
        for _ in range(8):
            time.sleep(0.15)
            path.unlink(missing_ok=True)
            deleted[0] = time.monotonic()
        stop.set()

    def send(number: int) -> list[tuple[str, float]]:
        sent = []
        for turn in range(100_000):
            begun, last = time.monotonic(), stop.is_set()
            sent.append((receiver.accept(arrived(f"d{number}-{turn}", number), b"{}").id, begun))
            if last:
                break
        return sent

    with ThreadPoolExecutor(9) as pool:
        culprit = pool.submit(vandal)
        sent = [one for sends in pool.map(send, range(1, 9)) for one in sends]
        culprit.result()
    after = {id_ for id_, begun in sent if begun > deleted[0]}
    assert after
    assert after <= {one.id for one in receiver.deliveries(100_000)}


@pytest.mark.unmeasured
def test_processes_that_start_at_once_agree_on_one_file(path: Path) -> None:
    code = (
        "import sys; from bot.store.database import Database; from bot.inbox import Inbox;"
        "from bot.domain.subject import Subject;"
        "Inbox(Database(sys.argv[1])).mark([Subject.issue(1, int(sys.argv[2]))], 't')"
    )
    command = [sys.executable, "-c", code, f"sqlite:///{path}"]
    processes = [subprocess.Popen([*command, str(number)], cwd=ROOT) for number in range(1, 7)]
    assert [process.wait(timeout=60) for process in processes] == [0] * 6
    database = Database(f"sqlite:///{path}")
    assert Inbox(database).pending() == 6
    database.dispose()


def test_a_busy_database_is_waited_for(pair: tuple[Inbox, Inbox], path: Path) -> None:
    meet(*pair, 1)
    blocker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    blocker.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: blocker.execute("ROLLBACK")).start()
    meet(*pair, 2)
    blocker.close()


def test_a_database_that_stays_locked_is_unavailable(
    pair: tuple[Inbox, Inbox], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "BUSY_PATIENCE", 0.1)
    meet(*pair, 1)
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable, match="cannot be locked"):
        pair[0].accept(arrived("d2", 2), b"{}")
    blocker.execute("ROLLBACK")
    blocker.close()
    meet(*pair, 3)


def test_the_receiver_syncs_each_commit_and_the_worker_does_not(path: Path, opened: Opener) -> None:
    for durable, level in ((True, 2), (False, 1)):
        with opened(f"sqlite:///{path}", durable=durable).begin() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == level
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def test_an_unknown_kind_of_database_is_explained() -> None:
    with pytest.raises(ConfigError, match="'mysql' is not supported; use sqlite"):
        Database("mysql://localhost/bot")


def test_a_watch_notices_others_and_new_files(pair: tuple[Inbox, Inbox], path: Path) -> None:
    receiver, worker = pair
    watch = Watch(worker.database)
    assert watch.changed()
    watch.changed()
    assert not watch.changed()
    receiver.mark([CALENDAR], "test")
    assert watch.changed()
    assert not watch.changed()
    path.unlink()
    assert watch.changed()
    watch.changed()
    receiver.mark([CALENDAR], "test")
    assert watch.changed()
    watch.close()


def test_a_watch_notices_a_new_file_that_another_thread_met_first(pair: tuple[Inbox, Inbox], path: Path) -> None:
    receiver, worker = pair
    watch = Watch(worker.database)
    assert watch.changed()
    watch.changed()
    path.unlink()
    assert worker.pending() == 0
    assert watch.changed()
    watch.changed()
    receiver.mark([CALENDAR], "test")
    assert watch.changed()
    watch.close()


def test_a_lock_is_one_holders_and_survives_its_deletion(tmp_path: Path) -> None:
    file = tmp_path / "locks" / "one.lock"
    with held(file):
        assert lock(file, wait=False) is None
        file.unlink()
        second = lock(file, wait=False)
        assert second is not None
        os.close(second)
    free = lock(file, wait=False)
    assert free is not None
    os.close(free)


def test_side_files_of_another_database_are_removed(tmp_path: Path) -> None:
    file = DatabaseFile(str(tmp_path / "bot.db"))
    file.prepare(file.path.touch)
    assert file.same()
    stale = tmp_path / "bot.db-wal"
    stale.write_text("poison")
    file.prepare(lambda: None)
    assert stale.exists()
    file.path.rename(tmp_path / "former.db")
    file.prepare(file.path.touch)
    assert not stale.exists()
