"""Receiver and worker are killed while people work: nothing is lost, nothing is doubled, the end is the right one.

KILLS is how many kill -9 each database sees (`make soak`: 200); SEED repeats a run's choices.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from bot.inbox import Inbox
from bot.store.database import Database
from tests.flow.crowd import Lane, play, script
from tests.flow.ending import BOT, Ending, ending
from tests.flow.havoc import Havoc
from tests.load import Live, live, wait_until
from tests.plumbing import postgres
from tests.soak import long, sample
from tests.stage import GROUP, HOME, stage

pytestmark = pytest.mark.kills

KILLS = int(os.environ.get("KILLS", "3"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
SOAK = KILLS > 20
ISSUES = max(7, KILLS)
MANY = 100_000
"""More issues than there are: one sweep may change them all."""
COUNTS = "priority_cap"
"""Counts the issues of a window as they are when it looks at one: what it says depends on who was moved first."""
PER_KILL = 1.2
"""Seconds: the mean pause between two kills."""
SETTLE = 180.0 if SOAK else 60.0


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bot.db'}"
        return
    pytest.importorskip("psycopg", reason="the extra `postgresql` is not installed")
    try:
        with postgres.server() as url:
            yield url
    except postgres.NoPostgres as reason:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {reason}")


@contextmanager
def patient_pair(folder: Path, url: str) -> Iterator[Live]:
    """A pair whose comments are not paced and whose hooks stay on: how those behave is proved elsewhere."""
    with live(folder, "--database", url) as pair:
        site = Path(pair.told["config_dir"]) / "site.yml"
        site.write_text(yaml.safe_dump(yaml.safe_load(site.read_text()) | {"notes_per_minute": 60_000}))
        (site.parent / f"{COUNTS}.yml").write_text("enabled: false\n")
        pair.desk("PUT", "limits", {"on": False})
        pair.desk("PUT", "hooks", {"auto_disable": False, "per_minute": None})
        pair.replace("worker")
        yield pair


def story(seed: int) -> tuple[Lane, ...]:
    return script(seed, ISSUES, datetime.now(UTC).date())


@cache
def without_faults(seed: int) -> Ending:
    """The end that the story comes to when nobody sends webhooks, nothing fails, and one sweep follows."""
    with TemporaryDirectory() as folder, stage(Path(folder)) as quiet:
        capped = replace(quiet.config.settings[COUNTS], enabled=False)  # type: ignore[type-var]  # all dataclasses
        quiet.config = replace(quiet.config, settings={**quiet.config.settings, COUNTS: capped})
        quiet.play()
        quiet.sweep(allow=MANY)
        play(story(seed), quiet.as_)
        quiet.sweep(allow=MANY)
        return ending(quiet.as_("cam-emea"))


@dataclass(frozen=True)
class Answered:
    """Deliveries that got a 2xx, by their id, and what the inbox says became of them."""

    knocks: set[str]
    hooks: set[str]
    states: Mapping[str, str]

    @property
    def lost(self) -> list[str]:
        return sorted(id_ for id_ in self.knocks | self.hooks if self.states.get(id_) != "done")


def answered(pair: Live, knocks: set[str]) -> Answered:
    database = Database(pair.told["env"]["DATABASE_URL"])
    try:
        states = {one.id: one.state for one in Inbox(database).deliveries(1_000_000)}
    finally:
        database.dispose()
    return Answered(set(knocks), set(hooks_answered(pair)), states)


def hooks_answered(pair: Live) -> Iterator[str]:
    """The webhooks that GitLab's own history shows as answered well."""
    group = pair.client("root").groups.get(GROUP)
    for hook in group.hooks.list(get_all=True):
        path = f"/groups/{group.id}/hooks/{hook.id}/events"
        for event in group.manager.gitlab.http_list(path, iterator=True, per_page=20):
            if str(event["response_status"]).startswith("2"):
                yield event["request_headers"]["Idempotency-Key"]


def writes(pair: Live) -> list[Mapping[str, Any]]:
    return [call for call in pair.desk("GET", "requests") if call["user"] == BOT and call["method"] != "GET"]


def comments(pair: Live) -> int:
    return sum(call["method"] == "POST" and call["path"].endswith("/notes") for call in writes(pair))


def sweep_finds_nothing(pair: Live) -> None:
    pair.settle(SETTLE)
    pair.desk("DELETE", "requests")
    pair.sweep()
    assert writes(pair) == []


def dead_letters(pair: Live) -> list[str]:
    database = Database(pair.told["env"]["DATABASE_URL"])
    try:
        return [f"{letter.name}: {letter.reason}" for letter in Inbox(database).dead_letters()]
    finally:
        database.dispose()


def free_leases_of_the_dead(pair: Live) -> None:
    """On PostgreSQL a dead worker's leases run out after 30 s; in the short run those are over now."""
    url = pair.told["env"]["DATABASE_URL"]
    if not SOAK and url.startswith("postgresql"):
        import psycopg

        with psycopg.connect(url) as connection:
            alive = f"%:{pair.told['pids']['worker']}:%"
            connection.execute("UPDATE subjects SET lease_until = 0 WHERE owner NOT LIKE %s", (alive,))


def edits(lanes: tuple[Lane, ...]) -> int:
    return sum(lane.steps for lane in lanes)


def tell(capsys: pytest.CaptureFixture[str], line: str) -> None:
    with capsys.disabled():
        print(f"\n{line}")  # noqa: T201 - the run's numbers and its seed are what it is for


def assert_same(found: Ending, right: Ending) -> None:
    assert found.doubled == []
    assert found.issues.keys() == right.issues.keys()
    different = [
        f"{title}: {name} is {value!r}, not {right.issues[title][name]!r}"
        for title, seen in found.issues.items()
        for name, value in seen.items()
        if value != right.issues[title][name]
    ]
    assert different == []
    assert found.milestones == right.milestones


@pytest.mark.parametrize("kind", sample(["sqlite", "postgresql"], "sqlite"))
def test_kills_lose_and_double_nothing(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lanes, right, began = story(SEED), without_faults(SEED), time.monotonic()
    with database_of(kind, tmp_path) as url, patient_pair(tmp_path, url) as pair:
        havoc = Havoc(pair, random.Random(SEED))
        havoc.knock(pair.client("root").projects.get(HOME).id, ISSUES + 10, 10)
        with crowd(lanes, pair, KILLS * PER_KILL):
            havoc.kill(KILLS)
        havoc.end()
        free_leases_of_the_dead(pair)
        pair.settle(SETTLE)
        result = answered(pair, havoc.accepted)
        assert dead_letters(pair) == []
        pair.sweep()
        sweep_finds_nothing(pair)
        found = ending(pair.client("cam-emea"))
    tell(
        capsys,
        f"kills on {kind}: seed {SEED}, {sum(havoc.kills.values())} kills {dict(havoc.kills)}, {edits(lanes)} edits, "
        f"accepted {len(result.knocks)} knocks ({havoc.unanswered} of {havoc.knocks} unanswered) and "
        f"{len(result.hooks)} webhooks, lost {len(result.lost)}, doubled {len(found.doubled)}, "
        f"twins healed {found.healed}, {time.monotonic() - began:.0f} s",
    )
    assert result.lost == []
    assert result.knocks
    assert result.hooks
    assert_same(found, right)


@long
def test_any_mix_of_faults_and_one_sweep_end_like_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Kills, a GitLab that fails, webhooks lost, doubled and reordered, and the database deleted in the middle."""
    kills = max(KILLS // 2, 3)
    lanes, right, began = story(SEED + 1), without_faults(SEED + 1), time.monotonic()
    with patient_pair(tmp_path, f"sqlite:///{tmp_path / 'bot.db'}") as pair:
        havoc = Havoc(pair, random.Random(SEED + 1))
        havoc.knock(pair.client("root").projects.get(HOME).id, ISSUES + 10, 10)
        havoc.spoil(10 * kills, PER_KILL / 6)
        with crowd(lanes, pair, kills * PER_KILL):
            havoc.kill(kills - kills // 3)
            wait_until("the bot has commented", lambda: comments(pair) >= 3, SETTLE)
            (tmp_path / "bot.db").unlink()
            havoc.kill(kills // 3)
        havoc.end()
        pair.settle(SETTLE)
        pair.sweep()
        pair.settle(SETTLE)
        found = ending(pair.client("cam-emea"))
        assert dead_letters(pair) == []
        sweep_finds_nothing(pair)
    tell(
        capsys,
        f"faults on sqlite: seed {SEED}, {kills} kills, {havoc.faults} orders of faults, the database deleted once, "
        f"{edits(lanes)} edits, doubled {len(found.doubled)}, twins healed {found.healed}, "
        f"{time.monotonic() - began:.0f} s",
    )
    assert_same(found, right)


@contextmanager
def crowd(lanes: tuple[Lane, ...], pair: Live, seconds: float) -> Iterator[None]:
    """People work meanwhile; leaving waits until they have done everything."""
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        playing = pool.submit(play, lanes, pair.client, seconds=seconds)
        yield
        playing.result(timeout=seconds + 120)
