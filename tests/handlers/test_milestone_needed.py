"""GL-07 as a table of cases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.actions import Nudge, Say
from bot.handlers.milestone_needed import Settings, decide
from tests.cases import Case, Fields, named, opened, planned, prove
from tests.stage import HOME, Stage

SECOND = {"labels": "Channel Priority:2"}


def on_milestone(title: str) -> Callable[[Stage], Fields]:
    def given(on: Stage) -> Fields:
        return {"milestone_id": on.group().milestones.create({"title": title}).id}

    return given


MISSING = ("say `missing` (GL-07)",)
CASES = (
    Case("no priority needs no milestone", issue={"labels": "Channel"}),
    Case("priority 4 needs none", issue={"labels": "Channel Priority:4"}),
    Case("nor does the backlog", issue={"labels": "Channel Priority:Backlog"}),
    Case(
        "priority 1 needs one",
        issue={"labels": "Channel Priority:1"},
        wishes=MISSING,
        after={"milestone": None},
        says=('comment `/milestone %"Channel - FY27Q4 1b"` or `/milestone %"Channel - FY27Q4 2a"`',),
    ),
    Case("priority 3 needs one", issue={"labels": "Channel Priority:3"}, wishes=MISSING, says=("needs one",)),
    Case("in the other spelling too", issue={"labels": "Channel Priority::2"}, wishes=MISSING, says=("needs one",)),
    Case(
        "at the end of the year the next window is the new year's",
        issue=SECOND,
        today="2027-01-31",
        wishes=MISSING,
        says=('%"Channel - FY27Q4 3b"', '%"Channel - FY28Q1 1a"'),
    ),
    Case(
        "in the last window of all there is no next one",
        issue=SECOND,
        today="2099-01-31",
        wishes=MISSING,
        says=('comment `/milestone %"Channel - FY99Q4 3b"`.',),
    ),
    Case("a window is one", issue=SECOND, given=on_milestone("Channel - FY27Q4 3a")),
    Case("a window under another spelling is one", issue=SECOND, given=on_milestone("FY27Q4M3b")),
    Case(
        "another milestone is no window",
        issue=SECOND,
        given=on_milestone("Partner summit"),
        wishes=("say `no_window` (GL-07)",),
        after={"milestone": "Partner summit"},
        says=("`Partner summit` is not one of our half months",),
    ),
)


@pytest.mark.parametrize(**named(CASES))
def test_milestone_needed(shared: Stage, case: Case) -> None:
    prove(shared, "milestone_needed", case)


def test_people_hear_of_it_again(shared: Stage) -> None:
    shared.play(only="milestone_needed")
    summit = on_milestone("Another summit")(shared)
    plans = [planned(shared, opened(shared, HOME, {**SECOND, **more})) for more in ({}, summit)]
    assert [plan.points[0][1].nudge for plan in plans] == [Nudge(2), Nudge(2)]


def test_the_priorities_are_a_setting(shared: Stage) -> None:
    shared.play(only="milestone_needed")
    settings = Settings(priorities=("4",))
    issues = [opened(shared, HOME, {"labels": f"Channel Priority:{key}"}) for key in "24"]
    facts = [shared.bot.snapshot.issue(issue.project_id, issue.iid) for issue in issues]
    said = [[one.topic for one in decide(each, settings) if isinstance(one, Say)] for each in facts]
    assert said == [[], ["missing"]]
