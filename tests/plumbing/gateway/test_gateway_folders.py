"""Groups and projects are found, made and moved, and people let in, without one of them being made twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from typing import Any, TypeAlias

import pytest
import requests
import responses

from bot.domain.gitlab import Person
from bot.domain.places import Folder, Guest, Room, Seat
from bot.errors import AskAPerson, Conflict, Forbidden, NotThere, TryLater, Unclear
from bot.gateway import Gateway
from bot.sandbox.example import GROUPS, PARTNER_GROUP, PARTNER_PROJECT, tokens_of
from tests.plumbing.gateway.parts import API, GROUP, HOME, Desk, Listener, asked

GROUP_DATA = {
    "id": 5,
    "name": "Acme Consulting",
    "full_path": "partners/acme",
    "parent_id": 2,
    "visibility": "private",
    "subgroup_creation_level": "owner",
    "web_url": "https://gitlab.example/partners/acme",
}
FOLDER = Folder(5, "partners/acme", "Acme Consulting", 2, "private", "owner", "https://gitlab.example/partners/acme")
PROJECT_DATA = {
    "id": 8,
    "name": "Certification",
    "path_with_namespace": "partners/acme/certification",
    "namespace": {"full_path": "partners/acme"},
    "default_branch": None,
    "visibility": "private",
}
ROOM = Room(8, "partners/acme/certification", "Certification", "partners/acme", "main", "", "private")


def sent(gitlab: responses.RequestsMock) -> list[tuple[str | None, str, Any]]:
    return [
        (call.request.method, (call.request.url or "").removeprefix(API), json.loads(call.request.body or "null"))
        for call in gitlab.calls
    ]


def test_a_folder_as_gitlab_tells_it(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/groups/partners%2Facme", json=GROUP_DATA)
    gitlab.get(f"{API}/groups/2", json={**GROUP_DATA, "id": 2, "parent_id": None, "web_url": None})
    assert gateway.folder("partners/acme") == FOLDER
    assert gateway.folder(2) == Folder(2, "partners/acme", "Acme Consulting", None, "private", "owner", "")
    assert asked(gitlab.calls[0].request) == {"with_projects": "false"}


@pytest.mark.parametrize("missing", ["parent_id", "visibility", "subgroup_creation_level"])
def test_a_folder_half_told_is_not_guessed(gitlab: responses.RequestsMock, gateway: Gateway, missing: str) -> None:
    told = {key: value for key, value in GROUP_DATA.items() if key != missing}
    gitlab.get(f"{API}/groups/5", json=told)
    with pytest.raises(TryLater):
        gateway.folder(5)


@pytest.mark.parametrize(("kind", "look"), [("groups", Gateway.folder), ("projects", Gateway.room)])
def test_only_what_is_not_there_is_none(
    gitlab: responses.RequestsMock, gateway: Gateway, kind: str, look: Callable[[Gateway, str], object]
) -> None:
    """Who may not look does not know, and must not make it again."""
    gitlab.get(f"{API}/{kind}/partners%2Facme", status=404)
    assert look(gateway, "partners/acme") is None
    gitlab.replace("GET", f"{API}/{kind}/partners%2Facme", status=403)
    with pytest.raises(Forbidden):
        look(gateway, "partners/acme")


@pytest.mark.parametrize(
    ("kind", "look", "data"), [("groups", Gateway.folder, GROUP_DATA), ("projects", Gateway.room, PROJECT_DATA)]
)
def test_a_look_is_never_from_memory(
    gitlab: responses.RequestsMock,
    gateway: Gateway,
    kind: str,
    look: Callable[[Gateway, int], object],
    data: dict[str, Any],
) -> None:
    gitlab.get(f"{API}/{kind}/5", json=data)
    gitlab.get(f"{API}/{kind}/5", status=404)
    assert look(gateway, 5) is not None
    assert look(gateway, 5) is None


def test_the_folders_below_are_read_to_the_last_page(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    path = f"{API}/groups/2/descendant_groups"
    following = {"Link": f'<{path}?page=2&per_page=100>; rel="next"'}
    gitlab.get(path, json=[GROUP_DATA], headers=following)
    gitlab.get(path, json=[{**GROUP_DATA, "id": 6}])
    assert [folder.id for folder in gateway.folders_below(2)] == [5, 6]


def test_whom_a_folder_is_shared_with(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    shares = [{"group_id": 31, "group_full_path": "team/eds", "group_access_level": 20}]
    gitlab.get(f"{API}/groups/5", json={**GROUP_DATA, "shared_with_groups": shares})
    assert gateway.guests(5) == (Guest(31, "team/eds", 20),)
    gitlab.get(f"{API}/groups/6", json=GROUP_DATA)
    with pytest.raises(TryLater):
        gateway.guests(6)


Write: TypeAlias = tuple[Callable[[Gateway], object], str, str, dict[str, Any], dict[str, Any], object]
NEW_ROOM = {"namespace_id": 5, "name": "Certification", "path": "cert", "visibility": "private"}
WRITES: dict[str, Write] = {
    "a folder is private and only its owners make folders in it": (
        lambda it: it.create_folder(2, "Acme Consulting", "acme"),
        "POST",
        "/groups",
        {
            "parent_id": 2,
            "name": "Acme Consulting",
            "path": "acme",
            "visibility": "private",
            "subgroup_creation_level": "owner",
        },
        GROUP_DATA,
        FOLDER,
    ),
    "a folder is made as told": (
        lambda it: it.create_folder(2, "Acme", "acme", visibility="internal", subgroup_creation="maintainer"),
        "POST",
        "/groups",
        {
            "parent_id": 2,
            "name": "Acme",
            "path": "acme",
            "visibility": "internal",
            "subgroup_creation_level": "maintainer",
        },
        GROUP_DATA,
        FOLDER,
    ),
    "only what is named of a folder changes": (
        lambda it: it.update_folder(5, visibility="private", subgroup_creation="owner"),
        "PUT",
        "/groups/5",
        {"visibility": "private", "subgroup_creation_level": "owner"},
        GROUP_DATA,
        FOLDER,
    ),
    "a room is private and empty": (
        lambda it: it.create_room(5, "Certification", "cert"),
        "POST",
        "/projects",
        {**NEW_ROOM, "initialize_with_readme": False},
        PROJECT_DATA,
        ROOM,
    ),
    "a room moves": (
        lambda it: it.transfer_room(8, "partners/acme"),
        "PUT",
        "/projects/8/transfer",
        {"namespace": "partners/acme"},
        PROJECT_DATA,
        ROOM,
    ),
    "a member joins": (
        lambda it: it.add_member(5, 4, 40),
        "POST",
        "/groups/5/members",
        {"user_id": 4, "access_level": 40},
        {"id": 4},
        None,
    ),
    "a member's level changes": (
        lambda it: it.set_member_level(5, 4, 30),
        "PUT",
        "/groups/5/members/4",
        {"access_level": 30},
        {"id": 4},
        None,
    ),
    "an address is invited": (
        lambda it: it.invite(5, "pat@acme.example", 40),
        "POST",
        "/groups/5/invitations",
        {"email": "pat@acme.example", "access_level": 40},
        {"status": "success"},
        None,
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=list(WRITES))
def test_what_a_write_asks_for(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, write: Write
) -> None:
    call, method, path, body, answer, fact = write
    gitlab.add(method, f"{API}{path}", json=answer, status=201)
    assert call(gateway) == fact
    assert sent(gitlab) == [(method, path, body)]
    assert listener.kinds == ["other"]


@pytest.mark.parametrize("write", WRITES.values(), ids=list(WRITES))
def test_a_write_of_unknown_fate_is_not_repeated(
    gitlab: responses.RequestsMock, gateway: Gateway, write: Write
) -> None:
    call, method, path, *_ = write
    gitlab.add(method, f"{API}{path}", body=requests.ReadTimeout("slow"))
    with pytest.raises(Unclear):
        call(gateway)
    assert len(gitlab.calls) == 1


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/groups/5/members", lambda it: it.add_member(5, 4, 40)),
        ("/groups/5/invitations", lambda it: it.invite(5, "pat@acme.example", 40)),
    ],
)
def test_who_is_in_already_is_let_be(
    gitlab: responses.RequestsMock, gateway: Gateway, path: str, call: Callable[[Gateway], None]
) -> None:
    gitlab.post(f"{API}{path}", json={"message": "Member already exists"}, status=409)
    call(gateway)
    gitlab.replace("POST", f"{API}{path}", json={"message": "403 Forbidden"}, status=403)
    with pytest.raises(Forbidden):
        call(gateway)


def test_a_busy_group_is_no_member(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """A lock is a 409 too, and says that nothing was done."""
    gitlab.post(f"{API}/groups/5/members", json={"message": "409 Conflict: Resource lock"}, status=409)
    with pytest.raises(TryLater):
        gateway.add_member(5, 4, 40)


def test_a_conflict_elsewhere_is_for_a_person(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.put(f"{API}/projects/8/transfer", status=409)
    with pytest.raises(Conflict, match="Somebody has to settle the conflict"):
        gateway.transfer_room(8, "partners/acme")


@pytest.mark.parametrize("said", ["Invite email has already been taken", "User already exists in source"])
def test_a_second_invitation_is_none(gitlab: responses.RequestsMock, gateway: Gateway, said: str) -> None:
    answer = {"status": "error", "message": {"pat@acme.example": said}}
    gitlab.post(f"{API}/groups/5/invitations", json=answer, status=201)
    gateway.invite(5, "pat@acme.example", 40)
    assert len(gitlab.calls) == 1


@pytest.mark.parametrize(
    "message",
    [{"pat@acme.example": "Domain of pat@acme.example\nis blocked."}, "Domain of the address is blocked"],
    ids=["by address", "alone"],
)
def test_a_refused_invitation_says_why_and_not_whom(
    gitlab: responses.RequestsMock, gateway: Gateway, message: object
) -> None:
    gitlab.post(f"{API}/groups/5/invitations", json={"status": "error", "message": message}, status=201)
    with pytest.raises(AskAPerson) as error:
        gateway.invite(5, "pat@acme.example", 40)
    told = "GitLab did not invite to group 5: Domain of the address is blocked. Invite by hand, or correct the address"
    assert str(error.value) == told


def test_an_odd_answer_to_an_invitation_is_unclear(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.post(f"{API}/groups/5/invitations", json={}, status=201)
    with pytest.raises(Unclear):
        gateway.invite(5, "pat@acme.example", 40)


def test_one_address_never_becomes_two(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    with pytest.raises(AskAPerson, match="one by one"):
        gateway.invite(5, "pat@acme.example,kim@other.example", 40)
    assert len(gitlab.calls) == 0


def test_pending_invitations(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    rows = [
        {"invite_email": "pat@acme.example", "access_level": 40, "created_at": "2026-11-20T14:13:35Z"},
        {"invite_email": "kim@acme.example", "access_level": 30},
    ]
    gitlab.get(f"{API}/groups/5/invitations", json=rows)
    assert gateway.invitations(5) == (
        Seat(None, "pat@acme.example", 40, date(2026, 11, 20)),
        Seat(None, "kim@acme.example", 30, None),
    )


def test_rooms_of_a_folder(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/groups/5/projects", json=[PROJECT_DATA, {**PROJECT_DATA, "default_branch": "trunk"}])
    assert [room.default_branch for room in gateway.rooms_in(5)] == ["main", "trunk"]
    gateway.rooms_in(5, below=False)
    gateway.rooms_named(5, "cert & co")
    here = {"with_shared": "false", "archived": "false", "per_page": "100"}
    assert [asked(call.request) for call in gitlab.calls] == [
        {**here, "include_subgroups": "true"},
        {**here, "include_subgroups": "false"},
        {**here, "include_subgroups": "true", "search": "cert & co"},
    ]


@pytest.mark.parametrize("status", [200, 504])
@pytest.mark.parametrize(
    ("path", "move"),
    [
        ("/projects/8/transfer", lambda it: it.transfer_room(8, "partners/acme")),
        ("/groups/5", lambda it: it.update_folder(5, path="acme-consulting")),
    ],
)
def test_what_moved_is_asked_for_anew(
    gitlab: responses.RequestsMock, gateway: Gateway, path: str, move: Callable[[Gateway], object], status: int
) -> None:
    """Also when nobody can tell whether it moved."""
    for place in ("old/acme", "new/acme"):
        gitlab.get(f"{API}/projects/8", json={**PROJECT_DATA, "path_with_namespace": place})
    gitlab.put(f"{API}{path}", json={**PROJECT_DATA, **GROUP_DATA}, status=status)
    assert gateway.project(8).path == "old/acme"
    with nullcontext() if status == 200 else pytest.raises(Unclear):
        move(gateway)
    assert gateway.project(8).path == "new/acme"


def test_accounts_by_name_and_id_say_whether_they_are_blocked(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    pat = {"id": 9, "username": "pat-example", "state": "blocked"}
    gitlab.get(f"{API}/users", json=[pat])
    gitlab.get(f"{API}/users/9", json=pat)
    gitlab.get(f"{API}/users/10", status=404)
    blocked = Person(9, "pat-example", "blocked")
    assert (gateway.user("pat-example"), gateway.user_by_id(9), gateway.user_by_id(10)) == (blocked, blocked, None)


def test_a_partners_folder_from_nothing_in_the_sandbox(desk: Desk) -> None:
    region = f"{GROUPS['partners']}/emea"
    parent = desk.owner.folder(region)
    assert parent is not None
    assert desk.owner.folder(f"{region}/beta") is None
    made = desk.owner.create_folder(parent.id, "Beta Systems", "beta")
    assert (made.path, made.name, made.parent_id) == (f"{region}/beta", "Beta Systems", parent.id)
    assert made.visibility == "private"
    assert desk.owner.folder(made.path) == made
    assert made in desk.owner.folders_below(region)
    assert parent not in desk.owner.folders_below(region)
    with pytest.raises(AskAPerson, match="GitLab answered 400 to POST /groups"):
        desk.owner.create_folder(parent.id, "Beta Systems", "beta")
    named = desk.owner.update_folder(made.id, name="Beta Systems BV")
    assert (named.name, named.path) == ("Beta Systems BV", made.path)


def test_rooms_are_made_found_and_moved_in_the_sandbox(desk: Desk) -> None:
    space, target = desk.owner.folder(PARTNER_GROUP), f"{PARTNER_GROUP}/internal"
    assert space is not None
    path = f"{PARTNER_GROUP}/certification"
    assert desk.owner.room(path) is None
    made = desk.owner.create_room(space.id, "Certification", "certification")
    assert (made.path, made.namespace, made.visibility) == (path, PARTNER_GROUP, "private")
    assert desk.owner.room(path) == made
    assert desk.owner.project(path).id == made.id
    moved = desk.owner.transfer_room(made.id, target)
    assert (moved.path, moved.namespace) == (f"{target}/certification", target)
    assert desk.owner.project(made.id).path == moved.path
    assert desk.owner.rooms_named(PARTNER_GROUP, "Cert") == (moved,)
    assert desk.owner.rooms_in(target, below=False) == (moved,)
    rooms = {room.path for room in desk.owner.rooms_in(PARTNER_GROUP)}
    assert {moved.path, PARTNER_PROJECT} <= rooms
    assert PARTNER_PROJECT not in {room.path for room in desk.owner.rooms_in(PARTNER_GROUP, below=False)}


def test_the_first_commit_into_an_empty_repository(desk: Desk) -> None:
    space = desk.owner.folder(PARTNER_GROUP)
    assert space is not None
    made = desk.owner.create_room(space.id, "Certification", "certification")
    files = {"README.md": "# Certification\n", ".gitlab/issue_templates/Onboarding.md": "- [ ] one\n"}
    assert (made.default_branch, desk.owner.files_at(made.id, "main")) == ("main", ())
    assert desk.owner.commit_files(made.id, "main", "Start", files) is True
    assert set(desk.owner.files_at(made.id, "main")) == set(files)
    assert desk.owner.commit_files(made.id, "main", "Start", files) is False
    assert desk.owner.file(made.id, "README.md", desk.owner.default_branch(made.id)) == "# Certification\n"
    assert len(desk.owner.commits(made.id, "main")) == 1


def test_members_of_a_folder_in_the_sandbox(desk: Desk) -> None:
    folder, person = desk.owner.folder(f"{PARTNER_GROUP}/internal"), desk.bot.user("phd-apac")
    assert folder is not None
    assert person is not None
    desk.owner.add_member(folder.id, person.id, 30)
    desk.owner.add_member(folder.id, person.id, 40)
    levels = {one.person.username: one.level for one in desk.owner.group_members(folder.id, inherited=False)}
    assert levels["phd-apac"] == 30
    desk.owner.set_member_level(folder.id, person.id, 40)
    assert desk.owner.group_access(folder.id, person.id) == 40
    stranger = desk.bot.user("phd-emea")
    assert stranger is not None
    with pytest.raises(NotThere):
        desk.owner.set_member_level(folder.id, stranger.id, 40)


def test_guests_of_a_folder_in_the_sandbox(desk: Desk) -> None:
    folder, team = desk.owner.folder(PARTNER_GROUP), desk.owner.folder(GROUPS["team"])
    assert folder is not None
    assert team is not None
    answer = requests.post(
        f"{desk.sandbox.url}/api/v4/groups/{folder.id}/share",
        json={"group_id": team.id, "group_access": 20},
        headers={"PRIVATE-TOKEN": tokens_of(desk.sandbox.world)["channel-bot-owner"]},
        timeout=10,
    )
    assert answer.ok
    assert desk.owner.guests(folder.id) == (Guest(team.id, team.path, 20),)
    assert desk.owner.guests(GROUP) == ()


def test_accounts_by_id_in_the_sandbox(desk: Desk) -> None:
    cam = desk.cam.me()
    assert (desk.bot.user_by_id(cam.id), desk.bot.user_by_id(999_999)) == (cam, None)
    assert desk.bot.room(HOME) is not None


def test_invitations_in_the_sandbox(desk: Desk) -> None:
    folder = desk.owner.folder(f"{PARTNER_GROUP}/collaboration")
    assert folder is not None
    assert desk.owner.invitations(folder.id) == ()
    desk.owner.invite(folder.id, "new@acme.example", 40)
    desk.owner.invite(folder.id, "new@acme.example", 40)
    today = desk.owner.now().date()
    assert desk.owner.invitations(folder.id) == (Seat(None, "new@acme.example", 40, today),)
    with pytest.raises(AskAPerson, match=f"GitLab did not invite to group {folder.id}: "):
        desk.owner.invite(folder.id, "no address", 40)
    with pytest.raises((Forbidden, NotThere)):
        desk.bot.invite(folder.id, "other@acme.example", 40)


def test_who_may_make_folders_in_the_sandbox(desk: Desk) -> None:
    parent = desk.owner.folder(f"{GROUPS['partners']}/emea")
    assert parent is not None
    made = desk.owner.create_folder(parent.id, "Beta Systems", "beta")
    assert made.subgroup_creation == "owner"
    assert desk.owner.update_folder(made.id, subgroup_creation="maintainer").subgroup_creation == "maintainer"
