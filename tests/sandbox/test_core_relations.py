"""Issues are related and no longer, with system notes on both sides and what each plan allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.core_parts import Play, play


@pytest.fixture
def played() -> Iterator[Play]:
    """Issues 1 and 2 in channels, issue 1 in other, which only the administrator sees."""
    with play() as made:
        for _ in "ab":
            made.issue()
        made.call("POST", "/projects/2/issues", "root", json={"title": "Elsewhere"})
        yield made


def relate(played: Play, project: int = 1, iid: Any = 2, by: str = "planner", **more: Any) -> Any:
    body = {"target_project_id": project, "target_issue_iid": iid, **more}
    return played.call("POST", "/projects/1/issues/1/links", by, json=body)


def notes(played: Play, path: str) -> list[str]:
    rows = played.call("GET", f"/projects/{path}/notes?sort=asc", "root").json()
    return [row["body"] for row in rows if row["system"]]


def test_python_gitlab_relates_and_separates(played: Play) -> None:
    issue = played.channels().issues.get(1)
    source, target = issue.links.create({"target_project_id": 1, "target_issue_iid": 2})
    assert (source.iid, target.iid) == (1, 2)
    [row] = issue.links.list()
    assert (row.iid, row.issue_link_id, row.link_type) == (2, 1, "relates_to")
    assert [row.iid for row in played.channels().issues.get(2).links.list()] == [1]
    issue.links.delete(row.issue_link_id)
    assert issue.links.list() == []
    assert notes(played, "1/issues/1") == ["marked this issue as related to #2", "removed the relation with #2"]
    assert notes(played, "1/issues/2") == ["marked this issue as related to #1", "removed the relation with #1"]


def test_notes_name_the_other_issue_as_shortly_as_they_can(played: Play) -> None:
    played.call("POST", "/projects", "owner", json={"name": "near", "namespace_id": 1})
    played.call("POST", "/projects/3/issues", "owner", json={"title": "Near"})
    assert (relate(played, 2, 1, "root").status_code, relate(played, 3, 1, "owner").status_code) == (201, 201)
    assert notes(played, "1/issues/1") == [
        "marked this issue as related to elsewhere/other#1",
        "marked this issue as related to near#1",
    ]
    assert notes(played, "2/issues/1") == ["marked this issue as related to channel/channels#1"]


@pytest.mark.parametrize(
    ("body", "status", "shown"),
    [
        ({}, 409, {"message": "Issue(s) already assigned"}),
        ({"iid": 9}, 404, {"message": "404 Not found"}),
        ({"iid": "x"}, 404, {"message": "No matching issue found. Make sure that you are adding a valid issue URL."}),
        ({"project": 2, "iid": 1}, 404, {"message": "404 Project Not Found"}),
        ({"iid": 1}, 422, {"message": "#1 cannot be related to itself"}),
        ({"link_type": "near"}, 400, {"error": "link_type does not have a valid value"}),
        ({"by": "stranger"}, 404, {"message": "404 Project Not Found"}),
    ],
)
def test_what_cannot_be_related(played: Play, body: Any, status: int, shown: Any) -> None:
    relate(played)
    answer = relate(played, **body)
    assert (answer.status_code, answer.json()) == (status, shown)


def test_visitors_of_a_public_project_relate_nothing(played: Play) -> None:
    played.channel.visibility = played.project.visibility = "public"
    assert relate(played, by="stranger").status_code == 403
    relate(played)
    assert played.call("DELETE", "/projects/1/issues/1/links/1", "stranger").status_code == 404
    assert len(played.call("GET", "/projects/1/issues/1/links", None).json()) == 1


def test_a_relation_with_a_hidden_issue_is_not_shown(played: Play) -> None:
    relate(played, 2, 1, "root")
    assert len(played.call("GET", "/projects/1/issues/1/links", "root").json()) == 1
    assert played.call("GET", "/projects/1/issues/1/links", "planner").json() == []
    assert played.call("GET", "/projects/1/issues/1/links/1", "planner").status_code == 404
    assert played.call("DELETE", "/projects/1/issues/1/links/1", "planner").status_code == 404
    assert played.call("GET", "/projects/1/issues/1/links/1", "root").json()["target_issue"]["title"] == "Elsewhere"


def test_blocking_is_licensed(played: Play) -> None:
    assert relate(played, link_type="is_blocked_by").json()["source_issue"]["iid"] == 2
    assert played.call("GET", "/projects/1/issues/1/links").json()[0]["link_type"] == "is_blocked_by"
    assert played.call("GET", "/projects/1/issues/2/links").json()[0]["link_type"] == "blocks"
    assert notes(played, "1/issues/1") == ["marked this issue as blocked by #2"]
    assert notes(played, "1/issues/2") == ["marked this issue as blocking #1"]
    for tier, status in (("free", 403), ("ce", 400)):
        with play(tier) as poor:  # type: ignore[arg-type]  # both are tiers
            poor.issue()
            poor.issue()
            assert relate(poor, link_type="blocks").status_code == status
            assert relate(poor).status_code == 201


def test_relations_move_along_and_end_with_an_issue(played: Play) -> None:
    relate(played)
    played.call("POST", "/projects", "owner", json={"name": "near", "namespace_id": 1})
    played.call("POST", "/projects/1/issues/1/move", "owner", json={"to_project_id": 3})
    played.call("POST", "/projects/1/issues/2/move", "owner", json={"to_project_id": 3})
    assert played.call("GET", "/projects/1/issues/1/links").json() == []
    assert [row["iid"] for row in played.call("GET", "/projects/3/issues/2/links").json()] == [1]
    played.call("DELETE", "/projects/3/issues/1", "owner")
    assert played.world.issue_links == {}
    relate(played, 3, 2)
    played.call("DELETE", "/projects/3", "owner")
    assert (played.world.issue_links, played.call("GET", "/projects/1/issues/1/links").json()) == ({}, [])
