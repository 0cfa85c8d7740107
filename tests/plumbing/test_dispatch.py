"""From due subjects to threads and back: rules 4 and 9 of the flow, with real time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import structlog

from bot.dispatch import Dispatcher
from bot.domain.subject import CALENDAR, Subject
from bot.errors import TryLater
from bot.inbox import Again, Dead, Done, Inbox, Lease, Outcome, Timing
from bot.store.database import Database, StoreUnavailable
from tests.plumbing.conftest import Opener
from tests.plumbing.webhooks import arrived

QUICK = Timing(quiet=0.05, patience=0.2, lease=1.0, heartbeat=0.2, backoff=0.05, longest_backoff=0.2)
ISSUES = [Subject.issue(77, iid) for iid in range(1, 101)]


@pytest.fixture
def inbox(database_url: str, opened: Opener) -> Inbox:
    """Opened as the worker does, on real time."""
    return Inbox(opened(database_url, durable=False), QUICK)


@contextmanager
def working(inbox: Inbox, work: Callable[[Lease], Outcome], threads: int = 4, owner: str = "w") -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=Dispatcher(inbox, work, owner=owner, threads=threads).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)
        assert not thread.is_alive()


def until(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not claim():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def test_everything_marked_is_worked_once(inbox: Inbox) -> None:
    seen: Counter[str] = Counter()
    inbox.mark(ISSUES, "test")

    def work(lease: Lease) -> Outcome:
        seen[lease.subject.key] += 1
        return Done()

    with working(inbox, work):
        until(lambda: inbox.pending() == 0)
    assert seen == {issue.key: 1 for issue in ISSUES}


def test_a_waiting_worker_notices_a_delivery_of_another_process(
    inbox: Inbox, database_url: str, opened: Opener
) -> None:
    receiver = Inbox(opened(database_url), QUICK)
    worked = threading.Event()

    def work(_: Lease) -> Outcome:
        worked.set()
        return Done()

    with working(inbox, work):
        time.sleep(0.3)
        receiver.accept(arrived("d1", 1), b"{}")
        assert worked.wait(5)


def test_rule_4_fifty_deliveries_within_a_second_are_at_most_two_looks(database_url: str, opened: Opener) -> None:
    receiver, worker = Inbox(opened(database_url)), Inbox(opened(database_url, durable=False))
    looks: list[int] = []

    def work(lease: Lease) -> Outcome:
        looks.append(lease.generation)
        return Done()

    with working(worker, work):
        for number in range(50):
            receiver.accept(arrived(f"d{number}", 1), b"{}")
            time.sleep(0.015)
        until(lambda: worker.pending() == 0)
    assert len(looks) <= 2
    assert looks[-1] == 50


def test_rule_4_a_long_piece_of_work_keeps_its_lease_by_heartbeats(inbox: Inbox) -> None:
    inbox.mark([CALENDAR], "test", now=True)
    attempts: list[int] = []

    def work(lease: Lease) -> Outcome:
        attempts.append(lease.attempts)
        time.sleep(2.5 * QUICK.lease)
        assert lease.outlasts(0)
        return Done()

    with working(inbox, work):
        until(lambda: inbox.pending() == 0)
    assert attempts == [1]


def test_rule_9_what_raises_is_tried_again_and_then_parked(inbox: Inbox) -> None:
    inbox.mark(ISSUES[:2], "test", now=True)

    def work(lease: Lease) -> Outcome:
        if lease.subject == ISSUES[0]:
            raise ValueError("a rule broke")
        return Done()

    with structlog.testing.capture_logs() as logs, working(inbox, work):
        until(lambda: bool(inbox.dead_letters()))
    (letter,) = inbox.dead_letters()
    assert (letter.name, letter.attempts, letter.reason) == (ISSUES[0].key, 8, "ValueError: a rule broke")
    assert len([entry for entry in logs if entry["event"] == "working on a subject failed"]) == 8


def test_stopping_finishes_what_is_in_hand_and_claims_nothing_more(inbox: Inbox) -> None:
    inbox.mark(ISSUES, "test", now=True)
    begun = threading.Event()
    ended: list[str] = []

    def work(lease: Lease) -> Outcome:
        begun.set()
        time.sleep(0.3)
        ended.append(lease.subject.key)
        return Done()

    with working(inbox, work, threads=3):
        begun.wait(5)
    assert 0 < len(ended) < 20
    assert inbox.pending() == 100 - len(ended)


def test_outcomes_are_counted(inbox: Inbox) -> None:
    inbox.mark([*ISSUES[:3], CALENDAR], "test", now=True)
    with working(inbox, lambda lease: Dead("no") if lease.subject == CALENDAR else Done()):
        until(lambda: inbox.pending() == 0)
    counts = {count.labels: count.value for count in inbox.counters() if count.name == "subjects_worked"}
    assert counts == {(("kind", "issue"), ("outcome", "done")): 3, (("kind", "calendar"), ("outcome", "dead")): 1}


def test_a_worker_survives_a_store_that_is_away_for_a_while(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Database.begin
    away = threading.Event()

    def begin(self: Database) -> object:
        if away.is_set():
            raise StoreUnavailable("the server is away")
        return whole(self)

    monkeypatch.setattr(Database, "begin", begin)
    inbox.mark([CALENDAR], "test", now=True)

    def work(_: Lease) -> Outcome:
        away.set()
        threading.Timer(0.8, away.clear).start()
        return Done()

    with structlog.testing.capture_logs() as logs, working(inbox, work):
        until(lambda: inbox.pending() == 0)
    assert any(entry["event"].startswith("the store cannot be used") for entry in logs)


def test_draining_works_until_nothing_is_left(inbox: Inbox) -> None:
    inbox.mark(ISSUES, "sweep", now=True)
    tries: Counter[str] = Counter()

    def work(lease: Lease) -> Outcome:
        tries[lease.subject.key] += 1
        return Done() if lease.subject != CALENDAR or tries[lease.subject.key] > 1 else Again(0.05, "busy")

    inbox.mark([CALENDAR], "sweep", now=True)
    Dispatcher(inbox, work, owner="sweep").drain(None, timeout=20)
    assert (inbox.pending(), len(tries), tries[CALENDAR.key]) == (0, 101, 2)


def test_draining_some_keys_waits_for_another_worker_that_holds_them(inbox: Inbox) -> None:
    inbox.mark([CALENDAR], "test", now=True)
    (lease,) = inbox.claim("another", 1)
    threading.Timer(0.4, lambda: inbox.settle(lease, Done())).start()
    Dispatcher(inbox, lambda _: Dead("never asked"), owner="sweep").drain([CALENDAR.key], timeout=20)
    assert (inbox.pending(), inbox.dead_letters()) == (0, [])


def test_draining_gives_up_after_its_time(inbox: Inbox) -> None:
    inbox.mark([CALENDAR], "test", now=True)
    with pytest.raises(TryLater, match="1 subjects still need a look"):
        Dispatcher(inbox, lambda _: Again(60, "busy"), owner="sweep").drain([CALENDAR.key], timeout=0.3)


def test_draining_leaves_dead_letters_to_a_person(inbox: Inbox) -> None:
    inbox.mark([CALENDAR], "test", now=True)
    Dispatcher(inbox, lambda _: Dead("no access"), owner="sweep").drain(None, timeout=20)
    assert [letter.reason for letter in inbox.dead_letters()] == ["no access"]


def test_work_may_drain_further_subjects_itself(inbox: Inbox) -> None:
    """As a sweep asked for over HTTP does, even with a single thread."""
    sweep = Subject("sweep", "s1")
    inbox.mark([sweep], "asked", now=True)
    done: list[str] = []

    def work(lease: Lease) -> Outcome:
        if lease.subject == sweep:
            inbox.mark(ISSUES[:10], "sweep", now=True)
            dispatcher.drain([issue.key for issue in ISSUES[:10]], timeout=20)
        done.append(lease.subject.key)
        return Done()

    dispatcher = Dispatcher(inbox, work, owner="w", threads=1)
    dispatcher.drain([sweep.key], timeout=20)
    assert sorted(done[:-1]) == sorted(issue.key for issue in ISSUES[:10])
    assert done[-1] == sweep.key


def test_workers_with_one_name_take_numbers(inbox: Inbox) -> None:
    one, two = inbox.enter("w"), inbox.enter("w")
    assert one != two
    inbox.leave(one)
    if inbox.database.kind == "sqlite":
        assert inbox.enter("w") == one
    inbox.leave(two)
    inbox.leave("nobody")
