"""MK-01 and MK-02 as a table of cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.actions import Nudge, Say
from bot.domain.registry import Status, Track
from bot.handlers import mdf
from bot.handlers.mdf import Settings
from tests.builders import CAM, facts, issue
from tests.cases import named
from tests.teamissues import ACME, TeamCase, begun, filled, prove_team

ASKED = {"Partner": "Acme Consulting", "Activity": "A booth in Lyon", "Amount": "4,000 EUR"}
OPEN = replace(ACME, track=Track.OPEN)


def request(*ticked: str, of: str = "Acme Consulting") -> str:
    return filled("mdf_request", {**ASKED, "Partner": of}, ticked)


SELECT, REVIEW = "say `select` (MK-01)", "say `review` (MK-02)"
CASES = (
    TeamCase("an ordinary issue is none of its business", facts(issue())),
    TeamCase("a closed one is left alone", begun("mdf_request", request(), state="closed")),
    TeamCase("elsewhere nothing is said", begun("mdf_request", request(), is_home=False)),
    TeamCase(
        "a Select partner may, once its plans are agreed on",
        begun("mdf_request", request()),
        (SELECT, REVIEW),
        ("`Acme Consulting` is an authorized Select partner", "please go through the plans"),
    ),
    TeamCase("agreed and in the portal", begun("mdf_request", request("reviewed", "submitted")), (SELECT,)),
    TeamCase(
        "in the portal before anybody agreed",
        begun("mdf_request", request("submitted")),
        (SELECT, "say `too_early` (MK-02)"),
        ("nobody ticked",),
    ),
    TeamCase(
        "an Open partner may not",
        begun("mdf_request", request("reviewed"), OPEN),
        ("say `not_select` (MK-01)",),
        ("is open, authorized", "through its distributor"),
    ),
    TeamCase(
        "nor may a Select partner whose contract is not there yet",
        begun("mdf_request", request("reviewed"), replace(ACME, status=Status.PENDING)),
        ("say `not_select` (MK-01)",),
        ("is select, pending",),
    ),
    TeamCase(
        "nobody knows the partner",
        begun("mdf_request", request("reviewed", of="Zed @all")),
        ("say `unknown` (MK-01)",),
        ("I know no partner `Zed @all`",),
    ),
    TeamCase("the form asks for the partner first", begun("mdf_request", request("reviewed", of=""))),
)


@pytest.mark.parametrize(**named(CASES))  # type: ignore[arg-type]  # any case has a name
def test_mdf(case: TeamCase) -> None:
    prove_team(mdf, case)


def test_whoever_has_it_in_hand_is_reminded_and_the_verdict_is_for_staff() -> None:
    found = begun("mdf_request", request(), OPEN, assignees=(CAM,))
    verdict, review = (one for one in mdf.decide_templated(found, Settings()) if isinstance(one, Say))
    assert (verdict.nudge, verdict.internal) == (Nudge(2, who=("cam-emea",)), True)
    assert (review.nudge, review.internal) == (Nudge(2, who=("cam-emea",)), False)
