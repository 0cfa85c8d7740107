"""Issues as the real python-gitlab sees them: fields, changes, journals, quick actions, moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import gitlab
import pytest

from bot.sandbox.happenings import Assigned, IssueHappened, Mentioned, NoteHappened
from tests.sandbox.core_parts import Play, play


@pytest.fixture(scope="module")
def played() -> Iterator[Play]:
    with play() as made:
        yield made


@pytest.fixture(autouse=True)
def silence(request: pytest.FixtureRequest) -> None:
    if "played" in request.fixturenames:
        request.getfixturevalue("played").heard.clear()


def news(played: Play) -> list[tuple[str, set[str]]]:
    return [(it.action, set(it.changes)) for it in played.heard if isinstance(it, IssueHappened)]


def names(rows: Any) -> list[tuple[str, str]]:
    return [(row.action, row.label["name"]) for row in rows.list(get_all=True)]


def bodies(issue: Any) -> list[str]:
    return [note.body for note in issue.notes.list(sort="asc", get_all=True)]


def test_a_new_issue_has_gitlabs_fields(played: Play) -> None:
    issue = played.issue(description="- [ ] one\n- [x] two\n- [~] three\n", due_date="2026-12-01", weight=3)
    assert issue.web_url == f"{played.sandbox.url}/channel/channels/-/work_items/{issue.iid}"
    assert issue.references["full"] == f"channel/channels#{issue.iid}"
    assert issue.task_completion_status == {"count": 2, "completed_count": 1}
    shown = (issue.state, issue.type, issue.issue_type, issue.weight, issue.due_date, issue.has_tasks)
    assert shown == ("opened", "ISSUE", "issue", 3, "2026-12-01", True)
    assert (issue.created_at, issue.author["username"]) == ("2026-11-21T10:00:00.000Z", "planner")
    [opened] = [it for it in played.heard if isinstance(it, IssueHappened)]
    assert opened.action == "open"
    assert opened.actor is played.user("planner")


@pytest.mark.parametrize(
    ("change", "labels"),
    [
        ({"labels": "b,c"}, ["b", "c"]),
        ({"labels": ""}, []),
        ({"add_labels": "c"}, ["a", "b", "c"]),
        ({"add_labels": ["c", "d"]}, ["a", "b", "c", "d"]),
        ({"remove_labels": "a"}, ["b"]),
        ({"remove_labels": "A"}, ["a", "b"]),
        ({"add_labels": "c,d", "remove_labels": "b,d"}, ["a", "c"]),
        ({"add_labels": "A"}, ["A", "a", "b"]),
    ],
)
def test_labels_are_replaced_added_and_removed(played: Play, change: dict[str, Any], labels: list[str]) -> None:
    issue = played.issue(labels="a,b")
    changed = played.channels().issues.update(issue.iid, change)
    assert sorted(changed["labels"]) == sorted(labels)


def test_an_unknown_label_becomes_a_project_label(played: Play) -> None:
    played.issue(labels=["Quite new"])
    label = played.channels().labels.get("Quite new")
    assert label.is_project_label is True


def test_scoped_labels_exclude_each_other_only_with_a_licence(played: Play) -> None:
    issue = played.issue(labels="workflow::todo,other")
    changed = played.channels().issues.update(issue.iid, {"add_labels": "workflow::doing"})
    assert sorted(changed["labels"]) == ["other", "workflow::doing"]
    assert names(issue.resourcelabelevents)[-2:] == [("add", "workflow::doing"), ("remove", "workflow::todo")]
    with play("free") as free:
        issue = free.issue(labels="workflow::todo")
        changed = free.channels().issues.update(issue.iid, {"add_labels": "workflow::doing"})
        assert sorted(changed["labels"]) == ["workflow::doing", "workflow::todo"]


def test_one_put_with_state_and_fields_is_told_twice(played: Play) -> None:
    issue = played.issue()
    played.heard.clear()
    played.world.clock.advance(timedelta(seconds=1))
    played.channels().issues.update(issue.iid, {"state_event": "close", "weight": 2})
    assert news(played) == [
        ("close", {"state_id", "closed_at", "updated_at", "updated_by_id"}),
        ("update", {"weight"} | {"updated_at"}),
    ]
    [event] = issue.resourcestateevents.list()
    assert (event.state, event.user["username"]) == ("closed", "planner")


def test_a_put_that_changes_nothing_is_told_and_leaves_no_trace(played: Play) -> None:
    issue = played.issue(weight=2)
    played.heard.clear()
    played.world.clock.advance(timedelta(seconds=1))
    changed = played.channels().issues.update(issue.iid, {"weight": 2, "labels": ""})
    assert changed["updated_at"] == issue.updated_at
    assert news(played) == [("update", set())]


def test_each_change_is_in_its_journal(played: Play) -> None:
    first = played.channels().milestones.create({"title": "Journal"})
    issue = played.issue()
    reader = played.user("developer").id
    played.channels().issues.update(
        issue.iid,
        {"weight": 5, "milestone_id": first.id, "assignee_ids": [reader], "due_date": "2026-12-01", "title": "Renamed"},
    )
    played.channels().issues.update(
        issue.iid, {"weight": None, "milestone_id": 0, "assignee_ids": [], "due_date": "", "confidential": True}
    )
    weights = played.as_("planner").http_list(f"/projects/1/issues/{issue.iid}/resource_weight_events")
    assert [row["weight"] for row in weights] == [5, None]
    moves = issue.resourcemilestoneevents.list()
    assert [(row.action, row.milestone["title"]) for row in moves] == [("add", "Journal"), ("remove", "Journal")]
    assert sorted(bodies(issue)) == sorted(
        [
            "assigned to @developer",
            "changed due date to December 01, 2026",
            "changed title from **{-Portal rollout-}** to **{+Renamed+}**",
            "unassigned @developer",
            "removed due date December 01, 2026",
            "made the issue confidential",
        ]
    )


def test_a_tick_is_told_apart_from_other_edits(played: Play) -> None:
    issue = played.issue(description="- [ ] one\n- [ ] two")
    played.channels().issues.update(issue.iid, {"description": "- [ ] one\n- [x] two"})
    played.channels().issues.update(issue.iid, {"description": "- [ ] one\n- [x] two\n\nmore"})
    assert bodies(issue) == ["marked the checklist item **two** as completed", "changed the description"]


def test_assignees_who_cannot_read_are_dropped(played: Play) -> None:
    people = [played.user(name).id for name in ("developer", "stranger", "guest", "blocked")]
    issue = played.issue(assignee_ids=[*people, 999])
    assert [one["username"] for one in issue.assignees] == ["developer", "guest"]
    assert [it.user.username for it in played.heard if isinstance(it, Assigned)] == ["developer", "guest"]


def test_free_tiers_have_one_assignee_and_no_weight() -> None:
    with play("free") as free:
        people = [free.user(name).id for name in ("developer", "guest")]
        issue = free.issue(assignee_ids=people, weight=3)
        assert [one["username"] for one in issue.assignees] == ["developer"]
        assert "weight" not in issue.attributes
        assert free.channels().issues.update(issue.iid, {"weight": 9})["updated_at"] == issue.updated_at


def test_a_milestone_out_of_sight_is_ignored(played: Play) -> None:
    far = played.as_("root").projects.get(played.other.id).milestones.create({"title": "Far away"})
    near = played.as_("planner").groups.get("channel").milestones.create({"title": "Near"})
    issue = played.issue(milestone_id=near.id)
    changed = played.channels().issues.update(issue.iid, {"milestone_id": far.id})
    assert changed["milestone"]["title"] == "Near"


def test_the_commands_of_a_description_run_once(played: Play) -> None:
    played.as_("planner").groups.get("channel").labels.create({"name": "Channel Priority:1", "color": "red"})
    issue = played.issue(description='Hello\n/label ~"Channel Priority:1" ~unknown\n/weight 7\n/nonsense\n')
    assert (issue.description, issue.labels, issue.weight) == ("Hello\n/nonsense", ["Channel Priority:1"], 7)
    text = "Hello\n```\n/close\n```\n> /close\n/due 2026-12-24\n/assign me"
    changed = played.channels().issues.update(issue.iid, {"description": text})
    assert changed["description"] == "Hello\n```\n/close\n```\n> /close"
    assert (changed["state"], changed["due_date"]) == ("opened", "2026-12-24")
    assert changed["assignee"]["username"] == "planner"


def test_the_commands_of_an_author_without_role_do_little(played: Play) -> None:
    issue = played.issue("guest", description="mine")
    changed = played.channels("guest").issues.update(
        issue.iid, {"description": "mine\n/weight 3\n/close", "labels": "sneaky"}
    )
    assert (changed["weight"], changed["state"], changed["labels"]) == (None, "closed", [])


def test_a_note_of_commands_only_is_not_kept(played: Play) -> None:
    issue = played.issue()
    answer = played.call("POST", f"/projects/1/issues/{issue.iid}/notes", json={"body": "/weight 4\n/due tomorrow"})
    assert answer.status_code == 202
    assert set(answer.json()) == {"commands_changes", "summary"}
    assert answer.json()["commands_changes"] == {"weight": 4, "due_date": "2026-11-22"}
    assert played.channels().issues.get(issue.iid).user_notes_count == 0


def test_comments_count_touch_and_are_told(played: Play) -> None:
    issue = played.issue()
    played.world.clock.advance(timedelta(seconds=3))
    note = issue.notes.create({"body": "see @developer and @stranger\n/weight 2"})
    again = played.channels().issues.get(issue.iid)
    assert (again.user_notes_count, again.weight) == (1, 2)
    assert again.updated_at > issue.updated_at
    assert note.body == "see @developer and @stranger"
    assert [(it.action, it.note.body) for it in played.heard if isinstance(it, NoteHappened)] == [("create", note.body)]
    assert [it.user.username for it in played.heard if isinstance(it, Mentioned)] == ["developer"]
    played.channels("maintainer").issues.get(issue.iid).notes.update(note.id, {"body": "edited"})
    issue.notes.get(note.id).delete()
    assert played.channels().issues.get(issue.iid).user_notes_count == 0


def test_notes_come_newest_first_and_can_be_filtered(played: Play) -> None:
    issue = played.issue()
    for word in ("one", "two"):
        played.world.clock.advance(timedelta(seconds=1))
        issue.notes.create({"body": word})
    played.channels().issues.update(issue.iid, {"due_date": "2026-12-01"})
    assert [note.body for note in issue.notes.list()][-1] == "one"
    only = issue.notes.list(activity_filter="only_comments", sort="asc")
    assert [note.body for note in only] == ["one", "two"]
    assert [note.system for note in issue.notes.list(activity_filter="only_activity")] == [True]


def test_reactions_come_and_go(played: Play) -> None:
    issue = played.issue()
    note = issue.notes.create({"body": "nice"})
    emoji = note.awardemojis.create({"name": "tada"})
    issue.awardemojis.create({"name": "eyes"})
    assert [row.name for row in note.awardemojis.list()] == ["tada"]
    assert [row.name for row in issue.awardemojis.list()] == ["eyes"]
    with pytest.raises(gitlab.GitlabCreateError):
        issue.awardemojis.create({"name": "eyes"})
    note.awardemojis.delete(emoji.id)
    assert note.awardemojis.list() == []


def test_a_moved_issue_takes_its_story_along(played: Play) -> None:
    target = played.as_("owner").projects.create({"name": "Target", "namespace_id": 1})
    played.as_("owner").groups.get(1).labels.create({"name": "shared", "color": "blue"})
    issue = played.issue(labels="shared,own", weight=3, description="text")
    issue.notes.create({"body": "a word"})
    number = issue.iid
    issue.move(target.id)
    old = played.channels().issues.get(number)
    moved = target.issues.get(1)
    assert (moved.title, moved.labels, moved.weight, moved.user_notes_count) == ("Portal rollout", ["shared"], 3, 1)
    assert names(moved.resourcelabelevents) == [("add", "shared")]
    assert bodies(moved)[0] == "a word"
    assert bodies(moved)[-1].startswith("moved from channel/channels#")
    assert (old.state, old.moved_to_id) == ("closed", moved.id)
    assert bodies(old) == ["a word", "moved to channel/target#1"]


def test_a_clone_starts_anew(played: Play) -> None:
    issue = played.issue("developer", labels="bug")
    issue.notes.create({"body": "a word"})
    path = f"/projects/1/issues/{issue.iid}/clone"
    clone = played.call("POST", path, json={"to_project_id": 1}).json()
    assert (clone["author"]["username"], clone["user_notes_count"], clone["labels"]) == ("planner", 0, ["bug"])
    clone = played.call("POST", path, json={"to_project_id": 1, "with_notes": True}).json()
    assert clone["user_notes_count"] == 1


def test_owners_choose_numbers_and_dates_and_delete(played: Play) -> None:
    past = "2026-01-02T03:04:05Z"
    issue = played.issue("owner", iid=500, created_at=past)
    assert (issue.iid, issue.created_at) == (500, "2026-01-02T03:04:05.000Z")
    assert played.issue("planner", iid=900, created_at=past).iid == 501
    issue.notes.create({"body": "gone soon"})
    issue.delete()
    assert played.call("GET", "/projects/1/issues/500").status_code == 404


def test_who_sees_what(played: Play) -> None:
    secret = played.issue("planner", confidential=True)
    assert played.call("GET", f"/projects/1/issues/{secret.iid}", "reporter").status_code == 200
    assert played.call("GET", f"/projects/1/issues/{secret.iid}", "guest").status_code == 404
    mine = played.issue("guest", confidential=True)
    assert played.call("GET", f"/projects/1/issues/{mine.iid}", "guest").status_code == 200
    assert played.call("GET", f"/projects/1/issues/{mine.iid}", "root").status_code == 200


def test_an_old_path_redirects_reads_only() -> None:
    with play() as played:
        issue = played.issue()
        played.as_("owner").http_put("/projects/1", post_data={"path": "renamed"})
        found = played.as_("planner").projects.get("channel/channels")
        assert found.path_with_namespace == "channel/renamed"
        path = f"/projects/channel%2Fchannels/issues/{issue.iid}"
        assert played.call("GET", path).json()["references"]["full"] == f"channel/renamed#{issue.iid}"
        assert played.call("GET", path, allow_redirects=False).status_code == 301
        assert played.call("PUT", path, json={"weight": 1}, allow_redirects=False).status_code == 405


def test_the_clock_stamps_everything() -> None:
    with play() as played:
        played.world.clock.set(datetime(2027, 3, 1, 8, 30, 0, 5000, tzinfo=UTC))
        assert played.issue().created_at == "2027-03-01T08:30:00.005Z"
        assert played.call("GET", "/version").headers["Date"] == "Mon, 01 Mar 2027 08:30:00 GMT"
