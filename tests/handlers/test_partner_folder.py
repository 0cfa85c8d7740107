"""PF-02, PF-03 and PF-10 as tables of cases: what a folder lacks, and the order that shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.actions import Check
from bot.handlers import partner_folder
from tests.builders import PARTNERS
from tests.partnerfacts import (
    ACME,
    EMPTY,
    MADE,
    PATH,
    PROJECT,
    SHARED,
    PartnerCase,
    SaidCase,
    enrolled,
    folder,
    group,
    known,
    prove_partner,
    prove_said,
    record,
    request,
    running,
    shared,
)

MAKES = tuple(f"make the private group `{path}`" for path in (PATH, SHARED, f"{PATH}/internal"))
INVITES = f"make `@pat-example` Maintainer of `{SHARED}`"
BARE = replace(MADE, collaboration=group(SHARED))
KEEPS, TICKS = "write down what is asked for `acme`", "tick off the request `create`"
ASKED = record(ctp=False)
OPEN = replace(
    MADE, company=group(PATH, "Acme Consulting", "internal"), internal=group(f"{PATH}/internal", visibility="public")
)
CASES = (
    PartnerCase("of whom nobody asked for anything nothing is wished", known(EMPTY)),
    PartnerCase(
        "what was asked is written down and made",
        known(EMPTY, requests=(request("create"),)),
        (KEEPS, TICKS, *MAKES, INVITES),
    ),
    PartnerCase(
        "half of it is there", known(replace(EMPTY, company=MADE.company), record=ASKED), (*MAKES[1:], INVITES)
    ),
    PartnerCase("the contact is let in on its first day", known(BARE, record=ASKED), (INVITES,)),
    PartnerCase(
        "whom somebody put out later is not let in again", known(BARE, record=record(ctp=False, on=date(2026, 11, 20)))
    ),
    PartnerCase("all of it is there", known(record=ASKED)),
    PartnerCase(
        "a group that others see is made private, the inner ones first",
        known(OPEN, record=ASKED),
        (f"make the group `{PATH}/internal` private", f"make the group `{PATH}` private"),
    ),
    PartnerCase(
        "without an owner's token a person hears each step",
        known(EMPTY, record=ASKED, site={"can_provision": False}),
        ("say `by_hand` (PF-03)",) * 4,
        (
            f"open `{PARTNERS}/emea`, choose *New subgroup*, give it the name `Acme Consulting` and the URL `{PATH}`",
            f"open `{PATH}`, choose *New subgroup*, give it the name `internal` and the URL `{PATH}/internal`",
        ),
    ),
    PartnerCase(
        "and what is to be made private",
        known(replace(MADE, internal=OPEN.internal), record=ASKED, site={"can_provision": False}),
        ("say `by_hand` (PF-03)",),
        (f"make the group `{PATH}/internal` private: *Settings",),
    ),
    PartnerCase(
        "the region's group is missing",
        known(replace(EMPTY, region=None), record=ASKED),
        ("say `no_region` (PF-02)",),
        (f"The group `{PARTNERS}/emea` is not there", "path of `emea`", "`regions.yml`"),
    ),
    PartnerCase(
        "a partner that was renamed keeps its group until a person renames it",
        known(partner=replace(ACME, name="Apex & Sons/Consulting"), record=ASKED),
        ("say `named_otherwise` (PF-02)",),
        ("is called `Acme Consulting`, the registry says `Apex and Sons-Consulting`",),
    ),
    PartnerCase(
        "another legal form is the same name", known(partner=replace(ACME, name="ACME Consulting, Inc."), record=ASKED)
    ),
    PartnerCase("the folder of who is enrolled is a part of the enrolment", enrolled(EMPTY)),
    PartnerCase("and so is what is asked then", enrolled(requests=(request("create"),))),
    PartnerCase(
        "an order for nobody's enrolment is ticked off",
        known(requests=(request("extend", until="2027-01-01", reason="x"), request("withdraw", "k2"))),
        ("tick off the request `extend`", "tick off the request `withdraw`"),
    ),
    PartnerCase("an award is none of it", known(requests=(request("award"),))),
    PartnerCase(
        "what was written down is only ticked off",
        known(record=replace(ASKED, heard=("k1",)), requests=(request("create"),)),
        (TICKS,),
    ),
    PartnerCase(
        "asked twice it is written down once more and no more",
        known(record=ASKED, requests=(request("create"),)),
        (KEEPS, TICKS),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_partner_folder(case: PartnerCase) -> None:
    prove_partner(partner_folder, case)


CHECKS = (
    SaidCase(
        "what there is, what is missing and what a certification asks for",
        "partner check Acme Consulting",
        "checked",
        known(replace(EMPTY, similar=(folder(f"{PARTNERS}/apac/acme", "ACME"),))),
        (
            "There is nothing of it yet.",
            MAKES[2],
            f"[`{PARTNERS}/apac/acme`](https://g/{PARTNERS}/apac/acme)",
            "| ✅ | CTP: the training addendum is signed | `2026-04-01` |",
            "| ❌ | CTP: GitLab Certified Trainers: at least 2 | `0` |",
        ),
    ),
    SaidCase(
        "of who is enrolled also where",
        "partner check acme",
        "checked",
        enrolled(),
        (f"- [`{PROJECT}`](https://g/{PROJECT})", f"Tracking issue: {PROJECT}#1."),
    ),
    SaidCase(
        "it takes a partner",
        "partner check",
        "unknown",
        says=("`@channel-bot partner check <partner>`", "`acme`, `bolt`"),
    ),
    SaidCase(
        "nobody is called so", "partner check Bolzt", "unknown", says=("no partner called `Bolzt`", "I know: `bolt`.")
    ),
    SaidCase("only in the Channels project", "partner check acme", "elsewhere", issue={"project": PROJECT}),
)


@pytest.mark.parametrize("case", CHECKS, ids=lambda case: case.name)
def test_partner_check(case: SaidCase) -> None:
    prove_said(partner_folder, case)


def test_every_group_is_shown_with_what_was_seen() -> None:
    """`explain` prints the checks."""
    said = partner_folder.decide_partner(
        known(replace(OPEN, collaboration=None), record=ASKED), partner_folder.Settings()
    )
    seen = [(one.claim, one.holds, one.seen) for one in said if isinstance(one, Check)]
    assert seen == [
        (f"{PATH} is there and private", False, "internal"),
        (f"{SHARED} is there and private", False, "not there"),
        (f"{PATH}/internal is there and private", False, "public"),
        ("the group is called as the partner is", True, "Acme Consulting"),
    ]


def test_who_is_enrolled_and_lost_a_group_hears_of_it_once() -> None:
    """The enrolment makes it again."""
    prove_partner(partner_folder, PartnerCase("", enrolled(replace(MADE, internal=None, collaboration=shared(0)))))
    assert running().ctp
