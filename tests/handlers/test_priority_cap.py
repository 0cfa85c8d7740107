"""GL-06 as a table of cases, and the order in which issues keep their places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.facts import IssueFacts
from bot.domain.needs import IssuesLabelled
from bot.handlers import priority_cap
from bot.handlers.priority_cap import Settings
from tests.cases import Case, Fields, named, opened, planned, prove, wished
from tests.stage import HOME, Stage

FIRST, SCOPED = "Channel Priority:1", "Channel Priority::1"


def window(on: Stage, title: str) -> Fields:
    """A milestone that no other case uses."""
    return {"milestone_id": on.group().milestones.create({"title": title}).id}


def holding(*labels: str) -> Callable[[Stage], Fields]:
    """A milestone that already holds an issue with each of these labels."""

    def given(on: Stage) -> Fields:
        fields = window(on, f"Holding {len(labels)} of {', '.join(sorted({*labels}))}")
        for label in labels:
            opened(on, HOME, {"labels": label, **fields})
        return fields

    return given


CASES = (
    Case("without a milestone there is nothing to cap", issue={"labels": FIRST}),
    Case("the fifth has room", issue={"labels": FIRST}, given=holding(*[FIRST] * 4)),
    Case(
        "the sixth is one too many",
        issue={"labels": FIRST},
        given=holding(*[FIRST] * 5),
        wishes=("say `over` (GL-06)",),
        after={"labels": {FIRST}, "milestone": f"Holding 5 of {FIRST}"},
        says=("now has 6 issues with `Channel Priority:1`, and 5 is the most",),
    ),
    Case(
        "both spellings count, and one issue with both counts once",
        issue={"labels": SCOPED},
        given=holding(FIRST, SCOPED, SCOPED, FIRST, f"{FIRST},{SCOPED}"),
        wishes=("say `over` (GL-06)",),
        says=("now has 6 issues",),
    ),
    Case("another priority is not capped", issue={"labels": "Channel Priority:2"}, given=holding(*[FIRST] * 6)),
    Case(
        "other priorities take no place",
        issue={"labels": FIRST},
        given=holding(*[FIRST] * 4, "Channel Priority:2", "Channel Priority:3"),
    ),
)


@pytest.mark.parametrize(**named(CASES))
def test_priority_cap(shared: Stage, case: Case) -> None:
    prove(shared, "priority_cap", case)


def test_closing_one_of_them_makes_room(shared: Stage) -> None:
    """Only open issues count, and only the youngest was told."""
    shared.play(only="priority_cap")
    fields = {"labels": FIRST, **window(shared, "Room again")}
    issues = [opened(shared, HOME, fields) for _ in range(6)]
    assert [wished(planned(shared, issue)) for issue in issues] == [()] * 5 + [("say `over` (GL-06)",)]
    shared.edit(issues[0], state_event="close")
    shared.play(only="priority_cap")
    assert wished(planned(shared, issues[5])) == ()


def test_another_groups_milestone_of_the_same_title_is_another(shared: Stage) -> None:
    """GitLab lists issues by the title of their milestone."""
    shared.play(only="priority_cap")
    issue = opened(shared, HOME, {"labels": FIRST, **window(shared, "Same title")})
    facts = shared.bot.snapshot.issue(issue.project_id, issue.iid)
    assert facts.issue.milestone
    elsewhere = replace(facts.issue.milestone, id=0)
    others = tuple(replace(facts.issue, id=-number, milestone=elsewhere, created_at=None) for number in range(9))
    assert _says(replace(facts, labelled={IssuesLabelled((FIRST, SCOPED), "Same title"): others})) == 0
    there = tuple(replace(one, milestone=facts.issue.milestone) for one in others)
    assert _says(replace(facts, labelled={IssuesLabelled((FIRST, SCOPED), "Same title"): there})) == 1


def _says(facts: IssueFacts) -> int:
    return len([*priority_cap.decide(facts, Settings())]) - 1
