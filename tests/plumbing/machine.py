"""A worker process on a machine of its own: `channel-bot work` with short leases, which writes down what it holds.

Arguments: the worker's name, the journal's path, the seconds of a lease, by how many seconds its clock is wrong, and
whether comments are paced `quick` (RATE) or as site.yml says (`real`).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from bot import app, ground, logs
from bot.commands._common import configured
from bot.commands.work import pauses
from bot.dispatch import Dispatcher
from bot.errors import TryLater
from bot.inbox import Lease, Outcome, Timing
from bot.pace import Rate
from bot.store.database import Database

REQUEST_TIMEOUT = 0.7
RATE = Rate(1200, 20)
"""Comments of all machines together: so many at once, and then so many a minute."""


def timing_of(lease: float) -> Timing:
    """The same proportions as the real ones."""
    return Timing(quiet=0.1, patience=0.4, lease=lease, heartbeat=lease / 6, backoff=0.3, longest_backoff=2.0)


def wait_for_the_bot(lease: float) -> app.Bot:
    growing = pauses()
    while True:
        try:
            config, environment = configured()
            return app.build(
                config, environment, Database(environment.database_url, durable=False), timing=timing_of(lease)
            )
        except TryLater:
            time.sleep(next(growing))


def main(name: str, journal: str, lease: float, wrong_by: float, pace: str) -> None:
    """Until SIGTERM."""
    right = time.time
    time.time = lambda: right() + wrong_by  # the clock of a machine that nobody set
    if pace == "quick":
        setattr(ground, "notes_rate", lambda _per_minute: RATE)  # noqa: B010 - mypy takes no assignment to a function
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    logs.configure()
    paper = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    bot = wait_for_the_bot(lease)
    bot.worker.request_timeout = bot.gateway._timeout = REQUEST_TIMEOUT

    def write(what: str, held: Lease, ending: str = "-") -> None:
        os.write(
            paper, f"{name} {what} {held.subject.key} {held.generation} {time.monotonic():.6f} {ending}\n".encode()
        )

    def work(held: Lease) -> Outcome:
        write("begin", held)
        outcome = bot.worker(held)
        write("end", held, type(outcome).__name__)
        return outcome

    os.write(2, b"DISPATCHING\n")
    Dispatcher(bot.inbox, work, owner=name, threads=4).run(stop)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]), sys.argv[5])
