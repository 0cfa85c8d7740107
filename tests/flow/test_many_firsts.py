"""Many first priorities on one window: what each is told, and what that costs."""

from __future__ import annotations

from typing import Any

from gitlab.v4.objects import ProjectIssue

from bot.domain.windows import Window
from tests.stage import Stage

COMPLETE = {"description": "DRI: @cam-emea\nNBA: go (2027-11-29)", "labels": "Channel,Channel Ops,Channel Priority:1"}
OVER = "5 is the most"
A_PARTNERS_DAY = 20
"""Calls for the look of each day at the example's one partner with a folder."""


def on_window(on: Stage) -> dict[str, Any]:
    window = Window.of(on.bot.snapshot.today())
    return {"milestone_id": {one.title: one.id for one in on.group().milestones.list(get_all=True)}[window.title]}


def told(on: Stage, issues: list[ProjectIssue]) -> list[bool]:
    """Which of them are asked about, by their status comment."""
    return [any(OVER in text for text in on.comments(issue)) for issue in issues]


def test_they_cost_no_more_than_others(scene: Stage) -> None:
    """A full sweep of the next day, an edit of one of them, and the same day's next sweep."""
    scene.sweep()
    where = on_window(scene)
    issues = [scene.issue(title=f"Home run {number}", **COMPLETE, **where) for number in range(24)]
    scene.sweep(allow=100)
    scene.sweep()
    assert told(scene, issues) == [False] * 5 + [True] * 19
    for seconds in (86400, 0):
        scene.later(seconds)
        scene.forget_calls()
        scene.sweep()
        # The day's epics are one list more, however many issues want them.
        assert len(scene.calls()) <= 1 + 20 + 1 + A_PARTNERS_DAY
        assert scene.calls(writes=True) == []
    scene.edit(issues[0], title="Another title")
    scene.forget_calls()
    scene.look(issues[0])
    assert len(scene.calls()) == 2
    more = [scene.issue(title=f"More {number}", **COMPLETE, **where) for number in range(3)]
    scene.look(*more)
    assert told(scene, more) == [True] * 3


def test_whose_place_changes_learns_it_from_the_next_full_sweep(scene: Stage) -> None:
    """Nothing of those issues themselves changed, and nobody looks at them for each other's sake."""
    scene.sweep()
    where = on_window(scene)
    early = scene.issue(title="Early", **COMPLETE | {"labels": "Channel,Channel Ops,Channel Priority:2"}, **where)
    issues = [scene.issue(title=f"Home run {number}", **COMPLETE, **where) for number in range(5)]
    scene.sweep()
    assert told(scene, issues) == [False] * 5
    scene.edit(early, labels="Channel,Channel Ops,Channel Priority:1")
    scene.look(early)
    assert told(scene, issues) == [False] * 5
    scene.sweep()
    assert told(scene, issues) == [False] * 4 + [True]
    scene.edit(early, state_event="close")
    scene.sweep()
    assert told(scene, issues) == [False] * 5
