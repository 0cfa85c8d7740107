"""AW-09 to AW-11 as tables of cases: who of the Help Desk is assigned, and when they are told what is theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actions import AddLabel, Assign, Nudge
from bot.domain.checklist import read_checklist
from bot.domain.facts import Account, IssueFacts, Tier
from bot.domain.gitlab import Person
from bot.domain.needs import AccountOf
from bot.domain.registry import Practitioners, Registry
from bot.handlers.award_tasks import Settings, award_needs, decide_award
from tests.awards import (
    ACME,
    ALL,
    BACKUP,
    OTHER,
    PHD,
    TASKS,
    award,
    checks,
    line,
    says,
    site,
    ticked,
    wishes,
    words,
)
from tests.builders import CAM
from tests.cases import Case as Played
from tests.cases import named, prove
from tests.stage import Stage, stage

LATER_ONE = read_checklist(TASKS.replace("- [ ] Give access to the community <!-- t:phd.3 -->\n", ""))
MAILED = (ticked("2026-11-22 10:00", "cam.1"),)
TWO = replace(ACME, practitioners=Practitioners(pse=2))
GONE = Person(PHD.id, "phd-emea", "blocked")


def accounts(*people: Person) -> dict[str, Account]:
    return {one.username: Account(one.username, one, member=True) for one in people}


@dataclass(frozen=True)
class Case:
    """An award, what is done about it, the topics said, and fragments of the first sentence."""

    name: str
    facts: IssueFacts
    does: tuple[Any, ...] = ()
    topics: tuple[str, ...] = ("portal",)
    says: tuple[str, ...] = ()
    who: tuple[str, ...] = ("phd-emea",)


CASES = (
    Case("of an award that is blocked the Help Desk is told nothing", award(partner=TWO), topics=()),
    Case("nor of the community", award("cam.1", partner=TWO, notes=MAILED), topics=()),
    Case(
        "the region's Help Desk is told of portal and locator, not of the community",
        award(),
        says=("- Add the certification to the portal\n  - Put the badge on the locator\n", "Please do and tick this."),
    ),
    Case("the region's Help Desk is assigned", award(assignees=(CAM,)), (Assign(PHD),)),
    Case(
        "who stands in, when the account is blocked",
        award(assignees=(CAM,), accounts=accounts(CAM, GONE, BACKUP)),
        (Assign(BACKUP),),
        who=("phd-amer",),
    ),
    Case(
        "or when there is none",
        award(assignees=(CAM,), accounts=accounts(CAM, BACKUP)),
        (Assign(BACKUP),),
        who=("phd-amer",),
    ),
    Case(
        "another one of the Help Desk who took it is as good",
        award(assignees=(CAM, BACKUP)),
        who=("phd-amer",),
    ),
    Case(
        "where nobody can be assigned, somebody is asked for",
        award(assignees=(CAM,), accounts=accounts(CAM, GONE)),
        (),
        ("nobody", "portal"),
        ("there is nobody to assign for `EMEA`", "name who it is in the registry (regions.yml)"),
        ("phd-emea",),
    ),
    Case(
        "so it is for a region that nobody looks after",
        award(assignees=(CAM,), partner=replace(ACME, region="pubsec"), site_=site()),
        (),
        ("nobody", "portal"),
        ("nobody to assign for `pubsec`",),
    ),
    Case("the account manager is assigned too", award(assignees=(PHD,)), (Assign(CAM),)),
    Case("but not again", award(assignees=(PHD,), notes=(line("2026-11-20", "assigned to @cam-emea"),))),
    Case("nor one who is not there", award(assignees=(PHD,), accounts=accounts(PHD))),
    Case("another account manager stands for the registry's", award(assignees=(OTHER, PHD))),
    Case(
        "labels that are missing are added",
        award(labels=()),
        (AddLabel("Channel Services"), AddLabel("Partner Help Desk")),
    ),
    Case(
        "once the e-mail is ticked, it is the community's turn",
        award("cam.1", notes=MAILED),
        topics=("portal", "community"),
    ),
    Case(
        "and alone, when the rest is done",
        award("cam.1", "phd.1", "phd.2", notes=MAILED),
        topics=("community",),
        says=("give its administrator access to the Service Partner Community now",),
    ),
    Case("which is over with its tick", award(*ALL, notes=MAILED), topics=()),
    Case(
        "a partner's second certification opens no community",
        award("cam.1", "phd.1", "phd.2", notes=MAILED, master=LATER_ONE),
        topics=(),
    ),
    Case(
        "access that is given too early is asked about, never undone",
        award("phd.1", "phd.2", "phd.3"),
        topics=("too_early",),
        says=("access is ticked, but the award e-mail is not", "check with the account manager"),
    ),
    Case(
        "an e-mail ticked by the Help Desk itself opens nothing",
        award("cam.1", "phd.1", "phd.2", notes=(ticked("2026-11-22 10:00", "cam.1", PHD),)),
        topics=(),
    ),
    Case("on the free plan the one assignee is the account manager", award(
        assignees=(CAM,), site_=site(tier=Tier.FREE)
    )),
    Case("a closed award is over", award(state="closed", assignees=()), topics=()),
    Case("nobody is assigned to one that cannot be read", award(partner=None, assignees=()), topics=()),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_award_tasks(case: Case) -> None:
    decided = tuple(decide_award(case.facts, Settings()))
    said = says(decided)
    assert tuple(one for one in wishes(decided) if one not in said.values()) == case.does
    assert tuple(said) == case.topics
    for fragment in case.says:
        assert fragment in words("award_tasks", said[case.topics[0]])
    for one in said.values():
        assert one.nudge
        assert one.nudge.who == case.who


def test_the_community_is_called_at_once_and_the_portal_after_some_days() -> None:
    said = says(decide_award(award("cam.1", notes=MAILED), Settings(remind_after=3)))
    assert said["portal"].nudge == Nudge(3, who=("phd-emea",))
    assert said["community"].nudge == Nudge(0, who=("phd-emea",))


def test_explain_shows_the_lock_of_the_community() -> None:
    claim = "the partner was told before it gets access"
    assert not checks(decide_award(award(), Settings()))[claim].holds
    assert checks(decide_award(award("cam.1", notes=MAILED), Settings()))[claim].holds


def test_the_accounts_of_the_region_are_read() -> None:
    needs = set(award_needs(award(), Settings()))
    assert {AccountOf("phd-emea"), AccountOf("phd-amer")} <= needs
    assert set(award_needs(award(state="closed"), Settings())) == set()


def test_a_registry_without_a_help_desk_names_nobody() -> None:
    alone = award(assignees=(CAM,), holders={}, accounts={}, site_=replace(site(), registry=Registry(partners=(ACME,))))
    assert says(decide_award(alone, Settings()))["nobody"].nudge == Nudge(2, who=("",))


FORM = "- Partner: Acme Consulting\n- Certification: PSP\n\nTemplate: `Partner_Certification_Award`\n"
PLAYED = (
    Played(
        "an award that a person opened gets its labels and its people",
        issue={"description": FORM + TASKS},
        wishes=(
            *("add label `Channel`", "add label `Channel Services`", "add label `Partner Help Desk`"),
            *("assign `@cam-emea`", "assign `@phd-emea`"),
        ),
        after={
            "labels": {"Channel", "Channel Services", "Partner Help Desk"},
            "assignees": ["cam-emea", "phd-emea"],
        },
    ),
)


@pytest.mark.parametrize(**named(PLAYED))
def test_it_is_so_in_gitlab(shared: Stage, case: Played) -> None:
    prove(shared, "award_tasks", case)


def test_the_free_plan_assigns_the_account_manager_alone(tmp_path: Path) -> None:
    """The Help Desk is mentioned in its reminders."""
    with stage(tmp_path, tier="free") as free:
        case = replace(PLAYED[0], after={"assignees": ["cam-emea"]})
        prove(free, "award_tasks", replace(case, wishes=(*case.wishes[:4], *case.wishes[5:])))
