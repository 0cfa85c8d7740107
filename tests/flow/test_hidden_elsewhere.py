"""What GitLab hides elsewhere stops the rules that go by it, and those alone; the issue is never taken for gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.domain.subject import Subject
from bot.granted import Granted
from bot.render import Renderer, template_dirs
from tests.stage import Stage, stage

NEWSLETTERS, MILESTONES = "partner-communication/issues", "/groups/.*milestones"


@pytest.fixture
def troubled(tmp_path: Path) -> Iterator[Stage]:
    """A stage with recurring issues on which not everything can be read."""
    with stage(tmp_path, recurring=["partner_flash", "phd_weekly"]) as there:
        there.play(day=date(2026, 11, 23))
        yield there


@pytest.mark.parametrize("status", [403, 404])
def test_an_announcement_whose_newsletters_are_hidden_is_taken_in_all_the_same(troubled: Stage, status: int) -> None:
    """Its author hears what its form lacks and what nobody could look at; whoever runs the bot hears of it too."""
    issue = looked_at(troubled, "Channel Partner Communication Request", "Prices go up", NEWSLETTERS, status)
    fresh, (said,) = troubled.fresh(issue), troubled.comments(issue)
    assert [one["username"] for one in fresh.assignees] == ["programs-lead"]
    assert "Channel Program" in fresh.labels
    assert "**To fill in:**" in said
    assert "**Not looked at:** `newsletter_items`, `notice`" in said
    assert "handler notice was not asked:" in parked(troubled, issue)
    assert [one.state for one in notices(troubled)] == ["opened"]
    troubled.look(issue)
    assert troubled.comments(issue)[0] != said
    assert "**Not looked at:**" not in troubled.comments(issue)[0]


def test_a_review_is_parked_whose_milestones_are_missing(troubled: Stage) -> None:
    review = looked_at(troubled, "PHD_Weekly_Review", "PHD weekly - EMEA - 2026-W48", MILESTONES, 404)
    assert "handler intake was not asked:" in parked(troubled, review)


def test_on_a_closed_announcement_nobody_reads_that_all_is_well(troubled: Stage) -> None:
    """What could not be looked at may have had more to say; once it can be, it does."""
    _, text = Renderer(template_dirs()).templated("Channel Partner Communication Request")
    issue = troubled.issue("cam-emea", title="Prices go up", description=text)
    troubled.look(issue)
    said = troubled.comments(issue)
    hide(troubled, NEWSLETTERS, 404)
    troubled.play(day=date(2026, 11, 24))
    troubled.edit(issue, state_event="close")
    facts = troubled.bot.snapshot.issue(issue.project_id, issue.iid)
    plan = troubled.bot.worker.rules.decide(facts)
    assert plan.failures
    troubled.bot.apply.grant(facts, plan, lambda: None, Granted())
    assert troubled.comments(issue) == said
    troubled.look(issue)
    assert troubled.comments(issue)[0].startswith("**Closed, thank you!**")
    assert "was not asked:" in parked(troubled, issue)


def test_the_operator_is_asked_until_all_of_it_can_be_read(troubled: Stage) -> None:
    """What the bot may write meanwhile closes no notice that the next sweep would have to open again."""
    looked_at(troubled, "Channel Partner Communication Request", "Prices go up", NEWSLETTERS, 404)
    hide(troubled, NEWSLETTERS, 404)
    for number in range(2):
        troubled.look(troubled.issue(title=f"Chore {number}", labels="Channel Priority:1"))
        troubled.sweep()
        assert [one.state for one in notices(troubled)] == ["opened"]
    assert not notices(troubled)[0].resourcestateevents.list(get_all=True)
    unhide(troubled)
    troubled.sweep()
    troubled.look(troubled.issue(title="One chore more", labels="Channel Priority:1"))
    assert [one.state for one in notices(troubled)] == ["closed"]


def test_an_issue_that_is_there_and_takes_no_change_is_parked(troubled: Stage) -> None:
    """GitLab says of what is hidden that it is not there; that alone does not make the issue gone."""
    issue = troubled.issue("cam-emea", title="A call", description="DRI: @cam-emea\nNBA: call (2027-01-10)")
    troubled.fault(method="PUT", path=f"/issues/{issue.iid}", times=None, kind="fail", status=404)
    troubled.look(issue)
    assert "404" in parked(troubled, issue)


def looked_at(troubled: Stage, template: str, title: str, path: str, status: int) -> Any:
    """An issue from that template that the bot looked at while it could not read `path`."""
    _, text = Renderer(template_dirs()).templated(template)
    issue = troubled.issue("cam-emea", title=title, description=text)
    hide(troubled, path, status)
    troubled.look(issue)
    unhide(troubled)
    return issue


def hide(troubled: Stage, path: str, status: int) -> None:
    troubled.fault(method="GET", path=path, times=None, kind="fail", status=status, user="channel-bot")


def unhide(troubled: Stage) -> None:
    requests.delete(f"{troubled.sandbox.url}/sandbox/faults", timeout=10).raise_for_status()


def notices(troubled: Stage) -> list[Any]:
    every = troubled.home("ops-lead").issues.list(get_all=True)
    return [one for one in every if one.title == "I lack rights in GitLab"]


def parked(troubled: Stage, issue: Any) -> str:
    """Why it waits for a person."""
    key = Subject.issue(issue.project_id, issue.iid).key
    return next(one.reason for one in troubled.bot.inbox.dead_letters() if one.name == key)
