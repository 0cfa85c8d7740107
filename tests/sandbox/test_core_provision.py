"""Folders and projects are made, refused, filled and moved as GitLab does it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gitlab
import pytest

from bot.sandbox.happenings import MemberHappened, SubgroupHappened
from tests.sandbox.core_parts import Play, add_user, play


@pytest.fixture
def played() -> Iterator[Play]:
    with play() as made:
        yield made


def make(played: Play, by: str, parent: int = 1, path: str = "sub", **more: Any) -> Any:
    return played.call("POST", "/groups", by, json={"name": path, "path": path, "parent_id": parent, **more})


def test_who_may_create_subgroups_is_the_groups_choice(played: Play) -> None:
    assert make(played, "developer").status_code == 403
    made = make(played, "maintainer", subgroup_creation_level="owner").json()
    assert made["subgroup_creation_level"] == "owner"
    played.call("PUT", "/groups/1", "owner", json={"subgroup_creation_level": "owner"})
    assert played.call("GET", "/groups/1", "owner").json()["subgroup_creation_level"] == "owner"
    assert make(played, "maintainer", path="next").status_code == 403
    assert make(played, "owner", path="next").status_code == 201
    assert make(played, "owner", path="third", subgroup_creation_level="noone").status_code == 400
    assert make(played, "planner", parent=2).json() == {"message": "404 Group Not Found"}


def test_who_creates_a_subgroup_owns_it_and_hooks_are_told_of_both(played: Play) -> None:
    for name in ("owner", "maintainer"):
        number = make(played, name, path=name).json()["id"]
        rows = played.call("GET", f"/groups/{number}/members", "owner").json()
        assert [(row["username"], row["access_level"]) for row in rows] == [(name, 50)]
    told = [it.event_name for it in played.heard if isinstance(it, SubgroupHappened | MemberHappened)]
    assert told == ["subgroup_create", "user_add_to_group"] * 2


def test_groups_at_the_top_are_made_elsewhere_but_on_ones_own_server() -> None:
    with play("ce") as own:
        body = {"name": "Top", "path": "top"}
        assert own.call("POST", "/groups", "owner", json=body).status_code == 201


def test_a_taken_path_is_told_in_one_text(played: Play) -> None:
    make(played, "owner")
    again = make(played, "owner")
    assert (again.status_code, again.json()) == (
        400,
        {"message": 'Failed to save group {:path=>["has already been taken"]}'},
    )


@pytest.mark.parametrize(("by", "space"), [("planner", 1), ("owner", 2), ("owner", 99)])
def test_a_namespace_one_may_not_use_is_not_valid(played: Play, by: str, space: int) -> None:
    answer = played.call("POST", "/projects", by, json={"name": "x", "namespace_id": space})
    assert (answer.status_code, answer.json()) == (400, {"message": {"namespace": ["is not valid"]}})


def test_an_empty_repository_gets_its_branch_with_the_first_commit(played: Play) -> None:
    fields = {"name": "Space", "path": "space", "namespace_id": 1, "initialize_with_readme": False}
    made = played.as_("owner").projects.create(fields)
    assert (made.empty_repo, made.default_branch) == (True, None)
    assert played.call("GET", f"/projects/{made.id}/repository/tree", "owner").status_code == 404
    actions = [{"action": "create", "file_path": ".gitlab/issue_templates/CTP.md", "content": "x"}]
    made.commits.create({"branch": "trunk", "commit_message": "Add", "actions": actions})
    again = played.as_("owner").projects.get(made.id)
    assert (again.empty_repo, again.default_branch) == (False, "trunk")


def test_a_transfer_needs_the_project_and_the_new_group(played: Play) -> None:
    sub = make(played, "owner").json()["id"]
    assert move(played, "maintainer", sub).status_code == 403
    assert move(played, "owner", 2) == (404, {"message": "404 Namespace Not Found"})
    played.world.groups[2].visibility = "public"
    text = "You don't have permission to transfer projects into that namespace."
    assert move(played, "owner", 2) == (400, refusal(text))
    assert move(played, "owner", 1) == (400, refusal("Project is already in this namespace."))
    assert played.call("PUT", "/projects/1/transfer", "owner", json={}).json() == {"error": "namespace is missing"}
    played.call("POST", "/projects", "owner", json={"name": "x", "path": "channels", "namespace_id": sub})
    text = "Project with same name or path in target namespace already exists"
    assert move(played, "owner", sub) == (400, refusal(text))


class Moved(tuple[int, Any]):
    @property
    def status_code(self) -> int:
        return int(self[0])


def move(played: Play, by: str, space: int) -> Moved:
    answer = played.call("PUT", "/projects/1/transfer", by, json={"namespace": space})
    return Moved((answer.status_code, answer.json()))


def refusal(why: str) -> dict[str, str]:
    return {"message": f'Failed to transfer project {{:new_namespace=>["{why}"]}}'}


def test_a_transferred_project_keeps_its_id_and_redirects_reads(played: Play) -> None:
    played.channel.visibility = played.project.visibility = "internal"
    sub = make(played, "owner", visibility="private").json()["id"]
    issue = played.issue()
    moved = move(played, "owner", sub)[1]
    assert (moved["id"], moved["path_with_namespace"], moved["visibility"]) == (1, "channel/sub/channels", "private")
    first = played.call("GET", "/projects/channel%2Fchannels/issues/1", allow_redirects=False)
    assert (first.status_code, first.headers["Location"]) == (
        301,
        f"{played.sandbox.url}/api/v4/projects/1/issues/{issue.iid}",
    )
    assert played.call("GET", "/projects/channel%2Fchannels/issues/1").json()["id"] == issue.id
    assert played.call("POST", "/projects/channel%2Fchannels/issues", json={"title": "x"}).status_code == 405
    assert [row["path"] for row in played.call("GET", "/groups/1/projects").json()] == []


def test_addresses_are_found_by_administrators_only(played: Play) -> None:
    add_user(played.world, "quinn-example")
    assert [row["username"] for row in played.call("GET", "/users?search=quinn-example@", "root").json()] == [
        "quinn-example"
    ]
    assert played.call("GET", "/users?search=quinn-example@", "owner").json() == []
    assert len(played.call("GET", "/users?search=quinn", "owner").json()) == 1


def test_a_blocked_member_stays_one_and_says_so(played: Play) -> None:
    number = played.user("planner").id
    played.call("POST", f"/users/{number}/block", "root")
    rows = played.call("GET", "/groups/1/members/all", "owner").json()
    assert {row["username"]: row["state"] for row in rows}["planner"] == "blocked"
    with pytest.raises(gitlab.GitlabAuthenticationError):
        gitlab.Gitlab(played.sandbox.url, private_token="nothing").auth()
