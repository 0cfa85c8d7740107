"""Plans for folders and enrolments as a table of orders: what is shown, what bars them, what a confirmation does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Answer, Ask
from bot.domain.facts import Account, PartnerFacts
from bot.domain.gitlab import Person
from bot.domain.partners.programme import Deadline, DeadlineRule, Programmes
from bot.domain.places import Room
from bot.domain.registry import Agreements, Certification, Contact, Contacts, Invitation, Status
from bot.handlers import enrolment_plans
from tests.builders import CAM, PARTNERS, issue
from tests.partnerfacts import (
    ACME,
    CTP,
    EMPTY,
    MADE,
    PATH,
    PROJECT,
    SERVICES,
    SaidCase,
    enrolled,
    folder,
    heard,
    known,
    order_of,
    prove_said,
    record,
    request,
    room,
    running,
    tracking,
)

SIMILAR = f"{PARTNERS}/americas/acme-inc"


def acme(**more: Any) -> PartnerFacts:
    """Nothing is there yet, and the registry's entry reads otherwise."""
    return known(EMPTY, replace(ACME, **more))


def stray(name: str, number: int = 8) -> Room:
    return room(f"gitlab-com/channel/templates/{name}", number=number)


FOLDER_ELSEWHERE = SaidCase(
    "only in the Channels project",
    "ctp enrol acme",
    "elsewhere",
    says=("where only we read along",),
    issue={"project": PROJECT},
)
PLANS = (
    SaidCase(
        "a folder is planned, not made",
        "partner create acme",
        "planned",
        known(EMPTY),
        (
            f"1. make the private group `{PATH}`\n2. ",
            f"3. make the private group `{PATH}/internal`",
            "nothing is done yet",
        ),
    ),
    SaidCase(
        "an enrolment is planned with people, dates and what was seen",
        "ctp enrol acme",
        "planned",
        known(EMPTY),
        (
            f"4. make `@pat-example` Maintainer of `{PATH}/collaboration`",
            f"at `{PROJECT}`",
            "for `@cam-emea`, `@pat-example`, due 2027-05-21",
            "| ✅ | the training addendum is signed | `2026-04-01` | registry partners.yml, as of 2026-11-02 | KT-01 |",
            "say `@channel-bot confirm ",
        ),
    ),
    SaidCase(
        "by its name in any spelling",
        "ctp enrol  ACME consulting GmbH.",
        "planned",
        says=("make the empty private project",),
    ),
    SaidCase("in quotes", 'ctp enrol "Acme Consulting"', "planned"),
    SaidCase(
        "without an owner's token the plan says so",
        "ctp enrol acme",
        "planned",
        known(site={"can_provision": False}),
        ("I tell you each step",),
    ),
    SaidCase(
        "a contact without an account is invited",
        "ctp enrol acme",
        "planned",
        known(partner=replace(ACME, contacts=Contacts(Contact("Pat", "pat@acme.example"))), tree=EMPTY),
        ("invite `pat@acme.example` Maintainer", "for `@cam-emea`, due"),
    ),
    SaidCase(
        "an unknown handle is invited by e-mail too",
        "ctp enrol acme",
        "planned",
        known(EMPTY, accounts={"cam-emea": Account("cam-emea", CAM)}),
        ("invite `pat@acme.example` Maintainer",),
    ),
    SaidCase(
        "a project that lies elsewhere is moved",
        "ctp enrol acme",
        "planned",
        known(replace(MADE, strays=(stray("acme"),))),
        ("move the project `gitlab-com/channel/templates/acme` to",),
    ),
    SaidCase(
        "a deadline may count from the end of the quarter",
        "ctp enrol acme",
        "planned",
        known(site={"programmes": Programmes((replace(CTP, deadline=Deadline(DeadlineRule.AFTER_QUARTER, 1)),))}),
        (f"due {date(2027, 2, 28)}",),
    ),
    SaidCase(
        "from the end of August six months on is the end of February",
        "ctp enrol acme",
        "planned",
        known(today="2027-08-31"),
        ("due 2028-02-29",),
    ),
    SaidCase(
        "nothing is missing",
        "partner create acme",
        "complete",
        says=("Nothing is missing", f"[`{PATH}/internal`](https://g/{PATH}/internal)"),
    ),
    SaidCase(
        "a folder that was asked for needs no confirming",
        "partner create acme",
        "under_way",
        known(EMPTY, record=record(ctp=False)),
        ("`@cam-emea` asked for this on 2026-11-21", "I am at it", "1. make the private group"),
    ),
    SaidCase(
        "neither does who is enrolled",
        "ctp enrol acme",
        "under_way",
        enrolled(),
        ("Everything is there", "The tracking issue is gitlab-com/channel/partners/emea/acme/collaboration/"),
    ),
    SaidCase(
        "nor an enrolment that is asked for and not begun",
        "ctp enrol acme",
        "under_way",
        known(requests=(request(),)),
        ("`@cam-amer` asked for this", "I am at it"),
    ),
    SaidCase(
        "who withdrew may begin anew",
        "ctp enrol acme",
        "planned",
        enrolled(record=running(withdrawn_on=date(2026, 11, 1), withdrawn_by="cam-emea")),
        ("due 2027-05-21",),
    ),
    SaidCase(
        "a tracking issue that was deleted is opened anew, with the days it had",
        "ctp enrol acme",
        "planned",
        enrolled(tracking=None),
        ("1. open the tracking issue", "due 2027-01-01"),
    ),
    SaidCase(
        "so is one that was moved away",
        "ctp enrol acme",
        "planned",
        enrolled(tracking=tracking("closed", moved_to_id=99)),
        ("1. open the tracking issue", "due 2027-01-01"),
    ),
    SaidCase(
        "so is one that was moved away",
        "ctp enrol acme",
        "planned",
        enrolled(tracking=tracking("closed", moved_to_id=99)),
        ("1. open the tracking issue", "due 2027-01-01"),
    ),
    FOLDER_ELSEWHERE,
    SaidCase("confirming too", "confirm 1a2b3c4d", "elsewhere", issue={"project": PROJECT}),
    SaidCase(
        "it takes a partner", "partner create", "unknown", says=("`@channel-bot partner create <partner>`", "`acme`")
    ),
    SaidCase(
        "nobody is called so",
        "ctp enrol Acne",
        "unknown",
        says=("no partner called `Acne`", "The nearest I know: `acme`."),
    ),
    SaidCase(
        "hostile names are inert", "ctp enrol `@all` <!--", "unknown", says=("no partner called `` `@all` <! -- ``",)
    ),
    SaidCase(
        "a plan nobody showed", "confirm 1a2b3c4d", "no_plan", says=("no plan called `1a2b3c4d`", "ctp enrol <partner>")
    ),
    SaidCase("a plan of another issue does not count", "confirm 1a2b3c4d", "no_plan", marks=("aaaaaaaa create acme",)),
    SaidCase("confirming takes the plan's signs", "confirm", "no_plan", says=("eight signs",)),
    SaidCase("a mark of another kind of plan is none", "confirm 1a2b3c4d", "no_plan", marks=("1a2b3c4d burn acme",)),
    SaidCase("a partner that left the registry", "confirm 1a2b3c4d", "no_plan", marks=("1a2b3c4d create gone",)),
    SaidCase(
        "no programme to enrol in",
        "ctp enrol acme",
        "no_programme",
        known(site={"programmes": Programmes()}),
        ("certifications.yml",),
    ),
)
BLOCKED = (
    SaidCase(
        "the region is unknown",
        "partner create acme",
        "blocked",
        acme(region="mars"),
        ("no region `mars`", "regions.yml", "(PF-01"),
    ),
    SaidCase(
        "the region's group is missing",
        "partner create acme",
        "blocked",
        known(replace(EMPTY, region=None)),
        (f"`{PARTNERS}/emea` is not there", "`path` in `regions.yml`"),
    ),
    SaidCase(
        "a group of a similar name in any region",
        "partner create acme",
        "blocked",
        known(replace(EMPTY, similar=(folder(SIMILAR, "Acme Inc"),))),
        (f"already `Acme Inc` (`{SIMILAR}`)", f"say `@channel-bot partner create acme despite {SIMILAR}`", "PF-08"),
    ),
    SaidCase(
        "a path that GitLab keeps for itself",
        "partner create help",
        "blocked",
        known(EMPTY, replace(ACME, id="help")),
        ("no group with the path `help`",),
    ),
    SaidCase(
        "a path of nothing that GitLab takes",
        "partner create エイクミ",
        "blocked",
        known(EMPTY, replace(ACME, id="エイクミ")),
        ("no group with the path `エイクミ`",),
    ),
    SaidCase(
        "the same company in two regions without approval",
        "partner create acme",
        "blocked",
        known(EMPTY, replace(ACME, name="Bolt Services GmbH")),
        ("one is for one region", "`multi_region_approved_by`", "KT-02"),
    ),
    SaidCase(
        "not invited", "ctp enrol acme", "blocked", acme(ctp=Invitation(None, "x")), ("It is `not invited`", "CT-05")
    ),
    SaidCase(
        "invited for a day ahead",
        "ctp enrol acme",
        "blocked",
        acme(ctp=Invitation(date(2027, 1, 1), "x")),
        ("`2027-01-01`",),
    ),
    SaidCase(
        "not approved", "ctp enrol acme", "blocked", acme(ctp=Invitation(date(2026, 9, 1))), ("approval is missing",)
    ),
    SaidCase(
        "no training addendum",
        "ctp enrol acme",
        "blocked",
        acme(agreements=Agreements()),
        ("Not signed: the master partner agreement (MPA), the training addendum", "KT-01"),
    ),
    SaidCase(
        "not authorized", "ctp enrol acme", "blocked", acme(status=Status.PENDING), ("Its contract is `pending`",)
    ),
    SaidCase(
        "the programme is not active",
        "ctp enrol acme",
        "blocked",
        known(site={"programmes": Programmes((replace(CTP, active=False),))}),
        ("`not active` today",),
    ),
    SaidCase(
        "certified already",
        "ctp enrol acme",
        "blocked",
        acme(certifications=(Certification("CTP", date(2025, 2, 1)),)),
        ("since 2025-02-01",),
    ),
    SaidCase(
        "the account manager is blocked",
        "ctp enrol acme",
        "blocked",
        known(accounts={"cam-emea": Account("cam-emea", Person(2, "cam-emea", "blocked"))}),
        ("`@cam-emea` has no account that works",),
    ),
    SaidCase("no contact", "ctp enrol acme", "blocked", acme(contacts=Contacts()), ("primary contact is `nobody`",)),
    SaidCase(
        "a contact whom nobody can reach",
        "ctp enrol acme",
        "blocked",
        acme(contacts=Contacts(Contact("Lee", "", "lee-example"))),
        ("primary contact is `@lee-example`",),
    ),
    SaidCase(
        "several stray projects",
        "ctp enrol acme",
        "blocked",
        known(replace(MADE, strays=(stray("one"), stray("two", 9)))),
        ("`gitlab-com/channel/templates/one`, `gitlab-com/channel/templates/two`",),
    ),
)
CASES = (*PLANS, *BLOCKED)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_enrolment_plans(case: SaidCase) -> None:
    prove_said(enrolment_plans, case)


ENROL = SaidCase("", "ctp enrol acme", "planned", known(EMPTY))


def plan_of(case: SaidCase) -> str:
    """The plan's mark."""
    (answer,) = prove_said(enrolment_plans, case)
    assert isinstance(answer, Answer)
    ((kind, value),) = answer.marks
    assert kind == "plan"
    return value


def confirming(shown: SaidCase, after: PartnerFacts, topic: str, *, asks: bool = False, says: str = "") -> SaidCase:
    value = plan_of(shown)
    by = SERVICES
    return SaidCase("", f"confirm {value.split()[0]}", topic, after, (says,), asks, (value,), by=by)


def test_confirming_asks_for_what_was_shown() -> None:
    """Whoever confirms it."""
    ask, _ = prove_said(enrolment_plans, confirming(ENROL, ENROL.known, "confirmed", asks=True, says="I begin now"))
    assert isinstance(ask, Ask)
    wanted = ask.request
    assert (wanted.what, wanted.partner, wanted.by, wanted.at) == ("enrol", "acme", "services-lead", (77, 42))


def test_where_the_team_marked_the_record_hands_off_nothing_is_begun() -> None:
    marked = replace(ENROL.known, record_issue=issue(iid=7, labels=["bot::hands-off"]))
    says = "gitlab-com/channel/channels#7, is marked `bot::hands-off`"
    prove_said(enrolment_plans, confirming(ENROL, marked, "kept_off", says=says))


def test_a_folder_is_confirmed_the_same_way() -> None:
    shown = replace(ENROL, order="partner create acme")
    ask, _ = prove_said(
        enrolment_plans, confirming(shown, ENROL.known, "confirmed", asks=True, says='"Partner folder"')
    )
    assert isinstance(ask, Ask)
    assert ask.request.what == "create"


def test_another_company_is_passed_over_as_long_as_it_was_named() -> None:
    shown = SaidCase("", f"partner create acme despite `{SIMILAR}`", "planned")
    shown = replace(shown, known=known(replace(EMPTY, similar=(folder(SIMILAR, "Acme Inc"),))))
    assert plan_of(shown).endswith(f"create acme {SIMILAR}")
    prove_said(enrolment_plans, confirming(shown, shown.known, "confirmed", asks=True))
    more = known(replace(EMPTY, similar=(folder(SIMILAR), folder(f"{PARTNERS}/apac/acme"))))
    prove_said(enrolment_plans, confirming(shown, more, "blocked", says="apac/acme"))


def test_the_next_day_it_is_the_same_plan() -> None:
    prove_said(
        enrolment_plans, confirming(ENROL, replace(ENROL.known, today=date(2026, 11, 22)), "confirmed", asks=True)
    )


def test_a_world_that_changed_shows_the_plan_anew() -> None:
    """And the new plan can be confirmed."""
    case = confirming(ENROL, known(), "planned", says="Things changed since I showed that plan, so I did nothing")
    value = plan_of(case)
    assert value != case.marks[0]
    again = replace(
        case, order=f"confirm {value.split()[0]}", marks=(*case.marks, value), asks=True, topic="confirmed", says=()
    )
    prove_said(enrolment_plans, again)


@pytest.mark.parametrize(
    ("after", "topic", "says"),
    [
        (known(EMPTY, requests=(request(),)), "under_way", "asked for this"),
        (enrolled(), "under_way", "Everything is there"),
        (known(EMPTY, replace(ACME, ctp=Invitation())), "blocked", "not invited"),
    ],
)
def test_confirming_is_judged_from_how_things_are(after: PartnerFacts, topic: str, says: str) -> None:
    """What two people confirm is done once, and who is not invited any more is not enrolled."""
    prove_said(enrolment_plans, confirming(ENROL, after, topic, says=says))


def test_of_an_answer_that_was_lost_the_order_says_the_same_again() -> None:
    """The same order is the same request, whatever was done meanwhile."""
    case = confirming(ENROL, ENROL.known, "confirmed", asks=True)
    ask, answer = prove_said(enrolment_plans, case)
    assert isinstance(ask, Ask)
    posted = replace(case, known=replace(case.known, requests=(ask.request,)))
    assert prove_said(enrolment_plans, posted) == (ask, answer)
    begun = known(EMPTY, record=record(heard=(ask.request.key,)))
    assert prove_said(enrolment_plans, replace(case, known=begun)) == (ask, answer)


def test_only_the_partner_that_is_meant_is_read() -> None:
    """Nothing is read for an order that comes to nothing."""
    for case in (FOLDER_ELSEWHERE, replace(ENROL, order="ctp enrol nobody")):
        assert heard(enrolment_plans, case).partners == {}
    assert [*heard(enrolment_plans, replace(ENROL, order="ctp enrol bolt")).partners] == ["bolt"]
    assert order_of(enrolment_plans, ENROL).name == "ctp enrol"
