"""The recurrences become subjects to look at: whenever another issue should exist than at the latest look."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.domain.facts import RecurringFacts, Site
from bot.domain.recurrence.period import Period
from bot.domain.recurrence.rule import Recurrence, wanted
from bot.domain.registry import Registry
from bot.domain.subject import Subject
from bot.domain.workdays import Workdays
from bot.memory import Memory

LONG: Final = timedelta(days=400)
"""As long as the bot knows what it opened."""


@dataclass(frozen=True, slots=True)
class Rota:
    """Remembers for which periods of each recurrence the issues were there."""

    memory: Memory
    site: Site
    fingerprint: Callable[[], str]
    """Changes with the rules."""

    def due(self, today: date, *, full: bool = False) -> Iterator[Subject]:
        """Those that may want an issue opened; `full`: all that are switched on."""
        for recurrence in self.site.recurrences:
            is_new = self.memory.cursor(_name(recurrence)) != self._state(recurrence, today)
            if recurrence.enabled and (full or is_new):
                yield Subject.recurring(recurrence.key)

    def at_most(self, due: Iterable[Subject], today: date, registry: Registry) -> int:
        """No more issues than that can be missing for these, however long nobody looked."""
        keys = {one.ref for one in due}
        return sum(
            _widest(one, today, self.site.workdays) * (len(registry.regions) if one.each_region else 1)
            for one in self.site.recurrences
            if one.key in keys
        )

    def looked(self, facts: RecurringFacts) -> None:
        self.memory.move_cursor(_name(facts.recurrence), self._state(facts.recurrence, facts.today))

    def _state(self, recurrence: Recurrence, today: date) -> str:
        """Which periods are wanted, under which rules and settings."""
        periods = wanted(recurrence, today, self.site.workdays, None)
        return f"{' '.join(one.key for one in periods)} {self.fingerprint()} {_digest(recurrence)}"


def _widest(recurrence: Recurrence, today: date, workdays: Workdays) -> int:
    """How many periods are wanted where all of the last year was missed."""
    long_ago = Period.of(recurrence.unit, today - LONG)
    return len(wanted(recurrence, today, workdays, long_ago))


def _digest(recurrence: Recurrence) -> str:
    """Changes with the recurrence's settings."""
    return f"{zlib.crc32(repr(recurrence).encode()):08x}"


def _name(recurrence: Recurrence) -> str:
    return f"recurring:{recurrence.key}"
