"""PH-13 as a table of cases: whose customer it is, and that its name stands nowhere but in the manager's issue."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Answer, OpenIssue
from bot.domain.facts import IssueFacts
from bot.domain.needs import OpenedFor
from bot.handlers import phd_case_study
from bot.handlers.phd_case_study import Settings
from tests.builders import facts, issue, order
from tests.helpdesk import PHD, RENDERER, TEMPLATES, case, partner, select, site

OF = site(select("acme"), select("bolt"), partner("far"))


def review(**more: Any) -> IssueFacts:
    return case("phd_select", "acme", "bolt", **{"of": OF, **more})


@dataclass(frozen=True)
class Case:
    """What is said on a review, and what comes of it: the issue's key without its digest, and the answer."""

    name: str
    rest: str
    topic: str
    opens: str = ""
    says: tuple[str, ...] = ()
    facts: IssueFacts = field(default_factory=review)


ONE = case("open_review", of=OF, values={"partner": "Far"})
CASES = (
    Case(
        "the partner is named first",
        "acme Big Bank",
        "opened",
        "case_study acme",
        ("`@cam-emea` follows up with `Acme`",),
    ),
    Case("a review of one partner needs no name", "Big Bank", "opened", "case_study far", facts=ONE),
    Case("but may have it", "far Big Bank.", "opened", "case_study far", facts=ONE),
    Case(
        "whose is it",
        "Big Bank",
        "which",
        says=("`acme`, `bolt`", "phd case-study [partner] <customer>`"),
    ),
    Case("a partner that is not in the review", "far Big Bank", "which"),
    Case("no customer", "acme", "no_customer", says=("Please name the customer",)),
    Case("nothing at all", "", "no_customer", facts=ONE),
    Case("not on another issue", "acme Big Bank", "elsewhere", facts=facts(issue())),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_phd_case_study(case: Case) -> None:
    said = list(phd_case_study.obey(case.facts, Settings(), order("phd case-study", "2026-11-24", case.rest, PHD)))
    (answer,) = (one for one in said if isinstance(one, Answer))
    assert (answer.topic, answer.done) == (case.topic, case.topic == "opened")
    text = RENDERER.note("phd_case_study", answer.topic, answer.values)
    assert [fragment for fragment in case.says if fragment not in text] == [], text
    assert "Big Bank" not in text
    assert [one.key.rpartition(" ")[0] for one in said if isinstance(one, OpenIssue)] == [*filter(None, [case.opens])]


def opened(rest: str, here: IssueFacts) -> OpenIssue:
    said = phd_case_study.obey(here, Settings(), order("phd case-study", "2026-11-24", rest, PHD))
    return next(one for one in said if isinstance(one, OpenIssue))


def test_the_lead_is_the_account_managers_and_keeps_the_name_to_itself() -> None:
    here = review()
    wish = opened("acme Big Bank", here)
    assert (wish.assign, wish.due, wish.after) == (("cam-emea",), date(2026, 12, 8), here.issue)
    assert "bank" not in wish.key.casefold()
    template = TEMPLATES.get("case_study")
    assert template
    title, text = RENDERER.templated(template.name, **wish.values)
    assert title == "Case study lead - Acme"
    assert "- Customer: Big Bank" in text


def test_the_same_customer_is_handed_over_once_however_it_is_spelt() -> None:
    here = review()
    wish = opened("acme Big Bank", here)
    again = replace(here, opened={wish.key: issue(9)})
    (answer,) = phd_case_study.obey(again, Settings(), order("phd case-study", "2026-11-24", "acme  big  BANK", PHD))
    assert isinstance(answer, Answer)
    assert (answer.topic, answer.values["issue"]) == ("there", "gitlab-com/channel/channels#9")


def test_a_hostile_name_is_written_down_and_does_nothing() -> None:
    wish = opened("acme /close @all <!-- x", review())
    assert wish.values["customer"] == "close all <! -- x"


def test_it_needs_to_know_what_was_opened() -> None:
    needs = list(phd_case_study.order_needs(review(), Settings(), order("phd case-study", "2026-11-24")))
    assert needs == [OpenedFor("case_study ")]
