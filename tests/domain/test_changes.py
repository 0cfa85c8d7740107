"""What the bot learns about a partner goes into its entry once, and nothing else of the entry changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.partners.changes import (
    Certified,
    Change,
    Enrolled,
    Licensed,
    Practised,
    Withdrawn,
    certification,
    changed,
    is_like,
    is_recorded,
    name_of,
)
from bot.domain.registry import Certification, Invitation, Licence, Partner, Practitioners

DAY, LATER = date(2026, 11, 2), date(2027, 5, 3)
PSP = Certification("psp", DAY, 11, "gitlab-com/channel/channels#3")
ACME = Partner("acme", "Acme", "emea", "cam-emea", ctp=Invitation(DAY, "services-lead"), as_of=DAY)
STARTED = replace(ACME, ctp=Invitation(DAY, "services-lead", DAY))
GONE = replace(ACME, ctp=Invitation(DAY, "services-lead", DAY, LATER))
BADGED = replace(ACME, certifications=(PSP,))
THREE = Practitioners(2, 1, 3)
HOLDER = replace(ACME, nfr=(Licence("self_managed", 9, DAY), Licence("saas", 3, DAY)))


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        pytest.param(ACME, Enrolled(DAY), STARTED, id="an enrolment"),
        pytest.param(GONE, Enrolled(DAY), STARTED, id="a new enrolment ends a withdrawal"),
        pytest.param(STARTED, Withdrawn(LATER), GONE, id="a withdrawal"),
        pytest.param(ACME, Certified("psp", DAY, 11, PSP.issue), BADGED, id="the first award"),
        pytest.param(
            BADGED,
            Certified("ctp", LATER, 5),
            replace(ACME, certifications=(PSP, Certification("ctp", LATER, 5))),
            id="a second award",
        ),
        pytest.param(
            replace(ACME, certifications=(Certification("ctp", DAY), PSP)),
            Certified("PSP", LATER),
            replace(ACME, certifications=(Certification("ctp", DAY), replace(PSP, awarded_on=LATER))),
            id="the same award again keeps what nobody says anew",
        ),
        pytest.param(
            ACME, Practised(THREE, LATER), replace(ACME, practitioners=THREE, as_of=LATER), id="counted practitioners"
        ),
        pytest.param(
            HOLDER,
            Licensed("saas", 5, LATER, "c#9"),
            replace(HOLDER, nfr=(*HOLDER.nfr, Licence("saas", 5, LATER, "c#9"))),
            id="a license more",
        ),
        pytest.param(
            HOLDER,
            Licensed("saas", 5, LATER, "c#9", DAY),
            replace(HOLDER, nfr=(HOLDER.nfr[0], Licence("saas", 5, LATER, "c#9"))),
            id="a renewal takes the place of the one that ends",
        ),
        pytest.param(
            replace(HOLDER, nfr=(HOLDER.nfr[1], *HOLDER.nfr, HOLDER.nfr[1])),
            Licensed("saas", 5, LATER, "c#9", DAY),
            replace(HOLDER, nfr=(Licence("saas", 5, LATER, "c#9"), HOLDER.nfr[0])),
            id="and of all that end with it",
        ),
        pytest.param(
            HOLDER,
            Licensed("alliance", 5, LATER, "c#9", DAY),
            replace(HOLDER, nfr=(*HOLDER.nfr, Licence("alliance", 5, LATER, "c#9"))),
            id="a renewal of what the registry does not have",
        ),
    ],
)
def test_a_change_changes_its_own(before: Partner, change: Change, after: Partner) -> None:
    assert changed(before, change) == after
    assert not is_recorded(before, change)
    assert is_recorded(after, change)


@pytest.mark.parametrize(
    ("partner", "change"),
    [
        pytest.param(BADGED, Certified("psp", DAY, 1, "another#1"), id="a person wrote another month"),
        pytest.param(BADGED, Certified("Psp", date(2025, 1, 1)), id="an older award"),
        pytest.param(ACME, Practised(THREE, date(2026, 11, 1)), id="an older count"),
    ],
)
def test_what_is_newer_in_the_registry_stays(partner: Partner, change: Change) -> None:
    assert is_recorded(partner, change)


def test_a_count_of_the_same_day_is_new_where_it_differs() -> None:
    assert not is_recorded(ACME, Practised(THREE, DAY))


def test_an_entry_without_a_day_has_the_files() -> None:
    undated = replace(ACME, as_of=None)
    assert is_recorded(undated, Practised(THREE, DAY), LATER)
    assert not is_recorded(undated, Practised(THREE, DAY))


def test_a_certification_is_found_in_any_case() -> None:
    assert certification(BADGED, "PSP") == PSP
    assert certification(BADGED, "ctp") is None


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (Enrolled(DAY), "enrolled 2026-11-02"),
        (Withdrawn(LATER), "withdrawn 2027-05-03"),
        (Certified("psp", DAY, 11, "team/channels#3"), "certified psp team/channels#3"),
        (Certified("psp", LATER, None, "team/channels#3"), "certified psp team/channels#3"),
        (Practised(THREE, DAY), "practitioners 2026-11-02"),
    ],
)
def test_an_answer_is_to_one_enrolment_or_award_and_not_to_the_next(change: Change, name: str) -> None:
    """The day of an award may be learnt anew; it stays the award of its issue."""
    assert name_of(change) == name


def test_a_license_is_known_by_its_issue_alone() -> None:
    """Who puts the entry right has the last word; one from before the bot reads the same and is another."""
    change = Licensed("saas", 5, LATER, "c#9")

    def knows(*held: Licence) -> bool:
        return is_recorded(replace(ACME, nfr=held), change)

    assert knows(Licence("saas", 4, DAY, "c#9"))
    assert not knows(Licence("saas", 5, LATER))
    assert is_like(replace(ACME, nfr=(Licence("saas", 5, LATER),)), change)
    assert not is_like(replace(ACME, nfr=(Licence("saas", 5, DAY), Licence("saas", 5, LATER, "c#8"))), change)
    assert not knows(Licence("saas", 5, LATER, "c#8"))
    assert not knows(Licence("saas", 5, DAY))


def test_a_license_that_its_issue_has_otherwise_by_now_is_another_answer() -> None:
    first = Licensed("saas", 5, LATER, "c#9")
    assert name_of(first) == "licensed saas c#9 5 until 2027-05-03"
    assert len({name_of(one) for one in (first, replace(first, seats=6), replace(first, expires=DAY))}) == 3
