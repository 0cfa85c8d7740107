"""A partner's signatures and regions become what is still missing before it may be certified (KT-01, KT-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.domain.partners.partnernames import folded
from bot.domain.registry import Activity, Partner, Registry, names_of

EVERYBODY: Final = "mpa"
NEEDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ctp": "training_addendum",
        "psp": "services_addendum",
        Activity.TRAINING: "training_addendum",
        Activity.RESALE: "reseller_addendum",
        Activity.SERVICES: "services_addendum",
        Activity.REFERRAL: "services_addendum",
        Activity.MSP: "msp_agreement",
    }
)
"""What a certification or an activity needs besides the agreement that everybody signs."""


@dataclass(frozen=True, slots=True)
class RegionsVerdict:
    """`regions` are what the agreements of one company are for, as agreements call them."""

    regions: tuple[str, ...]
    unapproved: tuple[str, ...] = ()
    """The ids of its entries that need an approval for more than one region and have none."""

    @property
    def is_fine(self) -> bool:
        return not self.unapproved


def missing_agreements(partner: Partner, wants: str) -> tuple[str, ...]:
    """The agreements, by their keys in the registry, that a certification (`ctp`) or activity (`resale`) lacks."""
    needed = (EVERYBODY, NEEDED.get(wants, EVERYBODY))
    return tuple(name for name in dict.fromkeys(needed) if getattr(partner.agreements, name) is None)


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
