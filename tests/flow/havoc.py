"""A seed becomes trouble for a live pair: processes killed, deliveries knocked in by hand, a GitLab that fails."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.load import Knocker, Live, issue_event, signed

VICTIMS = ("receiver", "receiver's group", "receiver's child", "worker", "worker", "worker and receiver")
PAUSE = (0.2, 2.2)
"""Seconds between two kills: from before a part is up again until it has done some work."""
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "fail", "status": 500},
    {"kind": "fail", "status": 502, "body": "<html>Bad gateway</html>"},
    {"kind": "fail", "status": 503, "headers": {"Retry-After": "1"}},
    {"kind": "rate_limit", "seconds": 1},
    {"kind": "rate_limit", "headers": {"Retry-After": "1"}},
    {"kind": "rate_limit"},
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "drop_after", "method": "POST"},
    {"kind": "drop_after", "method": "PUT"},
    {"kind": "fail", "status": 500, "method": "PUT"},
    {"kind": "delay", "seconds": 0.7},
    {"kind": "stale", "seconds": 3},
)
AT_ONCE = 3
"""Orders that wait for a request at any moment."""
HOOK_FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "silence_hooks", "times": 3},
    {"kind": "duplicate_hooks", "times": 3},
    {"kind": "reorder_hooks", "times": 4, "seconds": 0.4},
)


@dataclass
class Havoc:
    """Turns on everything at once; `accepted` are the ids of deliveries that were answered 2xx."""

    live: Live
    rng: random.Random
    accepted: set[str] = field(default_factory=set)
    unanswered: int = 0
    knocks: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def kill(self, times: int) -> None:
        """So many kill -9, at random moments."""
        for _ in range(times):
            time.sleep(self.rng.uniform(*PAUSE))
            victim = self.rng.choice(VICTIMS)
            self._kill(victim)
            self.kills[victim] += 1

    def _kill(self, victim: str) -> None:
        pids = self.live.told["pids"]
        with contextlib.suppress(ProcessLookupError):
            match victim:
                case "receiver's group":
                    os.killpg(pids["receiver"], signal.SIGKILL)
                case "receiver's child":
                    for child in _children(pids["receiver"]):
                        os.kill(child, signal.SIGKILL)
                case _:
                    for name in victim.split(" and "):
                        os.kill(pids[name], signal.SIGKILL)

    def knock(self, project_id: int, iids: int, per_second: float) -> None:
        """From now on post deliveries about random issues, some of them twice, some about issues that are not there."""
        self._begin(self._knock, project_id, iids, per_second, random.Random(self.rng.random()))

    def spoil(self, most: int, pause: float) -> None:
        """From now on order faults for the bot's requests and for webhooks, at most `most`."""
        self._begin(self._spoil, most, pause, random.Random(self.rng.random()))

    def end(self) -> None:
        """No more of it; faults that befell nothing yet are called off."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.live.desk("DELETE", "faults")

    def _begin(self, work: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments)
        thread.start()
        self._threads.append(thread)

    def _knock(self, project_id: int, iids: int, per_second: float, rng: random.Random) -> None:
        told = self.live.told
        knocker, token = Knocker(told["bot_url"]), told["env"]["WEBHOOK_SIGNING_TOKEN"].split()[0]
        while not self._stop.wait(rng.expovariate(per_second)):
            body, id_ = issue_event(project_id, rng.randint(1, iids)), f"knock-{uuid.UUID(int=rng.getrandbits(128))}"
            for _ in range(rng.choice((1, 1, 1, 2))):
                self.knocks += 1
                status = knocker.post(signed(id_, body, token, time.time()), body)
                if 200 <= status < 300:
                    self.accepted.add(id_)
                else:
                    self.unanswered += 1
        knocker.close()

    def _spoil(self, most: int, pause: float, rng: random.Random) -> None:
        while self.faults < most and not self._stop.wait(rng.uniform(0, 2 * pause)):
            # More would only make a worker that starts wait for GitLab, again and again.
            if len(self.live.desk("GET", "faults")) >= AT_ONCE:
                continue
            fault = dict(rng.choice(FAULTS if rng.random() < 0.7 else HOOK_FAULTS))
            if fault["kind"].endswith("_hooks"):
                self.live.desk("POST", "faults", fault)
            else:
                self.live.desk("POST", "faults", {"times": rng.randint(1, 2), "user": "channel-bot", **fault})
            self.faults += 1


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
