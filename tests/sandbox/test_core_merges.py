"""Merge requests as the real python-gitlab sees them: opened, listed, changed, merged, refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import gitlab
import pytest

from tests.sandbox.code_parts import commit, on_path, propose, pushes, repository, text, tree
from tests.sandbox.core_parts import Play


@pytest.fixture
def played() -> Iterator[Play]:
    with repository() as made:
        yield made


def test_a_merge_request_is_opened_listed_changed_and_merged(played: Play) -> None:
    made = propose(played, {"a.yml": "a: 2\n", "new.md": "n"}, description="Because.", remove_source_branch=True)
    assert (made.iid, made.state, made.description, made.merge_status, made.has_conflicts) == (
        1, "opened", "Because.", "can_be_merged", False,
    )  # fmt: skip
    assert made.web_url == f"{played.sandbox.url}/channel/channels/-/merge_requests/1"
    assert (made.source_project_id, made.target_project_id, made.author["username"]) == (1, 1, "developer")
    requests = played.channels("developer").mergerequests
    requests.update(1, {"title": "Better", "description": "Since."})
    commit(played, "Meanwhile", {"docs/b.md": "bb"}, by="maintainer")
    played.heard.clear()
    merged = played.channels("maintainer").mergerequests.get(1)
    merged.merge()
    row = requests.get(1)
    assert (row.state, row.title, row.merge_user["username"], row.detailed_merge_status) == (
        "merged", "Better", "maintainer", "not_open",
    )  # fmt: skip
    files = {path: text(played, path, "main") for path in ("a.yml", "new.md", "docs/b.md")}
    assert files == {"a.yml": "a: 2\n", "new.md": "n", "docs/b.md": "bb"}
    head = played.channels("developer").commits.get("main")
    assert (head.id, len(head.parent_ids), head.title) == (
        row.merge_commit_sha, 2, "Merge branch 'bot/learned' into 'main'",
    )  # fmt: skip
    assert on_path(played.channels("developer"), "a.yml") == ["Learned", "First"]
    assert [branch.name for branch in played.channels("developer").branches.list()] == ["main"]
    assert pushes(played) == [("main", 2), ("bot/learned", 0)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [2, 1]),
        ({"state": "opened"}, [2]),
        ({"state": "closed"}, [1]),
        ({"state": "all", "sort": "asc"}, [1, 2]),
        ({"source_branch": "one"}, [1]),
        ({"target_branch": "main", "state": "opened"}, [2]),
        ({"target_branch": "none"}, []),
        ({"iids": [2]}, [2]),
        ({"scope": "created_by_me"}, [2, 1]),
        ({"scope": "assigned_to_me"}, []),
        ({"order_by": "updated_at"}, [1, 2]),
    ],
)
def test_merge_requests_are_filtered(played: Play, query: dict[str, Any], found: list[int]) -> None:
    for branch in ("one", "two"):
        propose(played, {"x": branch}, branch)
    played.world.clock.advance(timedelta(minutes=1))
    played.channels("developer").mergerequests.update(1, {"state_event": "close"})
    rows = played.channels("developer").mergerequests.list(get_all=True, **query)
    assert [row.iid for row in rows] == found


def test_a_closed_merge_request_can_be_opened_again_but_not_merged(played: Play) -> None:
    propose(played, {"x": "1"})
    requests = played.channels("maintainer").mergerequests
    assert requests.update(1, {"state_event": "close"})["closed_by"]["username"] == "maintainer"
    with pytest.raises(gitlab.GitlabMRClosedError):
        requests.get(1).merge()
    assert requests.update(1, {"state_event": "reopen"})["state"] == "opened"
    requests.get(1).merge()


def test_only_maintainers_merge_into_the_protected_branch(played: Play) -> None:
    propose(played, {"x": "1"})
    for name in ("developer", "reporter"):
        assert played.call("PUT", "/projects/1/merge_requests/1/merge", name).status_code == 401
    assert played.call("PUT", "/projects/1/merge_requests/1/merge", "maintainer").json()["state"] == "merged"


def test_both_sides_changing_one_file_is_a_conflict(played: Play) -> None:
    propose(played, {"a.yml": "a: 2\n"})
    commit(played, "Ours", {"a.yml": "a: 3\n"}, by="maintainer")
    row = played.channels("developer").mergerequests.get(1)
    assert (row.has_conflicts, row.merge_status) == (True, "cannot_be_merged")
    assert played.call("PUT", "/projects/1/merge_requests/1/merge", "maintainer").status_code == 422
    commit(played, "Ours too", {"a.yml": "a: 2\n"}, by="maintainer")
    assert played.call("PUT", "/projects/1/merge_requests/1/merge", "maintainer").status_code == 200


def test_a_file_deleted_on_one_side_stays_deleted(played: Play) -> None:
    propose(played, {"docs/b.md": None})
    played.channels("maintainer").mergerequests.get(1).merge(merge_commit_message="Done")
    assert [row["path"] for row in tree(played.channels("developer"), "main")] == ["a.yml"]
    assert played.channels("developer").commits.get("main").message == "Done"


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"source_branch": "main"}, 422, "same project/branch"),
        ({"source_branch": "nowhere"}, 400, "source_branch"),
        ({"target_branch": "nowhere"}, 400, "target_branch"),
        ({"title": " "}, 400, "can't be blank"),
        ({}, 409, "Another open merge request already exists for this source branch: !1"),
    ],
)
def test_merge_requests_are_refused_as_gitlab_does(
    played: Play, fields: dict[str, str], status: int, says: str
) -> None:
    propose(played, {"x": "1"})
    body = {"source_branch": "bot/learned", "target_branch": "main", "title": "Again", **fields}
    answer = played.call("POST", "/projects/1/merge_requests", "developer", json=body)
    assert (answer.status_code, says in answer.text) == (status, True)


def test_more_refusals_of_merge_requests(played: Play) -> None:
    propose(played, {"x": "1"})
    path = "/projects/1/merge_requests/1"
    assert played.call("POST", "/projects/1/merge_requests", "developer", json={"title": "x"}).status_code == 400
    assert played.call("PUT", path, "reporter", json={"title": "x"}).status_code == 403
    assert played.call("PUT", path, "developer", json={"title": ""}).status_code == 400
    assert played.call("PUT", path, "developer", json={"colour": "red"}).status_code == 400
    assert played.call("GET", "/projects/1/merge_requests/9", "developer").status_code == 404
    assert played.call("GET", path, "planner").status_code == 403
    assert played.call("PUT", f"{path}/merge", "maintainer", json={"sha": "0" * 40}).status_code == 409
    changed = played.call("PUT", path, "developer", json={"target_branch": "nowhere", "remove_source_branch": True})
    assert changed.json()["force_remove_source_branch"] is True
    assert played.call("PUT", f"{path}/merge", "maintainer").status_code == 422


def test_with_nothing_new_there_is_nothing_to_merge(played: Play) -> None:
    played.channels("developer").branches.create({"branch": "same", "ref": "main"})
    body = {"source_branch": "same", "target_branch": "main", "title": "Nothing"}
    assert played.call("POST", "/projects/1/merge_requests", "developer", json=body).status_code == 201
    assert played.call("PUT", "/projects/1/merge_requests/1/merge", "maintainer").status_code == 422
