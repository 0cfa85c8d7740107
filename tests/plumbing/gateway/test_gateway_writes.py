"""A write is sent once, its fate is told apart, and it follows its project but goes to no other address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest
import requests
import responses

from bot.errors import AskAPerson, BadToken, BotError, Conflict, Forbidden, NotThere, TryLater, Unclear
from bot.gateway import Gateway
from tests.plumbing.gateway.parts import (
    API,
    HTML,
    ISSUE,
    Listener,
    never_connected,
)

Write: TypeAlias = tuple[str, Callable[[Gateway], object], str, str, str]
WRITES: list[Write] = [
    ("update an issue", lambda it: it.update_issue(7, 3, {"weight": 1}), "PUT", "/projects/7/issues/3", "other"),
    ("create an issue", lambda it: it.create_issue(7, {"title": "x"}), "POST", "/projects/7/issues", "issue"),
    ("create a note", lambda it: it.create_note(7, 3, "x"), "POST", "/projects/7/issues/3/notes", "note"),
    ("edit a note", lambda it: it.edit_note(7, 3, 9, "x"), "PUT", "/projects/7/issues/3/notes/9", "other"),
    ("delete a note", lambda it: it.delete_note(7, 3, 9), "DELETE", "/projects/7/issues/3/notes/9", "other"),
    ("award", lambda it: it.award(7, 3, 9, "eyes"), "POST", "/projects/7/issues/3/notes/9/award_emoji", "other"),
]
FATES: list[tuple[str, dict[str, Any], type[BotError]]] = [
    ("429 is surely not done", {"status": 429}, TryLater),
    ("a lock is surely not done", {"status": 409, "json": {"message": "409 Conflict: Resource lock"}}, TryLater),
    ("no connection is surely not done", {"body": never_connected()}, TryLater),
    ("no connection in time is surely not done", {"body": requests.ConnectTimeout("slow")}, TryLater),
    ("500 is unclear", {"status": 500}, Unclear),
    ("502 is unclear", {"status": 502, "body": HTML}, Unclear),
    ("503 is unclear", {"status": 503}, Unclear),
    ("504 is unclear", {"status": 504}, Unclear),
    ("a timeout is unclear", {"body": requests.ReadTimeout("slow")}, Unclear),
    ("a dropped connection is unclear", {"body": requests.ConnectionError("dropped")}, Unclear),
    ("an odd answer is unclear", {"body": requests.exceptions.ContentDecodingError("odd")}, Unclear),
    ("400 is for a person", {"status": 400}, AskAPerson),
    ("401 is for a person", {"status": 401}, BadToken),
    ("403 is for a person", {"status": 403}, Forbidden),
    ("404 is gone", {"status": 404}, NotThere),
    ("409 is a conflict", {"status": 409}, Conflict),
    ("418 is for a person", {"status": 418}, AskAPerson),
    ("422 is for a person", {"status": 422}, AskAPerson),
]


@dataclass(frozen=True)
class Fate:
    name: str
    answer: dict[str, Any]
    error: type[BotError]


@pytest.mark.parametrize("write", WRITES, ids=lambda row: row[0])
@pytest.mark.parametrize("fate", [Fate(*row) for row in FATES], ids=lambda fate: fate.name)
def test_a_write_is_sent_once(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, write: Write, fate: Fate
) -> None:
    _, call, method, path, kind = write
    gitlab.add(method, f"{API}{path}", **fate.answer)
    with pytest.raises(BotError, match=f"{method} {path}") as error:
        call(gateway)
    assert (type(error.value), len(gitlab.calls), listener.kinds) == (fate.error, 1, [kind])


def test_a_write_to_a_moved_project_follows_the_redirect(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.post(f"{API}/projects/old%2Fhome/issues", status=301, headers={"Location": f"{API}/projects/7/issues"})
    gitlab.post(f"{API}/projects/7/issues", json=ISSUE, status=201)
    assert gateway.create_issue("old/home", {"title": "x"}).project_id == 7
    assert [call.request.method for call in gitlab.calls] == ["POST", "POST"]


def test_a_write_to_a_moved_project_asks_for_its_id(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """GitLab's other answer to it: 405, non GET methods are not allowed for moved projects."""
    gitlab.post(f"{API}/projects/old%2Fhome/issues", status=405)
    gitlab.get(f"{API}/projects/old%2Fhome", status=301, headers={"Location": f"{API}/projects/7"})
    gitlab.get(f"{API}/projects/7", json={"id": 7, "path_with_namespace": "new/home"})
    gitlab.post(f"{API}/projects/7/issues", json=ISSUE, status=201)
    assert gateway.create_issue("old/home", {"title": "x"}).project_id == 7


ELSEWHERE = [
    (
        "another server",
        {"status": 301, "headers": {"Location": "https://new.example/api/v4/x?a=1"}},
        "https://new.example/api/v4/x:",
    ),
    (
        "https",
        {"status": 308, "headers": {"Location": "http://gitlab.example/api/v4/x"}},
        "http://gitlab.example/api/v4/x:",
    ),
    ("itself", {"status": 302, "headers": {"Location": f"{API}/projects/7/issues/3"}}, "moved to"),
    ("a page of the same server", {"status": 302, "headers": {"Location": "/users/sign_in"}}, "/users/sign_in:"),
    ("nowhere", {"status": 307}, "an address it does not name"),
    ("an id that cannot move", {"status": 405}, "405"),
]


@pytest.mark.parametrize(("answer", "said"), [row[1:] for row in ELSEWHERE], ids=[row[0] for row in ELSEWHERE])
def test_a_write_is_not_sent_elsewhere(
    gitlab: responses.RequestsMock, gateway: Gateway, answer: dict[str, Any], said: str
) -> None:
    gitlab.put(f"{API}/projects/7/issues/3", **answer)
    with pytest.raises(AskAPerson, match=said):
        gateway.update_issue(7, 3, {"weight": 1})
    assert len(gitlab.calls) == 1
