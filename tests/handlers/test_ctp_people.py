"""CT-12 as a table of cases: who of those that an enrolment needs cannot act, and who hears of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.facts import Account
from bot.domain.gitlab import Person
from bot.domain.partners.folder import Tree
from bot.domain.partners.steps import Tell
from bot.domain.registry import Contact, Contacts
from bot.handlers import ctp_people
from bot.handlers.ctp_people import Settings
from tests.builders import CAM
from tests.partnerfacts import (
    ACME,
    MADE,
    PAT,
    TODAY,
    WHOLE,
    PartnerCase,
    enrolled,
    invited,
    known,
    prove_partner,
    record,
    request,
    running,
    shared,
    tracking,
)

BLOCKED = {
    "cam-emea": Account("cam-emea", Person(2, "cam-emea", "blocked")),
    "pat-example": Account("pat-example", PAT),
}
ONLY_CAM = {"cam-emea": Account("cam-emea", CAM)}
NO_HANDLE = replace(ACME, contacts=Contacts(Contact("Pat Example", "pat@acme.example")))
AWAITED, TOLD = "say `contact_awaited` (CT-12)", "tell `contact_awaited` once (`invitation {}`)"


def waiting(since: str | None) -> Tree:
    return replace(WHOLE, collaboration=shared(0, invited=(invited(since),)))


CASES = (
    PartnerCase("both can act, and are assigned", enrolled()),
    PartnerCase("of who is not enrolled nobody asks", known(accounts=BLOCKED)),
    PartnerCase("nor of who asked for a folder only", known(accounts=BLOCKED, record=record(ctp=False))),
    PartnerCase("nor of who withdrew", enrolled(accounts=BLOCKED, record=running(withdrawn_on=TODAY))),
    PartnerCase("nor when all is done", enrolled(accounts=BLOCKED, tracking=tracking("closed"))),
    PartnerCase(
        "the account manager left: their manager hears",
        enrolled(accounts=BLOCKED),
        ("say `manager_gone` (CT-12)", "tell `manager_gone` once (`manager cam-emea`)"),
        ("`@cam-emea` has no account that works",),
    ),
    PartnerCase(
        "before the issue is there too",
        known(accounts=BLOCKED, requests=(request(),)),
        ("say `manager_gone` (CT-12)", "tell `manager_gone` once (`manager cam-emea`)"),
    ),
    PartnerCase("before the issue is there nobody can be assigned", known(record=record())),
    PartnerCase(
        "the registry names another account manager than the issue",
        enrolled(tracking=tracking(assignees=(PAT,))),
        ("say `manager_new` (CT-12)", "tell `manager_new` once (`new manager cam-emea`)"),
        ("`@cam-emea` as account manager, who is not assigned",),
    ),
    PartnerCase(
        "there is no contact",
        enrolled(partner=replace(ACME, contacts=Contacts())),
        ("say `contact_missing` (CT-12)",),
        ("names no primary contact",),
    ),
    PartnerCase(
        "the contact's handle is nobody's",
        enrolled(replace(WHOLE, collaboration=shared(0)), accounts=ONLY_CAM),
        ("say `contact_unknown` (CT-12)",),
        ("no account that works called `@pat-example`",),
    ),
    PartnerCase(
        "an invitation is waited for",
        enrolled(waiting("2026-11-15"), partner=NO_HANDLE),
        (AWAITED,),
        ("`Pat Example` was invited by e-mail on 2026-11-15 (6 days ago)",),
    ),
    PartnerCase(
        "for a week; then the account manager hears",
        enrolled(waiting("2026-11-14"), partner=NO_HANDLE),
        (AWAITED, TOLD.format("2026-11-14")),
    ),
    PartnerCase("one without a day is new", enrolled(waiting(None), partner=NO_HANDLE), (AWAITED,)),
    PartnerCase(
        "who came is perhaps the contact",
        enrolled(partner=NO_HANDLE),
        ("say `contact_came` (CT-12)",),
        ("`@pat-example`. If that is `Pat Example`",),
    ),
    PartnerCase(
        "it is not the contact, whose account does not work",
        enrolled(accounts=ONLY_CAM),
        ("say `contact_unknown` (CT-12)",),
    ),
    PartnerCase(
        "a contact whose account was blocked is nobody else",
        enrolled(accounts=ONLY_CAM),
        ("say `contact_unknown` (CT-12)",),
    ),
    PartnerCase("nobody came yet", enrolled(replace(WHOLE, collaboration=shared(0)), partner=NO_HANDLE)),
    PartnerCase(
        "before there is a group neither", known(replace(MADE, collaboration=None), NO_HANDLE, record=record())
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_people(case: PartnerCase) -> None:
    prove_partner(ctp_people, case)


def told(case: PartnerCase) -> list[tuple[str, ...]]:
    return [one.who for one in ctp_people.decide_partner(case.known, Settings()) if isinstance(one, Tell)]


def test_who_hears_depends_on_who_is_left() -> None:
    """The manager of whoever left, else Channel Services, else the record's issue alone."""
    gone = enrolled(accounts=BLOCKED)
    registry = gone.site.registry
    for people, roles, who in (
        (registry.people, registry.roles, ("programs-lead",)),
        ((), registry.roles, ("services-lead",)),
        ((), (), ()),
    ):
        site = replace(gone.site, registry=replace(registry, people=people, roles=roles))
        assert told(PartnerCase("", replace(gone, site=site))) == [who]
    late = enrolled(waiting("2026-11-01"), partner=NO_HANDLE)
    assert told(PartnerCase("", late)) == [("cam-emea",)]
    assert told(PartnerCase("", replace(late, accounts=BLOCKED)))[1:] == [("programs-lead",)]


def test_days_below_1_are_refused() -> None:
    with pytest.raises(ValueError, match="invitation_days must be a number from 1 up, not 0"):
        Settings(invitation_days=0)
