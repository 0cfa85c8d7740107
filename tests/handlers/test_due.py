"""GL-16 as a table of cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cases import Case, Fields, named, prove, wished
from tests.stage import Stage


def december(on: Stage) -> Fields:
    """A milestone that ends on 15 December."""
    milestones = on.group().milestones
    made = milestones.list(title="Early December", get_all=True)
    if not made:
        made = [milestones.create({"title": "Early December", "due_date": "2026-12-15"})]
    return {"milestone_id": made[0].id}


CASES = (
    Case("a due date is enough", issue={"due_date": "2026-12-01"}),
    Case(
        "neither is asked for",
        issue={"description": "Refresh the deck."},
        wishes=("say `missing` (GL-16)",),
        after={"due_date": None},
        says=("neither a due date nor a next best action", "NBA: next step (YYYY-MM-DD)"),
    ),
    Case(
        "the date of the NBA becomes the due date",
        issue={"description": "NBA: call the partner (2026-12-01)"},
        wishes=("set due date 2026-12-01",),
        after={"due_date": "2026-12-01"},
    ),
    Case(
        "a due date that is there stays",
        issue={"description": "NBA: call (2026-12-01)", "due_date": "2026-12-10"},
        after={"due_date": "2026-12-10"},
    ),
    Case(
        "its date needs no brackets at the end of the line",
        issue={"description": "NBA: call the partner by 2026-12-01."},
        wishes=("set due date 2026-12-01",),
        after={"due_date": "2026-12-01"},
    ),
    Case("an NBA of today is in time", issue={"description": "NBA: call (2026-11-21)", "due_date": "2026-12-10"}),
    Case(
        "an NBA of yesterday is past",
        issue={"description": "NBA: call @cam-emea (2026-11-20)"},
        wishes=("say `past` (GL-16)",),
        after={"due_date": None},
        says=("`call @cam-emea` was due on 2026-11-20",),
    ),
    Case(
        "an NBA without a date is asked for one",
        issue={"description": "NBA: call the partner"},
        wishes=("say `undated` (GL-16)",),
        says=("`call the partner` has no date",),
    ),
    Case(
        "an NBA without a date beside a due date is fine", issue={"description": "NBA: call", "due_date": "2026-12-01"}
    ),
    Case(
        "30 February is no date",
        issue={"description": "NBA: call (2026-02-30)"},
        wishes=("say `bad_date` (GL-16)",),
        says=("I cannot read `2026-02-30` as a date",),
    ),
    Case(
        "due on the milestone's last day is in time",
        issue={"due_date": "2026-12-15"},
        given=december,
        after={"milestone": "Early December"},
    ),
    Case(
        "due after the milestone's end is pointed out",
        issue={"due_date": "2026-12-16"},
        given=december,
        wishes=("say `after_milestone` (GL-16)",),
        says=("2026-12-16 is after the end of `Early December` (2026-12-15)",),
    ),
)


@pytest.mark.parametrize(**named(CASES))
def test_due(shared: Stage, case: Case) -> None:
    prove(shared, "due", case)


def test_filling_from_the_nba_can_be_switched_off(shared: Stage) -> None:
    settings = {**shared.config.settings}
    settings["due"] = replace(settings["due"], fill_from_nba=False)  # type: ignore[type-var]  # a dataclass
    shared.config = replace(shared.config, settings=settings)
    shared.play(only="due")
    issue = shared.issue(description="NBA: call (2026-12-01)")
    plan = shared.bot.rules.decide(shared.bot.snapshot.issue(issue.project_id, issue.iid))
    assert wished(plan) == ()
