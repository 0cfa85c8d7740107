"""An order in JSON on standard input becomes a full sweep by this process, with its time and its growth."""

from __future__ import annotations

import gc
import json
import logging
import sys
import time
from pathlib import Path

import structlog

from bot.app import build
from bot.config import load
from bot.environ import Environment
from bot.store.database import Database
from bot.sweeps.radius import MOST

PATIENCE = 600.0


def memory(what: str) -> float:
    """VmRSS or VmHWM (the peak) of this process in MB; proc_pid_status(5)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def forget_peak() -> None:
    """proc_pid_clear_refs(5): 5 sets the peak back to what is in use now."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    order = json.loads(sys.stdin.read())
    environment = Environment(gitlab_token=order["token"], mark_key=order["key"])
    bot = build(load(Path(order["config"])), environment, Database(order["database"], durable=False))
    bot.gateway.now()
    dispatcher = bot.dispatcher("bench")
    forget_peak()
    before, began, worked = memory("VmRSS"), time.perf_counter(), time.process_time()
    for step in bot.sweeper.steps(full=True, allow=MOST):
        step()
        dispatcher.drain(None, PATIENCE)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    result = {"seconds": seconds, "cpu": cpu, "growth": memory("VmHWM") - before}
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
