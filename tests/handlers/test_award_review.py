"""AW-13's yearly review as a table of cases: which month it is, and from when on people hear of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from bot.domain.actions import Say
from bot.domain.partners.programme import Programmes, Review
from bot.domain.partners.steps import Tell
from bot.domain.registry import Certification
from bot.handlers.award_review import Settings, decide_partner
from tests.awards import ACME, PSP, partner, words

AWARDED = Certification("psp", date(2026, 10, 2), 10)


@dataclass(frozen=True)
class Case:
    """What the registry holds on a day, and the month that people hear of; empty: none."""

    name: str
    today: str
    held: Certification = AWARDED
    month: str = ""


CASES = (
    Case("in the month of the award there is nothing to look at", "2026-10-20"),
    Case("31 days before the month it is quiet", "2027-08-31"),
    Case("30 days before it is said", "2027-09-01", month="October 2027"),
    Case("all through the month", "2027-10-31", month="October 2027"),
    Case("and not after it", "2027-11-01"),
    Case("the year after again", "2028-09-01", month="October 2028"),
    Case("January is near in December", "2026-12-02", Certification("psp", date(2026, 1, 5), 1), "January 2027"),
    Case("without a month the award's own counts", "2027-09-15", replace(AWARDED, review_month=None), "October 2027"),
    Case("another spelling is the same programme", "2027-09-15", replace(AWARDED, cert="PSP"), "October 2027"),
    Case("a month before the award's is next year's", "2026-02-10", Certification("psp", date(2026, 4, 1), 3)),
    Case("which comes", "2027-02-10", Certification("psp", date(2026, 4, 1), 3), "March 2027"),
    Case("what is no programme has no review", "2027-09-15", replace(AWARDED, cert="iso")),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_award_review(case: Case) -> None:
    seen = partner(replace(ACME, certifications=(case.held,)), today=case.today)
    decided = tuple(decide_partner(seen, Settings()))
    assert bool(decided) is bool(case.month)
    for one in decided:
        said = words("award_review", one)
        assert f"`{PSP.name}` is looked at again in {case.month}" in said
        assert "1 fiscal quarter(s)" in said


def test_the_account_manager_is_told_once_a_year() -> None:
    held = replace(ACME, certifications=(AWARDED,))
    say, tell = decide_partner(partner(held, today="2027-09-05"), Settings())
    assert isinstance(say, Say)
    assert isinstance(tell, Tell)
    assert (tell.key, tell.who) == ("review psp 2027", ("cam-emea",))


def test_how_long_before_is_the_programmes_affair() -> None:
    early = replace(PSP, review=Review(evidence_days=60))
    held = replace(ACME, certifications=(AWARDED,))
    seen = partner(held, today="2027-08-05", site={"programmes": Programmes((early,))})
    assert len(tuple(decide_partner(seen, Settings()))) == 2


def test_without_certifications_nothing_is_said() -> None:
    assert tuple(decide_partner(partner(), Settings())) == ()
