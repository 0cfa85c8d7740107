"""GL-01 as a table of cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.actions import Check
from bot.handlers.home_project import Settings, decide
from tests.cases import Case, named, opened, prove
from tests.stage import HOME, Stage

ELSEWHERE = "gitlab-com/channel/bot-registry"
CASES = (
    Case("at home all is well", issue={"labels": "Channel Ops"}),
    Case(
        "the newsletter's issues stay", issue={"labels": "Channel"}, project="gitlab-com/channel/partner-communication"
    ),
    Case(
        "what belongs to a partner stays with the partner",
        issue={"labels": "Channel"},
        project="gitlab-com/channel/partners/emea/acme/collaboration/workspace",
    ),
    Case(
        "a team label elsewhere in the group is asked to come home",
        issue={"labels": "Channel Ops"},
        project=ELSEWHERE,
        wishes=("say `elsewhere` (GL-01)",),
        after={"labels": {"Channel Ops"}},
        says=("live in `gitlab-com/channel/channels`", "comment `/move gitlab-com/channel/channels`"),
    ),
    Case(
        "so is the base label alone",
        issue={"labels": "Channel"},
        project=ELSEWHERE,
        wishes=("say `elsewhere` (GL-01)",),
        says=("`/move gitlab-com/channel/channels`",),
    ),
    Case("an issue of somebody else's is none of our business", issue={"labels": "Unrelated"}, project=ELSEWHERE),
)


@pytest.mark.parametrize(**named(CASES))
def test_home_project(shared: Stage, case: Case) -> None:
    prove(shared, "home_project", case)


def test_what_lives_beyond_the_group_is_left_alone(shared: Stage) -> None:
    """Other teams' projects may carry our labels; where those issues live is theirs to say."""
    shared.play(only="home_project")
    issue = opened(shared, HOME, {"labels": "Channel"})
    facts = shared.bot.snapshot.issue(issue.project_id, issue.iid)
    said = [*decide(replace(facts, issue=replace(facts.issue, project="gitlab-com/channel-team/x")), Settings())]
    assert said[-1] == Check("that project is in the team's group", False, "gitlab-com/channel", "site.yml")
