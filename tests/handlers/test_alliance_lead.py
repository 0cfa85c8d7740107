"""AL-02 as a table of cases."""

from __future__ import annotations

import pytest

from bot.domain.actions import Nudge, Say
from bot.domain.facts import Account
from bot.domain.needs import AccountOf
from bot.handlers import alliance_lead
from bot.handlers.alliance_lead import Settings, templated_needs
from tests.builders import facts, issue
from tests.cases import named
from tests.teamissues import ACCOUNTS, LEAD, TeamCase, begun, filled, prove_team


def request(lead: str = "@") -> str:
    return filled("alliance_request", {"Lead": lead, "Company": "Zed", "Request": "An integration"})


NOBODY = "say `nobody` (AL-02)"
CASES = (
    TeamCase("an ordinary issue is none of its business", facts(issue())),
    TeamCase("a closed one is left alone", begun("alliance_request", request("@alliances-lead"), state="closed")),
    TeamCase("nobody yet", begun("alliance_request", request()), (NOBODY,), ("`Lead: @handle`",)),
    TeamCase(
        "the lead is assigned", begun("alliance_request", request("@alliances-lead")), ("assign `@alliances-lead`",)
    ),
    TeamCase("once", begun("alliance_request", request("@alliances-lead"), assignees=(LEAD,))),
    TeamCase("two are none", begun("alliance_request", request("@cam-emea @cam-amer")), (NOBODY,)),
    TeamCase(
        "somebody from elsewhere cannot be assigned",
        begun("alliance_request", request("@kim"), accounts={**ACCOUNTS, "kim": Account("kim")}),
        ("say `unfit` (AL-02)",),
        ("I cannot assign `@kim`: nobody in GitLab is called so.",),
    ),
)


@pytest.mark.parametrize(**named(CASES))  # type: ignore[arg-type]  # any case has a name
def test_alliance_lead(case: TeamCase) -> None:
    prove_team(alliance_lead, case)


def test_the_whole_team_hears_two_business_days_later() -> None:
    (point,) = (
        one
        for one in alliance_lead.decide_templated(begun("alliance_request", request()), Settings())
        if isinstance(one, Say)
    )
    assert point.nudge == Nudge(2, who=("alliances-lead", "ally"))


def test_the_account_of_whoever_is_named_is_read() -> None:
    assert [*templated_needs(begun("alliance_request", request("@cam-emea")), Settings())] == [AccountOf("cam-emea")]
    assert [*templated_needs(begun("alliance_request", request()), Settings())] == []
