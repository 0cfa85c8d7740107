"""The sandbox's request log becomes rows 4 to 6: what sweeps cost GitLab."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import yaml

from tests.bench.rows import Row, note
from tests.bench.servers import ROOT
from tests.direct import over_sockets
from tests.stage import MARK_KEY, Stage, stage

SIZES = (200, 1_000, 3_000)
CONSTANT = 20
NOON = "2026-11-25T19:00:00Z"
"""Noon where the team is, so that no day ends while a sweep is being measured."""
COMPLETE = {"description": "DRI: @cam-emea", "due_date": "2027-01-10", "labels": "Channel"}


@contextmanager
def scene(*, recurring: bool = False) -> Iterator[tuple[Stage, Path]]:
    """A stage, and the folder that has its `config`; `recurring`: all that recurs as shipped, else nothing."""
    keys = [*yaml.safe_load((ROOT / "config" / "recurrences.yml").read_text())] if recurring else []
    with (
        tempfile.TemporaryDirectory() as folder,
        over_sockets("the benchmark"),
        stage(Path(folder), recurring=keys) as made,
    ):
        requests.put(f"{made.sandbox.url}/sandbox/clock", json={"now": NOON}, timeout=10).raise_for_status()
        made.play()
        yield made, Path(folder)


def populate(on: Stage, upto: int, have: int) -> None:
    """Most lack nothing; every tenth comes to a comment by the bot that stays, and every tenth to a weight."""
    me = on.as_("cam-emea").users.list(username="cam-emea", get_all=True)[0].id
    home = on.home()
    for number in range(have, upto):
        fields: dict[str, Any] = {**COMPLETE, "assignee_ids": [me], "title": f"Chore {number}"}
        if number % 10 == 0:
            fields["due_date"] = None
        if number % 10 == 1:
            fields["labels"] = "Channel,Channel Priority:2"
        home.issues.create(fields)


def full_sweeps() -> Iterator[Row]:
    """Row 4: the sweep runs in a process of its own, so that memory and time are the bot's alone."""
    results: dict[int, dict[str, float]] = {}
    with scene(recurring=True) as (on, folder):
        have = 0
        for size in SIZES:
            note(f"row 4: {size} issues")
            populate(on, size, have)
            have = size
            # What the first one opens and writes, the second one finds settled.
            sweep(on, folder)
            sweep(on, folder)
            on.forget_calls()
            results[size] = sweep(on, folder)
            calls, most = len(on.calls()), math.ceil(there(on) / 100) + CONSTANT
            measured = f"{calls} calls, {len(on.calls(writes=True))} writes"
            yield Row(4, f"full sweep of {size} issues, nothing to do: calls", f"<= {most}", measured, calls <= most)
    yield _linear("the bot's own CPU time", {size: result["cpu"] for size, result in results.items()})
    yield _linear("time, the sandbox's included", {size: result["seconds"] for size, result in results.items()})
    yield _flat({size: result["growth"] for size, result in results.items()})


def there(on: Stage) -> int:
    """How many issues are open, with those that the bot opened because they recur."""
    return sum(one.state == "opened" for one in list(on.sandbox.world.issues.values()))


def _linear(what: str, seconds: Mapping[int, float]) -> Row:
    each = {size: took / size * 1000 for size, took in seconds.items()}
    measured = ", ".join(f"{size}: {seconds[size]:.2f} s ({each[size]:.2f} ms an issue)" for size in SIZES)
    return Row(4, f"full sweep: {what}", "linear", measured, each[SIZES[-1]] <= 1.5 * each[SIZES[0]])


def _flat(growth: Mapping[int, float]) -> Row:
    measured = ", ".join(f"{size}: {growth[size]:.1f} MB" for size in SIZES)
    flat = growth[SIZES[-1]] <= growth[SIZES[0]] + 5.0
    return Row(4, "full sweep: growth of the process's peak memory", "flat", measured, flat)


def sweep(on: Stage, folder: Path) -> dict[str, float]:
    """A full sweep by a new process; see `sweeping`."""
    order = {
        "config": str(folder / "config"),
        "token": on.tokens["channel-bot"],
        "key": MARK_KEY,
        "database": f"sqlite:///{folder / 'bot.db'}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.sweeping"], input=json.dumps(order), text=True, capture_output=True,
        cwd=ROOT, timeout=600, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def incremental_sweep(size: int = 300, changed: int = 20, commented: int = 5) -> Iterator[Row]:
    """Row 5."""
    note("row 5")
    with scene(recurring=True) as (on, _):
        populate(on, size, 0)
        on.sweep()
        _pass(on, 600)
        on.sweep(full=False)
        issues = on.home().issues.list(per_page=changed, get_all=False, order_by="created_at", sort="asc")
        for number, issue in enumerate(issues):
            if number < commented:
                issue.notes.create({"body": "A word about it."})
            else:
                on.edit(issue, title=f"{issue.title}, renamed")
        _pass(on, 10)
        on.forget_calls()
        on.sweep(full=False)
        calls, most = len(on.calls()), math.ceil(changed / 100) + 2 * commented + CONSTANT
        what = f"incremental sweep of {size} issues, {changed} changed, {commented} of them by a new comment: calls"
        yield Row(5, what, f"<= {most}", f"{calls}, {len(on.calls(writes=True))} writes", calls <= most)


def _pass(on: Stage, seconds: float) -> None:
    body = {"advance_seconds": seconds}
    requests.put(f"{on.sandbox.url}/sandbox/clock", json=body, timeout=10).raise_for_status()


def settled_world(size: int = 120, sweeps: int = 24) -> Iterator[Row]:
    """Row 6."""
    note("row 6")
    with scene(recurring=True) as (on, _):
        populate(on, size, 0)
        on.sweep()
        on.forget_calls()
        for number in range(sweeps):
            _pass(on, 600)
            on.sweep(full=number % 6 == 0)
        calls, wrote = len(on.calls()), len(on.calls(writes=True))
        what = f"{sweeps} sweeps in a row on a settled world of {size} issues"
        yield Row(6, what, "only GET", f"{calls} GET, {wrote} others", wrote == 0)
