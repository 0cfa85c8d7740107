"""The recurrences become subjects to look at: once a day, and whenever what their issues depend on is another."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.facts import RecurringFacts, Site
from bot.domain.recurrence.opened import passed_by
from bot.domain.recurrence.period import Period
from bot.domain.recurrence.rule import Recurrence, wanted
from bot.domain.recurrence.wanting import missing
from bot.domain.registry import Registry
from bot.domain.subject import Subject
from bot.domain.workdays import Workdays
from bot.memory import Memory
from bot.opening import PLACE, YEAR
from bot.templated.pauses import Pauses

NAME: Final = "recurring:"


@dataclass(frozen=True, slots=True)
class Rota:
    """Remembers when each recurrence was looked at, and which times passed by without anything to list."""

    memory: Memory
    site: Site
    pauses: Pauses
    fingerprint: Callable[[], str]
    """Changes with the rules."""
    is_on: Callable[[], bool] = lambda: True
    """Whether the rules open anything that recurs."""

    def rest(self) -> None:
        """Remember what is switched off, or was left out: once it is on again nobody missed what was due meanwhile."""
        is_on = {one.key: one.enabled and self.is_on() for one in self.site.recurrences}
        known = (name.removeprefix(NAME) for name in self.memory.cursors(NAME))
        for key in sorted({*is_on, *known}):
            if not is_on.get(key):
                self.pauses.rest(key)

    def due(self, today: date, registry: Registry, *, full: bool = False) -> Iterator[Subject]:
        """Those that may want an issue opened; `full`: all that are switched on.

        On a new day each is looked at, whatever was there the day before: a title may have been corrected, an issue
        moved. That costs one list of a project, which they share.
        """
        for recurrence in self.site.recurrences:
            is_new = self.memory.cursor(_name(recurrence)) != self._state(recurrence, today, registry)
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
        """What passed by is over: it does not open once there is something to list for the times after it."""
        for one in passed_by(facts, missing(facts)):
            self.memory.move_cursor(f"{PLACE}{one.key}", "nothing to list")
        state = self._state(facts.recurrence, facts.today, facts.site.registry)
        self.memory.move_cursor(_name(facts.recurrence), state)
        if self.is_on():
            self.pauses.went_on(facts.recurrence.key, facts.today)

    def _state(self, recurrence: Recurrence, today: date, registry: Registry) -> str:
        """What the missing issues depend on besides those that are there."""
        template = self.site.templates.get(recurrence.template)
        regions = registry.regions if recurrence.each_region else ()
        return f"{today} {self.fingerprint()} {_digest(recurrence, template, regions, self.site.workdays)}"


def _widest(recurrence: Recurrence, today: date, workdays: Workdays) -> int:
    """How many periods are wanted where all of the last year was missed."""
    long_ago = Period.of(recurrence.unit, today - YEAR)
    return len(wanted(recurrence, today, workdays, long_ago))


def _digest(*settings: object) -> str:
    """Changes with the settings; repr() has a fixed order for all but sets."""
    shown = (sorted(one.holidays) if isinstance(one, Workdays) else one for one in settings)
    return f"{zlib.crc32(repr(tuple(shown)).encode()):08x}"


def _name(recurrence: Recurrence) -> str:
    return f"{NAME}{recurrence.key}"
