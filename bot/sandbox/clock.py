"""A start point and the seconds gone by turn into the sandbox's idea of now."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Runs from the point it was last set to; stands still while `frozen`. Times are UTC with milliseconds."""

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        self._base = (start or datetime.now(UTC)).astimezone(UTC)
        self._since = time.monotonic()
        self._frozen = frozen

    @property
    def frozen(self) -> bool:
        return self._frozen

    @frozen.setter
    def frozen(self, value: bool) -> None:
        self._base, self._since = self._exact(), time.monotonic()
        self._frozen = value

    def _exact(self) -> datetime:
        if self._frozen:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def now(self) -> datetime:
        exact = self._exact()
        return exact.replace(microsecond=exact.microsecond // 1000 * 1000)

    def set(self, moment: datetime) -> None:
        """Takes an aware datetime; the clock goes on from there (or stands there, when frozen)."""
        self._base, self._since = moment.astimezone(UTC), time.monotonic()

    def advance(self, by: timedelta) -> None:
        self.set(self._exact() + by)
