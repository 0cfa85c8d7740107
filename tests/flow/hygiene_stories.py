"""A small story for each rule of hygiene, for the proof that each of them does something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from bot.domain.windows import Window
from tests.handlers.test_dri import user_id
from tests.stage import Stage

DAY = date(2026, 11, 24)
"""A Tuesday in the window FY27Q4 1b, which ends on the 30th."""
LAST = Window.of(DAY)


def on_window(on: Stage, window: Window = LAST, **fields: Any) -> None:
    """An issue that lacks nothing but what the story is about, on the milestone of that window."""
    found = on.group().milestones.list(title=window.title)
    span = {"start_date": window.start.isoformat(), "due_date": window.due.isoformat()}
    milestone = found[0] if found else on.group().milestones.create({"title": window.title, **span})
    complete(on, **{"milestone_id": milestone.id, "due_date": window.due.isoformat(), **fields})


def complete(on: Stage, **fields: Any) -> None:
    """An issue of which no rule asks anything."""
    whole = {
        "description": "DRI: @cam-emea",
        "labels": "Channel,Channel Ops,Channel Priority:4",
        "weight": 4,
        "assignee_ids": [user_id(on, "cam-emea")],
        "due_date": (DAY + timedelta(days=60)).isoformat(),
    }
    on.issue(**{**whole, **fields})


def elsewhere(on: Stage) -> None:
    """Somebody opens an issue of the team in a project where none belongs."""
    registry = on.as_("cam-emea").projects.get("gitlab-com/channel/bot-registry")
    registry.issues.create({"title": "Lost", "labels": "Channel"})


def first_ones(on: Stage) -> None:
    """Six of the first priority on one milestone, one more than there is room for."""
    for number in range(6):
        labels = "Channel,Channel Ops,Channel Priority:1"
        on_window(on, title=f"First {number}", labels=labels, weight=1)


def misspelt(on: Stage) -> None:
    on.group().milestones.create({"title": "FY27Q4M3a"})


def over(on: Stage) -> None:
    """A big bet is still open a day after its window."""
    on_window(on, Window.of(date(2026, 11, 1)), labels="Channel,Channel Ops,Channel Priority:2", weight=2)


def unplanned(on: Stage) -> None:
    complete(on, labels="Channel,Channel Ops,Channel Priority:2", weight=2)


def small_win(on: Stage) -> None:
    """It is open when its window is about to end; three days from now it will be."""
    on_window(on, labels="Channel,Channel Ops,Channel Priority:3", weight=3)
    on.play(day=LAST.due - timedelta(days=1))


STORIES: Mapping[tuple[str, str], Callable[[Stage], None]] = {
    ("home_project", "GL-01"): elsewhere,
    ("base_label", "GL-02"): lambda on: complete(on, labels="Channel Ops,Channel Priority:4"),
    ("team_label", "GL-03"): lambda on: complete(on, description="Who takes this?", assignee_ids=[]),
    ("priority", "GL-05"): lambda on: complete(on, weight=None),
    ("priority_cap", "GL-06"): first_ones,
    ("milestone_needed", "GL-07"): unplanned,
    ("delegate_or_push", "GL-08"): small_win,
    ("backlog", "GL-10"): lambda on: on_window(
        on, labels="Channel,Channel Ops,Channel Priority:Backlog", weight=5, due_date=None
    ),
    ("dri", "GL-11"): lambda on: complete(on, assignee_ids=[]),
    ("one_dri", "GL-12"): lambda on: complete(on, description="DRI: @cam-emea @cam-amer"),
    ("milestone_windows", "GL-13"): lambda on: None,
    ("milestone_titles", "GL-14"): misspelt,
    ("carry_over", "GL-15"): over,
    ("due", "GL-16"): lambda on: complete(on, due_date=None),
}
"""By handler and rule."""
