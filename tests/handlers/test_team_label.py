"""GL-03 as a table of cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.actions import Check, Nudge
from bot.domain.registry import Registry
from bot.handlers.team_label import Settings, decide
from tests.cases import Case, named, opened, planned, prove
from tests.stage import HOME, Stage

CASES = (
    Case("the base label alone is for the triage", issue={"labels": "Channel"}, after={"labels": {"Channel"}}),
    Case("a team and a DRI are all it takes", issue={"labels": "Channel,Channel Ops", "description": "DRI: @cam-emea"}),
    Case("a priority is no team", issue={"labels": "Channel Priority:2"}),
    Case(
        "without a DRI the team's lead is proposed",
        issue={"labels": "Channel,Channel Ops"},
        wishes=("say `lead` (GL-03)",),
        after={"assignees": set(), "description": None},
        says=("`@ops-lead` could be the DRI", "comment `@channel-bot dri @ops-lead`"),
    ),
    Case(
        "a name that is no handle names nobody",
        issue={"labels": "Channel Ops", "description": "DRI: tbd"},
        wishes=("say `lead` (GL-03)",),
        says=("`@ops-lead`",),
    ),
    Case(
        "of several teams each lead is proposed",
        issue={"labels": "Channel Ops,Channel Services"},
        wishes=("say `lead` (GL-03)",),
        after={"labels": {"Channel Ops", "Channel Services"}},
        says=("`@channel-bot dri @ops-lead` or `@channel-bot dri @services-lead`",),
    ),
    Case(
        "one lead of several teams is proposed once",
        issue={"labels": "Channel Handbook Needs,Channel Program"},
        wishes=("say `lead` (GL-03)",),
        says=("comment `@channel-bot dri @programs-lead`;",),
    ),
    Case(
        "elsewhere in the group it is the same",
        issue={"labels": "Channel Ops"},
        project="gitlab-com/channel/bot-registry",
        wishes=("say `lead` (GL-03)",),
        says=("`@channel-bot dri @ops-lead`",),
    ),
)


@pytest.mark.parametrize(**named(CASES))
def test_team_label(shared: Stage, case: Case) -> None:
    prove(shared, "team_label", case)


def test_whom_it_reminds(shared: Stage) -> None:
    shared.play(only="team_label")
    ((_, say),) = planned(shared, opened(shared, HOME, {"labels": "Channel Ops"})).points
    assert say.nudge == Nudge(2, ("ops-lead",))


def test_a_team_without_a_lead_has_nobody_to_propose(shared: Stage) -> None:
    shared.play(only="team_label")
    issue = opened(shared, HOME, {"labels": "Channel Ops"})
    facts = shared.bot.snapshot.issue(issue.project_id, issue.iid)
    leaderless = replace(facts, site=replace(facts.site, registry=Registry()))
    said = [*decide(leaderless, Settings())]
    assert said[-1] == Check("the team has a lead to propose", False, "nobody", "registry, roles.yml")
