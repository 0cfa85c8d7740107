"""How many comments the bot may write becomes a wait: before each one, all processes together are asked."""

from __future__ import annotations

import random
from collections.abc import Callable

from bot.errors import TryLater
from bot.inbox import Inbox
from bot.pace import Pace, Rate

STRANGERS = "strangers"
BUCKETS = {"note": "notes", STRANGERS: "strangers"}
"""What is counted in which bucket: all comments, and those that answer people outside the team."""


def notes_rate(per_minute: int) -> Rate:
    """Half of the allowance may go out at once, the rest is spread: no minute ever holds more than `per_minute`."""
    burst = max(per_minute // 2, 1)
    return Rate(max(per_minute - burst, 1), burst)


def strangers_rate(per_minute: int) -> Rate:
    """A quarter of the allowance: whoever is not of the team never keeps the team waiting for long."""
    return Rate(max(per_minute // 4, 1), max(per_minute // 8, 1))


def paced(inbox: Inbox, pace: Pace, rate: Rate) -> Callable[[str], None]:
    """To be called with the kind of a write; raises TryLater when enough comments were written for now.

    Those who wait come back one after the other, so that each is read again about once and not every few seconds.
    """

    def before(kind: str) -> None:
        wait = pace.take(BUCKETS[kind], rate) if kind in BUCKETS else 0.0
        if wait:
            queue = rate.step * inbox.pending()
            raise TryLater("enough comments for this minute", wait + random.uniform(0, queue))  # noqa: S311 - jitter

    return before
