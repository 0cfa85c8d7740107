"""Epics and boards of a group as the real python-gitlab sees them, on each plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gitlab
import pytest

from bot.sandbox.world import Tier
from tests.sandbox.core_parts import Play, play


@pytest.fixture
def played() -> Iterator[Play]:
    with play() as made:
        yield made


def group(played: Play, name: str = "planner", path: str = "channel") -> Any:
    return played.as_(name).groups.get(path)


def notes(played: Play, issue: Any) -> list[str]:
    rows = played.call("GET", f"/projects/{issue.project_id}/issues/{issue.iid}/notes?sort=asc", "root").json()
    return [row["body"] for row in rows if row["system"]]


# Epics


def test_an_epic_is_made_changed_and_closed(played: Play) -> None:
    dates = {"start_date_is_fixed": True, "start_date_fixed": "2026-11-01", "due_date_fixed": "2027-01-31"}
    epic = group(played).epics.create({"title": " Grow ", "labels": "OKR", "description": "More.", **dates})
    assert (epic.id, epic.iid, epic.title, epic.group_id, epic.labels) == (1, 1, "Grow", 1, ["OKR"])
    assert (epic.start_date, epic.due_date, epic.end_date, epic.state) == ("2026-11-01", None, None, "opened")
    assert (epic.references["full"], epic.author["username"]) == ("channel&1", "planner")
    assert epic.web_url == f"{played.sandbox.url}/groups/channel/-/epics/1"
    assert [label.name for label in group(played).labels.list()] == ["OKR"]
    changed = {"add_labels": "Q4", "remove_labels": "OKR", "due_date_is_fixed": True, "due_date_fixed": "2027-01-31"}
    played.as_("planner").http_put("/groups/channel/-/epics/1", post_data={**changed, "state_event": "close"})
    epic = group(played).epics.get(1)
    assert (epic.labels, epic.due_date, epic.state, epic.closed_at is None) == (["Q4"], "2027-01-31", "closed", False)
    epic.title, epic.labels = "Shrink", ["OKR", "Q4"]
    epic.save()
    group(played).epics.update(1, {"state_event": "reopen"})
    epic = group(played).epics.get(1)
    assert (epic.title, epic.labels, epic.state, epic.closed_at) == ("Shrink", ["OKR", "Q4"], "opened", None)


def test_an_epic_lists_its_issues_and_an_issue_names_its_epic(played: Play) -> None:
    epic = group(played).epics.create({"title": "Grow"})
    issue = played.issue(epic_id=epic.id)
    told = {"id": 1, "iid": 1, "title": "Grow", "url": "/groups/channel/-/epics/1", "group_id": 1}
    assert (issue.epic, issue.epic_iid) == (told, 1)
    played.issue(confidential=True, epic_id=epic.id)
    [row] = group(played, "guest").epics.get(1).issues.list()
    assert (row.iid, row.epic_issue_id) == (1, 1)
    assert [row.iid for row in epic.issues.list()] == [1, 2]
    other = group(played).epics.create({"title": "Shrink"})
    issues = played.channels().issues
    issues.update(1, {"epic_id": other.id, "title": "Renamed"})
    issues.update(1, {"epic_id": other.id})
    assert (issues.get(1).epic["iid"], issues.get(1).title) == (2, "Renamed")
    issues.update(1, {"epic_id": 0})
    assert (issues.get(1).epic, issues.get(1).epic_iid) == (None, None)
    told_of = [body for body in notes(played, issue) if "epic" in body]
    assert told_of == ["added to epic &1", "changed epic to &2", "removed from epic &2"]


def test_an_epic_of_another_group_is_named_by_its_path(played: Play) -> None:
    epic = group(played, "root", "elsewhere").epics.create({"title": "Far"})
    issue = played.issue("root", epic_id=epic.id)
    assert notes(played, issue) == ["added to epic elsewhere&1"]
    with pytest.raises(gitlab.GitlabUpdateError, match="404 Epic Not Found"):
        played.channels("planner").issues.update(issue.iid, {"epic_id": 99})
    other = played.issue()
    with pytest.raises(gitlab.GitlabUpdateError, match="404 Epic Not Found"):
        played.channels("planner").issues.update(other.iid, {"epic_id": epic.id})


def test_a_guest_sets_no_epic(played: Play) -> None:
    epic = group(played).epics.create({"title": "Grow"})
    issue = played.issue("guest")
    played.channels("guest").issues.update(issue.iid, {"epic_id": epic.id, "title": "Mine"})
    assert (played.row(issue).epic_id, played.row(issue).title) == (None, "Mine")
    with pytest.raises(gitlab.GitlabCreateError, match="403"):
        group(played, "guest").epics.create({"title": "Mine"})
    with pytest.raises(gitlab.GitlabUpdateError, match="403"):
        group(played, "guest").epics.update(1, {"title": "Mine"})


def test_epics_are_listed_from_above_and_below(played: Play) -> None:
    played.call("POST", "/groups", "owner", json={"name": "below", "path": "below", "parent_id": 1})
    for path, title, label in (("channel", "Grow faster", "OKR"), ("channel/below", "Grow wiser", "OKR"),
                               ("channel", "Tidy", "chore")):  # fmt: skip
        group(played, "owner", path).epics.create({"title": title, "labels": label, "description": "In FY27"})

    def titles(path: str = "channel", **query: object) -> list[str]:
        return [row.title for row in group(played, "planner", path).epics.list(get_all=True, **query)]

    assert titles() == ["Tidy", "Grow wiser", "Grow faster"]
    assert titles(sort="asc") == ["Grow faster", "Grow wiser", "Tidy"]
    assert titles(order_by="title", sort="asc") == ["Grow faster", "Grow wiser", "Tidy"]
    assert titles(include_descendant_groups=False) == ["Tidy", "Grow faster"]
    assert titles("channel/below") == ["Grow wiser"]
    assert titles("channel/below", include_ancestor_groups=True, sort="asc") == ["Grow faster", "Grow wiser", "Tidy"]
    assert titles(labels="OKR", search="WISER") == ["Grow wiser"]
    assert titles(labels="OKR,chore") == []
    group(played).epics.update(2, {"state_event": "close"})
    assert titles(state="closed") == ["Tidy"]
    assert titles(state="opened", sort="asc") == ["Grow faster", "Grow wiser"]
    assert played.call("GET", "/groups/channel/epics?state=open").status_code == 400


@pytest.mark.parametrize(
    ("tier", "status", "told"),
    [
        ("free", 403, {"message": "403 Forbidden"}),
        ("ce", 404, {"error": "404 Not Found"}),
    ],
)
def test_without_epics_issues_do_not_know_of_any(tier: Tier, status: int, told: dict[str, str]) -> None:
    with play(tier) as played:
        answer = played.call("GET", "/groups/channel/epics")
        assert (answer.status_code, answer.json()) == (status, told)
        assert played.call("GET", "/groups/elsewhere/epics").json() == {"message": "404 Group Not Found"}
        issue = played.issue(epic_id=1)
        assert not {"epic", "epic_iid"} & issue.attributes.keys()
        changed = played.call("PUT", f"/projects/1/issues/{issue.iid}", json={"epic_id": 1})
        assert changed.status_code == (400 if tier == "ce" else 200)


@pytest.mark.parametrize(
    ("asked", "by", "body", "refusal"),
    [
        ("GET /groups/channel/epics", None, None, (401, "401 Unauthorized")),
        ("GET /groups/channel/epics", "stranger", None, (404, "404 Group Not Found")),
        ("GET /groups/channel/epics/7", "planner", None, (404, "404 Epic Not Found")),
        ("POST /groups/channel/epics", "planner", {}, (400, "title is missing")),
        ("POST /groups/channel/epics", "planner", {"title": " "}, (400, {"title": ["can't be blank"]})),
        ("GET /groups/channel/boards", None, None, (401, "401 Unauthorized")),
        ("GET /groups/channel/boards/7", "planner", None, (404, "404 Not found")),
        ("POST /groups/channel/boards", "planner", {}, (400, "name is missing")),
        ("POST /groups/channel/boards", "planner", {"name": " "}, (400, {"name": ["can't be blank"]})),
        ("POST /groups/channel/boards", "guest", {"name": "Mine"}, (403, "403 Forbidden")),
    ],
)
def test_refusals(played: Play, asked: str, by: str | None, body: object, refusal: tuple[int, object]) -> None:
    method, path = asked.split()
    answer = played.call(method, path, by, json=body)
    assert (answer.status_code, *answer.json().values()) == refusal


# Boards


def test_a_board_is_made_filtered_and_given_lists(played: Play) -> None:
    channel = group(played)
    first, second = (channel.labels.create({"name": name, "color": "#6699cc"}) for name in ("First", "Second"))
    board = channel.boards.create({"name": " Channel "})
    assert (board.name, board.labels, board.group["name"]) == ("Channel", [], "Channel")
    assert board.attributes["lists"] == []
    board.labels, board.name = "First,Unknown", "Team"
    board.save()
    lists = channel.boards.get(board.id, lazy=True).lists
    made = [lists.create({"label_id": label.id}) for label in (second, first)]
    assert [(row.label["name"], row.position) for row in made] == [("Second", 0), ("First", 1)]
    [shown] = channel.boards.list()
    assert (shown.name, [one["name"] for one in shown.labels]) == ("Team", ["First"])
    assert [row.label["name"] for row in lists.list()] == ["Second", "First"]
    assert lists.get(made[0].id).label["name"] == "Second"
    lists.delete(made[0].id)
    assert [row["label"]["name"] for row in channel.boards.get(board.id).attributes["lists"]] == ["First"]
    channel.labels.delete("First")
    [shown] = channel.boards.list()
    assert (shown.labels, shown.attributes["lists"]) == ([], [])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "label_id is missing"),
        ({"label_id": 1}, "Label has already been taken"),
        ({"label_id": 2}, "Label not found"),
        ({"label_id": 99}, "Label not found"),
    ],
    ids=["none", "again", "of a project", "of nobody"],
)
def test_lists_that_cannot_be(played: Play, body: dict[str, int], told: str) -> None:
    group(played).labels.create({"name": "First", "color": "#6699cc"})
    played.channels().labels.create({"name": "Project's", "color": "#6699cc"})
    board = group(played).boards.create({"name": "Channel"})
    path = f"/groups/channel/boards/{board.id}/lists"
    assert played.call("POST", path, json={"label_id": 1}).status_code == 201
    answer = played.call("POST", path, json=body)
    assert (answer.status_code, answer.json()) == (400, {"error": told})
    assert played.call("GET", f"{path}/99").status_code == played.call("DELETE", f"{path}/99").status_code == 404


@pytest.mark.parametrize(("tier", "status"), [("free", 403), ("ce", 405)])
def test_a_smaller_plan_has_one_board_that_looking_makes(tier: Tier, status: int) -> None:
    with play(tier) as played:
        assert played.call("POST", "/groups/channel/boards", json={"name": "Mine"}).status_code == status
        assert group(played).boards.list() == []
        assert "Development" in played.call("GET", "/../../groups/channel/-/boards").text
        [board] = group(played).boards.list()
        assert (board.name, "labels" in board.attributes) == ("Development", False)
        group(played).labels.create({"name": "First", "color": "#6699cc"})
        played.call("PUT", "/groups/channel/boards/1", json={"labels": "First", "name": "Ours"})
        [board] = group(played).boards.list()
        assert (board.name, played.world.boards[1].label_ids) == ("Ours", [])


def test_pages_show_boards_and_epics(played: Play) -> None:
    epic = group(played).epics.create({"title": "Grow"})
    played.issue(epic_id=epic.id)
    label = group(played).labels.create({"name": "First", "color": "#6699cc"})
    board = group(played).boards.create({"name": "Team"})
    played.call("POST", f"/groups/channel/boards/{board.id}/lists", json={"label_id": label.id})
    for path, words in (
        ("groups/channel/-/boards", ("Team", "First")),
        ("groups/channel/-/epics", ("Grow", "Portal rollout")),
        ("groups/channel/-/epics/1", ("Grow", "1 issue")),
        ("groups/elsewhere/-/epics", ("No epics yet",)),
    ):
        text = played.call("GET", f"/../../{path}", None).text
        assert [word for word in words if word not in text] == []
    for path in ("groups/channel/-/epics/7", "groups/nowhere/-/epics", "groups/nowhere/-/boards"):
        assert played.call("GET", f"/../../{path}", None).status_code == 404


def test_a_group_takes_its_epics_and_boards_along(played: Play) -> None:
    below = played.call("POST", "/groups", "owner", json={"name": "b", "path": "b", "parent_id": 1}).json()
    epic = group(played, "owner", "channel/b").epics.create({"title": "Grow", "labels": "OKR"})
    board = group(played, "owner", "channel/b").boards.create({"name": "Team"})
    label = group(played, "owner", "channel/b").labels.get("OKR")
    played.call("POST", f"/groups/{below['id']}/boards/{board.id}/lists", "owner", json={"label_id": label.id})
    issue = played.issue("owner", epic_id=epic.id)
    group(played, "owner", "channel/b").labels.delete("OKR")
    assert played.world.epics[1].label_ids == []
    played.call("DELETE", f"/groups/{below['id']}", "owner")
    assert (played.world.epics, played.world.boards, played.world.board_lists) == ({}, {}, {})
    assert played.channels().issues.get(issue.iid).epic is None
