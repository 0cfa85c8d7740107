"""GL-14 as tables of cases: one milestone of the group, and an issue that carries one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from tests.cases import TODAY, Case, Fields, named, prove, wished
from tests.stage import Stage

RIGHT = "Channel - FY27Q4 2b"
DATES = {"start_date": "2026-12-16", "due_date": "2026-12-31"}
RENAME = f"rename milestone `FY27Q4M2b` to `{RIGHT}`, 2026-12-16 to 2026-12-31"


@dataclass(frozen=True)
class CalendarCase:
    """Milestones as people made them (title -> other fields), what is wished, and the group's titles afterwards."""

    name: str
    milestones: dict[str, dict[str, Any]]
    wishes: tuple[str, ...] = ()
    active: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    on_project: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


WINDOW = (DATES["start_date"], DATES["due_date"])
CALENDAR = (
    CalendarCase("the right title and dates are left alone", {RIGHT: DATES}, active={RIGHT: WINDOW}),
    CalendarCase(
        "a near miss is renamed and dated",
        {"FY27Q4M2b": {}},
        (RENAME,),
        active={RIGHT: WINDOW},
    ),
    CalendarCase(
        "wrong dates are put right",
        {RIGHT: {"due_date": "2027-01-05"}},
        (f"give milestone `{RIGHT}` its dates, 2026-12-16 to 2026-12-31",),
        active={RIGHT: WINDOW},
    ),
    CalendarCase(
        "a near miss of an existing window is closed",
        {RIGHT: DATES, "channel – fy27 q4 2B": {}},
        (f"close milestone `channel – fy27 q4 2B`, as `{RIGHT}` takes its place",),
        active={RIGHT: WINDOW},
        closed=("channel – fy27 q4 2B",),
    ),
    CalendarCase(
        "of two near misses one becomes the window",
        {"FY27Q4M2b": {}, "FY2027Q4 2b": {}},
        (RENAME, f"close milestone `FY2027Q4 2b`, as `{RIGHT}` takes its place"),
        active={RIGHT: WINDOW},
        closed=("FY2027Q4 2b",),
    ),
    CalendarCase(
        "3c is reported, never guessed",
        {"FY27Q4 3c": {}},
        ("say `doubtful` (GL-14)",),
        active={"FY27Q4 3c": (None, None)},
        says=("`FY27Q4 3c`",),
    ),
    CalendarCase("a title that means no window is nobody's concern", {"v1.0": {}}, active={"v1.0": (None, None)}),
    CalendarCase("a closed near miss without issues rests", {"FY27Q4M2b": {"state": "closed"}}, closed=("FY27Q4M2b",)),
    CalendarCase(
        "a project's milestone is reported and blocks the title",
        {"FY27Q4M2b": {}},
        ("say `blocked` (GL-14)", "say `project_level` (GL-14)"),
        active={"FY27Q4M2b": (None, None)},
        on_project=(RIGHT, "v1.0"),
        says=("[`FY27Q4M2b`](http", "GitLab allows only one", f"so the group has no `{RIGHT}`"),
    ),
    CalendarCase(
        "a project's near miss of a window that the group has is a twin",
        {RIGHT: DATES},
        ("say `twin` (GL-14)",),
        active={RIGHT: WINDOW},
        on_project=("FY27Q4M2b",),
        says=(f"the group has `{RIGHT}` for that",),
    ),
)


def make(on: Stage, case: CalendarCase) -> None:
    group, home = on.group(), on.home("ops-lead")
    for title in case.on_project:
        home.milestones.create({"title": title})
    for title, fields in case.milestones.items():
        wanted = {**fields}
        state = wanted.pop("state", None)
        made = group.milestones.create({"title": title, **wanted})
        if state:
            group.milestones.update(made.id, {"state_event": "close"})


def reports(on: Stage) -> list[ProjectIssue]:
    return list(on.home().issues.list(search="Milestones that need a decision", get_all=True))


@pytest.mark.parametrize("case", CALENDAR, ids=lambda case: case.name)
def test_calendar(scene: Stage, case: CalendarCase) -> None:
    """It decides as written, its plan applies, and then it wishes for nothing but what it reports."""
    scene.play(only="milestone_titles", day=date.fromisoformat(TODAY))
    make(scene, case)
    plan = scene.bot.rules.decide(scene.bot.snapshot.calendar())
    assert wished(plan) == case.wishes
    scene.look(calendar=True)
    milestones = scene.group().milestones.list(get_all=True)
    active = {one.title: (one.start_date, one.due_date) for one in milestones if one.state == "active"}
    assert (active, tuple(one.title for one in milestones if one.state == "closed")) == (case.active, case.closed)
    assert [issue.state for issue in reports(scene)] == (["opened"] if case.says else [])
    for fragment in case.says:
        assert fragment in reports(scene)[0].description
    scene.forget_calls()
    scene.look(calendar=True)
    assert scene.calls(writes=True) == []


def test_the_issues_of_a_near_miss_move_to_the_window(scene: Stage) -> None:
    """Open issues move, closed ones stay where they were, and the near miss says where they went."""
    scene.play(only="milestone_titles")
    right = scene.group().milestones.create({"title": RIGHT, **DATES})
    near = scene.group().milestones.create({"title": "FY27Q4M2b", "description": "Our plan"})
    open_, closed = scene.issue(milestone_id=near.id), scene.issue(milestone_id=near.id)
    scene.edit(closed, state_event="close")
    scene.look(open_)
    assert scene.fresh(open_).milestone["id"] == right.id
    assert scene.fresh(closed).milestone["id"] == near.id
    left = scene.group().milestones.get(near.id)
    assert left.state == "closed"
    assert left.description.startswith("Our plan\n\nClosed by the Channels bot")


def test_more_issues_than_the_cap_are_asked_about(scene: Stage) -> None:
    settings = dict(scene.config.settings)
    settings["milestone_titles"] = replace(settings["milestone_titles"], merge_cap=1)  # type: ignore[type-var]  # a dataclass
    scene.config = replace(scene.config, settings=settings)
    scene.play(only="milestone_titles")
    scene.group().milestones.create({"title": RIGHT, **DATES})
    near = scene.group().milestones.create({"title": "FY27Q4M2b"})
    issues = [scene.issue(milestone_id=near.id) for _ in range(2)]
    scene.look(*issues)
    assert {scene.fresh(issue).milestone["id"] for issue in issues} == {near.id}
    (report,) = reports(scene)
    assert "2 open issues would move there, more than the 1" in report.description


def test_the_report_ends_when_nothing_is_left_to_decide(scene: Stage) -> None:
    scene.play(only="milestone_titles")
    doubtful = scene.group().milestones.create({"title": "FY27Q4 3c"})
    scene.look(calendar=True)
    scene.group().milestones.update(doubtful.id, {"title": "Planning week"})
    scene.look(calendar=True)
    (report,) = reports(scene)
    assert (report.state, "Every milestone reads as it should" in report.description) == ("closed", True)
    scene.group().milestones.update(doubtful.id, {"title": "FY27Q4 4a"})
    scene.look(calendar=True)
    (report,) = reports(scene)
    assert (report.state, "`FY27Q4 4a`" in report.description) == ("opened", True)


@pytest.mark.parametrize(
    "change",
    [{"title": "channel FY27Q4 2B"}, {"due_date": "2027-01-10"}, {"title": "FY27Q4M2b", "start_date": "2026-12-01"}],
    ids=["the title", "the dates", "both"],
)
def test_rule_8_a_persons_change_is_put_right_once(scene: Stage, change: dict[str, str]) -> None:
    """A slip is mended; who does it again means it, and is only told about."""
    scene.play(only="milestone_titles")
    made = scene.group().milestones.create({"title": "FY27Q4 2b", "description": "Our plan"})
    scene.look(calendar=True)
    scene.group().milestones.update(made.id, change)
    scene.look(calendar=True)
    mended = scene.group().milestones.get(made.id)
    assert (mended.title, mended.start_date, mended.due_date) == (RIGHT, *WINDOW)
    assert mended.description.startswith("Our plan\n\n<!-- channel-bot:")
    scene.group().milestones.update(made.id, change)
    scene.look(calendar=True)
    left = scene.group().milestones.get(made.id)
    assert {name: getattr(left, name) for name in change} == change
    (report,) = reports(scene)
    assert "was changed again after I had put it right" in report.description


@pytest.mark.parametrize("title", ["Christmas party", "Channel - FY27Q4 3a", "Channel - FY27Q4 3c"])
def test_rule_8_a_title_that_reads_otherwise_is_only_reported(scene: Stage, title: str) -> None:
    scene.play(only="milestone_titles")
    made = scene.group().milestones.create({"title": "FY27Q4 2b"})
    scene.look(calendar=True)
    scene.group().milestones.update(made.id, {"title": title})
    scene.look(calendar=True)
    assert scene.group().milestones.get(made.id).title == title
    (report,) = reports(scene)
    assert f"was `{RIGHT}` when I last wrote it" in report.description


def on_closed_near_miss(on: Stage) -> Fields:
    near = on.group().milestones.create({"title": "FY27Q4M2b"})
    on.group().milestones.update(near.id, {"state_event": "close"})
    return {"milestone_id": near.id}


def on_closed_near_miss_of_a_window(on: Stage) -> Fields:
    on.group().milestones.create({"title": RIGHT, **DATES})
    return on_closed_near_miss(on)


def on_project(on: Stage) -> Fields:
    return {"milestone_id": on.home("ops-lead").milestones.create({"title": "FY27Q4M2b"}).id}


def on_twin(on: Stage) -> Fields:
    on.group().milestones.create({"title": RIGHT, **DATES})
    return on_project(on)


def on_doubtful(on: Stage) -> Fields:
    return {"milestone_id": on.group().milestones.create({"title": "Channel - FY27Q4 3c"}).id}


ISSUES = (
    Case("no milestone is no concern of this rule"),
    Case(
        "an open issue leaves a closed near miss for the window",
        given=on_closed_near_miss_of_a_window,
        wishes=(f"set milestone `{RIGHT}`",),
        after={"milestone": RIGHT},
    ),
    Case(
        "a closed near miss with an open issue becomes the window",
        given=on_closed_near_miss,
        wishes=(RENAME,),
        after={"milestone": RIGHT},
    ),
    Case(
        "a project's milestone is pointed out",
        given=on_project,
        wishes=("say `project_level` (GL-14)",),
        after={"milestone": "FY27Q4M2b"},
        says=("[`FY27Q4M2b`](http", f"so the group has no `{RIGHT}`"),
    ),
    Case(
        "a project's twin of the group's window is pointed out",
        given=on_twin,
        wishes=("say `twin` (GL-14)",),
        after={"milestone": "FY27Q4M2b"},
        says=(f"the group has `{RIGHT}` for that",),
    ),
    Case(
        "a doubtful title is pointed out",
        given=on_doubtful,
        wishes=("say `doubtful` (GL-14)",),
        says=("which window [`Channel - FY27Q4 3c`](http",),
    ),
)


@pytest.mark.parametrize(**named(ISSUES))
def test_issue(scene: Stage, case: Case) -> None:
    prove(scene, "milestone_titles", case)
