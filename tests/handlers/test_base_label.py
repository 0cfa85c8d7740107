"""GL-02 as a table of cases."""

from __future__ import annotations

import pytest

from tests.cases import Case, named, prove, wished
from tests.stage import Stage

CASES = (
    Case("a new issue gets the base label", wishes=("add label `Channel`",), after={"labels": {"Channel"}}),
    Case("an issue that has it is left alone", issue={"labels": "Channel"}, after={"labels": {"Channel"}}),
    Case(
        "other labels stay",
        issue={"labels": "Channel Ops,help wanted"},
        wishes=("add label `Channel`",),
        after={"labels": {"Channel", "Channel Ops", "help wanted"}},
    ),
    Case(
        "case counts: channel is another label",
        issue={"labels": "channel"},
        wishes=("add label `Channel`",),
        after={"labels": {"Channel", "channel"}},
    ),
    Case("a closed issue is nobody's concern", then=(("cam-emea", {"state_event": "close"}),), after={"labels": set()}),
    Case("a task is no issue", issue={"issue_type": "task"}, after={"labels": set()}),
)


@pytest.mark.parametrize(**named(CASES))
def test_base_label(shared: Stage, case: Case) -> None:
    prove(shared, "base_label", case)


@pytest.mark.parametrize(
    ("labels", "wishes"),
    [("Channel Ops", ("add label `Channel`",)), ("Channel Priority::2", ("add label `Channel`",)), ("bug", ())],
    ids=["a team label", "a priority in the other spelling", "a stranger's label"],
)
def test_elsewhere_a_label_of_ours_makes_it_ours(shared: Stage, labels: str, wishes: tuple[str, ...]) -> None:
    """Outside the Channels project an issue is the team's when it carries one of the team's labels."""
    shared.play(only="base_label")
    project = shared.as_("cam-emea").projects.get("gitlab-com/channel/partner-communication")
    issue = project.issues.create({"title": "Newsletter outline", "labels": labels})
    plan = shared.bot.rules.decide(shared.bot.snapshot.issue(issue.project_id, issue.iid))
    assert wished(plan) == wishes
