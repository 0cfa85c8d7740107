"""PH-14 as a table of cases: who is assigned, what waits for the Select review, and whose review is opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pytest

from bot.domain.actions import Assign, Check, OpenIssue, Say
from bot.domain.facts import Account, IssueFacts, Tier
from bot.domain.needs import AccountOf, IssuesOf, OpenedFor
from bot.domain.subject import Subject
from bot.handlers import phd_open
from bot.handlers.phd_open import Settings
from tests.builders import facts, issue
from tests.helpdesk import LEAD, PHD, RENDERER, case, partner, site, text, tick

OF = site(partner("acme"), partner("bolt"), partner("far", region="amer"))
BOTH = (LEAD, PHD)
TICKED = ("phd_open.bolt.review",)


def select(state: str, period: str = "2026-11", region: str = "emea") -> IssueFacts:
    return case("phd_select", of=OF, period=period, region=region, state=state, iid=7)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


@dataclass(frozen=True)
class Case:
    """The month's issue, the Select reviews there are, and what comes of it."""

    name: str
    first: tuple[IssueFacts, ...] = (select("closed"),)
    ticked: tuple[str, ...] = TICKED
    also: str = ""
    more: tuple[tuple[str, object], ...] = ()
    opens: tuple[str, ...] = ()
    assigns: tuple[str, ...] = ()
    says: tuple[str, ...] = ()

    @property
    def facts(self) -> IssueFacts:
        written = text("phd_open", "acme", "bolt").replace("- Also review:", f"- Also review: {self.also}")
        given: dict[str, Any] = {
            "of": OF,
            "period": "2026-11",
            "assignees": BOTH,
            "others": {"phd_select": self.first},
            **dict(self.more),
        }
        return case("phd_open", description=tick(written, *self.ticked), **given)


WAITS = "this waits until gitlab-com/channel/channels#7 is closed"
BEGUN = ("created_at", at("2026-11-23"))
LATER = "open_review bolt 2026-12"
BOLT, FAR = "open_review bolt 2026-11", "open_review far 2026-11"
CASES = (
    Case("whoever is ticked has a review", opens=(BOLT,)),
    Case("nobody is ticked, nobody has", ticked=()),
    Case("while the Select review is open it waits", (select("opened"),), says=(WAITS,)),
    Case("another month's Select review is not waited for", (select("opened", "2026-10"),), opens=(BOLT,)),
    Case("nor another region's", (select("opened", region="amer"),), opens=(BOLT,)),
    Case("without a Select review nothing is waited for", (), opens=(BOLT,)),
    Case("whoever is named too, by id or name, each once", also="far, Bolt", opens=(BOLT, FAR)),
    Case(
        "a name that nobody has is asked about",
        also="Nemo & Far",
        opens=(BOLT, "open_review far 2026-11"),
        says=("no partner `Nemo`",),
    ),
    Case("once is enough", more=(("opened", {BOLT: issue(9)}),)),
    Case("closed, it still opens what was agreed", more=(("state", "closed"),), opens=(BOLT,)),
    Case("closed, it waits in silence", (select("opened"),), more=(("state", "closed"),)),
    Case("moved, it is over", more=(("moved_to_id", 3),)),
    Case(
        "those who set the priorities are assigned",
        more=(("assignees", (PHD,)),),
        opens=(BOLT,),
        assigns=("programs-lead",),
    ),
    Case("elsewhere nothing happens", more=(("is_home", False),)),
    Case(
        "an issue whose month nobody knows goes by that of its beginning", more=(("period", ""), BEGUN), opens=(BOLT,)
    ),
    Case(
        "or, where GitLab does not say that, by today's", more=(("period", ""), ("today", "2026-12-01")), opens=(LATER,)
    ),
    Case(
        "once the title tells the month, what was opened before is there",
        more=(("period", "2026-12"), BEGUN, ("opened", {BOLT: issue(9, created_at=at("2026-11-24"))})),
    ),
    Case(
        "a review that is older is of another month's talk",
        more=(("period", "2026-12"), BEGUN, ("opened", {BOLT: issue(9, created_at=at("2026-11-20"))})),
        opens=(LATER,),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_phd_open(case: Case) -> None:
    said = list(phd_open.decide_templated(case.facts, Settings()))
    assert tuple(one.key for one in said if isinstance(one, OpenIssue)) == case.opens
    assert tuple(one.person.username for one in said if isinstance(one, Assign)) == case.assigns
    words = [RENDERER.note("phd_open", one.topic, one.values) for one in said if isinstance(one, Say)]
    assert len(words) == len(case.says)
    assert [fragment for fragment, text in zip(case.says, words, strict=True) if fragment not in text] == []
    assert all(one.claim for one in said if isinstance(one, Check))


def test_a_review_is_the_regions_specialists_and_due_in_ten_business_days() -> None:
    here = CASES[0].facts
    (wish,) = (one for one in phd_open.decide_templated(here, Settings()) if isinstance(one, OpenIssue))
    assert (wish.assign, wish.backup, wish.due, wish.after) == (
        ("phd-emea",),
        ("phd-amer",),
        date(2026, 12, 8),
        here.issue,
    )
    assert wish.values == {"partner": "Bolt", "dri": "@phd-emea", "due": "2026-12-08", "bot": "channel-bot"}


def test_where_one_can_be_assigned_the_first_is() -> None:
    here = Case("", more=(("assignees", ()),)).facts
    free = replace(here, site=replace(here.site, tier=Tier.FREE))
    assert [one for one in phd_open.decide_templated(free, Settings()) if isinstance(one, Assign)] == [Assign(LEAD)]
    strangers = replace(here, accounts={"programs-lead": Account("programs-lead", LEAD)})
    assert not [one for one in phd_open.decide_templated(strangers, Settings()) if isinstance(one, Assign)]


def test_a_region_nobody_knows_has_nobody_to_assign() -> None:
    here = Case("").facts
    nowhere = replace(here, site=replace(here.site, registry=replace(OF.registry, regions=(), roles=())))
    (wish,) = (one for one in phd_open.decide_templated(nowhere, Settings()) if isinstance(one, OpenIssue))
    assert (wish.assign, wish.values["dri"]) == ((), "")


def test_what_it_needs_and_who_looks_again() -> None:
    here = CASES[0].facts
    needs = list(phd_open.templated_needs(here, Settings()))
    assert needs == [
        IssuesOf("phd_select", fresh=True),
        OpenedFor("open_review "),
        AccountOf("programs-lead"),
        AccountOf("phd-emea"),
    ]
    closed = replace(select("closed"), others={"phd_open": (here,)})
    assert list(phd_open.templated_needs(closed, Settings())) == [IssuesOf("phd_open", fresh=True)]
    assert list(phd_open.templated_affects(closed, Settings())) == [Subject.issue(77, 42)]
    for other in (select("opened"), facts(issue())):
        assert list(phd_open.templated_needs(other, Settings())) == []
        assert list(phd_open.templated_affects(other, Settings())) == []
    assert list(phd_open.templated_affects(replace(closed, others={}), Settings())) == []
