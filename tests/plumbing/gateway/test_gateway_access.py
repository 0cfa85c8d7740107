"""Who is in a group or project, and to whom it opens."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import responses

from bot.domain.gitlab import Member, Openness, Person
from bot.errors import TryLater
from bot.gateway import Gateway
from bot.sandbox.example import GROUPS, tokens_of
from tests.plumbing.gateway.parts import API, GROUP, HOME, Desk

PEOPLE = [
    {"id": 4, "username": "cam-emea", "state": "active", "access_level": 50},
    {"id": 5, "username": "pat-example", "state": "blocked", "access_level": 5},
]
EVERYBODY = (Member(Person(4, "cam-emea"), 50), Member(Person(5, "pat-example", "blocked"), 5))


def test_members_of_a_group_and_of_those_above(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/groups/partners%2Femea/members", json=PEOPLE[:1])
    gitlab.get(f"{API}/groups/partners%2Femea/members/all", json=PEOPLE)
    assert gateway.group_members("partners/emea") == EVERYBODY
    assert gateway.group_members("partners/emea", inherited=False) == EVERYBODY[:1]


def test_members_of_a_project_and_who_can_be_assigned(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """Minimal access opens no project, so it makes nobody an assignee; judging the rest is the caller's."""
    gitlab.get(f"{API}/projects/7/members/all", json=[*PEOPLE, {**PEOPLE[0], "id": 6, "access_level": 10}])
    assert gateway.project_members(7) == (*EVERYBODY, Member(Person(6, "cam-emea"), 10))
    assert gateway.members(7) == (Person(4, "cam-emea"), Person(6, "cam-emea"))


SHARES = [{"group_id": 31, "group_access_level": 20}, {"group_id": 32, "group_access_level": 10}]


@pytest.mark.parametrize(("path", "parent"), [("partners", None), ("partners/emea/es", "partners/emea")])
def test_to_whom_a_group_opens(gitlab: responses.RequestsMock, gateway: Gateway, path: str, parent: str | None) -> None:
    group = {"id": 2, "full_path": path, "visibility": "internal", "shared_with_groups": SHARES}
    gitlab.get(f"{API}/groups/2", json=group)
    assert gateway.openness_of_group(2) == Openness("internal", path, parent, (31, 32))


SPACES: list[tuple[str, dict[str, Any], str | None]] = [
    ("in a group", {"kind": "group", "full_path": "partners/emea"}, "partners/emea"),
    ("of an account", {"kind": "user", "full_path": "cam-emea"}, None),
]


@pytest.mark.parametrize(("space", "parent"), [row[1:] for row in SPACES], ids=[row[0] for row in SPACES])
def test_to_whom_a_project_opens(
    gitlab: responses.RequestsMock, gateway: Gateway, space: dict[str, Any], parent: str | None
) -> None:
    path = f"{space['full_path']}/home"
    project = {"path_with_namespace": path, "visibility": "private", "namespace": space, "shared_with_groups": []}
    gitlab.get(f"{API}/projects/7", json=project)
    assert gateway.openness_of_project(7) == Openness("private", path, parent)


def test_openness_is_asked_anew_each_time(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """Somebody may have opened it since, and what is written then cannot be taken back."""
    group = {"id": 2, "full_path": "partners", "shared_with_groups": []}
    gitlab.get(f"{API}/groups/2", json={**group, "visibility": "private"})
    gitlab.get(f"{API}/groups/2", json={**group, "visibility": "public"})
    assert [gateway.openness_of_group(2).visibility for _ in range(2)] == ["private", "public"]


@pytest.mark.parametrize("missing", ["visibility", "shared_with_groups"])
def test_what_gitlab_does_not_tell_is_not_taken_for_closed(
    gitlab: responses.RequestsMock, gateway: Gateway, missing: str
) -> None:
    group = {"id": 2, "full_path": "partners", "visibility": "private", "shared_with_groups": []}
    gitlab.get(f"{API}/groups/2", json={key: value for key, value in group.items() if key != missing})
    with pytest.raises(TryLater):
        gateway.openness_of_group(2)


def test_access_in_the_sandbox(desk: Desk) -> None:
    levels = {one.person.username: one.level for one in desk.bot.project_members(HOME)}
    assert levels["channel-bot"] == desk.bot.project_access(HOME, desk.bot.me().id)
    assert {one.person.username for one in desk.bot.group_members(GROUP)} >= {"channel-bot", "cam-emea"}
    direct = desk.bot.group_members(GROUP, inherited=False)
    assert set(direct) <= set(desk.bot.group_members(GROUP))
    home, group = desk.bot.openness_of_project(HOME), desk.bot.openness_of_group(GROUP)
    assert (home.full_path, home.parent, home.shared_with) == (HOME, GROUP, ())
    assert (group.full_path, group.parent, group.shared_with) == (GROUP, "gitlab-com", ())


@pytest.mark.parametrize("kind", ["projects", "groups"])
def test_a_group_let_in_is_seen_in_the_sandbox(desk: Desk, kind: str) -> None:
    guest = desk.bot.group(GROUPS["team"]).id
    at = desk.bot.project(HOME).id if kind == "projects" else desk.bot.group(GROUP).id
    answer = requests.post(
        f"{desk.sandbox.url}/api/v4/{kind}/{at}/share",
        json={"group_id": guest, "group_access": 20},
        headers={"PRIVATE-TOKEN": tokens_of(desk.sandbox.world)["channel-bot-owner"]},
        timeout=10,
    )
    assert answer.ok
    look = desk.bot.openness_of_project if kind == "projects" else desk.bot.openness_of_group
    assert look(at).shared_with == (guest,)
