"""The practice group becomes a subject to look at: at the first sweep of a day, and when rules or settings change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.facts import Site
from bot.domain.subject import PRACTICE, Subject
from bot.memory import Memory

CURSOR: Final = "practice"


@dataclass(frozen=True, slots=True)
class Inspection:
    """Remembers the day of the latest look; `fingerprint` changes with the rules."""

    memory: Memory
    site: Site
    fingerprint: Callable[[], str]

    def due(self, today: date, *, full: bool = False) -> Iterator[Subject]:
        """The practice group, unless there is none or nobody has to look; `full`: whatever was seen before."""
        if self.site.practice and (full or self.memory.cursor(CURSOR) != self._state(today)):
            yield PRACTICE

    def looked(self, today: date) -> None:
        self.memory.move_cursor(CURSOR, self._state(today))

    def _state(self, today: date) -> str:
        return f"{today.isoformat()} {self.fingerprint()} {self.site.practice}"
