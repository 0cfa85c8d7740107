"""Words become the epics that GitLab finds for them, read once and believed for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final

from bot.domain.facts import Site
from bot.domain.gitlab import Epic, Initiative
from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway

BELIEVED: Final = 300.0
"""Seconds for which a list of epics is taken for what GitLab would answer: objectives hardly change within a day."""
MOST: Final = 100
"""So many epics are asked for their issues, at one call each."""


@dataclass(frozen=True, slots=True)
class EpicReader:
    """Reads epics. Threads may share it."""

    gateway: Gateway
    site: Site
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[float, tuple[Epic, ...]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, words: str) -> tuple[Epic, ...]:
        """The team's epics with these words; where it has none, those of the group for what crosses teams."""
        now = self.clock()
        with self._lock:
            read_at, kept = self._kept.get(words, (float("-inf"), ()))
        if now - read_at < BELIEVED:
            return kept
        found = self.gateway.epics(self.site.group, search=words) or self._above(words)
        with self._lock:
            self._kept[words] = now, found
        return found

    def initiatives(self) -> Iterator[Initiative]:
        """The open epics of the team's group and below it with their issues, the oldest first."""
        there = [one for one in self.gateway.epics(self.site.group) if one.is_open]
        for epic in there[:MOST]:
            issues = self.gateway.epic_issues(epic.group, epic.iid)
            yield Initiative(epic, tuple(replace(one, description="") for one in issues))

    def _above(self, words: str) -> tuple[Epic, ...]:
        """Nothing where the group above shows the bot no epics: it need not be a member there."""
        if self.site.epic_group == self.site.group:
            return ()
        try:
            return self.gateway.epics(self.site.epic_group, search=words)
        except (Forbidden, NotThere):
            return ()
