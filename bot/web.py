"""Settings and a listening socket become the receiver, running under gunicorn (https://gunicorn.org/reference/settings/).

One process with threads: a request waits for the disk most of its time, the threads of one process share its syncs
(see `groupcommit`), and a second process would only cost memory.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from bot.delivery import secrets_from

if TYPE_CHECKING:
    from flask import Flask

# More than a commit takes at once: the others read and answer meanwhile.
THREADS = 32
M_MMAP_THRESHOLD = -3
# How long requests in hand may take after SIGTERM; GitLab itself waits 10 s for an answer.
GRACE = 12


def serve(bind: str = "127.0.0.1:8080", *, threads: int = THREADS, environ: Mapping[str, str] = os.environ) -> None:
    """Run until SIGTERM or SIGINT. Raises ConfigError before anything listens.

    `bind` is host:port, unix:PATH or fd://N for a socket that somebody else holds; systemd's LISTEN_FDS wins over it.
    Held outside, no delivery is refused while the receiver restarts.
    """
    secrets_from(environ)
    _Server({"bind": bind, "threads": threads}, environ).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn without a command line or configuration file of its own."""

    def __init__(self, options: Mapping[str, object], environ: Mapping[str, str]) -> None:
        self._options = options
        self._environ = environ
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "worker_class": "gthread",
            "workers": 1,
            "graceful_timeout": GRACE,
            "keepalive": 5,
            "control_socket_disable": True,
            "backlog": 2048,
            # The heartbeat file must not wait for a disk (https://gunicorn.org/faq/#how-do-i-avoid-gunicorn-excessively-blocking-in-osfchmod).
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - gunicorn's own advice
            "logger_class": _Log,
            "proc_name": "channel-bot",
            "post_worker_init": _settled,
            **self._options,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in the worker process, after the fork: no connection is shared between processes."""
        # Imported only here, so that gunicorn's parent process stays a third of the size.
        from bot.wsgi import app_from  # noqa: PLC0415

        return app_from(self._environ)


def _settled(_worker: object) -> None:
    """What is loaded by now stays: looking through it again and again would stop every thread for 20 ms and more."""
    gc.collect()
    gc.freeze()
    _return_large_blocks()


def _return_large_blocks() -> None:
    """A body of 25 MB takes several blocks of that size; glibc would keep them for the next one, if ever it comes."""
    # mallopt(3): setting the threshold by hand also ends its growing with each large block that was freed.
    if (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(M_MMAP_THRESHOLD, 256 * 1024)


class _Log(Logger):  # type: ignore[misc]  # likewise
    """gunicorn's events through our own formatter; no access log, since a request line may carry a token."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        self.error_log.handlers = []
        self.error_log.propagate = True


if __name__ == "__main__":
    # A process of its own, without what the command line had to import.
    serve(*sys.argv[1:2])
