"""How a worker's latest looks ended becomes how many more it may claim: who fails at everything leaves it to others.

A worker that is cut off from GitLab fails fast, so without this it would get hold of more subjects than the sound ones
do, and use up their attempts.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.queue.leases import Again, Lease, Outcome

FAILURES = 3
"""So many different subjects in a row; one alone may be at fault itself."""
FIRST_REST, LONGEST_REST = 1.0, 15.0


class Stamina:
    """For one loop. `clock` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: set[str] = set()
        self._rest = FIRST_REST
        self._until = float("-inf")

    def note(self, lease: Lease, outcome: Outcome) -> None:
        """A failure without a cause that GitLab or the bot named counts; anything else shows that the worker works."""
        if not (isinstance(outcome, Again) and outcome.after is None):
            self._failed.clear()
            self._rest = FIRST_REST
            return
        self._failed.add(lease.subject.key)
        if self._is_weak and self._clock() >= self._until:
            self._until = self._clock() + self._rest
            self._rest = min(2 * self._rest, LONGEST_REST)

    def allows(self, room: int, running: int) -> int:
        """How many of the `room` free threads may get something: none during a rest, one to try after it."""
        if not self._is_weak:
            return room
        return 1 if room and not running and self._clock() >= self._until else 0

    @property
    def _is_weak(self) -> bool:
        return len(self._failed) >= FAILURES
