"""Each handbook rule plays a small story twice, with its handler and without it, and the two must end differently.

The list of rules is the team's; who carries which is read from the handlers, so neither a rule that does nothing nor a
handler without a story passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.windows import Window
from bot.rules import discovered
from tests.flow.certifying import test_on_off_certifying as certifying
from tests.handlers.test_dri import user_id
from tests.stage import HOME, Stage, stage

RULES = (
    *("GL-01", "GL-02", "GL-03", "GL-05", "GL-06", "GL-07", "GL-08"),
    *("GL-10", "GL-11", "GL-12", "GL-13", "GL-14", "GL-15", "GL-16"),
    *(f"PF-{number:02}" for number in range(1, 11)),
    *(f"CT-{number:02}" for number in (*range(5, 15), 16, 17, 18)),
    *("TC-01", "TC-02", "KT-01", "KT-02"),
    *(f"AW-{number:02}" for number in (1, *range(4, 14))),
)
"""The rules that are carried so far; GL-04, GL-09 and from GL-17 on are not."""
CARRIED = tuple((rule, handler.name) for handler in discovered() for rule in handler.handbook)
CERTIFYING = tuple((rule, handler) for rule, handler in CARRIED if handler in certifying.STORIES)
"""Those of certifications have their stories in a room of their own, one for each handler."""
HERE = tuple(one for one in CARRIED if one not in CERTIFYING)
MARKS = re.compile(r"<!-- channel-bot:.*?-->|http://127\.0\.0\.1:\d+")
DAY = date(2026, 11, 24)
"""A Tuesday in the window FY27Q4 1b, which ends on the 30th."""
LAST = Window.of(DAY)
End = Mapping[str, Any]


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


STORIES: Mapping[str, Callable[[Stage], None]] = {
    "GL-01": elsewhere,
    "GL-02": lambda on: complete(on, labels="Channel Ops,Channel Priority:4"),
    "GL-03": lambda on: complete(on, description="Who takes this?", assignee_ids=[]),
    "GL-05": lambda on: complete(on, weight=None),
    "GL-06": first_ones,
    "GL-07": unplanned,
    "GL-08": small_win,
    "GL-10": lambda on: on_window(on, labels="Channel,Channel Ops,Channel Priority:Backlog", weight=5, due_date=None),
    "GL-11": lambda on: complete(on, assignee_ids=[]),
    "GL-12": lambda on: complete(on, description="DRI: @cam-emea @cam-amer"),
    "GL-13": lambda on: None,
    "GL-14": misspelt,
    "GL-15": over,
    "GL-16": lambda on: complete(on, due_date=None),
}


@dataclass(frozen=True)
class Seen:
    """What people see of the group at the end, without ids, times and marks."""

    issues: Mapping[tuple[str, str], End]
    milestones: list[tuple[str, str, str | None, str | None]]


def ended(on: Stage) -> Seen:
    group = on.group()
    listed = group.issues.list(get_all=True, scope="all")
    issues = {(one.references["full"].partition("#")[0], one.title): _issue(on, one) for one in listed}
    every = group.milestones.list(get_all=True)
    return Seen(issues, sorted((one.title, one.state, one.start_date, one.due_date) for one in every))


def _issue(on: Stage, issue: Any) -> End:
    whole = on.as_("ops-lead").projects.get(issue.project_id, lazy=True).issues.get(issue.iid)
    notes = whole.notes.list(get_all=True, sort="asc", activity_filter="only_comments")
    fields = ("state", "labels", "weight", "milestone", "due_date")
    return {
        **{name: getattr(whole, name) for name in fields if name not in ("labels", "milestone")},
        "labels": sorted(whole.labels),
        "milestone": whole.milestone and whole.milestone["title"],
        "assignees": sorted(person["username"] for person in whole.assignees),
        "description": MARKS.sub("", whole.description or ""),
        "comments": [MARKS.sub("", note.body) for note in notes],
    }


def played(folder: Path, rule: str, without: str | None) -> Seen:
    """The end of the rule's story, with every handler but one."""
    with stage(folder / (without or "all")) as on:
        if without:
            off = replace(on.config.settings[without], enabled=False)  # type: ignore[type-var]  # all are dataclasses
            on.config = replace(on.config, settings={**on.config.settings, without: off})
        on.play(day=DAY)
        STORIES[rule](on)
        on.sweep()
        return ended(on)


def test_every_rule_of_the_list_is_carried_and_no_other() -> None:
    assert {rule for rule, _ in CARRIED} == {*RULES} == {*STORIES, *(rule for rule, _ in CERTIFYING)}
    assert {*certifying.STORIES} <= {handler for _, handler in CARRIED}


@pytest.mark.parametrize(("rule", "handler"), HERE, ids=[f"{rule} {handler}" for rule, handler in HERE])
def test_with_the_rule_the_story_ends_otherwise_than_without(tmp_path: Path, rule: str, handler: str) -> None:
    assert played(tmp_path, rule, None) != played(tmp_path, rule, handler)


def test_an_issue_that_lacks_nothing_ends_as_it_began(tmp_path: Path) -> None:
    """What the stories change is all that makes them differ."""
    with stage(tmp_path) as on:
        on.play(day=DAY)
        complete(on)
        before = {key: one for key, one in ended(on).issues.items() if key[0] == HOME}
        on.sweep()
        after = ended(on).issues
        assert {key: after[key] for key in before} == before
        assert before[(HOME, "Refresh the EMEA partner deck")]["comments"] == []
