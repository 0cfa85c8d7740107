"""Who gets in through shared groups, who is told of it, and what may be how visible, by GitLab's source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from bot.sandbox.happenings import MemberHappened
from bot.sandbox.records import Group, Member, Share
from tests.sandbox.core_parts import Play, add_user, play


@pytest.fixture
def played() -> Iterator[Play]:
    """`outside` is a private group with the stranger as Maintainer; `outside/inner` has nobody of its own."""
    with play() as made:
        world, now = made.world, made.world.clock.now()
        outside = world.add(Group(world.next_id("groups"), "Outside", "outside", "outside", now))
        inner = Group(world.next_id("groups"), "Inner", "inner", "outside/inner", now, parent_id=outside.id)
        world.add(inner)
        join(made, "stranger", outside, 40)
        yield made


def join(played: Play, name: str, group: Group, level: int) -> None:
    world = played.world
    row = Member(world.next_id("members"), played.user(name).id, level, world.clock.now(), group_id=group.id)
    world.add(row)


def group(played: Play, path: str) -> Group:
    found = played.world.group_by_path(path)
    assert found is not None
    return found


def invite(played: Play, path: str, level: int = 30, to: str = "groups/1", by: str = "root", **more: Any) -> Any:
    body = {"group_id": group(played, path).id, "group_access": level, **more}
    return played.call("POST", f"/{to}/share", by, json=body)


def access(played: Play, name: str = "stranger") -> int:
    return played.world.effective_access(played.user(name), played.project)


def everyone(played: Play, by: str, owner: str = "projects/1") -> dict[str, int]:
    rows = played.call("GET", f"/{owner}/members/all?per_page=100", by).json()
    return {row["username"]: row["access_level"] for row in rows}


def test_a_group_share_opens_everything_below_up_to_its_level(played: Play) -> None:
    shown = invite(played, "outside", 30, expires_at="2027-01-31").json()["shared_with_groups"]
    assert shown == [
        {
            "group_id": group(played, "outside").id,
            "group_name": "Outside",
            "group_full_path": "outside",
            "group_access_level": 30,
            "expires_at": "2027-01-31",
        }
    ]
    assert access(played) == 30
    assert everyone(played, "planner")["stranger"] == 30
    assert everyone(played, "planner", "groups/1")["stranger"] == 30
    assert [row["username"] for row in played.call("GET", "/projects/1/members").json()] == []
    assert [it for it in played.heard if isinstance(it, MemberHappened)] == []


def test_a_group_share_is_for_direct_members_and_a_project_share_for_inherited_ones_too(played: Play) -> None:
    invite(played, "outside/inner")
    assert (access(played), "stranger" in everyone(played, "planner")) == (0, False)
    invite(played, "outside/inner", to="projects/1")
    assert (access(played), everyone(played, "planner")["stranger"]) == (30, 30)


def test_who_comes_in_through_a_guest_of_the_guest_is_in_no_list(played: Play) -> None:
    newcomer = add_user(played.world, "newcomer")
    third = played.world.add(Group(played.world.next_id("groups"), "Third", "third", "third", newcomer.created_at))
    join(played, "newcomer", third, 30)
    invite(played, "third", 20, to=f"groups/{group(played, 'outside').id}")
    invite(played, "outside")
    assert access(played, "newcomer") == 0, "group shares do not chain"
    invite(played, "outside", to="projects/1")
    assert access(played, "newcomer") == 20
    assert "newcomer" not in everyone(played, "root")


def test_a_share_with_a_hidden_group_is_not_shown_but_its_members_are_to_members(played: Play) -> None:
    invite(played, "outside")
    invite(played, "outside", to="projects/1")
    for path in ("/groups/1", "/projects/1"):
        assert played.call("GET", path, "planner").json()["shared_with_groups"] == []
        assert len(played.call("GET", path, "root").json()["shared_with_groups"]) == 1
    assert "stranger" in everyone(played, "planner")
    played.channel.visibility = played.project.visibility = "public"
    visitor = add_user(played.world, "visitor")
    assert "stranger" not in everyone(played, visitor.username)
    group(played, "outside").visibility = "internal"
    assert "stranger" in everyone(played, visitor.username)


def test_the_highest_level_from_anywhere_counts(played: Play) -> None:
    invite(played, "outside", 20)
    invite(played, "outside", 30, to="projects/1")
    join(played, "stranger", played.channel, 15)
    assert (access(played), everyone(played, "planner")["stranger"]) == (30, 30)
    assert everyone(played, "planner", "groups/1")["stranger"] == 20


def test_shares_and_memberships_end_on_their_day(played: Play) -> None:
    tomorrow = played.world.clock.now().date() + timedelta(days=1)
    invite(played, "outside", expires_at=tomorrow.isoformat())
    assert access(played) == 30
    played.world.clock.advance(timedelta(days=1))
    assert (access(played), played.call("GET", "/groups/1", "root").json()["shared_with_groups"]) == (0, [])
    played.world.members[0].expires_at = date(2026, 11, 1)
    assert access(played, "guest") == 0
    assert "guest" not in everyone(played, "planner")


@pytest.mark.parametrize(
    ("by", "to", "level", "status"),
    [
        ("maintainer", "groups/1", 30, 404),
        ("owner", "groups/1", 30, 201),
        ("developer", "projects/1", 20, 403),
        ("maintainer", "projects/1", 50, 403),
        ("maintainer", "projects/1", 40, 201),
    ],
)
def test_who_may_share(played: Play, by: str, to: str, level: int, status: int) -> None:
    group(played, "outside").visibility = "public"
    assert invite(played, "outside", level, to, by).status_code == status


def test_a_share_is_made_once_and_taken_back(played: Play) -> None:
    number = group(played, "outside").id
    assert [invite(played, "outside").status_code for _ in "ab"] == [201, 409]
    path = f"/groups/1/share/{number}"
    assert [played.call("DELETE", path, by).status_code for by in ("maintainer", "owner", "owner")] == [403, 204, 404]
    assert access(played) == 0
    assert not any(isinstance(row, Share) for row in played.world.shares.values())


def test_projects_say_where_they_are_and_how_visible(played: Play) -> None:
    shown = played.call("GET", "/projects/1").json()
    assert (shown["visibility"], shown["namespace"]["full_path"], shown["namespace"]["kind"]) == (
        "private", "channel", "group",
    )  # fmt: skip
    assert (shown["namespace"]["id"], shown["namespace"]["parent_id"]) == (1, None)


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        (
            "POST",
            "/projects",
            {"name": "x", "namespace_id": 1, "visibility": "public"},
            "public is not allowed in a private group.",
        ),
        ("PUT", "/projects/1", {"visibility": "internal"}, "internal is not allowed in a private group."),
        (
            "POST",
            "/groups",
            {"name": "x", "path": "x", "parent_id": 1, "visibility": "public"},
            "public is not allowed since the parent group has a private visibility.",
        ),
    ],
)
def test_nothing_is_more_visible_than_the_group_around_it(
    played: Play, method: str, path: str, body: dict[str, Any], text: str
) -> None:
    refused = played.call(method, path, "owner", json=body)
    told: object = {"visibility_level": [text]}
    if path == "/groups":
        told = f'Failed to save group {{:visibility_level=>["{text}"]}}'
    assert (refused.status_code, refused.json()) == (400, {"message": told})


def test_a_group_cannot_hide_more_than_what_is_in_it(played: Play) -> None:
    made = played.call("PUT", "/groups/1", "owner", json={"visibility": "public"})
    assert made.json()["visibility"] == "public"
    played.call("PUT", "/projects/1", "owner", json={"visibility": "public"})
    played.call("POST", "/groups", "owner", json={"name": "x", "path": "x", "parent_id": 1, "visibility": "internal"})
    refused = played.call("PUT", "/groups/1", "owner", json={"visibility": "internal"}).json()["message"]
    assert refused == {
        "visibility_level": ["internal is not allowed since this group contains projects with higher visibility."]
    }
    played.call("PUT", "/projects/1", "owner", json={"visibility": "private"})
    refused = played.call("PUT", "/groups/1", "owner", json={"visibility": "private"}).json()["message"]
    assert refused == {
        "visibility_level": ["private is not allowed since there are sub-groups with higher visibility."]
    }


def test_todos_are_for_those_who_get_in_by_a_share_and_nobody_else(played: Play) -> None:
    issue = played.issue()
    for name in ("before", "after"):
        issue.notes.create({"body": f"@stranger {name}"})
        invite(played, "outside", to="projects/1")
    rows = played.call("GET", "/todos", "stranger").json()
    assert [(row["body"], row["action_name"]) for row in rows] == [("@stranger after", "directly_addressed")]
    played.call("DELETE", f"/projects/1/share/{group(played, 'outside').id}", "owner")
    assert played.call("GET", "/todos", "stranger").json() == []
