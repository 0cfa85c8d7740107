"""`work`: the worker process, which does what the receiver accepted."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import click
import structlog

from bot import logs
from bot.app import Bot
from bot.commands._common import configured, the_bot
from bot.domain.subject import REGISTRY
from bot.errors import TryLater
from bot.rest.waiting import SHORTLY

log = structlog.get_logger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds between tries to reach GitLab or the database at the start; each pause doubles the one before."""


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
    bot = wait_for_the_bot(stop)
    if bot:
        log.info("working", bot=bot.site.bot.username, group=bot.site.group, dry_run=bot.config.site.dry_run)
        if bot.config.site.registry.project:
            # What changed in it while nobody worked, no webhook tells again.
            bot.inbox.mark([REGISTRY], "the worker begins")
        bot.dispatcher(owner=name, threads=threads).run(stop)


def wait_for_the_bot(stop: threading.Event) -> Bot | None:
    """The bot, as soon as GitLab and the database answer; None when told to stop before that."""
    growing = pauses()
    while not stop.is_set():
        try:
            return the_bot(waiting=SHORTLY)
        except TryLater as trouble:
            log.warning("not ready yet", reason=str(trouble))
            stop.wait(next(growing))
    return None


def pauses() -> Iterator[float]:
    """Short at first, since database and GitLab often start together with the worker; then easy on who is away."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)
