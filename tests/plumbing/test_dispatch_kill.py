"""kill -9 of a worker at any moment: nothing is lost, and its successor takes over."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.domain.subject import CALENDAR, Subject
from bot.inbox import Inbox
from tests.plumbing.conftest import Opener
from tests.soak import SOAK

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.kills, pytest.mark.unmeasured]


@contextmanager
def claimer(url: str, seconds: float, lease: float) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.plumbing.claimer", url, str(seconds), str(lease)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def rest_of(process: subprocess.Popen[str]) -> set[str]:
    """The subjects it ended, as far as it could say so."""
    assert process.stdout is not None
    return {text.split()[1] for text in process.stdout.read().splitlines() if text.startswith("end")}


def wait_for(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not claim():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


@pytest.fixture
def inbox(database_url: str, opened: Opener) -> Inbox:
    return Inbox(opened(database_url))


def test_rule_4_a_killed_workers_subject_is_worked_by_its_successor(inbox: Inbox, database_url: str) -> None:
    """On one host at once, though the lease has half an hour left; over a network when the lease has run out."""
    lease = 1800.0 if inbox.database.kind == "sqlite" else 1.5
    inbox.mark([CALENDAR], "test", now=True)
    with claimer(database_url, 60, lease) as first:
        assert line(first) == "begin calendar: 1"
        first.kill()
    assert inbox.pending() == 1
    with claimer(database_url, 0, lease) as second:
        assert line(second) == "begin calendar: 2"
        assert line(second) == "end calendar: 1"
        wait_for(lambda: inbox.pending() == 0)


def test_rule_9_a_subject_that_kills_its_worker_ends_among_the_dead_letters(inbox: Inbox, database_url: str) -> None:
    if inbox.database.kind != "sqlite":
        pytest.skip("the same statements as on SQLite, but eight leases to wait for")
    inbox.mark([CALENDAR], "test", now=True)
    for attempt in range(1, 9):
        with claimer(database_url, 60, 30) as worker:
            assert line(worker) == f"begin calendar: {attempt}"
    with claimer(database_url, 60, 30):
        wait_for(lambda: bool(inbox.dead_letters()))
    assert [letter.name for letter in inbox.dead_letters()] == ["calendar:"]


def test_nothing_is_lost_over_many_kills(inbox: Inbox, database_url: str) -> None:
    issues = [Subject.issue(77, iid) for iid in range(1, 61)]
    inbox.mark(issues, "test", now=True)
    dice = random.Random(20461)
    ended: set[str] = set()
    for kill in range(40 if SOAK else 4):
        with claimer(database_url, 0.05, 1.5) as worker:
            # The first line means it is at work; killed a moment later, in the middle of a piece or between two.
            line(worker)
            time.sleep(dice.uniform(0, 0.3))
            worker.kill()
            ended |= rest_of(worker)
        inbox.mark(issues[kill % 50 : kill % 50 + 2], "again", now=True)
    with claimer(database_url, 0.01, 1.5) as worker:
        wait_for(lambda: inbox.pending() == 0)
        worker.kill()
        ended |= rest_of(worker)
    assert inbox.dead_letters() == []
    assert ended == {issue.key for issue in issues}
