"""The registry's partners become subjects to look at: once a day, and when something happens to their folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.facts import PartnerFacts
from bot.domain.partners.cases import Award, Tracking
from bot.domain.partners.changes import certification
from bot.domain.partners.folder import concerned
from bot.domain.registry import Registry
from bot.domain.subject import PRACTICE, Subject
from bot.errors import NotThere
from bot.gateway import Gateway
from bot.memory import Memory
from bot.partners.lately import BELIEVED, FRESH, Lately
from bot.queue.leases import Lease
from bot.sweeps.radius import Limits

SWEEP: Final = "sweep"
"""Why a subject is looked at when a sweep marked it."""
UNSEEN: Final = "unseen"
"""No day is this one, so a partner is looked at today whatever was seen of it before."""


@dataclass(frozen=True, slots=True)
class Daily:
    """Remembers when each partner was looked at; `partners` and `practice` are the full paths of those groups."""

    gateway: Gateway
    memory: Memory
    lately: Lately
    limits: Limits
    registry: Callable[[], Registry]
    waiting: Callable[[], tuple[str, ...]]
    """The ids of partners for whom something was asked that is not carried out."""
    is_off: Callable[[str], bool]
    """Whether that cannot be carried out, since the bot was told to keep off the partner's record."""
    partners: str
    practice: str = ""

    def asked(self) -> Iterator[Subject]:
        """Those for whom something was asked that can be done."""
        waiting = {one for one in self.waiting() if not self.is_off(one)}
        yield from (Subject.partner(one.id) for one in self.registry().partners if one.id in waiting)

    def unseen(self, today: date) -> Iterator[Subject]:
        """Those nobody looked at today."""
        for partner in self.registry().partners:
            if self.memory.cursor(_name(partner.id)) != today.isoformat():
                yield Subject.partner(partner.id)

    def changed(self, partner_ids: Sequence[str]) -> Iterator[Subject]:
        """Those of whom the registry says something else now; of very many the next sweep judges what to do."""
        if self.limits.holds(len(partner_ids), len(partner_ids)):
            yield from map(Subject.partner, partner_ids)
            return
        for partner_id in partner_ids:
            self.memory.move_cursor(_name(partner_id), UNSEEN)

    def max_age(self, lease: Lease) -> float:
        """How old that may be which all partners have in common: something may have happened, unless a sweep asks."""
        return BELIEVED if lease.cause == SWEEP and lease.attempts == 1 else FRESH

    def looked(self, partner_id: str, today: date) -> None:
        self.memory.move_cursor(_name(partner_id), today.isoformat())

    def overlooked(self, facts: PartnerFacts) -> Iterator[Subject]:
        """Cases on the way to a certification that are closed, at the first look of a day.

        A sweep that knows of no earlier one lists what is open, and who closed one too early may have done so before.
        """
        if self.memory.cursor(_name(facts.partner.id)) == facts.today.isoformat():
            return
        for case in filter(None, (facts.tracking, *facts.awards)):
            programme = case.case.programme if isinstance(case.case, Tracking | Award) else None
            if not case.issue.is_open and programme and certification(facts.partner, programme.key) is None:
                yield Subject.issue(case.issue.project_id, case.issue.iid)

    def concerned(self, place: Subject) -> Iterator[Subject]:
        """Whom it concerns what happened to a group or project, the practice group too; NotThere when that is gone."""
        path = self._path(place)
        if self.practice and f"{path}/".startswith(f"{self.practice}/"):
            yield PRACTICE
        registry = self.registry()
        for partner_id in concerned(path, self.partners, registry):
            yield Subject.partner(partner_id)

    def _path(self, place: Subject) -> str:
        found = self.gateway.folder(int(place.ref)) if place.kind == "group" else self.gateway.room(int(place.ref))
        if found is None:
            raise NotThere(f"{place.key} is gone")
        return found.path


def _name(partner_id: str) -> str:
    return f"partner:{partner_id}"
