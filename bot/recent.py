"""A list that was read a moment ago becomes the answer to whoever asks for it next."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")
BELIEVED = timedelta(seconds=10)
"""How long a list is taken for what GitLab would answer."""


@dataclass(frozen=True, slots=True)
class Recent(Generic[V]):
    """Keeps what was read within the last seconds, and nothing older."""

    _kept: dict[Hashable, tuple[datetime, V]] = field(default_factory=dict)
    _guard: Lock = field(default_factory=Lock)

    def of(self, key: Hashable, now: datetime, newest: datetime | None, read: Callable[[], V]) -> V:
        """What `read` returns, or returned lately; what is older than `newest`, the asker's last change, is no answer.

        `now` is the moment by GitLab's clock.
        """
        with self._guard:
            for old in [one for one, (at, _) in self._kept.items() if not at <= now < at + BELIEVED]:
                del self._kept[old]
            known = self._kept.get(key)
        if known and newest is not None and newest < known[0]:
            return known[1]
        found = read()
        self.keep(key, now, found)
        return found

    def keep(self, key: Hashable, now: datetime, found: V) -> None:
        """What somebody else read, having begun at that moment."""
        with self._guard:
            self._kept[key] = (now, found)
