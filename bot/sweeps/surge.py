"""The recurrences that are due become subjects, or the issue in which a sweep asks when too many are missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.actions import Say
from bot.domain.recurrence.opened import issues_for
from bot.domain.recurrence.wanting import missing
from bot.domain.speech import code
from bot.domain.subject import Subject
from bot.sweeps.notices import Notices
from bot.sweeps.radius import Limits, too_much
from bot.sweeps.rota import Rota
from bot.sweeps.survey import Surveyor

NAME: Final = "recurring_radius"
"""Of the notice and its templates."""


@dataclass(frozen=True, slots=True)
class Surge:
    """Counts the issues that are missing, before any is opened."""

    surveyor: Surveyor
    rota: Rota
    limits: Limits
    notices: Notices

    def due(self, *, full: bool = False) -> list[Subject]:
        snapshot = self.surveyor.snapshot
        return [*self.rota.due(snapshot.today(), snapshot.registry(), full=full)]

    def allowed(self, allow: int, *, full: bool) -> list[Subject]:
        """Those that are due; none, and a notice, where more than that would be opened."""
        if not self.surveyor.apply.dry_run:
            self.rota.rest()
        due = self.due(full=full)
        openings = self._too_many(due, allow)
        self.notices.post(NAME, points(openings))
        return [] if openings else due

    def complain(self, allow: int) -> None:
        """Raise TooMuch where a notice asks and the issues are still too many."""
        if self.notices.is_open(NAME) and (openings := self._too_many(self.due(), allow)):
            raise too_much(f"{openings} recurring issues", openings)

    def _too_many(self, due: list[Subject], allow: int) -> int:
        """How many issues would be opened, 0 for a number that holds the limit.

        Where even all that may be missing holds it, nobody counts.
        """
        snapshot, most = self.surveyor.snapshot, max(self.limits.most, allow)
        if self.surveyor.apply.dry_run or self.rota.at_most(due, snapshot.today(), snapshot.registry()) <= most:
            return 0
        every = (snapshot.recurring(one.ref) for one in due)
        openings = sum(1 for facts in every for _ in issues_for(facts, missing(facts)))
        return openings if openings > most else 0


def points(openings: int) -> Iterator[Say]:
    """What the operator should read about so many issues; nothing while there are none."""
    if openings:
        command = code(f"channel-bot sweep --full --apply --allow {openings}")
        yield Say("", "extent", {"count": str(openings), "allow": command})
