"""A command line of `channel-bot` becomes a process that ends when the one that started it does."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def follow(parent: int, *, linux: bool = sys.platform == "linux") -> None:
    """End this process, however busy it is, as soon as `parent` is gone."""
    if linux:
        ctypes.CDLL(None, use_errno=True).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """`python -m bot.demo.part PARENT ARGUMENT...`: the parent's process id, and what `channel-bot` gets."""
    follow(int(sys.argv[1]))
    from bot.cli import main as channel_bot  # noqa: PLC0415 - the parent may be gone before all of that is loaded

    sys.argv = ["channel-bot", *sys.argv[2:]]
    channel_bot()


if __name__ == "__main__":
    main()
