"""The shared token bucket, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.pace import Pace, Rate
from bot.store.database import Database
from tests.plumbing.clocks import Clock

NOTES = Rate(per_minute=60, burst=5)


@pytest.fixture
def pace(database: Database, clock: Clock) -> Pace:
    return Pace(database, clock)


def test_a_burst_goes_out_and_then_one_a_second(pace: Pace, clock: Clock) -> None:
    assert [pace.take("notes", NOTES) for _ in range(5)] == [0.0] * 5
    assert pace.take("notes", NOTES) == pytest.approx(1)
    clock.pass_(0.4)
    assert pace.take("notes", NOTES) == pytest.approx(0.6)
    clock.pass_(0.6001)
    assert pace.take("notes", NOTES) == 0.0
    assert pace.take("notes", NOTES) > 0.9


def test_rest_gives_the_burst_back_and_no_more(pace: Pace, clock: Clock) -> None:
    for _ in range(5):
        pace.take("notes", NOTES)
    clock.pass_(3600)
    assert [pace.take("notes", NOTES) == 0.0 for _ in range(7)] == [True] * 5 + [False] * 2


def test_buckets_do_not_share(pace: Pace) -> None:
    one = Rate(per_minute=1, burst=1)
    assert pace.take("notes", one) == 0.0
    assert pace.take("notes", one) == pytest.approx(60)
    assert pace.take("issues", one) == 0.0


def test_when_gitlab_names_a_time_nobody_takes_before_and_then_one_by_one(pace: Pace, clock: Clock) -> None:
    pace.hold("notes", NOTES, 30)
    pace.hold("notes", NOTES, 10)
    assert pace.take("notes", NOTES) == pytest.approx(30)
    clock.pass_(30.001)
    assert pace.take("notes", NOTES) == 0.0
    assert pace.take("notes", NOTES) == pytest.approx(1, abs=0.01)


def test_all_workers_share_one_bucket(database: Database) -> None:
    rate = Rate(per_minute=0.1, burst=20)

    def worker(_: int) -> float:
        return Pace(database).take("notes", rate)

    with ThreadPoolExecutor(10) as pool:
        taken = [wait for wait in pool.map(worker, range(60)) if wait == 0.0]
    assert len(taken) == 20
