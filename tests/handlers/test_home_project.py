"""GL-01 as a table of cases."""

from __future__ import annotations

import pytest

from tests.cases import Case, named, prove
from tests.stage import Stage

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
