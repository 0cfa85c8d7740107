"""GL-15 as a table of cases, and its order on one issue and on a digest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.cases import Case, Fields, named, prove
from tests.stage import Stage

OVER, NEXT, NOW = "Channel - FY27Q4 1a", "Channel - FY27Q4 1b", "Channel - FY27Q4 2a"
SPANS = {OVER: ("2026-11-01", "2026-11-15"), NEXT: ("2026-11-16", "2026-11-30"), NOW: ("2026-12-01", "2026-12-15")}


def window(on: Stage, title: str) -> int:
    """The id of the group's milestone of that title, which is made when it is not there."""
    group = on.group()
    known = {one.title: one.id for one in group.milestones.list(get_all=True)}
    if title not in known:
        start, due = SPANS[title]
        known[title] = group.milestones.create({"title": title, "start_date": start, "due_date": due}).id
    return int(known[title])


def left_in(title: str, *others: str) -> Callable[[Stage], Fields]:
    def given(on: Stage) -> Fields:
        for other in others:
            window(on, other)
        return {"milestone_id": window(on, title)}

    return given


def labelled(priority: str) -> Fields:
    return {"labels": f"Channel,Channel Priority:{priority}"}


SAY = ("say `over` (GL-15)",)
PROPOSED = (
    Case("no milestone has no end", issue=labelled("2")),
    Case("on the last day of its window nothing is over", given=left_in(OVER), today="2026-11-15"),
    Case(
        "the day after, a big bet would go on to the next window",
        issue=labelled("2"),
        given=left_in(OVER),
        wishes=SAY,
        after={"milestone": OVER},
        says=(f"[`{OVER}`](http", "ended on 2026-11-15. It would go on", f"`{NEXT}`", "`@channel-bot rollover apply`"),
        today="2026-11-16",
    ),
    Case(
        "weeks later, to the window of the day",
        issue=labelled("2"),
        given=left_in(OVER),
        wishes=SAY,
        says=(f"It would go on to `{NOW}`",),
        today="2026-12-03",
    ),
)


@pytest.mark.parametrize(**named(PROPOSED))
def test_carry_over(scene: Stage, case: Case) -> None:
    prove(scene, "carry_over", case)
