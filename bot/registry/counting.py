"""An export of the learning system and the registry as it is become each partner's new numbers, and what was odd."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, assert_never

from bot.domain.partners.changes import Practised, Proposal
from bot.domain.partners.headcount import Accreditation, Headcount, Held, counted
from bot.domain.registry import Partner, Practitioners, Registry
from bot.registry.columns import Unreadable
from bot.registry.export import Read, Stranger, read

MOST: Final = 50
"""Lines that are told one by one; who mends those sees the rest."""


@dataclass(frozen=True, slots=True)
class Count:
    """One partner's numbers, now and then."""

    partner: Partner
    then: Practitioners


@dataclass(slots=True)
class Oddities:
    """What a file said besides; the first of each kind, and how many there are."""

    unreadable: list[Unreadable] = field(default_factory=list)
    strangers: dict[str, Stranger] = field(default_factory=dict)
    bad_rows: int = 0
    strange_rows: int = 0

    def add(self, found: Unreadable | Stranger) -> None:
        match found:
            case Unreadable():
                self.bad_rows += 1
                if len(self.unreadable) < MOST:
                    self.unreadable.append(found)
            case Stranger():
                self.strange_rows += 1
                if len(self.strangers) < MOST:
                    self.strangers.setdefault(found.name.casefold(), found)
            case _:
                assert_never(found)


@dataclass(frozen=True, slots=True)
class Import:
    """What a file comes to on the day `as_of`."""

    as_of: date
    counts: tuple[Count, ...]
    absent: tuple[Partner, ...]
    """Partners of whom no row can be counted, and who stay as they are."""
    silent: tuple[Accreditation, ...]
    """What no row is about, so that its numbers stay as they are."""
    oddities: Oddities

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        return tuple(Proposal(one.partner.id, Practised(one.then, self.as_of)) for one in self.counts)


def practitioners_of(path: Path, registry: Registry, today: date) -> Import:
    """Only what is valid today counts. AskAPerson, with file and line, for a file that is no such export."""
    oddities = Oddities()
    found = counted(_readable(read(path, registry), oddities), today)
    counts = tuple(
        Count(one, found.of(one.id, one.practitioners)) for one in registry.partners if one.id in found.partners
    )
    absent = tuple(one for one in registry.partners if one.id not in found.partners)
    return Import(today, counts, absent, _silent(found), oddities)


def _readable(rows: Iterable[Read], oddities: Oddities) -> Iterator[Held]:
    for row in rows:
        if isinstance(row, Held):
            yield row
        else:
            oddities.add(row)


def _silent(found: Headcount) -> tuple[Accreditation, ...]:
    return tuple(kind for kind in Accreditation if kind not in found.kinds)
