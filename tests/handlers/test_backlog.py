"""GL-10 as a table of cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cases import Case, Fields, named, prove
from tests.stage import Stage

WAITS = {"labels": "Channel Priority:Backlog"}


def on_milestone(title: str, **change: Any) -> Callable[[Stage], Fields]:
    """A milestone, and what becomes of it once it is made."""

    def given(on: Stage) -> Fields:
        made = on.group().milestones.create({"title": title})
        if change:
            on.group().milestones.update(made.id, change)
        return {"milestone_id": made.id}

    return given


CASES = (
    Case("the backlog waits", issue=WAITS),
    Case(
        "a window that runs plans it",
        issue=WAITS,
        given=on_milestone("Channel - FY27Q4 1b"),
        wishes=("say `milestone` (GL-10)",),
        after={"milestone": "Channel - FY27Q4 1b", "labels": {"Channel Priority:Backlog"}},
        says=("planned for `Channel - FY27Q4 1b`; which is right", "`/remove_milestone`"),
    ),
    Case(
        "one that comes does, in any spelling",
        issue={"labels": "Channel Priority::Backlog"},
        given=on_milestone("FY27Q4M2a"),
        wishes=("say `milestone` (GL-10)",),
        says=("planned for `FY27Q4M2a`",),
    ),
    Case(
        "on its last day it still does",
        issue=WAITS,
        given=on_milestone("FY27Q4 1b"),
        today="2026-11-30",
        wishes=("say `milestone` (GL-10)",),
        says=("`FY27Q4 1b`",),
    ),
    Case("one that is over is the carry-over's", issue=WAITS, given=on_milestone("Channel - FY27Q4 1a")),
    Case(
        "one that is closed plans nothing", issue=WAITS, given=on_milestone("Channel - FY27Q4 2b", state_event="close")
    ),
    Case("what is no window plans nothing", issue=WAITS, given=on_milestone("Some day")),
    Case(
        "a due date plans it",
        issue={**WAITS, "due_date": "2026-12-01"},
        wishes=("say `due_date` (GL-10)",),
        after={"due_date": "2026-12-01"},
        says=("due on 2026-12-01; which is right", "`/remove_due_date`"),
    ),
    Case(
        "both are asked about",
        issue={**WAITS, "due_date": "2026-12-01"},
        given=on_milestone("Channel - FY27Q4 3a"),
        wishes=("say `milestone` (GL-10)", "say `due_date` (GL-10)"),
        says=("`Channel - FY27Q4 3a`", "2026-12-01"),
    ),
    Case("other priorities may be planned", issue={"labels": "Channel Priority:4", "due_date": "2026-12-01"}),
)


@pytest.mark.parametrize(**named(CASES))
def test_backlog(shared: Stage, case: Case) -> None:
    prove(shared, "backlog", case)
