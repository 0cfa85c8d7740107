"""GL-13 as a table of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from tests.cases import wished
from tests.stage import Stage

AHEAD = (
    ("Channel - FY27Q4 1b", "2026-11-16", "2026-11-30"),
    ("Channel - FY27Q4 2a", "2026-12-01", "2026-12-15"),
    ("Channel - FY27Q4 2b", "2026-12-16", "2026-12-31"),
    ("Channel - FY27Q4 3a", "2027-01-01", "2027-01-15"),
    ("Channel - FY27Q4 3b", "2027-01-16", "2027-01-31"),
    ("Channel - FY28Q1 1a", "2027-02-01", "2027-02-15"),
    ("Channel - FY28Q1 1b", "2027-02-16", "2027-02-28"),
)
ALL = tuple(f"create milestone `{title}`, {start} to {due}" for title, start, due in AHEAD)


@dataclass(frozen=True)
class Case:
    """Titles that exist, of the group and of the Channels project, and what is wished on a day."""

    name: str
    group: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ALL
    today: str = "2026-11-21"


CASES = (
    Case("an empty group gets the current window and six more"),
    Case("the first day of a window counts as it", today="2026-11-16"),
    Case("the last day of a window counts as it", today="2026-11-30"),
    Case("what exists is adopted", group=("Channel - FY27Q4 1b", "Channel - FY27Q4 3a"), wishes=(*ALL[1:3], *ALL[4:])),
    Case("a near miss is about to become its window", group=("FY27Q4M1b",), wishes=ALL[1:]),
    Case("a title that a project has is left to a person", project=("Channel - FY27Q4 1b",), wishes=ALL[1:]),
    Case("a project's near miss blocks nothing", project=("FY27Q4M1b",)),
    Case(
        "three days after its end a window rests",
        group=("Channel - FY27Q4 1a", *(title for title, _, _ in AHEAD)),
        wishes=(),
        today="2026-11-18",
    ),
    Case(
        "on the fourth day an empty window is closed",
        group=("Channel - FY27Q4 1a", *(title for title, _, _ in AHEAD)),
        wishes=("close milestone `Channel - FY27Q4 1a`, which is over and empty",),
        today="2026-11-19",
    ),
    Case(
        "the calendar ends with FY99",
        today="2099-01-20",
        wishes=("create milestone `Channel - FY99Q4 3b`, 2099-01-16 to 2099-01-31",),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_milestone_windows(scene: Stage, case: Case) -> None:
    """It decides as written, its plan applies, and then it wishes for nothing."""
    scene.play(only="milestone_windows", day=date.fromisoformat(case.today))
    for title in case.project:
        scene.home("ops-lead").milestones.create({"title": title})
    for title in case.group:
        scene.group().milestones.create({"title": title})
    assert wished(scene.bot.rules.decide(scene.bot.snapshot.calendar())) == case.wishes
    scene.look(calendar=True)
    assert wished(scene.bot.rules.decide(scene.bot.snapshot.calendar())) == ()
    scene.forget_calls()
    scene.look(calendar=True)
    assert scene.calls(writes=True) == []


def test_a_window_with_open_issues_stays_open(scene: Stage) -> None:
    scene.play(only="milestone_windows", day=date(2026, 12, 20))
    old = scene.group().milestones.create({"title": "Channel - FY27Q4 1a"})
    issue = scene.issue(milestone_id=old.id)
    scene.look(calendar=True)
    assert scene.group().milestones.get(old.id).state == "active"
    scene.edit(issue, state_event="close")
    scene.look(calendar=True)
    assert scene.group().milestones.get(old.id).state == "closed"


def test_created_windows_have_their_dates(scene: Stage) -> None:
    scene.play(only="milestone_windows", day=date(2026, 11, 21))
    scene.look(calendar=True)
    made = scene.group().milestones.list(get_all=True)
    assert sorted((one.title, one.start_date, one.due_date) for one in made) == sorted(AHEAD)
