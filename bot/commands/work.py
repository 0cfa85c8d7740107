"""`work`: the worker process, which does what the receiver accepted."""

from __future__ import annotations

import signal
import threading

import click
import structlog

from bot import logs
from bot.app import Bot
from bot.commands._common import configured, the_bot
from bot.errors import TryLater

log = structlog.get_logger(__name__)
PAUSE = 5.0
"""Seconds between tries to reach GitLab or the database at the start."""


@click.command("work")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(2, 64), help="Subjects worked on at once.")
@click.option(
    "--name", default="worker", show_default=True, help="Stable name; a new worker of a name succeeds the old."
)
def command(threads: int, name: str) -> None:
    """Work on subjects until stopped."""
    logs.configure()
    configured()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    bot = _patiently(stop)
    if bot:
        log.info("working", bot=bot.site.bot.username, group=bot.site.group, dry_run=bot.config.site.dry_run)
        bot.dispatcher(owner=name, threads=threads).run(stop)


def _patiently(stop: threading.Event) -> Bot | None:
    """The bot, as soon as GitLab and the database answer; None when told to stop before that."""
    while not stop.is_set():
        try:
            return the_bot()
        except TryLater as trouble:
            log.warning("not ready yet", reason=str(trouble))
            stop.wait(PAUSE)
    return None
