"""Who tries the sandbox makes accounts and accepts invitations as the people of a story would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.sandbox.core_parts import Play, play


@pytest.fixture
def played() -> Iterator[Play]:
    with play() as made:
        body = {"email": "quinn@acme.example", "access_level": 40}
        made.call("POST", "/groups/1/invitations", "owner", json=body)
        yield made


def desk(played: Play, path: str, body: Any) -> requests.Response:
    return requests.post(f"{played.sandbox.url}/sandbox/{path}", json=body, timeout=10)


def test_an_account_comes_with_a_token_and_its_invitations(played: Play) -> None:
    made = desk(played, "users", {"username": "quinn", "email": "Quinn@acme.example"})
    assert (made.status_code, made.json()["joined"]) == (201, ["channel"])
    headers = {"PRIVATE-TOKEN": made.json()["token"]}
    me = requests.get(f"{played.sandbox.url}/api/v4/user", headers=headers, timeout=10).json()
    assert (me["id"], me["username"], me["name"]) == (made.json()["id"], "quinn", "quinn")
    assert played.world.effective_access(played.user("quinn"), played.project) == 40
    again = desk(played, "users", {"username": "quinn", "email": "other@acme.example"})
    assert (again.status_code, again.json()) == (409, {"message": "Username has already been taken"})


def test_an_invitation_is_accepted_with_another_address(played: Play) -> None:
    asked = {"email": "quinn@acme.example", "username": "stranger"}
    assert desk(played, "invitations", asked).json() == {"username": "stranger", "joined": ["channel"]}
    assert played.world.effective_access(played.user("stranger"), played.project) == 40
    assert desk(played, "invitations", asked).json()["joined"] == []


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("users", {"username": "quinn"}, "send a JSON object with texts for username, email"),
        ("users", ["quinn"], "send a JSON object with texts for username, email"),
        ("users", {"username": "q", "email": "q@x.y", "age": "1"},
         "unknown key 'age'; known are username, email, name"),
        ("invitations", {"email": "q@x.y", "username": "nobody"},
         "nobody is called 'nobody'; GET /sandbox/world lists the users"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_read_is_explained(played: Play, path: str, body: Any, said: str) -> None:
    answer = desk(played, path, body)
    assert (answer.status_code, answer.json()) == (400, {"error": said})
