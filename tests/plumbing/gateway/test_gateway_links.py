"""Issues are linked once, files uploaded as they are, and the journal says who closed what."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
import requests
import responses

from bot.domain.places import StateEvent
from bot.errors import AskAPerson, BotError, Forbidden, NotThere, Unclear
from bot.gateway import Gateway
from tests.plumbing.gateway.parts import API, ISSUE, Desk, Listener

LINKS = f"{API}/projects/7/issues/3/links"
UPLOADS = f"{API}/projects/7/uploads"
STORED = "![badge](/uploads/66dbcd21ec5d24ed6ea225176098d52b/badge.png)"
WRITES: dict[str, tuple[str, Callable[[Gateway], object]]] = {
    "a link": (LINKS, lambda it: it.link_issues(7, 3, 9, 12)),
    "an upload": (UPLOADS, lambda it: it.upload(7, "badge.png", b"\x89PNG", "image/png")),
}


def test_two_issues_are_related(gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener) -> None:
    gitlab.post(LINKS, json={}, status=201)
    gateway.link_issues(7, 3, 9, 12)
    body = {"target_project_id": 9, "target_issue_iid": 12, "link_type": "relates_to"}
    assert json.loads(gitlab.calls[0].request.body or "") == body
    assert listener.kinds == ["other"]


def test_two_issues_are_related_once(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.post(LINKS, json={"message": "Issue(s) already assigned"}, status=409)
    gateway.link_issues(7, 3, 9, 12)
    assert len(gitlab.calls) == 1


@pytest.mark.parametrize(("status", "error"), [(400, AskAPerson), (403, Forbidden), (404, NotThere)])
@pytest.mark.parametrize("write", WRITES.values(), ids=list(WRITES))
def test_what_gitlab_refuses_is_said(
    gitlab: responses.RequestsMock,
    gateway: Gateway,
    write: tuple[str, Callable[[Gateway], object]],
    status: int,
    error: type[BotError],
) -> None:
    url, call = write
    gitlab.post(url, status=status)
    with pytest.raises(error):
        call(gateway)


@pytest.mark.parametrize("write", WRITES.values(), ids=list(WRITES))
def test_a_write_of_unknown_fate_is_not_repeated(
    gitlab: responses.RequestsMock, gateway: Gateway, write: tuple[str, Callable[[Gateway], object]]
) -> None:
    url, call = write
    gitlab.post(url, body=requests.ReadTimeout("slow"))
    with pytest.raises(Unclear):
        call(gateway)
    assert len(gitlab.calls) == 1


def test_what_an_issue_is_linked_to(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    following = {"Link": f'<{LINKS}?page=2&per_page=100>; rel="next"'}
    gitlab.get(LINKS, json=[{**ISSUE, "project_id": 9, "iid": 12, "issue_link_id": 1}], headers=following)
    gitlab.get(LINKS, json=[{**ISSUE, "iid": 4}])
    assert gateway.linked(7, 3) == ((9, 12), (7, 4))


def test_a_file_goes_out_as_it_is(gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener) -> None:
    content = bytes(range(256)) * 3
    gitlab.post(UPLOADS, json={"markdown": STORED}, status=201)
    assert gateway.upload(7, "badge.png", content, "image/png") == STORED
    request = gitlab.calls[0].request
    assert isinstance(request.body, bytes)
    kind = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    form = message_from_bytes(kind + request.body, policy=policy.HTTP)
    parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
    file = parts["file"]
    assert (file.get_filename(), file.get_content_type()) == ("badge.png", "image/png")
    assert file.get_payload(decode=True) == content
    assert listener.kinds == ["other"]


def test_an_upload_without_its_link_is_unclear(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.post(UPLOADS, json={"id": 1}, status=201)
    with pytest.raises(Unclear):
        gateway.upload(7, "badge.png", b"", "image/png")


def test_who_closed_and_reopened_an_issue(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    newest = {"id": 22, "created_at": "2026-11-21T10:00:00.000Z", "user": None, "state": "reopened"}
    oldest = {"id": 21, "created_at": "2026-11-20T10:00:00.000Z", "user": {"id": 4}, "state": "closed"}
    gitlab.get(f"{API}/projects/7/issues/3/resource_state_events", json=[newest, oldest])
    assert gateway.state_events(7, 3) == (
        StateEvent(21, datetime(2026, 11, 20, 10, tzinfo=UTC), 4, "closed"),
        StateEvent(22, datetime(2026, 11, 21, 10, tzinfo=UTC), None, "reopened"),
    )


def test_the_state_journal_in_the_sandbox(desk: Desk) -> None:
    made = desk.open("closed twice")
    assert desk.bot.state_events(desk.home, made.iid) == ()
    for who, event in ((desk.cam, "close"), (desk.bot, "reopen"), (desk.cam, "close")):
        who.update_issue(desk.home, made.iid, {"state_event": event})
    cam, bot = desk.cam.me().id, desk.bot.me().id
    told = [(event.user_id, event.state) for event in desk.bot.state_events(desk.home, made.iid)]
    assert told == [(cam, "closed"), (bot, "reopened"), (cam, "closed")]


def test_links_in_the_sandbox(desk: Desk) -> None:
    """A link stands on both sides, and making it again, from either side, is no error."""
    first, second = desk.open("one"), desk.open("two")
    assert desk.bot.linked(desk.home, first.iid) == ()
    desk.bot.link_issues(desk.home, first.iid, desk.home, second.iid)
    desk.bot.link_issues(desk.home, first.iid, desk.home, second.iid)
    desk.bot.link_issues(desk.home, second.iid, desk.home, first.iid)
    assert desk.bot.linked(desk.home, first.iid) == ((desk.home, second.iid),)
    assert desk.bot.linked(desk.home, second.iid) == ((desk.home, first.iid),)
    with pytest.raises(NotThere):
        desk.bot.link_issues(desk.home, first.iid, desk.home, 999)


def test_an_upload_in_the_sandbox(desk: Desk) -> None:
    first, second = (desk.bot.upload(desk.home, "badge.png", b"\x89PNG\r\n", "image/png") for _ in range(2))
    assert first.startswith("![badge](/uploads/")
    assert first != second
