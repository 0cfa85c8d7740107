"""What a partner lacks for a certification, row by row, each with what was seen and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.partners.eligibility import (
    Requirement,
    agreement_name,
    agreements_for,
    entry_verdict,
    failing,
    is_stale,
    number_name,
    verdict,
)
from bot.domain.partners.programme import Programme
from bot.domain.registry import Agreements, Invitation, Partner, Practitioners, Region, Registry, Status

TODAY = date(2026, 11, 20)
AS_OF = date(2026, 11, 2)
SIGNED = date(2026, 3, 2)
CTP = Programme(
    "ctp",
    "GitLab Certified Training Partner",
    entry=("training_addendum", "invited", "program_team_approval"),
    competency={"sales_core": 2, "sa_core": 1, "trainers": 2, "trainer_courses": 4},
)
PSP = Programme(
    "psp",
    "GitLab Certified Professional Services Partner",
    entry=("services_addendum",),
    competency={"sales_core": 2, "sa_core": 1, "pse": 3},
)
ACME = Partner(
    "acme",
    "Acme Consulting",
    "emea",
    "cam-emea",
    status=Status.AUTHORIZED,
    agreements=Agreements(mpa=SIGNED, services_addendum=SIGNED, training_addendum=SIGNED),
    ctp=Invitation(invited_on=date(2026, 9, 1), approved_by="services-lead"),
    practitioners=Practitioners(sales_core=2, sa_core=1, pse=3, trainers=2, trainer_courses=4),
)
REGIONS = (Region("emea", "EMEA", "emea", "phd-emea"), Region("apac", "APAC", "apac", "phd-apac"))


def registry(*others: Partner, partner: Partner = ACME) -> Registry:
    return Registry(regions=REGIONS, partners=(partner, *others), as_of=AS_OF)


def missing(partner: Partner, programme: Programme, *others: Partner) -> list[tuple[str, str, str]]:
    found = failing(verdict(registry(*others, partner=partner), partner, programme, TODAY))
    return [(one.rule, one.key, one.seen) for one in found]


def test_a_partner_that_has_everything_lacks_nothing() -> None:
    rows = verdict(registry(), ACME, CTP, TODAY)
    assert failing(rows) == ()
    assert [(one.key, one.seen) for one in rows] == [
        ("programme", "active"),
        ("status", "authorized"),
        ("mpa", "2026-03-02"),
        ("training_addendum", "2026-03-02"),
        ("invited", "2026-09-01"),
        ("program_team_approval", "services-lead"),
        ("region", "EMEA"),
        ("sales_core", "2"),
        ("sa_core", "1"),
        ("trainers", "2"),
        ("trainer_courses", "4"),
    ]


def test_a_requirement_says_everything_that_a_person_needs_to_argue_with_it() -> None:
    partner = replace(ACME, practitioners=Practitioners(sales_core=2, sa_core=1, pse=2))
    (row,) = failing(verdict(registry(partner=partner), partner, PSP, TODAY))
    assert row == Requirement(
        key="pse",
        claim="certified Professional Services Engineers (PSE): at least 3",
        needed="at least 3",
        seen="2",
        holds=False,
        source="registry partners.yml",
        as_of=AS_OF,
        rule="AW-04",
    )


LACKING: dict[str, tuple[Programme, dict[str, Any], list[tuple[str, str, str]]]] = {
    "the programme is not open": (replace(PSP, active=False), {}, [("AW-02", "programme", "not active")]),
    "an applicant": (PSP, {"status": Status.APPLICANT}, [("AW-01", "status", "applicant")]),
    "a partner that left": (PSP, {"status": Status.INACTIVE}, [("AW-01", "status", "inactive")]),
    "nothing signed": (
        CTP,
        {"agreements": Agreements()},
        [("KT-01", "mpa", "not signed"), ("KT-01", "training_addendum", "not signed")],
    ),
    "the wrong addendum": (
        CTP,
        {"agreements": Agreements(mpa=SIGNED, services_addendum=SIGNED)},
        [("KT-01", "training_addendum", "not signed")],
    ),
    "signed from tomorrow on": (
        PSP,
        {"agreements": Agreements(mpa=SIGNED, services_addendum=date(2026, 11, 21))},
        [("KT-01", "services_addendum", "2026-11-21")],
    ),
    "not invited": (CTP, {"ctp": Invitation(approved_by="services-lead")}, [("CT-05", "invited", "not invited")]),
    "to be invited": (
        CTP,
        {"ctp": Invitation(date(2026, 12, 1), "services-lead")},
        [("CT-05", "invited", "2026-12-01")],
    ),
    "not approved": (CTP, {"ctp": Invitation(SIGNED)}, [("CT-05", "program_team_approval", "nobody did")]),
    "an invitation is nothing that PSP asks for": (PSP, {"ctp": Invitation()}, []),
    "no trainers": (
        CTP,
        {"practitioners": Practitioners(sales_core=2, sa_core=1)},
        [("TC-02", "trainers", "0"), ("TC-02", "trainer_courses", "0")],
    ),
    "too few in sales": (
        PSP,
        {"practitioners": Practitioners(sales_core=1, sa_core=1, pse=3)},
        [("AW-01", "sales_core", "1")],
    ),
}


@pytest.mark.parametrize(("programme", "changes", "lacks"), LACKING.values(), ids=LACKING.keys())
def test_what_is_missing_is_told(
    programme: Programme, changes: dict[str, Any], lacks: list[tuple[str, str, str]]
) -> None:
    assert missing(replace(ACME, **changes), programme) == lacks


def test_signed_and_invited_today_is_early_enough() -> None:
    agreements = Agreements(mpa=TODAY, training_addendum=TODAY)
    assert missing(replace(ACME, agreements=agreements, ctp=Invitation(TODAY, "services-lead")), CTP) == []


def test_a_second_region_needs_an_approval() -> None:
    """The same company has an entry in each region."""
    asian = replace(ACME, id="acme-apac", region="apac")
    assert missing(ACME, PSP, asian) == [("KT-02", "region", "EMEA, APAC; without approval: acme, acme-apac")]
    approved = replace(ACME, multi_region_approved_by="channel-director")
    assert missing(approved, PSP, asian) == [("KT-02", "region", "EMEA, APAC; without approval: acme-apac")]
    rows = verdict(
        registry(replace(asian, multi_region_approved_by="channel-director"), partner=approved), approved, PSP, TODAY
    )
    assert [one.seen for one in rows if one.key == "region"] == ["EMEA, APAC; approved"]
    assert failing(rows) == ()


def test_what_a_partner_needs_to_begin_is_no_matter_of_numbers() -> None:
    beginner = replace(ACME, practitioners=Practitioners())
    assert failing(entry_verdict(registry(), beginner, CTP, TODAY)) == ()


def test_an_entry_may_be_fresher_than_its_file() -> None:
    fresh = replace(ACME, as_of=date(2026, 11, 19))
    rows = verdict(registry(partner=fresh), fresh, PSP, TODAY)
    assert {one.as_of for one in rows if one.key != "programme"} == {date(2026, 11, 19)}
    unknown = verdict(replace(registry(), as_of=None), ACME, PSP, TODAY)
    assert {one.as_of for one in unknown} == {None}


@pytest.mark.parametrize(
    ("as_of", "stale"),
    [(date(2026, 10, 21), False), (date(2026, 10, 20), True), (TODAY, False), (date(2026, 12, 1), False), (None, True)],
)
def test_a_mirror_is_old_after_thirty_days(as_of: date | None, stale: bool) -> None:
    assert is_stale(as_of, TODAY) is stale
    assert is_stale(date(2026, 11, 12), TODAY, days=7)


def test_what_everybody_signs_is_asked_once() -> None:
    assert agreements_for(replace(PSP, entry=("mpa", "services_addendum", "invited"))) == ("mpa", "services_addendum")


def test_keys_are_named_as_people_say_them() -> None:
    assert (agreement_name("mpa"), agreement_name("legal_exhibit")) == (
        "master partner agreement (MPA)",
        "legal exhibit",
    )
    assert (number_name("trainers"), number_name("a_new_number")) == ("GitLab Certified Trainers", "a new number")
