"""CT-05, CT-06, CT-07, CT-10 and CT-11 as a table of cases: from a request to the tracking issue, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Check
from bot.domain.facts import Account, PartnerFacts
from bot.domain.gitlab import Member, Person
from bot.domain.partners.changes import Enrolled, Withdrawn
from bot.domain.partners.folder import Tree
from bot.domain.partners.programme import Programmes
from bot.domain.partners.record import Extension, Record
from bot.domain.partners.steps import KeepRecord, OpenCase, Propose, Tell
from bot.domain.registry import Agreements, Contact, Contacts, Invitation
from bot.handlers import ctp_enrolment
from tests.builders import CAM
from tests.partnerfacts import (
    ACME,
    CTP,
    EMPTY,
    MADE,
    NAME,
    PAT,
    PATH,
    PROJECT,
    SHARED,
    TODAY,
    WHOLE,
    PartnerCase,
    enrolled,
    group,
    invited,
    known,
    prove_partner,
    record,
    request,
    room,
    running,
    shared,
    tracking,
)

KEEPS, TICKS = "write down what is asked for `acme`", "tick off the request `enrol`"
GROUPS = tuple(f"make the private group `{path}`" for path in (PATH, SHARED, f"{PATH}/internal"))
RAISES = f"make `@pat-example` Maintainer of `{SHARED}`"
INVITES = f"invite `pat@acme.example` Maintainer of `{SHARED}`"
MAKES = f"make the empty private project `{NAME}` at `{PROJECT}`"
COMMITS = f"commit the issue templates and the README to `{PROJECT}`"
OPENS = f"open the tracking issue in `{PROJECT}` (`tracking acme`)"
PROPOSES = "propose enrolled of `acme` to the registry"
BY_HAND = "say `by_hand` (CT-06)"
NO_HANDLE = replace(ACME, contacts=Contacts(Contact("Pat", "pat@acme.example")))
STRAY = room("gitlab-com/channel/templates/acme", NAME.upper(), 8)


def begun(tree: Tree = MADE, **more: Any) -> PartnerFacts:
    return known(tree, record=record(), **more)


def proposed(**more: Any) -> PartnerFacts:
    return enrolled(proposed={"enrolled 2026-07-01": "open !3"}, **more)


CASES = (
    PartnerCase("who did not ask gets nothing", known(EMPTY)),
    PartnerCase("whoever asked for a folder gets that elsewhere", known(EMPTY, record=record(ctp=False))),
    PartnerCase(
        "a request comes to a folder, a project, templates and the issue",
        known(EMPTY, requests=(request(),)),
        (KEEPS, TICKS, *GROUPS, RAISES, MAKES, COMMITS, OPENS),
    ),
    PartnerCase(
        "a folder that was asked for becomes an enrolment",
        known(record=record(ctp=False), requests=(request(),)),
        (KEEPS, TICKS, MAKES, COMMITS, OPENS),
    ),
    PartnerCase(
        "whose record is gone hears that it was written anew",
        known(MADE, requests=(request(),), is_forgotten=True),
        (KEEPS, TICKS, "tell `rebuilt` once (`rebuilt`)", MAKES, COMMITS, OPENS),
    ),
    PartnerCase("groups that are there stay", begun(), (MAKES, COMMITS, OPENS)),
    PartnerCase("the project is there", begun(WHOLE), (OPENS,)),
    PartnerCase(
        "nobody knows whether its templates are",
        begun(WHOLE, has_templates=None, site={"can_provision": False}),
        (OPENS, f"tell `templates_unseen` once (`templates {PROJECT}`)"),
    ),
    PartnerCase("and its templates are not", begun(WHOLE, has_templates=False), (COMMITS, OPENS)),
    PartnerCase(
        "a contact with too little is raised", begun(replace(WHOLE, collaboration=shared(30))), (RAISES, OPENS)
    ),
    PartnerCase("an Owner stays it, the audit tells", begun(replace(WHOLE, collaboration=shared(50))), (OPENS,)),
    PartnerCase(
        "who is an Owner above is let in by that",
        begun(replace(EMPTY, company=group(PATH, members=(Member(PAT, 50),)))),
        (*GROUPS[1:], MAKES, COMMITS, OPENS),
    ),
    PartnerCase(
        "a contact without an account is invited",
        known(replace(WHOLE, collaboration=shared(0)), NO_HANDLE, record=record()),
        (INVITES, OPENS),
    ),
    PartnerCase(
        "once",
        known(
            replace(WHOLE, collaboration=shared(0, invited=(invited(email="PAT@acme.example"),))),
            NO_HANDLE,
            record=record(),
        ),
        (OPENS,),
    ),
    PartnerCase("whoever accepted has a name that nobody told", known(WHOLE, NO_HANDLE, record=record()), (OPENS,)),
    PartnerCase(
        "a colleague in collaboration is not the contact",
        known(replace(WHOLE, collaboration=shared(40, CAM)), NO_HANDLE, record=record()),
        (INVITES, OPENS),
    ),
    PartnerCase("nobody to invite", known(WHOLE, replace(ACME, contacts=Contacts()), record=record()), (OPENS,)),
    PartnerCase(
        "a blocked account is invited by e-mail as another",
        begun(
            replace(WHOLE, collaboration=shared(0)),
            accounts={"pat-example": Account("pat-example", Person(20, "pat-example", "blocked"))},
        ),
        (INVITES, OPENS),
    ),
    PartnerCase(
        "a project in a wrong place is moved, not made again",
        begun(replace(MADE, strays=(STRAY,))),
        (
            f"move the project `{STRAY.path}` to `{SHARED}`",
            f"commit the issue templates and the README to `{SHARED}/acme`",
            f"open the tracking issue in `{SHARED}/acme` (`tracking acme`)",
        ),
    ),
    PartnerCase(
        "one in another partner's folder is left to that partner",
        begun(replace(MADE, strays=(replace(STRAY, path="gitlab-com/channel/partners/amer/bolt/collaboration/x"),))),
        (
            f"make the empty private project `{NAME}` at `{PROJECT}`",
            f"commit the issue templates and the README to `{PROJECT}`",
            f"open the tracking issue in `{PROJECT}` (`tracking acme`)",
        ),
    ),
    PartnerCase("of several nobody knows which", begun(replace(MADE, strays=(STRAY, replace(STRAY, id=9))))),
    PartnerCase(
        "a project that is called nearly so is taken",
        begun(
            replace(
                MADE, rooms=(room(f"{SHARED}/pov", "PoV", 3), room(f"{SHARED}/ctp", "acme CTP requirement project"))
            ),
            has_templates=False,
        ),
        (
            f"commit the issue templates and the README to `{SHARED}/ctp`",
            f"open the tracking issue in `{SHARED}/ctp` (`tracking acme`)",
        ),
    ),
    PartnerCase(
        "one of that name elsewhere in the folder is not",
        begun(replace(MADE, rooms=(room(f"{PATH}/internal/p"),)), has_templates=False),
        (MAKES, COMMITS, OPENS),
    ),
    PartnerCase(
        "without an owner's token a person hears each step",
        known(replace(EMPTY, company=MADE.company), record=record(), site={"can_provision": False}),
        (BY_HAND,) * 5,
        (
            f"in `{SHARED}` choose *Manage > Members > Invite members*, enter `@pat-example`, role *Maintainer*",
            f"open `{SHARED}`, choose *New project > Create blank project*, give it the name `{NAME}`",
            f"from another partner's CTP project to `{PROJECT}`",
        ),
    ),
    PartnerCase(
        "and which project to move",
        begun(replace(MADE, strays=(STRAY,)), site={"can_provision": False}),
        (BY_HAND, BY_HAND),
        (f"move the project `{STRAY.path}` into `{SHARED}`: *Settings",),
    ),
    PartnerCase(
        "and the bot goes on when the project is there",
        begun(replace(WHOLE, collaboration=shared(30)), site={"can_provision": False}),
        (OPENS, BY_HAND),
    ),
    PartnerCase("without the region's group nothing is made", begun(replace(EMPTY, region=None))),
    PartnerCase(
        "who is not invited any more is stopped",
        begun(partner=replace(ACME, ctp=Invitation(), agreements=Agreements(mpa=date(2026, 1, 1)))),
        ("say `stopped` (CT-05)",),
        ("the training addendum is signed; the partner is invited to the programme; ",),
    ),
    PartnerCase(
        "so is everybody when the programme is over",
        begun(site={"programmes": Programmes((replace(CTP, active=False),))}),
        ("say `no_programme` (CT-05)",),
        ("`config/certifications.yml`",),
    ),
    PartnerCase("the enrolment is proposed to the registry", enrolled(), (PROPOSES,)),
    PartnerCase("once", proposed()),
    PartnerCase("what somebody decided against is left alone", enrolled(proposed={"enrolled 2026-07-01": "closed !3"})),
    PartnerCase(
        "what is recorded too", enrolled(partner=replace(ACME, ctp=replace(ACME.ctp, started_on=date(2026, 7, 1))))
    ),
    PartnerCase(
        "a second enrolment is another one", enrolled(proposed={"enrolled 2026-01-02": "closed !3"}), (PROPOSES,)
    ),
    PartnerCase("a group that was deleted is made again", proposed(tree=replace(WHOLE, internal=None)), GROUPS[2:]),
    PartnerCase("whom somebody lowered later is not raised", proposed(tree=replace(WHOLE, collaboration=shared(20)))),
    PartnerCase("whom somebody put out is not let in again", proposed(tree=replace(WHOLE, collaboration=shared(0)))),
    PartnerCase(
        "also when the invitation lapses later",
        proposed(site={"programmes": Programmes((replace(CTP, active=False),))}),
    ),
    PartnerCase("what is done is left as it is", proposed(tree=EMPTY, tracking=tracking("closed"))),
    PartnerCase(
        "a tracking issue that is gone is told of, and not opened again by itself",
        proposed(tracking=None),
        ("say `tracking_gone` (CT-10)", "tell `tracking_gone` once (`tracking gone (5, 1)`)"),
        ("say `@channel-bot ctp enrol acme`", "the deadline stays as it was"),
    ),
    PartnerCase(
        "asked again it is",
        proposed(tracking=None, requests=(request(key="k9"),)),
        (KEEPS, "tick off the request `enrol`", f"open the tracking issue in `{PROJECT}` (`tracking acme 2026-11-21`)"),
    ),
    PartnerCase(
        "one that was moved away is opened anew in its place",
        proposed(tracking=tracking("closed", moved_to_id=99), requests=(request(key="k9"),)),
        (KEEPS, "tick off the request `enrol`", f"open the tracking issue in `{PROJECT}` (`tracking acme 2026-11-21`)"),
    ),
    PartnerCase("as long as it is there it is not", proposed(requests=(request(key="k9"),)), (KEEPS, TICKS)),
    PartnerCase(
        "who withdraws is proposed to the registry as that",
        proposed(requests=(request("withdraw"),)),
        (KEEPS, "tick off the request `withdraw`", "propose withdrawn of `acme` to the registry"),
    ),
    PartnerCase(
        "and gets no more",
        enrolled(EMPTY, record=running(withdrawn_on=TODAY), proposed={"withdrawn 2026-11-21": "open !4"}),
    ),
    PartnerCase(
        "withdrawing twice is once",
        enrolled(
            record=running(withdrawn_on=TODAY),
            proposed={"withdrawn 2026-11-21": "open !4"},
            requests=(request("withdraw"),),
        ),
        (KEEPS, "tick off the request `withdraw`"),
    ),
    PartnerCase(
        "a second withdrawal is another one",
        enrolled(EMPTY, record=running(withdrawn_on=TODAY), proposed={"withdrawn 2026-08-01": "closed !4"}),
        ("propose withdrawn of `acme` to the registry",),
    ),
    PartnerCase(
        "whoever comes back begins with another issue",
        enrolled(record=running(withdrawn_on=date(2026, 11, 1), withdrawn_by="cam-emea"), requests=(request(),)),
        (KEEPS, TICKS, f"open the tracking issue in `{PROJECT}` (`tracking acme 2026-11-21`)"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_enrolment(case: PartnerCase) -> None:
    prove_partner(ctp_enrolment, case)


def wished(facts: PartnerFacts) -> list[object]:
    return list(ctp_enrolment.decide_partner(facts, ctp_enrolment.Settings()))


def kept(facts: PartnerFacts) -> Record:
    (record,) = (one.record for one in wished(facts) if isinstance(one, KeepRecord))
    return record


def opened(facts: PartnerFacts) -> OpenCase:
    (case,) = (one for one in wished(facts) if isinstance(one, OpenCase))
    return case


def test_the_tracking_issue_has_both_people_a_last_day_and_a_link_to_where_it_was_asked() -> None:
    case = opened(known(requests=(request(),)))
    assert (case.assign, case.due, case.link) == ((CAM, PAT), date(2027, 5, 21), (77, 43))
    assert (case.kind, case.partner, case.programme) == ("tracking", "acme", "ctp")


def test_who_manages_and_is_the_contact_too_is_assigned_once() -> None:
    facts = begun(WHOLE, accounts={"cam-emea": Account("cam-emea", PAT), "pat-example": Account("pat-example", PAT)})
    assert opened(facts).assign == (PAT,)


def test_what_is_asked_is_kept_with_who_asked_where_and_when() -> None:
    assert kept(known(requests=(request(),))) == Record("acme", "cam-amer", TODAY, (77, 43), ctp=True, heard=("k1",))


def test_a_folder_that_was_asked_for_stays_heard() -> None:
    before = record(ctp=False, heard=("k0",))
    assert kept(known(record=before, requests=(request(),))).heard == ("k0", "k1")


def test_more_time_is_added_once() -> None:
    asked = request("extend", until="2027-02-01", reason="ill")
    extended = kept(proposed(requests=(asked,)))
    assert extended.extensions == (Extension(date(2027, 2, 1), "cam-amer", TODAY, "ill"),)
    assert not [one for one in wished(proposed(record=extended, requests=(asked,))) if isinstance(one, KeepRecord)]


def test_who_lost_the_issue_keeps_the_days() -> None:
    more = (Extension(date(2027, 2, 1), "services-lead", TODAY, "ill"),)
    again = proposed(tracking=None, record=running(extensions=more), requests=(request(),))
    assert kept(again) == running(extensions=more, tracking=None, by="cam-amer", request=(77, 43), heard=("k1",))
    assert opened(again).due == date(2027, 2, 1)


def test_who_comes_back_has_the_whole_time_again() -> None:
    gone = running(withdrawn_on=TODAY, withdrawn_by="cam-emea", extensions=(Extension(TODAY, "x", TODAY, "y"),))
    back = enrolled(record=gone, requests=(request(),))
    assert (kept(back).started_on, kept(back).extensions, kept(back).withdrawn_on) == (None, (), None)
    assert opened(back).due == date(2027, 5, 21)


def test_the_registry_hears_the_days() -> None:
    changes = [one.change for one in wished(enrolled()) if isinstance(one, Propose)]
    assert changes == [Enrolled(date(2026, 7, 1))]
    changes = [one.change for one in wished(enrolled(record=running(withdrawn_on=TODAY))) if isinstance(one, Propose)]
    assert changes == [Withdrawn(TODAY)]


def test_an_issue_whose_day_nobody_knows_is_not_proposed() -> None:
    assert not [one for one in wished(enrolled(record=running(started_on=None))) if isinstance(one, Propose)]


@pytest.mark.parametrize(("role", "who"), [(True, ("cam-emea", "services-lead")), (False, ("cam-emea",))])
def test_of_a_lost_issue_the_manager_and_channel_services_hear(role: bool, who: tuple[str, ...]) -> None:
    facts = proposed(tracking=None)
    registry = facts.site.registry if role else replace(facts.site.registry, roles=())
    facts = replace(facts, site=replace(facts.site, registry=registry))
    assert [one.who for one in wished(facts) if isinstance(one, Tell)] == [who]


def test_explain_shows_each_requirement_with_where_it_was_seen() -> None:
    checks = [one for one in wished(begun()) if isinstance(one, Check)]
    source = "registry partners.yml, as of 2026-11-02"
    signed = Check("the training addendum is signed", True, "2026-04-01", source, internal=True)
    assert signed in checks
    assert Check("the tracking issue is there", False, "not opened yet", "record") in checks
    gone = Check("the tracking issue is there", False, "gone or hidden", "record")
    assert gone in wished(enrolled(tracking=None))
    assert Check("the registry says so", False, "open !3", "registry partners.yml") in wished(proposed())
