"""A list of a project's issues becomes the same list as it is now, at the cost of what changed since it was read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final

from bot.domain.gitlab import Issue
from bot.gateway import Gateway

OVERLAP: Final = timedelta(minutes=10)
"""For so long GitLab may still list what it changed before."""
WHOLE: Final = 3600.0
"""Seconds after which the whole list is read anew: of what was deleted no list of changes tells."""


@dataclass(slots=True)
class KeptIssues:
    """The issues of a project that `holds` is true of; `every` lists those that were created from a day on.

    What changed is asked for whatever it says now: so is known what belongs no longer. One thread at a time may read.
    """

    gateway: Gateway
    project: str
    every: Callable[[date], Iterable[Issue]]
    holds: Callable[[Issue], bool]
    clock: Callable[[], float] = time.monotonic
    found: tuple[Issue, ...] = ()
    """By their numbers; the same object as long as nothing changed."""
    surprised_at: float = float("-inf")
    """When, by `clock`, one was seen of which the list had not told: what was read before may lack others, too."""
    _until: datetime | None = None
    """By GitLab's clock: what changed before is known."""
    _whole_at: float = float("-inf")
    _known: dict[int, Issue] = field(default_factory=dict)
    """What is `found`, by number."""
    _lock: Lock = field(default_factory=Lock)

    def read(self, created_after: date, *, whole: bool = False) -> tuple[Issue, ...]:
        """As they are now; `whole`: as if nothing was known."""
        began, since = self.clock(), self._until
        if whole or since is None or began - self._whole_at >= WHOLE or self.gateway.now() < since:
            every = tuple(sorted(self.every(created_after), key=lambda one: one.iid))
            with self._lock:
                self.found, self._known, self._whole_at = every, {one.iid: one for one in every}, began
        else:
            self._take(self.gateway.issues_in(self.project, updated_after=since), created_after)
        self._until = self.gateway.now() - timedelta(seconds=self.clock() - began) - OVERLAP
        return self.found

    def saw(self, issue: Issue) -> None:
        """One was read by itself: the list is not to know less of it."""
        # Who goes through the list shows each of it.
        if self._until is not None and self._known.get(issue.iid) != issue and self._take([issue], date.min):
            self.surprised_at = self.clock()

    def _take(self, changed: Iterable[Issue], created_after: date) -> bool:
        """Whether any was not known."""
        with self._lock:
            known, found = self._known, dict(self._known)
            for issue in changed:
                if _is_older(issue, found.get(issue.iid)):
                    continue
                found.pop(issue.iid, None)
                if _created(issue) >= created_after and self.holds(issue):
                    found[issue.iid] = issue
            if found != known:
                self.found, self._known = tuple(found[iid] for iid in sorted(found)), found
            return not found.keys() <= known.keys()


def _created(issue: Issue) -> date:
    return issue.created_at.date() if issue.created_at else date.max


def _is_older(issue: Issue, known: Issue | None) -> bool:
    """Whether a list lagged behind what is known of the issue."""
    return bool(known and known.updated_at and issue.updated_at and issue.updated_at < known.updated_at)
