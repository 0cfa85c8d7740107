"""The rarer corners of the sandbox: archived projects, deletions, moves without rights, filters of people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.core_parts import Play, add_user, play


@pytest.fixture
def played() -> Iterator[Play]:
    with play() as made:
        yield made


CALLS: list[tuple[str, str, str, Any, int]] = [
    ("PUT", "/projects/1/issues/1", "planner", {"assignee_id": 7, "issue_type": "task"}, 200),
    ("PUT", "/projects/1/issues/1", "guest", {"title": "not mine"}, 403),
    ("PUT", "/projects/1/issues/1", "planner", {"discussion_locked": True}, 200),
    ("GET", "/projects/1/issues/1/resource_label_events/1", "planner", None, 200),
    ("GET", "/projects/1/issues/1/resource_label_events/9", "planner", None, 404),
    ("GET", "/projects/1/issues/1/award_emoji/9", "planner", None, 404),
    ("GET", "/users?active=true&search=plan", "root", None, 200),
    ("GET", "/users?blocked=true", "planner", None, 200),
    ("GET", "/users/99", "planner", None, 404),
    ("GET", "/namespaces/none", "planner", None, 404),
    ("POST", "/users", "root", {"name": "x", "username": "x", "email": "x@y"}, 400),
    ("POST", "/users/99/block", "root", {}, 404),
    ("POST", "/users/99/personal_access_tokens", "root", {"name": "x", "scopes": ["api"]}, 404),
    ("POST", "/users/2/personal_access_tokens", "root", {"name": "x", "scopes": ["sudo"]}, 400),
    ("POST", "/projects", "owner", {"namespace_id": 99, "name": "x"}, 400),
    ("POST", "/projects", "owner", {}, 400),
    ("POST", "/groups", "owner", {"name": "x", "path": "x y", "parent_id": 1}, 400),
    ("POST", "/groups", "owner", {"name": "x", "path": "x", "parent_id": 1, "visibility": "public"}, 400),
    ("POST", "/groups/1/share", "owner", {"group_id": 2}, 400),
    ("POST", "/groups/1/share", "root", {"group_id": 2, "group_access": 31}, 400),
    ("DELETE", "/groups/1/share/2", "owner", None, 404),
    ("POST", "/groups/1/members", "owner", {"access_level": 30}, 400),
    ("POST", "/groups/1/members", "owner", {"user_id": 2}, 400),
    ("POST", "/groups/1/members", "owner", {"user_id": 99, "access_level": 30}, 404),
    ("POST", "/groups/1/members", "owner", {"username": "stranger", "access_level": 30}, 201),
    ("POST", "/projects/1/members", "maintainer", {"user_id": 7, "access_level": 10}, 400),
    ("GET", "/groups/1/members/all/99", "owner", None, 404),
    ("DELETE", "/groups/1/members/9", "owner", None, 403),
    ("DELETE", "/groups/1/members/4", "guest", None, 204),
    ("PUT", "/projects/1/labels/bug", "planner", {}, 400),
    ("PUT", "/projects/1/labels/bug", "planner", {"new_name": "other"}, 400),
    ("PUT", "/projects/1/labels/bug", "planner", {"description": "d", "priority": 1}, 200),
    ("POST", "/projects/1/labels", "planner", {"name": " ", "color": "red"}, 400),
    ("POST", "/projects/1/milestones", "planner", {"title": " "}, 400),
    ("POST", "/projects/1/milestones", "planner", {"title": "x" * 256}, 400),
    ("GET", "/projects/1/milestones/99", "planner", None, 404),
    ("POST", "/projects/1/issues/1/move", "planner", {}, 400),
    ("POST", "/projects/1/issues/1/notes", "planner", {"body": "x" * 1_000_001}, 400),
    ("GET", "/projects/1/hooks/99", "maintainer", None, 404),
    (
        "POST",
        "/projects/1/repository/commits",
        "developer",
        {"branch": "m", "commit_message": "m", "actions": [{}]},
        400,
    ),
    ("DELETE", "/projects/1", "maintainer", None, 403),
    ("DELETE", "/projects/1", "owner", None, 202),
]


@pytest.fixture(scope="module")
def corner() -> Iterator[Play]:
    with play() as made:
        made.issue(labels="bug,other")
        yield made


@pytest.mark.parametrize("case", CALLS, ids=[f"{case[0]} {case[1]} {case[4]}" for case in CALLS])
def test_corners(corner: Play, case: tuple[str, str, str, Any, int]) -> None:
    method, path, user, body, status = case
    answer = corner.call(method, path, user, json=body)
    assert answer.status_code == status, answer.text


def test_reopening_is_told_and_in_the_journal(played: Play) -> None:
    issue = played.issue(state_event="close")
    changed = played.channels().issues.update(issue.iid, {"state_event": "reopen"})
    assert (changed["state"], changed["closed_at"]) == ("opened", None)
    assert [row.state for row in issue.resourcestateevents.list()] == ["closed", "reopened"]


def test_a_locked_discussion_is_for_members(played: Play) -> None:
    played.project.visibility = played.channel.visibility = "public"
    issue = played.issue()
    path = f"/projects/1/issues/{issue.iid}"
    assert played.call("POST", f"{path}/notes", "stranger", json={"body": "hello"}).status_code == 201
    played.call("PUT", path, json={"discussion_locked": True})
    assert played.call("POST", f"{path}/notes", "stranger", json={"body": "hello"}).status_code == 403
    assert played.call("POST", f"{path}/notes", "guest", json={"body": "hello"}).status_code == 201
    assert played.call("GET", path, None).status_code == 200
    assert played.call("POST", f"{path}/notes", None, json={"body": "hello"}).status_code == 401


def test_a_strangers_issue_keeps_only_its_words(played: Play) -> None:
    played.project.visibility = "internal"
    answer = played.call("POST", "/projects/1/issues", "stranger", json={"title": "x", "labels": "a", "weight": 3})
    assert (answer.status_code, answer.json()["labels"], answer.json()["weight"]) == (201, [], None)


def test_a_user_added_later_can_be_found(played: Play) -> None:
    add_user(played.world, "cam-emea")
    [found] = played.as_("planner").users.list(username="CAM-emea")
    assert (found.username, found.state) == ("cam-emea", "active")
