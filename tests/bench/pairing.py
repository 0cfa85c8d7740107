"""A live pair becomes rows 3, 7 and 10: what an event and fifty clicks make the bot do, and what it costs when idle."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.bench.calling import COMPLETE
from tests.bench.rows import Row, note
from tests.load import Live, live
from tests.stage import HOME

EDITS, HANDS = 50, 5
WITHIN = 0.9
"""Seconds over which the edits are spread."""
RECONCILES = 2
QUIET = 30.0
"""Seconds of idleness that are measured."""
CPU, MEMORY = 1.0, 150.0
"""The targets: per cent of a core, megabytes."""


EVENTS: Final[tuple[tuple[str, int, Mapping[str, Any], str], ...]] = (
    ("needs nothing", 1, {}, ""),
    ("sets fields", 2, {"labels": ""}, ""),
    ("comments", 3, {"labels": "", "due_date": ""}, ""),
    ("must search for the bot's own comment", 3, {"due_date": ""}, "Who takes this?"),
    ("finds that label and weight differ", 4, {"labels": "Channel,Channel Priority:4"}, ""),
)
"""What an event comes to, the most calls it may cost, what is else about a new issue that lacks nothing, a comment."""


@contextmanager
def pair() -> Iterator[Live]:
    with (
        tempfile.TemporaryDirectory() as folder,
        live(Path(folder), "--database", f"sqlite:///{folder}/bot.db") as made,
    ):
        made.settle(30)
        yield made


def per_event() -> Iterator[Row]:
    """Row 3, with webhooks as an installation has them: what the bot writes comes back as an event of its own."""
    note("row 3")
    with pair() as made:
        for what, most, fields, comment in EVENTS:
            made.desk("DELETE", "requests")
            issue = _complete(made, **fields)
            if comment:
                issue.notes.create({"body": comment})
            time.sleep(1.0)
            made.settle(30)
            log = [call["method"] for call in _log(made)]
            # The look at its own write comes last, and only reads.
            last = max((at for at, method in enumerate(log, 1) if method != "GET"), default=len(log))
            back = f", and {len(log) - last} when its own write comes back" if len(log) > last else ""
            yield Row(3, f"calls to GitLab for an event that {what}", f"<= {most}", f"{last}{back}", last <= most)


def burst() -> Iterator[Row]:
    """Row 7."""
    note("row 7")
    with pair() as made:
        for what, edits in (("titles, which need nothing", _title), ("labels, which the bot answers", _label)):
            yield _burst(made, what, edits)


def _title(issue: Any, number: int) -> None:
    issue.manager.update(issue.iid, {"title": f"Edited {number} times"})


def _label(issue: Any, number: int) -> None:
    issue.manager.update(
        issue.iid, {"add_labels" if number % 2 else "remove_labels": f"Channel Priority:{number % 4 + 1}"}
    )


def _burst(made: Live, what: str, edit: Any) -> Row:
    issue = _complete(made)
    time.sleep(1.0)
    made.settle(30)
    made.desk("DELETE", "requests")
    seconds = _all_at_once(made, issue, edit)
    made.settle(30)
    at = f"/api/v4/projects/{issue.project_id}/issues/{issue.iid}"
    log = _log(made)
    looks = sum(call["method"] == "GET" and call["path"].partition("?")[0] == at for call in log)
    writes = sum(call["method"] != "GET" for call in log)
    measured = f"{looks} looks, {writes} writes by the bot ({EDITS} edits in {seconds:.2f} s)"
    return Row(
        7, f"reconciles after {EDITS} edits of one issue: {what}", f"<= {RECONCILES}", measured, looks <= RECONCILES
    )


def _complete(made: Live, **fields: Any) -> Any:
    """A new issue that lacks nothing, but for what `fields` say."""
    client = made.client("cam-emea")
    me = client.users.list(username="cam-emea", get_all=True)[0].id
    return client.projects.get(HOME).issues.create({"title": "A chore", **COMPLETE, "assignee_ids": [me], **fields})


def _log(made: Live) -> list[dict[str, Any]]:
    """The bot's calls, as the sandbox counted them."""
    return [call for call in made.desk("GET", "requests") if call["user"] == "channel-bot"]


def _all_at_once(made: Live, issue: Any, edit: Any) -> float:
    """The edits by several connections; seconds they took."""
    issues = [made.client("cam-emea").projects.get(HOME, lazy=True).issues.get(issue.iid) for _ in range(HANDS)]
    began = time.monotonic()

    def hand(one: Any, start: int) -> None:
        for number in range(start, EDITS, HANDS):
            time.sleep(max(began + number * WITHIN / EDITS - time.monotonic(), 0.0))
            edit(one, number)

    threads = [threading.Thread(target=hand, args=(one, start)) for start, one in enumerate(issues)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


@dataclass(frozen=True)
class Use:
    """Of some processes: seconds of CPU so far, and megabytes now, shared pages divided (PSS) or counted in full."""

    cpu: float
    pss: float
    rss: float


def idle() -> Iterator[Row]:
    """Row 10."""
    note(f"row 10: {QUIET:.0f} s")
    with pair() as made:
        time.sleep(5.0)
        family = {name: _family(made.told["pids"][name]) for name in ("receiver", "worker")}
        before, began = {name: _use(pids) for name, pids in family.items()}, time.monotonic()
        time.sleep(QUIET)
        after, seconds = {name: _use(pids) for name, pids in family.items()}, time.monotonic() - began
    share = {name: 100 * (after[name].cpu - before[name].cpu) / seconds for name in family}
    measured = f"{sum(share.values()):.2f} % (" + ", ".join(f"{name} {one:.2f} %" for name, one in share.items()) + ")"
    what = "receiver and worker when idle: share of a core"
    yield Row(10, what, f"< {CPU:.0f} %", measured, sum(share.values()) < CPU)
    pss = sum(use.pss for use in after.values())
    parts = ", ".join(f"{name} {use.pss:.0f} PSS, {use.rss:.0f} RSS" for name, use in after.items())
    yield Row(
        10, "receiver and worker when idle: memory", f"< {MEMORY:.0f} MB", f"{pss:.0f} MB ({parts})", pss < MEMORY
    )


def _family(pid: int) -> list[int]:
    """A process and everything below it; proc_tid_children(5)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _use(pids: list[int]) -> Use:
    return Use(*(sum(column) for column in zip(*map(_use_of, pids), strict=True)))


def _use_of(pid: int) -> tuple[float, float, float]:
    """proc_pid_stat(5): user and system time are the 14th and 15th field, in ticks; proc_pid_smaps(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, size = line.partition(":")
        sizes[name] = int(size.split()[0]) / 1024
    return cpu, sizes["Pss"], sizes["Rss"]
