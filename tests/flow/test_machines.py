"""Several machines work over one PostgreSQL: each thing is done once, and whoever is cut off is stood in for and heals.

These are real processes over real HTTP: `channel-bot serve` twice and three workers, each with lines of its own to
GitLab and to the database. `make soak` plays everything longer.
"""

from __future__ import annotations

import itertools
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import requests

from tests.flow.fleet import BOT_TOKEN, LEASE, Fleet, Machine, fleet, wait_for
from tests.plumbing.machine import RATE
from tests.soak import SOAK

pytestmark = pytest.mark.kills

ISSUES = 200 if SOAK else 24
FEW = 30 if SOAK else 5
GITLAB_WAITS = 10.0
"""Seconds that GitLab gives a receiver to answer."""
LISTS = 3
"""What is open, what was closed lately, and what the digest adds up: so often a sweep lists issues, whoever does it."""
_numbers = itertools.count()


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    pytest.importorskip("psycopg", reason="the extra `postgresql` is not installed")
    with fleet(tmp_path_factory.mktemp("fleet")) as made:
        for name in ("first", "second"):
            made.receiver(f"receiver-{name}")
        made.worker("anna")
        made.worker("bert", wrong_by=3600.0)
        made.worker("cleo", wrong_by=-3600.0)
        made.wait_for_machines()
        yield made


def test_each_issue_ends_right_and_nobody_works_beside_another(machines: Fleet) -> None:
    """Real signed webhooks through both receivers, doubled on the way; two of the machines have the wrong time."""
    machines.sandbox.desk.faults.place({"kind": "duplicate_hooks", "times": ISSUES // 2})
    iids = machines.issues(ISSUES)
    with ThreadPoolExecutor(3) as people:
        for start in range(3):
            people.submit(machines.prioritize, iids[start::3], "2")
    for iid in iids[: ISSUES // 2]:
        assert [machines.knock(receiver, f"both-{iid}", iid) for receiver in machines.receivers] == [200, 200]
    machines.settle(60)
    machines.assert_right(iids, "2")
    assert machines.overlaps() == []
    shares = Counter(look.worker for look in machines.held())
    assert min(shares[worker.name] for worker in machines.workers) > 0, shares


@pytest.mark.skipif(
    not SOAK, reason="three minutes, so only in `make soak`; the test below does it with a quicker rate"
)
def test_sixty_comments_a_minute_and_everything_arrives(tmp_path: Path) -> None:
    """The shipped number, three machines, and a GitLab that refuses the 61st comment of a minute."""
    with fleet(tmp_path) as made:
        made.sandbox.desk.limits.scale = 1
        made.receiver("receiver")
        for name in ("anna", "bert", "cleo"):
            made.worker(name, pace="real")
        made.wait_for_machines()
        iids = made.issues(100)
        made.settle(300)
        assert [iid for iid in iids if len(made.comments(iid)) != 1] == []
        notes = made.calls("POST", "/notes")
        assert {call["status"] for call in notes} == {201}
        moments = sorted(datetime.fromisoformat(call["at"]).timestamp() for call in notes)
        assert max(sum(1 for at in moments if first <= at < first + 60) for first in moments) <= 60


def test_all_machines_together_keep_to_the_rate_of_comments(machines: Fleet) -> None:
    """What the first story wrote: never more within any time than the shared budget gives, and nobody was refused."""
    notes = machines.calls("POST", "/notes")
    moments = sorted(datetime.fromisoformat(call["at"]).timestamp() for call in notes)
    assert {call["status"] for call in notes} == {201}
    assert len(moments) > RATE.burst
    for first, last in itertools.combinations(range(len(moments)), 2):
        allowed = RATE.burst + (moments[last] - moments[first] + 0.25) / RATE.step
        assert last - first + 1 <= allowed


@pytest.mark.parametrize("how", ["cut", "hang"] if SOAK else ["hang"])
def test_a_machine_cut_off_is_stood_in_for_and_heals(machines: Fleet, how: str) -> None:
    """First one loses GitLab and one the database; then these heal and a third loses both."""
    anna, bert, cleo = machines.workers
    iids = machines.issues(FEW, description="DRI: @cam-emea")
    for line in (anna.gitlab, bert.store):
        getattr(line, how)()
    machines.prioritize(iids, "3")
    machines.settle(LEASE * 8)
    machines.assert_right(iids, "3")
    for line in (anna.gitlab, bert.store):
        line.heal()
    for line in cleo.lines:
        getattr(line, how)()
    more = machines.issues(FEW)
    machines.prioritize(more, "1")
    machines.settle(LEASE * 8)
    machines.assert_right(more, "1")
    for line in cleo.lines:
        line.heal()
    _everybody_works(machines)


def _answers(machines: Fleet, receiver: Machine, id_: str, iid: int) -> tuple[list[int], float]:
    """What four senders at once hear, and how long the slowest waits for it."""
    began = time.monotonic()
    with ThreadPoolExecutor(4) as senders:
        statuses = list(senders.map(lambda number: machines.knock(receiver, f"{id_}-{number}", iid), range(4)))
    return statuses, time.monotonic() - began


def _everybody_works(machines: Fleet) -> None:
    """Without being started again."""
    before = len(machines.held())

    def share() -> bool:
        iids = machines.issues(4)
        machines.prioritize(iids, "4")
        machines.settle()
        done = {look.worker for look in machines.held()[before:] if look.outcome == "Done"}
        return len(done) == len(machines.workers)

    wait_for("every machine works again", share, 90)
    assert [machine.process.poll() for machine in (*machines.workers, *machines.receivers)] == [None] * 5


def test_a_machine_that_sleeps_past_its_lease_makes_a_double_that_is_healed(machines: Fleet) -> None:
    """Its comment is on the way while it is frozen, and arrives after another machine has written the same one."""
    for worker in machines.workers:
        worker.gitlab.hold(b"POST /api/v4/projects")
    (iid,) = machines.issues(1)
    wait_for("somebody wants to comment", lambda: any(one.gitlab.caught.is_set() for one in machines.workers))
    (sleeper,) = [one for one in machines.workers if one.gitlab.caught.is_set()]
    sleeper.freeze()
    for worker in machines.workers:
        if worker is not sleeper:
            worker.gitlab.release()
    wait_for("another machine has commented", lambda: machines.comments(iid), LEASE * 4)
    first = machines.comments(iid)
    sleeper.gitlab.release()
    wait_for("the late comment arrives", lambda: len(machines.calls("POST", f"/issues/{iid}/notes")) == 2)
    sleeper.thaw()
    wait_for("the double is gone", lambda: machines.comments(iid) == first, 20)
    machines.settle()
    assert machines.comments(iid) == first


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT] if SOAK else [signal.SIGINT])
def test_the_database_restarts_under_load(machines: Fleet, how: signal.Signals) -> None:
    """Every process comes back by itself; what was answered with 200 is done, the rest was answered with 503."""
    (iid,) = machines.issues(1)
    machines.settle()
    answers: dict[str, int] = {}

    def knock(seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            id_ = f"load-{how.name}-{next(_numbers)}"
            answers[id_] = machines.knock(machines.receivers[len(answers) % 2], id_, iid)

    with ThreadPoolExecutor(2) as senders:
        load = [senders.submit(knock, 2.0) for _ in range(2)]
        time.sleep(0.3)
        machines.server.stop(how)
        time.sleep(0.5)
        machines.server.start()
        for one in load:
            one.result()
    assert set(answers.values()) <= {200, 503}
    kept = {row[0] for row in machines.ask("SELECT id FROM deliveries WHERE id LIKE 'load-%'")}
    assert {id_ for id_, status in answers.items() if status == 200} <= kept
    machines.settle()
    _everybody_works(machines)


@pytest.mark.parametrize("how", ["cut", "hang"] if SOAK else ["hang"])
def test_a_receiver_without_its_store_says_so_in_time_and_heals(machines: Fleet, how: str) -> None:
    """503 within the time that GitLab waits, while the other receiver takes everything."""
    first, second = machines.receivers
    (iid,) = machines.issues(1)
    machines.settle()
    getattr(first.store, how)()
    statuses, seconds = _answers(machines, first, f"away-{how}", iid)
    assert statuses == [503] * 4
    assert seconds < GITLAB_WAITS
    assert _answers(machines, second, f"there-{how}", iid)[0] == [200] * 4
    first.store.heal()
    wait_for("it stores again", lambda: _answers(machines, first, f"again-{next(_numbers)}", iid)[0] == [200] * 4)
    machines.settle()


def test_sweeps_asked_of_both_machines_at_once_end_well_and_list_once_each(machines: Fleet) -> None:
    iids = machines.issues(5)
    machines.settle()
    requests.delete(f"{machines.sandbox.url}/sandbox/requests", timeout=10)
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    with ThreadPoolExecutor(2) as askers:
        asked = [
            askers.submit(requests.post, f"{one.url}/sweep", json={"full": True}, headers=headers, timeout=10)
            for one in machines.receivers
        ]
        ids = [one.result().json()["id"] for one in asked]

    def states() -> list[tuple[str, str | None]]:
        rows = {row[0]: row[1:] for row in machines.ask("SELECT id, state, error FROM sweeps")}
        return [rows[id_] for id_ in ids]

    wait_for("both sweeps are done", lambda: states() == [("done", None)] * 2, 30)
    listings = machines.calls("GET", "")
    lists = [call["path"] for call in listings if "/groups/" in call["path"] and "/issues?" in call["path"]]
    pages = -(-len(machines.sandbox.world.issues) // 100)
    assert len(lists) <= len(ids) * LISTS * pages
    assert machines.ask("SELECT count(*) FROM cursors WHERE name LIKE 'sweep %'") == [(0,)]
    assert [len(machines.comments(iid)) for iid in iids] == [1] * 5
