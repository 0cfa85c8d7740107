"""Rules 8, 11 and 12 as properties: whoever acts, whoever reads along and whenever the bot looks, they hold.

A larger number of examples than the few of a test run: `ATTACK_EXAMPLES=300 pytest tests/flow/test_attacks_random.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from gitlab.v4.objects import ProjectIssue
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.domain.windows import Window
from bot.sandbox.permissions import can_read_issue, can_read_note
from bot.sandbox.records import Issue, Milestone, MilestoneEvent
from tests.flow.test_conversation import tell
from tests.flow.worlds import (
    CAM,
    COLLEAGUE,
    HOSTILE,
    PAT,
    TEAM_LABEL,
    Tree,
    called,
    dangers,
    deeds,
    examples,
    ours,
    planted,
    trees,
    written,
)
from tests.stage import GROUP, Stage

OFF, NBA = "bot::hands-off", "NBA: send the draft (2099-01-10)"
QUIETLY = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}
INTERNAL = "went over the end of its window"
"""Words that only a point for staff has: what was carried over again and again, of which the director hears."""

# What people do, and how the bot gets to know of it

FIELDS: tuple[dict[str, Any], ...] = (
    {"remove_labels": "Channel"},
    {"add_labels": "Channel"},
    {"assignee_ids": [0]},
    {"due_date": ""},
    {"due_date": "2099-02-01"},
    {"labels": ""},
    {"add_labels": TEAM_LABEL},
    {"add_labels": OFF},
    {"remove_labels": OFF},
    {"weight": 1},
    {"add_labels": "Channel Priority:3"},
    {"description": f"DRI: @{COLLEAGUE}\n{NBA}"},
)
WAKE = st.sampled_from(("look", "look twice", "sweep", "forget and look", "forget and sweep", "wait"))
WHO = st.sampled_from((PAT, PAT, CAM, COLLEAGUE))
TAKEN = ("Channel", COLLEAGUE, "due")
MOST = 4
"""Writes that one thing done by a person may cause: fields, status comment, reminder, and what hands-off takes."""


def look(on: Stage, issue: ProjectIssue, how: str) -> None:
    if how.startswith("forget"):
        on.forget_everything()
    if how.endswith("sweep"):
        on.sweep()
    elif how != "wait":
        on.look(issue)
        if how == "look twice":
            on.look(issue)


def holds(on: Stage, issue: ProjectIssue) -> set[str]:
    """What of the bot's three fields is as the bot wants it, and whether it was told to keep off."""
    fresh = on.fresh(issue)
    fields = {*fresh.labels, *(one["username"] for one in fresh.assignees), *(["due"] if fresh.due_date else [])}
    return fields & {*TAKEN, OFF}


@settings(max_examples=examples(4), **QUIETLY)  # type: ignore[arg-type]  # the keys are right
@given(st.lists(st.tuples(WHO, st.sampled_from(FIELDS), WAKE), min_size=1, max_size=6))
def test_the_team_wins_and_pat_does_not(shared: Stage, story: list[tuple[str, dict[str, Any], str]]) -> None:
    """Nothing that the team undid comes back by itself, and every person's deed causes a bounded number of writes."""
    issue = ours(shared, description=f"DRI: @{COLLEAGUE}\n{NBA}")
    shared.look(issue)
    assume(holds(shared, issue) == {*TAKEN})
    undone: set[str] = set()
    for who, edit, how in story:
        shared.later(5)
        before = holds(shared, issue)
        shared.edit(issue, by=who, **edit)
        after = holds(shared, issue)
        if who != PAT:
            undone |= (before - after) & {*TAKEN}
            # Taking off the label that keeps the bot away is the team's word that it may care again.
            undone = set() if OFF in before - after else undone
        undone -= after
        shared.forget_calls()
        look(shared, issue, how)
        here = f"/projects/{issue.project_id}/issues/{issue.iid}"
        assert len([call for call in shared.calls(writes=True) if here in call]) <= MOST
        assert not undone & holds(shared, issue)


@settings(max_examples=examples(3), **QUIETLY)  # type: ignore[arg-type]  # the keys are right
@given(st.lists(st.tuples(st.sampled_from(FIELDS[:8]), WAKE), min_size=1, max_size=6))
def test_pat_alone_never_silences_the_bot(shared: Stage, story: list[tuple[dict[str, Any], str]]) -> None:
    """However often pat undoes what the bot did, all of it is there after the next look."""
    issue = ours(shared, description=f"DRI: @{COLLEAGUE}\n{NBA}")
    shared.look(issue)
    for edit, how in story:
        shared.later(5)
        shared.edit(issue, by=PAT, **edit)
        look(shared, issue, how)
    shared.later(5)
    shared.look(issue)
    assert holds(shared, issue) >= {*TAKEN}


@settings(max_examples=examples(2), **QUIETLY)  # type: ignore[arg-type]  # the keys are right
@given(st.permutations(["Channel", COLLEAGUE, "due"]), st.lists(WAKE, min_size=2, max_size=2))
def test_two_things_that_the_team_took_back_are_enough(shared: Stage, order: list[str], hows: list[str]) -> None:
    """Then the label is set, once, whatever the bot remembers."""
    undo: dict[str, dict[str, Any]] = {
        "Channel": {"remove_labels": "Channel"},
        COLLEAGUE: {"assignee_ids": [0]},
        "due": {"due_date": ""},
    }
    issue = ours(shared, description=f"DRI: @{COLLEAGUE}\n{NBA}")
    shared.look(issue)
    for what, how in zip(order, hows, strict=False):
        shared.later(5)
        shared.edit(issue, by=CAM, **undo[what])
        look(shared, issue, how)
    shared.look(issue)
    shared.look(issue)
    world = shared.sandbox.world
    events = [one for one in world.label_events.values() if one.issue_id == issue.id and one.label_id]
    added = [one for one in events if one.label_id and world.labels[one.label_id].name == OFF and one.action == "add"]
    assert len(added) == 1
    assert holds(shared, issue) == {order[2], OFF}


# Words

PIECES = st.lists(
    st.one_of(st.sampled_from([one for one in HOSTILE if len(one) < 200]), st.text(max_size=12)), min_size=1, max_size=3
)


def storable(text: str) -> bool:
    """Whether GitLab's API takes it: no half characters."""
    return text.isprintable() or not any(0xD800 <= ord(char) <= 0xDFFF for char in text)


@settings(max_examples=examples(5), **QUIETLY)  # type: ignore[arg-type]  # the keys are right
@given(PIECES, PIECES, st.sampled_from(["nba", "dri", "delegate", "", "help", "push"]))
def test_nothing_that_people_write_comes_alive(shared: Stage, first: list[str], second: list[str], order: str) -> None:
    text, more = " ".join(first), "\n".join(second)
    assume(storable(text) and storable(more))
    issue = ours(shared, title=text[:255].strip() or "x", description=f"DRI: {text}\n\nNBA: {more} (2020-01-01)")
    tell(shared, issue, f"@channel-bot {order} {text}", by=PAT)
    tell(shared, issue, f"@channel-bot nba {more} (2099-01-01)", f"@channel-bot {text}", by=CAM)
    shared.look(issue)
    shared.look(issue)
    assert [danger for said in written(shared, issue) for danger in dangers(said)] == []
    assigned = {one["username"] for one in shared.fresh(issue).assignees}
    assert called(shared, issue) <= {CAM, PAT, COLLEAGUE, *assigned}
    assert not [deed for deed in deeds(shared, issue) if deed in ("closed", "reopened") or "assigned to @root" in deed]


# Who reads along


def readable(on: Stage, issue: Issue, name: str) -> list[str]:
    """Every comment on the issue that this person may read."""
    world, user = on.sandbox.world, on.sandbox.world.user_by_name(name)
    if not can_read_issue(world, user, issue):
        return []
    rows = [note for note in world.notes.values() if note.issue_id == issue.id and not note.system]
    return [note.body for note in rows if can_read_note(world, user, issue, note)]


def carried_on_and_on(on: Stage, issue: ProjectIssue) -> None:
    """The issue stood on four windows that are over, one after the other, as the team wanted it."""
    world, channel = on.sandbox.world, on.sandbox.world.group_by_path(GROUP)
    row, cam = world.issue(issue.project_id, issue.iid), world.user_by_name(CAM)
    assert channel
    assert row
    assert cam
    known = {one.title: one for one in world.milestones.values() if one.group_id == channel.id}
    window = Window.of(world.clock.now().date() - timedelta(days=100))
    for _ in range(4):
        at = datetime.combine(window.start, time(12), UTC)
        milestone = known.get(window.title)
        if milestone is None:
            number = world.next_id("milestones")
            milestone = Milestone(number, number, window.title, at, at, group_id=channel.id)
            milestone.start_date, milestone.due_date = window.start, window.due
            world.add(milestone)
        number = world.next_id("milestone_events")
        world.add(MilestoneEvent(number, row.id, cam.id, at, "add", milestone.id, "opened"))
        row.milestone_id = milestone.id
        window = window.next()


def opened_in(on: Stage, project_id: int, *, asks: bool = False) -> ProjectIssue:
    """An issue of the team's with something to tell the director."""
    project = on.as_(CAM).projects.get(project_id)
    issue = project.issues.create({"title": "A deal", "description": f"DRI: @{CAM}", "labels": f"Channel,{TEAM_LABEL}"})
    assert isinstance(issue, ProjectIssue)
    carried_on_and_on(on, issue)
    tell(on, issue, "@channel-bot status", "@channel-bot why", by=CAM, internal=asks)
    return issue


def test_staff_reads_what_is_internal(shared: Stage) -> None:
    issue = opened_in(shared, shared.home().id)
    shared.look(issue)
    assert INTERNAL in "".join(shared.comments(issue))


@settings(max_examples=examples(4), **QUIETLY)  # type: ignore[arg-type]  # the keys are right
@given(trees(), st.booleans())
def test_nobody_outside_reads_what_is_internal(shared: Stage, tree: Tree, internally: bool) -> None:
    """In whatever group, however shared: in comments, in mails, in to-do items, and in the answers to a CAM."""
    made = [opened_in(shared, project.id, asks=internally) for project in planted(shared, tree)]
    shared.look(*made)
    world, outsiders = shared.sandbox.world, (PAT, "kim-example")
    rows = [row for issue in made if (row := world.issue(issue.project_id, issue.iid))]
    assert len(rows) == len(made)
    assert not [text for row in rows for name in outsiders for text in readable(shared, row, name) if INTERNAL in text]
    strangers = {user.id for user in world.users.values() if user.username in outsiders}
    assert not [mail for mail in world.mails.values() if mail.user_id in strangers and INTERNAL in mail.body]
