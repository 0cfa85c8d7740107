"""Receivers under load become rows 1 and 2: how many deliveries a second, and how long GitLab waits for the answer."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.bench.generator import Order
from tests.bench.rows import Row, note
from tests.bench.servers import BARE, NOTHING, REAL, ROOT, SIGNING_TOKEN, serving
from tests.plumbing import postgres

ROUNDS = 3
BURST = 4.0
"""Seconds of full load a round and receiver."""
STEADY = 10.0
"""Seconds at GitLab.com's rate a round and receiver; two rounds."""
RATE = 220.0
SHARE, TIMES = 0.5, 3.0
"""The targets: at least this share of the throughput without storing, at most so many times its p99."""
NAMES = {NOTHING: "storing nothing", BARE: "bare Flask", "sqlite": "SQLite", "postgresql": "PostgreSQL"}
PAGE = 4_096
LOG_FILES = 5


@dataclass(frozen=True)
class Load:
    """What the generator saw: seconds it took, its own share of a core, and each answer's time in seconds."""

    seconds: float
    cpu: float
    failures: int
    times: list[float]

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        return percentile(self.times, share)


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def load(order: Order) -> Load:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.generator"], input=json.dumps(asdict(order)), text=True,
        capture_output=True, check=True, cwd=ROOT, timeout=order.seconds + 60,
    )  # fmt: skip
    return Load(**json.loads(done.stdout))


def receivers(folder: Path, stack: ExitStack) -> dict[str, int]:
    """Name -> port; PostgreSQL only where a server can be had."""
    found = {NOTHING: stack.enter_context(serving(NOTHING)), BARE: stack.enter_context(serving(BARE))}
    found["sqlite"] = stack.enter_context(serving(REAL, f"sqlite:///{folder / 'bot.db'}"))
    try:
        url = stack.enter_context(postgres.server(synced=True))
        wear_in(url)
        found["postgresql"] = stack.enter_context(serving(REAL, url))
    except postgres.NoPostgres as reason:
        note(f"!!! NOT MEASURED ON POSTGRESQL: {reason}")
    return found


def wear_in(url: str) -> None:
    """A server in use writes its log over old files; a new one stops everybody to fill and sync each."""
    # https://www.postgresql.org/docs/current/wal-configuration.html: a checkpoint recycles files up to min_wal_size.
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        for _ in range(LOG_FILES):
            connection.execute(text("SELECT pg_logical_emit_message(false, 'bench', 'a page'), pg_switch_wal()"))
        connection.execute(text("CHECKPOINT"))
        names = connection.execute(text("SELECT count(*) FROM pg_ls_waldir()")).scalar_one()
    note(f"PostgreSQL has {names} log files ready")


def throughput() -> Iterator[Row]:
    """Row 1."""
    with tempfile.TemporaryDirectory(dir=".") as folder, ExitStack() as stack:
        ports = receivers(Path(folder), stack)
        runs: dict[str, list[Load]] = {name: [] for name in ports}
        for turn in range(ROUNDS):
            for name, port in ports.items():
                note(f"row 1, round {turn + 1} of {ROUNDS}: {NAMES[name]}")
                runs[name].append(load(Order(port, SIGNING_TOKEN, BURST, most=30_000)))
        yield from _shares(runs)
        yield _generator(runs)
        yield _disk("fsync", os.fsync, Path(folder))
        yield _disk("fdatasync", os.fdatasync, Path(folder))


def _rate(runs: list[Load]) -> float:
    return statistics.median(run.per_second for run in runs)


def _shares(runs: dict[str, list[Load]]) -> Iterator[Row]:
    nothing = _rate(runs[NOTHING])
    for name in ("sqlite", "postgresql"):
        what = f"accepted deliveries/s, durable, {NAMES[name]}, against the same app storing nothing"
        if name not in runs:
            yield Row(1, what, f">= {SHARE}", "not measured: no PostgreSQL here")
            continue
        share = _rate(runs[name]) / nothing
        failed = sum(run.failures for run in runs[name])
        measured = f"{share:.2f} ({_rate(runs[name]):.0f}/s against {nothing:.0f}/s; {failed} failed)"
        yield Row(1, what, f">= {SHARE}", measured, share >= SHARE and not failed)
    bare = _rate(runs[BARE])
    yield Row(1, "a view that checks nothing and stores nothing, same gunicorn", "-", f"{bare:.0f}/s")


def _generator(runs: dict[str, list[Load]]) -> Row:
    busy = {name: statistics.median(run.cpu / run.seconds for run in loads) for name, loads in runs.items()}
    shown = ", ".join(f"{NAMES[name]} {share:.0%}" for name, share in busy.items())
    return Row(1, "the load generator's own share of a core", "-", shown)


def _disk(name: str, sync: Callable[[int], None], folder: Path, seconds: float = 2.0) -> Row:
    """How often this disk can be made sure of: a page appended and synced, again and again, by one process."""
    count, page, began = 0, b"x" * PAGE, time.perf_counter()
    with (folder / "synced").open("wb", buffering=0) as file:
        while time.perf_counter() - began < seconds:
            file.write(page)
            sync(file.fileno())
            count += 1
    return Row(1, f"bare {name} loop, one page of {PAGE} bytes each", "-", f"{count / seconds:.0f}/s")


def answer_times() -> Iterator[Row]:
    """Row 2."""
    with tempfile.TemporaryDirectory(dir=".") as folder, ExitStack() as stack:
        ports = receivers(Path(folder), stack)
        del ports[BARE]
        times: dict[str, list[float]] = {name: [] for name in ports}
        failed = dict.fromkeys(ports, 0)
        for turn in range(2):
            for name, port in ports.items():
                note(f"row 2, round {turn + 1} of 2: {NAMES[name]}")
                run = load(Order(port, SIGNING_TOKEN, STEADY, most=int(RATE * STEADY), rate=RATE))
                times[name] += run.times
                failed[name] += run.failures
        yield from _compared(times, failed)


def _compared(times: dict[str, list[float]], failed: dict[str, int]) -> Iterator[Row]:
    nothing = percentile(times[NOTHING], 0.99)
    for name in ("sqlite", "postgresql"):
        what = f"p99 of the answer at {RATE:.0f} deliveries/s, {NAMES[name]}, against the same app storing nothing"
        if name not in times:
            yield Row(2, what, f"<= {TIMES:.0f} x", "not measured: no PostgreSQL here")
            continue
        p99, median = percentile(times[name], 0.99), statistics.median(times[name])
        ratio = p99 / nothing
        measured = (
            f"{ratio:.1f} x ({p99 * 1000:.1f} ms against {nothing * 1000:.1f} ms; median {median * 1000:.1f} ms, "
            f"worst {max(times[name]) * 1000:.0f} ms, {len(times[name])} answers, {failed[name]} failed)"
        )
        yield Row(2, what, f"<= {TIMES:.0f} x", measured, ratio <= TIMES and not failed[name])
