"""What the bot learnt about a partner becomes one merge request, which a person's answer ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.marks import Marker
from bot.domain.partners.changes import (
    Advanced,
    Certified,
    Change,
    Enrolled,
    Licensed,
    Practised,
    Proposal,
    Withdrawn,
    name_of,
)
from bot.domain.registry import Practitioners, Registry
from bot.errors import AskAPerson, NotThere
from bot.registry.files import PARTNERS
from bot.registry.loader import understood
from bot.registry.proposing import Proposals
from bot.render import Renderer, template_dirs
from bot.rest.translate import MergeRequest
from tests.plumbing.clocks import Clock
from tests.plumbing.registry_world import PROJECT, SHIPPED, World

DAY = date(2026, 11, 22)
ENROLLED = Proposal("acme", Enrolled(DAY))
CERTIFIED = Proposal("acme", Certified("ctp", date(2027, 5, 3), 5, "gitlab-com/channel/channels#12"))
CERTIFIED_NAME = "certified ctp gitlab-com/channel/channels#12"
LICENSED = Licensed("saas", 5, date(2027, 5, 3), "gitlab-com/channel/channels#9")
COUNTED = Practised(Practitioners(2, 1, 3), DAY)
ONE = "channel-bot/partner-acme-enrolled-1"


@pytest.fixture
def world() -> World:
    world = World()
    world.push()
    return world


def proposals(world: World, project: str = PROJECT) -> Proposals:
    def registry() -> Registry:
        found = understood(world.history[-1][1])
        assert isinstance(found, Registry)
        return found

    return Proposals(world, Marker(b"a key for tests"), Renderer(template_dirs()), project, registry)


def propose(world: World, proposal: Proposal = ENROLLED, texts: Mapping[str, str] | None = None) -> str | None:
    return proposals(world).propose(texts or world.history[-1][1], proposal, lambda: world.asked.append("lease"))


def merge(world: World, branch: str = ONE) -> None:
    world.push(partners=world.branches[branch][PARTNERS])
    world.close("merged")


@pytest.mark.parametrize(
    ("change", "title", "branch", "says"),
    [
        (
            Enrolled(DAY),
            "Record the CTP enrolment of Acme Consulting",
            "acme-enrolled-1",
            "- `Acme Consulting`: `ctp: {started_on: 2026-11-22}, without withdrawn_on`\n",
        ),
        (
            Withdrawn(DAY),
            "Record the withdrawal of Acme Consulting from CTP",
            "acme-withdrawn-1",
            "- `Acme Consulting`: `ctp: {withdrawn_on: 2026-11-22}`\n",
        ),
        (
            LICENSED,
            "Record a license of Acme Consulting",
            "acme-licensed-saas-9-1",
            "seats: 5, expires: 2027-05-03, issue: gitlab-com/channel/channels#9} under nfr, beside what is there`\n",
        ),
        (
            replace(LICENSED, replaces=date(2027, 4, 30), kind="self_managed"),
            "Record a license of Acme Consulting",
            "acme-licensed-self-managed-9-1",
            (
                "#9} under nfr, in place of the one until 2027-04-30`\n\n"
                "The license was asked for in gitlab-com/channel/channels#9.\n"
            ),
        ),
        (
            CERTIFIED.change,
            "Record the CTP certification of Acme Consulting",
            "acme-certified-ctp-1",
            "The award's issue is gitlab-com/channel/channels#12.\n",
        ),
        (
            Advanced("partner_leading"),
            "Record the journey stage of Acme Consulting",
            "acme-advanced-1",
            "- `Acme Consulting`: `stage: partner_leading`\n",
        ),
        (COUNTED, "Record the practitioners of Acme Consulting", "acme-practitioners-1", "pse: 3"),
    ],
)
def test_a_change_becomes_one_merge_request(world: World, change: Change, title: str, branch: str, says: str) -> None:
    assert propose(world, Proposal("acme", change)) == f"propose !1: {title}"
    (request,) = world.requests
    assert (request.title, request.source_branch) == (title, f"channel-bot/partner-{branch}")
    assert says in request.description
    assert list(world.branches[request.source_branch]) == [PARTNERS]
    assert world.asked[-2:] == ["lease", f"propose {request.source_branch} afresh"]
    assert propose(world, Proposal("acme", change)) is None
    assert len(world.requests) == 1


def test_what_the_registry_says_already_is_not_proposed(world: World) -> None:
    propose(world)
    merge(world)
    world.asked.clear()
    assert propose(world) is None
    assert world.asked == []


def test_where_a_proposal_stands_is_told_from_its_first_day_to_its_last(world: World) -> None:
    at = proposals(world)
    assert at.status(ENROLLED) == "none"
    propose(world)
    assert (at.status(ENROLLED), at.status(Proposal("acme", Enrolled(date(2026, 1, 1))))) == ("open !1", "none")
    world.close("closed")
    assert at.status(ENROLLED) == "closed !1"
    merge(world)
    assert at.status(ENROLLED) == "recorded"


def test_all_about_a_partner_is_told_at_once_and_what_is_open_counts_most(world: World) -> None:
    propose(world)
    world.close("closed")
    propose(world, Proposal("acme", Enrolled(date(2026, 12, 1))))
    propose(world, CERTIFIED)
    world.close("closed")
    propose(world, Proposal("bolt", Withdrawn(DAY)))
    assert proposals(world).of("acme") == {
        f"enrolled {DAY}": "closed !1",
        "enrolled 2026-12-01": "open !2",
        CERTIFIED_NAME: "closed !3",
    }


def test_one_list_is_enough_for_all_partners_until_something_is_proposed(world: World) -> None:
    at, clock = proposals(world), Clock()
    at.clock = clock
    assert (at.of("acme"), at.of("bolt")) == ({}, {})
    propose(world)
    assert at.of("acme") == {}
    clock.pass_(15)
    assert at.of("acme") == {f"enrolled {DAY}": "open !1"}
    at.propose(SHIPPED, CERTIFIED, lambda: None)
    assert at.of("acme") == {f"enrolled {DAY}": "open !1", CERTIFIED_NAME: "open !2"}


def test_a_project_that_is_hidden_shows_no_proposals(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def hidden(*_: object, **__: object) -> tuple[MergeRequest, ...]:
        raise NotThere("404 Project Not Found")

    monkeypatch.setattr(world, "merge_requests", hidden)
    assert proposals(world).of("acme") == {}


@pytest.mark.parametrize("answer", ["closed", "merged"])
def test_an_answer_is_final_for_that_value(world: World, answer: str) -> None:
    propose(world)
    world.close(answer)
    assert propose(world) is None
    assert propose(world, Proposal("acme", Enrolled(date(2026, 12, 1)))) is not None
    assert [one.source_branch[-1] for one in world.requests] == ["2", "1"]
    assert proposals(world).status(ENROLLED) == "closed !1"


def test_another_value_takes_the_place_of_the_one_that_waits(world: World) -> None:
    propose(world)
    assert propose(world, Proposal("acme", Enrolled(date(2026, 12, 1)))) is not None
    assert len(world.requests) == 1
    assert "started_on: 2026-12-01" in world.branches[ONE][PARTNERS]


def test_when_the_file_has_changed_the_request_that_waits_follows(world: World) -> None:
    propose(world)
    world.push(partners=SHIPPED[PARTNERS].replace("seats: 10", "seats: 5"))
    assert propose(world) == "propose !1: Record the CTP enrolment of Acme Consulting"
    assert "seats: 5" in world.branches[ONE][PARTNERS]
    assert "started_on: 2026-11-22" in world.branches[ONE][PARTNERS]


def test_an_older_file_than_the_newest_is_not_brought_back(world: World) -> None:
    """The database may lag behind the project."""
    old = world.history[-1][1]
    world.push(partners=SHIPPED[PARTNERS].replace("seats: 10", "seats: 5"))
    propose(world, texts=old)
    assert "seats: 5" in world.branches[ONE][PARTNERS]
    world.asked.clear()
    assert propose(world, texts=old) is None
    assert "lease" not in world.asked


def test_a_newest_file_that_says_it_already_needs_nothing(world: World) -> None:
    old = world.history[-1][1]
    propose(world)
    merge(world)
    world.requests.clear()
    assert propose(world, texts=old) is None


def test_a_newest_file_that_is_none_is_waited_for(world: World) -> None:
    old = world.history[-1][1]
    world.push(partners="partners: 7\n")
    assert propose(world, texts=old) is None
    assert propose(world) is None
    assert world.requests == []


def test_a_branch_that_somebody_works_on_is_left_to_them(world: World) -> None:
    propose(world)
    world.branches[ONE][PARTNERS] += "# checked with the CAM\n"
    world.push(partners=SHIPPED[PARTNERS].replace("seats: 10", "seats: 5"))
    assert propose(world) is None


def test_a_branch_with_somebodys_commit_to_another_file_is_left_to_them(world: World) -> None:
    propose(world)
    world.messages[ONE] = "Add the partner's people"
    world.push(partners=SHIPPED[PARTNERS].replace("seats: 10", "seats: 5"))
    assert propose(world) is None


def test_a_request_whose_words_were_not_written_any_more_gets_them(world: World) -> None:
    """The branch was written, and the bot fell before the description."""
    propose(world)
    before = world.requests[0]
    later = Proposal("acme", Enrolled(date(2026, 12, 1)))
    propose(world, later)
    world.requests[0] = before
    assert propose(world, later) is not None
    assert "2026-12-01" in world.requests[0].description


def test_a_request_without_our_mark_gets_it_again(world: World) -> None:
    propose(world)
    world.requests[0] = replace(world.requests[0], description="somebody's words")
    assert propose(world) is not None
    assert "somebody" not in world.requests[0].description


def test_other_branches_are_other_peoples(world: World) -> None:
    propose(world)
    world.requests[0] = replace(world.requests[0], source_branch="channel-bot/partner-acme-enrolled-x", state="closed")
    assert propose(world) == "propose !2: Record the CTP enrolment of Acme Consulting"


def test_a_partner_that_is_not_in_the_file_is_for_a_person(world: World) -> None:
    with pytest.raises(AskAPerson, match=r"no entry with the id zeta.*by hand: for `zeta` `ctp: {started_on"):
        propose(world, Proposal("zeta", Enrolled(DAY)))


def test_what_would_break_the_registry_is_for_a_person(world: World) -> None:
    with pytest.raises(AskAPerson, match=r"partners.yml:28: a month is a number from 1 to 12"):
        propose(world, Proposal("acme", Certified("ctp", DAY, 13)))


def test_without_a_project_nothing_is_proposed(world: World) -> None:
    at = proposals(world, "")
    assert at.propose(SHIPPED, ENROLLED, lambda: None) is None
    assert at.status(ENROLLED) == "none"
    assert world.asked == []


def test_the_counts_of_many_partners_are_one_merge_request(world: World) -> None:
    counts = [Proposal("acme", COUNTED), Proposal("bolt", replace(COUNTED, practitioners=Practitioners(4, 2, 4, 1, 1)))]
    at = proposals(world)
    assert (
        at.propose_counts(SHIPPED, counts, lambda: None) == "propose !1: Record the practitioners of several partners"
    )
    text = world.branches["channel-bot/practitioners-1"][PARTNERS]
    assert text.count("as_of: 2026-11-22") == 2
    assert [at.status(one) for one in counts] == ["open !1", "open !1"]
    assert at.propose_counts(SHIPPED, counts, lambda: None) is None
    merge(world, "channel-bot/practitioners-1")
    assert [at.status(one) for one in counts] == ["recorded", "recorded"]


def test_what_is_open_follows_the_file_when_something_else_is_merged(world: World) -> None:
    propose(world)
    propose(world, CERTIFIED)
    merge(world, world.requests[0].source_branch)
    at = proposals(world)
    renewed = list(at.renew(world.history[-1][1], lambda: None))
    assert renewed == ["propose !1: Record the CTP enrolment of Acme Consulting"]
    assert "cert: ctp, awarded_on: 2027-05-03" in world.branches[ONE][PARTNERS]
    assert list(at.renew(world.history[-1][1], lambda: None)) == []


def test_what_cannot_be_renewed_keeps_no_other_from_it(world: World) -> None:
    propose(world)
    propose(world, Proposal("bolt", Enrolled(DAY)))
    acme = SHIPPED[PARTNERS].partition("  - id: bolt")[0]
    world.push(partners=acme.replace("seats: 10", "seats: 5"))
    assert list(proposals(world).renew(world.history[-1][1], lambda: None)) == [
        "propose !1: Record the CTP enrolment of Acme Consulting"
    ]


def test_two_licenses_of_a_partner_wait_side_by_side(world: World) -> None:
    other = replace(LICENSED, issue="gitlab-com/channel/channels#91")
    for change in (LICENSED, other, replace(LICENSED, replaces=DAY)):
        propose(world, Proposal("acme", change))
    assert sorted(world.branches) == [
        "channel-bot/partner-acme-licensed-saas-9-1",
        "channel-bot/partner-acme-licensed-saas-91-1",
    ]
    assert proposals(world).of("acme") == {
        name_of(LICENSED): "open !1",
        name_of(other): "open !2",
    }


def test_a_license_that_reads_like_one_without_an_issue_is_proposed_and_asked_about(world: World) -> None:
    """An older one may have as many seats and the same end; who wrote this very one down by hand is told what to do."""
    change = Licensed("self_managed", 10, date(2027, 4, 30), LICENSED.issue)
    propose(world, Proposal("acme", change))
    propose(world, Proposal("acme", replace(change, seats=15, issue="gitlab-com/channel/channels#91")))
    other, first = (one.description for one in world.requests)
    assert world.branches["channel-bot/partner-acme-licensed-self-managed-9-1"][PARTNERS].count("seats: 10,") == 2
    assert f"write `issue: {LICENSED.issue}` to it" in first
    assert "look twice" not in other
    assert "beside what is there" in other
