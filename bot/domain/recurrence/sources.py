"""The sources of a recurring issue's items: what the registry says today becomes what is to be gone through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.domain.facts import RecurringFacts
from bot.domain.fiscal import Quarter, month_in_quarter
from bot.domain.needs import Need
from bot.domain.recurrence.initiatives import epic_items, epic_needs
from bot.domain.recurrence.listing import Item, Lineup
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.quarterly import quarter_items, quarter_needs
from bot.domain.recurrence.thirds import due_this_month
from bot.domain.registry import Partner, Status, Track
from bot.domain.speech import dictated

WANTED: Final = (Status.APPLICANT, Status.PENDING)
"""How far the contract of those is who want to become partners."""


def _nothing(facts: RecurringFacts, occurrence: Occurrence) -> Iterator[Need]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Source:
    """Where items come from: all that a time may list, and what has to be read for that beyond the registry."""

    items: Callable[[Lineup], Iterator[Item]]
    needs: Callable[[RecurringFacts, Occurrence], Iterator[Need]] = _nothing
    is_as_of_today: bool = False
    """Whether it names the same, whichever time asks."""


def partners_in(lineup: Lineup) -> Iterator[Partner]:
    """The registry's partners of the region, in its order; all where the recurrence has one issue for everybody."""
    for partner in lineup.facts.site.registry.partners:
        if lineup.occurrence.region in ("", partner.region):
            yield partner


def authorized_on(partner: Partner) -> date | None:
    """The day on which the partner was authorized; where nobody wrote it down, that of its master agreement."""
    return partner.authorized_on or partner.agreements.mpa


def on_track(lineup: Lineup, track: Track) -> Iterator[Partner]:
    """The region's authorized partners of that level."""
    for partner in partners_in(lineup):
        if partner.status is Status.AUTHORIZED and partner.track is track:
            yield partner


def _named(partners: Iterable[Partner]) -> Iterator[Item]:
    return (Item(one.id, dictated(one.name)) for one in partners)


def _applicants(lineup: Lineup) -> Iterator[Item]:
    """Those who want to become partners."""
    yield from _named(one for one in partners_in(lineup) if one.status in WANTED)


def _newly_authorized(lineup: Lineup) -> Iterator[Item]:
    """Those who were authorized in the month before, and whom the registry learnt of too late for the last two."""
    month = Period.of(Unit.MONTH, lineup.occurrence.period.first).previous()
    region = lineup.occurrence.region
    is_first = all(one.occurrence.region != region for one in lineup.others)
    since = month.first if is_first else month.previous().previous().first
    for partner in partners_in(lineup):
        on = authorized_on(partner)
        is_new = partner.status is Status.AUTHORIZED and on is not None and since <= on <= month.last
        if is_new and partner.id not in lineup.listed:
            yield from _named([partner])


def _selects_third(lineup: Lineup) -> Iterator[Item]:
    """The Selects whose turn it is this month of the fiscal quarter, each once a quarter."""
    first, selects = lineup.occurrence.period.first, {one.id: one for one in on_track(lineup, Track.SELECT)}
    others = (one for one in lineup.others if Quarter.of(one.occurrence.period.first) == Quarter.of(first))
    done = {key for one in others for key in one.times}
    yield from _named(selects[key] for key in due_this_month([*selects], done, month_in_quarter(first)))


def _open_partners(lineup: Lineup) -> Iterator[Item]:
    """The Open partners, those first whose last review is longest ago."""
    never = date.min
    for partner in sorted(on_track(lineup, Track.OPEN), key=lambda one: one.last_phd_review or never):
        last = partner.last_phd_review.isoformat() if partner.last_phd_review else "never"
        yield Item(partner.id, dictated(partner.name), values={"reviewed": last})


Sources: TypeAlias = Mapping[str, Source]
SOURCES: Final[Sources] = MappingProxyType(
    {
        "applicants": Source(_applicants, is_as_of_today=True),
        "newly_authorized": Source(_newly_authorized),
        "selects_third": Source(_selects_third),
        "open_partners": Source(_open_partners, is_as_of_today=True),
        "epics": Source(epic_items, epic_needs, is_as_of_today=True),
        "quarter": Source(quarter_items, quarter_needs),
    }
)
"""By the name that recurrences.yml uses."""
