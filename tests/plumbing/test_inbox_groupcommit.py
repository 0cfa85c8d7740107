"""Group commit: shared, in order, and never answered before the commit."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.inbox import Inbox, Lease
from bot.queue.groupcommit import GroupCommit
from bot.store.database import Database
from tests.plumbing.webhooks import arrived


def test_those_who_arrive_together_share_a_commit_and_each_gets_its_own_result() -> None:
    batches: list[list[int]] = []

    def commit(items: Sequence[int]) -> list[int]:
        batches.append(list(items))
        time.sleep(0.01)
        return [item * 2 for item in items]

    group = GroupCommit(commit)
    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(group.submit, range(500))) == [item * 2 for item in range(500)]
    assert sorted(item for batch in batches for item in batch) == list(range(500))
    assert len(batches) < 100


def test_nobody_is_answered_before_the_commit_of_his_own_item() -> None:
    committed: set[int] = set()
    early: list[int] = []

    def commit(items: Sequence[int]) -> list[None]:
        time.sleep(0.002)
        committed.update(items)
        return [None] * len(items)

    group: GroupCommit[int, None] = GroupCommit(commit)

    def send(item: int) -> None:
        group.submit(item)
        if item not in committed:
            early.append(item)

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(send, range(1000)))
    assert (early, len(committed)) == ([], 1000)


def test_one_alone_waits_for_nobody() -> None:
    group: GroupCommit[int, int] = GroupCommit(list)
    assert [group.submit(item) for item in range(3)] == [0, 1, 2]


def test_a_failed_commit_fails_its_own_items_only() -> None:
    inside, go_on = threading.Event(), threading.Event()

    def commit(items: Sequence[str]) -> list[str]:
        if "first" in items:
            inside.set()
            go_on.wait(5)
            raise ValueError("disk full")
        return list(items)

    group: GroupCommit[str, str] = GroupCommit(commit)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(group.submit, "first")
        inside.wait(5)
        others = [pool.submit(group.submit, name) for name in ("second", "third")]
        time.sleep(0.05)
        go_on.set()
        with pytest.raises(ValueError, match="disk full"):
            first.result()
        assert [other.result(timeout=5) for other in others] == ["second", "third"]


@pytest.mark.unmeasured
def test_fifty_threads_lose_and_double_nothing(database: Database) -> None:
    inbox = Inbox(database)

    def send(number: int) -> bool:
        return inbox.accept(arrived(f"d{number % 500}", number % 7 + 1), b"{}").fresh

    with ThreadPoolExecutor(50) as pool:
        assert all(pool.map(send, range(600)))
    assert len(inbox.deliveries(1000)) == 500
    generations = {lease.subject.ref: lease.generation for lease in _due(inbox)}
    assert len(generations) == 7
    # Those of one commit share a generation, and no delivery asks for more than one.
    assert all(1 <= generation <= 600 for generation in generations.values())


def _due(inbox: Inbox) -> list[Lease]:
    time.sleep(0.6)
    return inbox.claim("w", 10)


def test_a_rehearsal_leaves_nothing_behind(inbox: Inbox) -> None:
    inbox.rehearse()
    assert inbox.pending() == 0
    assert inbox.deliveries() == []
    assert inbox.counters() == []
    assert inbox.accept(arrived("rehearsal", 1), b"{}").fresh
