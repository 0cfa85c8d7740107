"""What the looks of one sweep all need becomes one answer of GitLab's, read once and believed for a minute."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TypeVar

from bot.memory import Memory

V = TypeVar("V")
FRESH: Final = 0.0
STAFF_ONLY: Final = "staff only"
"""What is asked for is whether nobody but staff reads the Channels project."""
BELIEVED: Final = 60.0
"""Seconds for which a sweep's looks at many partners believe what one of them read."""
CURSOR: Final = "partners"
"""Remembers the sweep since whose beginning anything may be believed, in all processes."""


@dataclass(slots=True)
class Lately:
    """Answers that many looks share; threads may share it. Whoever asks says how old an answer may be."""

    memory: Memory
    clock: Callable[[], float] = time.monotonic
    _sweep: str | None = None
    _kept: dict[Hashable, tuple[float, Any]] = field(default_factory=dict)
    _reading: dict[Hashable, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self) -> None:
        """From now on nothing that was read before is believed, in no process."""
        self.memory.move_cursor(CURSOR, secrets.token_hex(8))

    def forget(self, key: Hashable) -> None:
        """Something happened that may change the answer."""
        with self._lock:
            self._kept.pop(key, None)

    def keep_up(self) -> None:
        """Forget what was read before the latest sweep began, and what nobody believes any more."""
        sweep, now = self.memory.cursor(CURSOR), self.clock()
        with self._lock:
            if sweep != self._sweep:
                self._sweep = sweep
                self._kept, self._reading = {}, {}
            self._kept = {key: one for key, one in self._kept.items() if now - one[0] < BELIEVED}

    def of(self, key: Hashable, max_age: float, read: Callable[[], V]) -> V:
        """What `read` returns, or returned to somebody at most `max_age` seconds ago; at 0 it is always asked."""
        if max_age <= FRESH:
            return read()
        with self._lock:
            sweep, reading = self._sweep, self._reading.setdefault(key, Lock())
        with reading:
            began = self.clock()
            with self._lock:
                at, found = self._kept.get(key, (float("-inf"), None))
            if began - at < max_age:
                known: V = found
                return known
            answer = read()
            with self._lock:
                # A sweep that began meanwhile does not believe it.
                if sweep == self._sweep:
                    self._kept[key] = (began, answer)
            return answer
