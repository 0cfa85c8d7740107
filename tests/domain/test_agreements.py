"""Whether a company may be in more than one region."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.partners.agreements import RegionsVerdict, regions_verdict
from bot.domain.registry import Partner, Region, Registry

DAY = date(2026, 3, 2)
ACME = Partner("acme", "Acme Consulting", "emea", "cam-emea", aliases=("Acme EMEA",))
TWIN = Partner("acme-us", "ACME Consulting, Inc.", "amer", "cam-amer")
BOLT = Partner("bolt", "Bolt Services", "amer", "cam-amer")
EMEA, AMER = Region("emea", "EMEA", "emea", "phd-emea"), Region("amer", "AMER", "amer", "phd-amer", "", "Americas")
NORTH = Region("north", "EMEA North", "north", "phd-emea", agreement="EMEA")


def verdict(*partners: Partner, about: Partner) -> RegionsVerdict:
    return regions_verdict(Registry(regions=(EMEA, AMER, NORTH), partners=partners), about)


def test_a_company_in_one_region_is_fine() -> None:
    assert verdict(ACME, BOLT, about=ACME) == RegionsVerdict(("EMEA",))
    assert verdict(ACME, BOLT, about=ACME).is_fine


@pytest.mark.parametrize("name", ["ACME Consulting, Inc.", "acme-consulting", "Acme  EMEA GmbH", "Ácme Consulting"])
def test_the_same_company_in_two_regions_needs_an_approval_on_each(name: str) -> None:
    twin = replace(TWIN, name=name)
    found = verdict(ACME, twin, BOLT, about=twin)
    assert found == RegionsVerdict(("EMEA", "Americas"), ("acme", "acme-us"))
    assert not found.is_fine


def test_an_approval_counts_for_its_own_entry() -> None:
    here, there = (replace(one, multi_region_approved_by="channel-director") for one in (ACME, TWIN))
    assert verdict(here, TWIN, about=here).unapproved == ("acme-us",)
    assert verdict(here, there, about=here) == RegionsVerdict(("EMEA", "Americas"))


def test_regions_under_one_agreement_are_one() -> None:
    assert verdict(ACME, replace(TWIN, region="north"), about=ACME) == RegionsVerdict(("EMEA",))


def test_a_region_that_nobody_describes_goes_by_its_key() -> None:
    assert verdict(replace(ACME, region="mars"), about=ACME) == RegionsVerdict(("mars",))


def test_names_without_letters_are_nobodys() -> None:
    assert verdict(replace(ACME, name="!"), replace(TWIN, name="?"), about=TWIN) == RegionsVerdict(("Americas",))
