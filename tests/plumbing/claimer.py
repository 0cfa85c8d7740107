"""A worker process for the kill tests: works slowly on what is due, and prints what it begins and ends."""

from __future__ import annotations

import os
import sys
import threading
import time

from bot.dispatch import Dispatcher
from bot.inbox import Done, Inbox, Lease, Outcome, Timing
from bot.store.database import Database


def say(line: str) -> None:
    """One write, so that threads cannot mix their lines."""
    os.write(1, f"{line}\n".encode())


def main(url: str, seconds: float, lease: float) -> None:
    """Until killed."""

    def work(held: Lease) -> Outcome:
        say(f"begin {held.subject.key} {held.attempts}")
        time.sleep(seconds)
        say(f"end {held.subject.key} {held.generation}")
        return Done()

    inbox = Inbox(Database(url, durable=False), Timing(lease=lease, heartbeat=lease / 3))
    Dispatcher(inbox, work, owner="claimer").run(threading.Event())


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
