"""People are invited by mail or as users, wait, withdraw and accept, as the real python-gitlab and people see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.sandbox import invitations
from bot.sandbox.happenings import MemberHappened
from tests.sandbox.core_parts import Play, play


@pytest.fixture
def played() -> Iterator[Play]:
    with play() as made:
        yield made


def invite(played: Play, by: str = "owner", where: str = "groups/1", **body: Any) -> Any:
    return played.call("POST", f"/{where}/invitations", by, json={"access_level": 30, **body})


def told(played: Play) -> list[str]:
    return [it.event_name for it in played.heard if isinstance(it, MemberHappened)]


def test_an_unknown_address_waits_and_is_no_member(played: Play) -> None:
    answer = invite(played, email="Jo@Example.org", expires_at="2027-01-01")
    assert (answer.status_code, answer.json()) == (201, {"status": "success"})
    assert played.call("GET", "/groups/1/invitations", "owner").json() == [
        {
            "access_level": 30,
            "created_at": "2026-11-21T10:00:00.000Z",
            "expires_at": "2027-01-01",
            "invite_email": "jo@example.org",
            "user_name": None,
            "created_by_name": "Owner",
        }
    ]
    assert played.call("GET", "/groups/1/invitations?query=nobody", "owner").json() == []
    assert len(played.call("GET", "/groups/1/members", "owner").json()) == 6
    assert told(played) == []


def test_python_gitlab_invites_lists_and_withdraws(played: Play) -> None:
    group = played.as_("owner").groups.get(1)
    group.invitations.create({"email": "jo@example.org", "access_level": 30})
    assert [row.invite_email for row in group.invitations.list()] == ["jo@example.org"]
    group.invitations.delete("jo@example.org")
    assert group.invitations.list() == []
    assert played.call("DELETE", "/groups/1/invitations/jo%40example.org", "owner").status_code == 404


def test_who_has_an_account_is_a_member_at_once(played: Play) -> None:
    assert invite(played, email="stranger@example.com").json() == {"status": "success"}
    assert played.world.effective_access(played.user("stranger"), played.channel) == 30
    assert played.call("GET", "/groups/1/invitations", "owner").json() == []
    other = {"where": "projects/2", "by": "root"}
    assert invite(played, **other, user_id=played.user("planner").id).json() == {"status": "success"}
    assert played.world.effective_access(played.user("planner"), played.other) == 30
    assert told(played) == ["user_add_to_group"]


def test_each_who_could_not_be_invited_is_named_in_a_success(played: Play) -> None:
    invite(played, email="jo@example.org")
    number = played.user("guest").id
    answer = invite(played, email="jo@example.org,planner@example.com,new@example.org,nothing", user_id=number)
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "status": "error",
            "message": {
                "jo@example.org": "Invite email has already been taken",
                "planner@example.com": "User already exists in source",
                "nothing": "Invite email is invalid",
                "guest": "User already exists in source",
            },
        },
    )
    assert len(played.world.invitations) == 2


def test_nobody_is_invited_to_more_than_one_has_or_to_less_than_inherited(played: Play) -> None:
    played.call(
        "POST", "/projects/1/members", "owner", json={"user_id": played.user("stranger").id, "access_level": 40}
    )
    for person in ({"email": "new@example.org"}, {"user_id": played.user("root").id}):
        answer = invite(played, "maintainer", "projects/1", **person, access_level=50).json()
        assert list(answer["message"].values()) == ["not authorized to create member"]
    low = invite(played, "owner", "projects/1", user_id=played.user("developer").id, access_level=10).json()["message"]
    assert low["developer"].startswith("Access level should be greater than or equal to 30 inherited")


@pytest.mark.parametrize(
    ("by", "where", "body", "status"),
    [
        ("maintainer", "groups/1", {"email": "a@b.c"}, 403),
        ("developer", "projects/1", {"email": "a@b.c"}, 403),
        ("stranger", "groups/1", {"email": "a@b.c"}, 404),
        ("owner", "groups/1", {}, 400),
        ("owner", "groups/1", {"email": "a@b.c", "access_level": 33}, 400),
        ("owner", "groups/1", {"email": "a@b.c", "access_level": None}, 400),
    ],
)
def test_who_may_not_or_asks_wrongly_is_refused(played: Play, by: str, where: str, body: Any, status: int) -> None:
    assert invite(played, by, where, **body).status_code == status
    assert played.world.invitations == {}


def test_too_many_people_are_refused_in_a_success(played: Play) -> None:
    many = ",".join(f"p{number}@example.org" for number in range(101))
    assert invite(played, email=many).json() == {
        "status": "error",
        "message": "Too many users specified (limit is 100)",
    }


def test_an_account_with_the_address_accepts_and_hooks_are_told_of_it(played: Play) -> None:
    invite(played, email="jo@example.org", expires_at="2027-01-01")
    invite(played, email="jo@example.org", where="projects/2", by="root")
    body = {"username": "jo", "name": "Jo", "email": "JO@example.org", "reset_password": True}
    jo = played.call("POST", "/users", "root", json=body).json()
    row = next(row for row in played.world.members if row.user_id == jo["id"] and row.group_id)
    assert (row.access_level, str(row.expires_at), row.created_by_id) == (30, "2027-01-01", played.user("owner").id)
    assert played.world.effective_access(played.user("jo"), played.other) == 30
    assert (played.world.invitations, told(played)) == ({}, ["user_add_to_group"])


def test_accepting_where_one_is_a_member_already_changes_nothing(played: Play) -> None:
    invite(played, email="planner@elsewhere.org")
    assert invitations.accept(played.world, played.user("planner"), "planner@elsewhere.org") == []
    assert played.world.effective_access(played.user("planner"), played.channel) == 15
    assert played.world.invitations == {}
