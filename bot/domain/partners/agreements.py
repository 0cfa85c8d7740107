"""The entries of one company become whether it may be in all of their regions (KT-02)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.domain.partners.partnernames import folded
from bot.domain.registry import Partner, Registry, names_of

EVERYBODY: Final = "mpa"
"""The agreement that every partner signs; what else a certification asks for stands in certifications.yml."""


@dataclass(frozen=True, slots=True)
class RegionsVerdict:
    """`regions` are what the agreements of one company are for, as agreements call them."""

    regions: tuple[str, ...]
    unapproved: tuple[str, ...] = ()
    """The ids of its entries that need an approval for more than one region and have none."""

    @property
    def is_fine(self) -> bool:
        return not self.unapproved


def regions_verdict(registry: Registry, partner: Partner) -> RegionsVerdict:
    """Whether a company that is in several regions may be: each of its entries then names who allowed it."""
    names = _spellings(partner)
    same = [one for one in registry.partners if one.id == partner.id or names & _spellings(one)]
    regions = tuple(dict.fromkeys(_agreement(registry, one) for one in same))
    unapproved = (one.id for one in same if len(regions) > 1 and not one.multi_region_approved_by)
    return RegionsVerdict(regions, tuple(unapproved))


def _spellings(partner: Partner) -> set[str]:
    """Ids are the registry's own keys: they name an entry, not a company."""
    return {folded(name) for name in names_of(partner)[1:]} - {""}


def _agreement(registry: Registry, partner: Partner) -> str:
    region = registry.region(partner.region)
    return region.agreement_name if region else partner.region
