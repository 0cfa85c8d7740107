"""What GitLab refuses, the sandbox refuses: with the same status and one of the four error shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.core_parts import Play, play

P, G = "/projects/1", "/groups/1"
NOT_FOUND = {"message": "404 Not found"}
NO_PROJECT = {"message": "404 Project Not Found"}
FORBIDDEN = {"message": "403 Forbidden"}
HOOK = {"url": "http://127.0.0.1:9/hook"}


@pytest.fixture(scope="module")
def refusing() -> Iterator[Play]:
    with play() as made:
        made.issue("developer", description="by the developer")  # 1
        made.issue("developer", confidential=True)  # 2
        made.call("POST", f"{P}/issues/1/notes", "developer", json={"body": "mine"})  # note 1
        made.call("POST", f"{P}/issues/1/notes", "developer", json={"body": "inside", "internal": True})  # note 2
        made.call("POST", f"{P}/issues/1/notes", "guest", json={"body": "a guest's"})  # note 3
        made.call("POST", f"{P}/milestones", json={"title": "Taken"})  # milestone 1
        made.call("POST", f"{G}/milestones", json={"title": "Group's"})  # milestone 2
        made.call("POST", f"{G}/labels", json={"name": "known", "color": "red"})  # label 1
        yield made


def blank(field: str) -> dict[str, Any]:
    return {"message": {field: ["can't be blank"]}}


REFUSALS: list[tuple[str, str, str, str | None, Any, int, Any]] = [
    # name, method, path, user, JSON, status, body
    ("no token", "GET", "/user", None, None, 401, {"message": "401 Unauthorized"}),
    ("unknown token", "GET", "/user", "nobody", None, 401, {"message": "401 Unauthorized"}),
    ("no such route", "GET", "/nothing/here", "planner", None, 404, {"error": "404 Not Found"}),
    ("no such route to post to", "POST", "/nothing", "planner", {}, 404, {"error": "404 Not Found"}),
    ("unknown project", "GET", "/projects/99", "planner", None, 404, NO_PROJECT),
    ("a hidden project is not found", "GET", "/projects/2", "planner", None, 404, NO_PROJECT),
    ("a hidden project to strangers", "GET", f"{P}/issues", "stranger", None, 404, NO_PROJECT),
    ("a hidden project without a token", "GET", f"{P}/issues/1", None, None, 404, NO_PROJECT),
    ("a hidden group", "GET", G, "stranger", None, 404, {"message": "404 Group Not Found"}),
    ("an unknown issue", "GET", f"{P}/issues/99", "planner", None, 404, NOT_FOUND),
    ("a confidential issue to a guest", "GET", f"{P}/issues/2", "guest", None, 404, NOT_FOUND),
    ("its notes too", "GET", f"{P}/issues/2/notes", "guest", None, 404, NOT_FOUND),
    ("a title is needed", "POST", f"{P}/issues", "planner", {}, 400, {"error": "title is missing"}),
    ("a title has letters", "POST", f"{P}/issues", "planner", {"title": "  "}, 400, blank("title")),
    ("a title stays", "PUT", f"{P}/issues/1", "planner", {"title": ""}, 400, blank("title")),
    (
        "a title is no novel", "PUT", f"{P}/issues/1", "planner", {"title": "x" * 256}, 400,
        {"message": {"title": ["is too long (maximum is 255 characters)"]}},
    ),
    (
        "a description is no archive", "PUT", f"{P}/issues/1", "planner", {"description": "x" * 1_048_577}, 400,
        {"message": {"description": ["is too long (maximum is 1048576 characters)"]}},
    ),
    (
        "a state event is one of two", "PUT", f"{P}/issues/1", "planner", {"state_event": "open"}, 400,
        {"error": "state_event does not have a valid value"},
    ),
    (
        "a weight is not negative", "PUT", f"{P}/issues/1", "planner", {"weight": -1}, 400,
        {"error": "weight does not have a valid value"},
    ),
    ("a weight is a number", "PUT", f"{P}/issues/1", "planner",
     {"weight": "much"}, 400, {"error": "weight is invalid"}),
    ("a guest changes nobody's issue", "PUT", f"{P}/issues/1", "guest", {"title": "mine"}, 403, FORBIDDEN),
    ("a maintainer deletes no issue", "DELETE", f"{P}/issues/1", "maintainer", None, 403, FORBIDDEN),
    ("a stranger's issue", "POST", f"{P}/issues", "stranger", {"title": "x"}, 404, NO_PROJECT),
    ("JSON that is a list", "POST", f"{P}/issues", "planner", ["x"], 400,
     {"error": "message body does not match declared format"}),
    ("a wrong state to list", "GET", f"{P}/issues?state=open", "planner", None, 400,
     {"error": "state does not have a valid value"}),
    ("a wrong scope to list", "GET", f"{G}/issues?scope=mine", "planner", None, 400,
     {"error": "scope does not have a valid value"}),
    ("a wrong order", "GET", "/issues?order_by=colour", "planner", None, 400,
     {"error": "order_by does not have a valid value"}),
    ("a wrong time", "GET", f"{P}/issues?updated_after=soon", "planner", None, 400,
     {"error": "updated_after is invalid"}),
    ("a milestone filter by number", "GET", f"{P}/issues?milestone_id=7", "planner", None, 400,
     {"error": "milestone_id does not have a valid value"}),
    ("page 0", "GET", f"{P}/issues?page=0", "planner", None, 400, {"error": "page does not have a valid value"}),
    ("a note without body", "POST", f"{P}/issues/1/notes", "planner", {}, 400, {"error": "body is missing"}),
    ("an empty note", "POST", f"{P}/issues/1/notes", "planner", {"body": " "}, 400,
     {"message": "400 Bad request - Note {:note=>[\"can't be blank\"]}"}),
    ("a guest's internal note", "POST", f"{P}/issues/1/notes", "guest",
     {"body": "x", "internal": True}, 403, FORBIDDEN),
    ("an internal note to a guest", "GET", f"{P}/issues/1/notes/2", "guest", None, 404, NOT_FOUND),
    ("editing another's note as planner", "PUT", f"{P}/issues/1/notes/1", "planner", {"body": "x"}, 403, FORBIDDEN),
    ("deleting another's note as guest", "DELETE", f"{P}/issues/1/notes/1", "guest", None, 403, FORBIDDEN),
    ("commands nobody may run", "POST", f"{P}/issues/1/notes", "guest", {"body": "/label ~known"}, 400,
     {"message": "400 Bad request - Failed to apply commands."}),
    ("a label twice", "POST", f"{P}/labels", "planner", {"name": "known", "color": "#fff"}, 409,
     {"message": "Label already exists"}),
    ("a label without colour", "POST", f"{P}/labels", "planner", {"name": "new"}, 400, {"error": "color is missing"}),
    ("a colour that is none", "POST", f"{P}/labels", "planner", {"name": "new", "color": "reddish"}, 400,
     {"message": {"color": ["must be a valid color code"]}}),
    ("a label with a comma", "POST", f"{P}/labels", "planner", {"name": "a,b", "color": "red"}, 400,
     {"message": {"title": ["is invalid"]}}),
    ("a guest's label", "POST", f"{P}/labels", "guest", {"name": "new", "color": "red"}, 403, FORBIDDEN),
    ("an unknown label", "PUT", f"{P}/labels/none", "planner", {"color": "red"}, 404,
     {"message": "404 Label Not Found"}),
    ("a group's label changed in the project", "DELETE", f"{P}/labels/known", "planner", None, 404,
     {"message": "404 Label Not Found"}),
    ("a milestone twice", "POST", f"{P}/milestones", "planner", {"title": "Taken"}, 400,
     {"message": {"title": ["has already been taken"]}}),
    ("a milestone the group has", "POST", f"{P}/milestones", "planner", {"title": "Group's"}, 400,
     {"message": {"title": ["already being used for another group or project milestone."]}}),
    ("a milestone its project has", "POST", f"{G}/milestones", "planner", {"title": "Taken"}, 400,
     {"message": {"title": ["already being used for another group or project milestone."]}}),
    ("a milestone that ends first", "PUT", f"{P}/milestones/1", "planner",
     {"start_date": "2026-12-02", "due_date": "2026-12-01"}, 400,
     {"message": {"due_date": ["must be greater than start date"]}}),
    ("a guest's milestone", "POST", f"{G}/milestones", "guest", {"title": "x"}, 403, FORBIDDEN),
    ("another's milestone", "GET", f"{P}/milestones/2", "planner", None, 404, NOT_FOUND),
    ("hooks of a project for developers", "GET", f"{P}/hooks", "developer", None, 403, FORBIDDEN),
    ("hooks of a group for maintainers", "POST", f"{G}/hooks", "maintainer", HOOK, 403, FORBIDDEN),
    ("a hook without address", "POST", f"{P}/hooks", "maintainer", {}, 400, {"error": "url is missing"}),
    ("a hook to nowhere", "POST", f"{P}/hooks", "maintainer", {"url": "ftp://x"}, 422, {"error": "Invalid url given"}),
    ("a signing token of 5 bytes", "POST", f"{P}/hooks", "maintainer", {**HOOK, "signing_token": "whsec_aGVsbG8="}, 400,
     {"message": {"signing_token": ["must be whsec_ followed by 32 bytes in base64"]}}),
    ("a file without repository", "GET", f"{P}/repository/files/a.md?ref=main", "developer", None, 404,
     {"message": "404 Commit Not Found"}),
    ("a tree without repository", "GET", f"{P}/repository/tree", "developer", None, 404,
     {"message": "404 Tree Not Found"}),
    ("a planner's file", "POST", f"{P}/repository/files/a.md", "planner",
     {"branch": "main", "content": "x", "commit_message": "m"}, 403,
     {"message": "403 Forbidden - You are not allowed to push into this branch"}),
    ("a planner's group", "POST", "/groups", "planner", {"name": "x", "path": "x", "parent_id": 1}, 403, FORBIDDEN),
    ("a group at the top", "POST", "/groups", "owner", {"name": "x", "path": "x"}, 403, FORBIDDEN),
    ("a group's path twice", "POST", "/groups", "root", {"name": "x", "path": "channel"}, 400,
     {"message": 'Failed to save group {:path=>["has already been taken"]}'}),
    ("a developer's member", "POST", f"{P}/members", "developer", {"user_id": 2, "access_level": 10}, 403, FORBIDDEN),
    ("a member twice", "POST", f"{G}/members", "owner", {"user_id": 4, "access_level": 30}, 409,
     {"message": "Member already exists"}),
    ("a maintainer makes no owner", "POST", f"{P}/members", "maintainer",
     {"user_id": 2, "access_level": 50}, 403, FORBIDDEN),
    ("a level that is none", "POST", f"{G}/members", "owner", {"user_id": 2, "access_level": 33}, 400,
     {"error": "access_level does not have a valid value"}),
    ("who is no member", "GET", f"{G}/members/2", "owner", None, 404, NOT_FOUND),
    ("users are made by admins", "POST", "/users", "owner",
     {"name": "x", "username": "x", "email": "x@y"}, 403, FORBIDDEN),
    ("moving where it is", "POST", f"{P}/issues/1/move", "planner", {"to_project_id": 1}, 400,
     {"message": "400 Bad request - Cannot move issue to project it originates from!"}),
    ("moving to what is hidden", "POST", f"{P}/issues/1/move", "planner", {"to_project_id": 2}, 404, NO_PROJECT),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS, ids=[case[0] for case in REFUSALS])
def test_refuses_as_gitlab_does(refusing: Play, case: tuple[str, str, str, str | None, Any, int, Any]) -> None:
    _, method, path, user, body, status, expected = case
    answer = refusing.call(method, path, user, json=body)
    assert (answer.status_code, answer.json()) == (status, expected)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Date"] == "Sat, 21 Nov 2026 10:00:00 GMT"


def test_a_put_of_nothing_known_is_refused(refusing: Play) -> None:
    answer = refusing.call("PUT", f"{P}/issues/1", json={"colour": "red"})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith("are missing, at least one parameter must be provided")


def test_a_reading_token_may_not_write(refusing: Play) -> None:
    headers = {"Authorization": "Bearer read-planner"}
    assert refusing.call("GET", f"{P}/issues/1", None, headers=headers).status_code == 200
    answer = refusing.call("PUT", f"{P}/issues/1", None, headers=headers, json={"weight": 1})
    assert answer.status_code == 403
    assert (answer.json()["error"], answer.json()["scope"]) == ("insufficient_scope", "api")


def test_a_revoked_token_and_a_blocked_user_are_out(refusing: Play) -> None:
    revoked = refusing.call("GET", "/user", None, headers={"PRIVATE-TOKEN": "revoked-planner"})
    assert (revoked.status_code, revoked.json()["error"]) == (401, "invalid_token")
    blocked = refusing.call("GET", "/user", "blocked")
    assert blocked.status_code == 403
    assert blocked.json() == {"message": "403 Forbidden - Your account has been blocked."}


def test_broken_json_is_one_clear_refusal(refusing: Play) -> None:
    headers = {"Content-Type": "application/json"}
    answer = refusing.call("POST", f"{P}/issues", data=b'{"title": ', headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"error": "message body does not match declared format"})


def test_a_body_over_25_mb_is_refused(refusing: Play) -> None:
    answer = refusing.call("POST", f"{P}/issues", data=b"x" * (25 * 1024 * 1024 + 1))
    assert answer.status_code == 413


def test_group_hooks_need_a_licence() -> None:
    with play("free") as free:
        assert free.call("GET", f"{G}/hooks", "owner").status_code == 403
    with play("ce") as ce:
        assert ce.call("GET", f"{G}/hooks", "owner").status_code == 404
        answer = ce.call("PUT", f"{P}/issues/{ce.issue().iid}", json={"weight": 3})
        assert answer.status_code == 400
