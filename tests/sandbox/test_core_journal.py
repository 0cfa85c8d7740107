"""Every way a field changes leaves the trace GitLab leaves: one event or one system note, in GitLab's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.core_parts import Play, play

Act = Callable[[Play, Any], object]


@pytest.fixture(scope="module")
def played() -> Iterator[Play]:
    with play() as made:
        for title in ("First", "Second"):
            made.as_("planner").groups.get("channel").milestones.create({"title": title})
        made.as_("owner").projects.create({"name": "Target", "namespace_id": 1})
        yield made


def put(**fields: Any) -> Act:
    return lambda played, issue: played.channels().issues.update(issue.iid, fields)


def assign(*names: str) -> Act:
    return lambda played, issue: put(assignee_ids=[played.user(name).id for name in names])(played, issue)


def comment(body: str) -> Act:
    return lambda played, issue: played.call("POST", f"/projects/1/issues/{issue.iid}/notes", json={"body": body})


def steps(played: Play, issue: Any) -> list[tuple[str, str, str]]:
    path = f"/projects/{issue.project_id}/issues/{issue.iid}/resource_milestone_events"
    rows = played.call("GET", path).json()
    return [(row["action"], row["milestone"]["title"], row["user"]["username"]) for row in rows]


@pytest.mark.parametrize(
    ("start", "act", "events"),
    [
        (None, put(milestone_id=1), [("add", "First")]),
        (None, comment("/milestone %First"), [("add", "First")]),
        (None, put(description="/milestone %First"), [("add", "First")]),
        (None, put(milestone_id=0), []),
        (1, put(milestone_id=2), [("add", "First"), ("add", "Second")]),
        (1, comment("/milestone %Second"), [("add", "First"), ("add", "Second")]),
        (1, put(milestone_id=0), [("add", "First"), ("remove", "First")]),
        (1, comment("/remove_milestone"), [("add", "First"), ("remove", "First")]),
        (1, put(milestone_id=1), [("add", "First")]),
    ],
)
def test_each_change_of_milestone_is_one_event_and_no_note(
    played: Play, start: int | None, act: Act, events: list[tuple[str, str]]
) -> None:
    issue = played.issue(milestone_id=start)
    act(played, issue)
    assert [row[:2] for row in steps(played, issue)] == events
    assert [note.body for note in issue.notes.list() if "milestone" in note.body] == []


def test_events_name_who_did_it(played: Play) -> None:
    issue = played.issue(milestone_id=1)
    played.channels("developer").issues.update(issue.iid, {"milestone_id": 2})
    assert [row[2] for row in steps(played, issue)] == ["planner", "developer"]


def test_a_moved_issue_keeps_its_milestones_story(played: Play) -> None:
    issue = played.issue(milestone_id=1)
    put(milestone_id=2)(played, issue)
    moved = played.call("POST", f"/projects/1/issues/{issue.iid}/move", json={"to_project_id": 3}).json()
    there = played.as_("planner").projects.get(3).issues.get(moved["iid"])
    assert [row[:2] for row in steps(played, there)] == [("add", "First"), ("add", "Second")]


def test_a_deleted_milestone_takes_its_events_along() -> None:
    with play() as played:
        milestones = played.as_("planner").groups.get("channel").milestones
        gone, kept = milestones.create({"title": "Gone"}), milestones.create({"title": "Kept"})
        issue = played.issue(milestone_id=kept.id)
        put(milestone_id=gone.id)(played, issue)
        gone.delete()
        assert played.channels().issues.get(issue.iid).milestone is None
        assert [row[:2] for row in steps(played, issue)] == [("add", "Kept")]


@pytest.mark.parametrize(
    ("born", "act", "said"),
    [
        ([], assign("developer"), ["assigned to @developer"]),
        ([], comment("/assign @developer @guest"), ["assigned to @developer and @guest"]),
        ([], assign("developer", "guest", "owner"), ["assigned to @developer, @guest, and @owner"]),
        (["guest"], assign(), ["assigned to @guest", "unassigned @guest"]),
        (["guest"], comment("/unassign"), ["assigned to @guest", "unassigned @guest"]),
        (
            ["guest"],
            assign("owner"),
            ["assigned to @guest", "assigned to @owner and unassigned @guest"],
        ),
        ([], put(due_date="2026-11-30"), ["changed due date to November 30, 2026"]),
        ([], comment("/due 2026-12-04"), ["changed due date to December 04, 2026"]),
        ([], put(title="Other title"), ["changed title from **{-Portal rollout-}** to **{+Other title+}**"]),
        ([], put(description="new"), ["changed the description"]),
        ([], put(confidential=True), ["made the issue confidential"]),
        ([], put(add_labels="x", weight=3), []),
    ],
)
def test_system_notes_use_gitlabs_words(played: Play, born: list[str], act: Act, said: list[str]) -> None:
    issue = played.issue(assignee_ids=[played.user(name).id for name in born])
    act(played, issue)
    rows = issue.notes.list(sort="asc", activity_filter="only_activity")
    assert [(row.body, row.system) for row in rows] == [(text, True) for text in said]
    assert issue.notes.list(activity_filter="only_comments") == []


def test_a_system_note_moves_nothing_of_its_own(played: Play) -> None:
    issue = played.issue()
    played.world.clock.advance(timedelta(hours=1))
    put(due_date="2026-12-01")(played, issue)
    [note] = issue.notes.list()
    assert played.channels().issues.get(issue.iid).updated_at == note.created_at
