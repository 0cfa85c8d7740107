"""What every request carries, what no other server sees, and whose clock it is."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
import requests
import responses

from bot.errors import AskAPerson, TryLater
from bot.gateway import Gateway
from tests.plumbing.gateway.parts import (
    API,
    DATE,
    ISSUE,
    TOKEN,
    URL,
    Listener,
)


def test_no_other_server_sees_the_token(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/user", status=302, headers={"Location": "https://elsewhere.example/user"})
    gitlab.get("https://elsewhere.example/user", json={"id": 1, "username": "channel-bot"})
    gateway.me()
    assert [call.request.headers.get("PRIVATE-TOKEN") for call in gitlab.calls] == [TOKEN, None]


def test_the_token_is_in_no_text(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/user", status=400, json={"message": TOKEN})
    with pytest.raises(AskAPerson) as error:
        gateway.me()
    assert TOKEN not in f"{error.value!r} {gateway!r} {gateway}"


@pytest.mark.parametrize("url", ["gitlab.example", "https://", "http://[::1", "ftp://gitlab.example"])
def test_an_address_that_cannot_be_used_is_named(url: str) -> None:
    with pytest.raises(AskAPerson, match="GITLAB_URL") as error:
        Gateway(url, TOKEN).me()
    assert error.value.__cause__ is None


@pytest.mark.parametrize("token", ["", "glpat-\none", "glpat-ж", "glpat one"])
def test_what_is_no_token_is_not_sent(token: str) -> None:
    with pytest.raises(AskAPerson, match="What is in GITLAB_TOKEN is no token") as error:
        Gateway(URL, token)
    assert not token or token not in str(error.value)


def test_a_token_may_end_with_a_newline(gitlab: responses.RequestsMock) -> None:
    gitlab.get(f"{API}/user", json={"id": 1, "username": "channel-bot"})
    Gateway(f"{URL}/", f"{TOKEN}\n").me()
    assert gitlab.calls[0].request.headers["PRIVATE-TOKEN"] == TOKEN


def test_every_request_has_a_timeout(gitlab: responses.RequestsMock) -> None:
    gitlab.get(f"{API}/user", json={"id": 1, "username": "channel-bot"})
    gitlab.put(f"{API}/projects/7/issues/3", json=ISSUE)
    gateway = Gateway(URL, TOKEN)
    gateway.me()
    gateway.update_issue(7, 3, {})
    assert [getattr(call.request, "req_kwargs")["timeout"] for call in gitlab.calls] == [10.0, 10.0]  # noqa: B009 - untyped


def test_each_try_is_observed(gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", body=requests.ReadTimeout("slow"))
    gitlab.get(f"{API}/projects/7/issues/3", status=503)
    gitlab.get(f"{API}/projects/7/issues/3", json=ISSUE)
    gitlab.put(f"{API}/groups/partners%2Femea/labels/DRI%20missing", status=400)
    gitlab.get(f"{API}/projects/partners%2Fhome/repository/files/docs%2Fa.md", status=404)
    gitlab.get(f"{API}/projects/partners%2Fhome/repository/files/a.md", json={"last_commit_id": "0a1b2c"})
    gitlab.get(f"{API}/projects/partners%2Fhome/repository/commits/0a1b2c", json={"message": "Begin"})
    gateway.issue(7, 3)
    with pytest.raises(AskAPerson):
        gateway.update_group_label("partners/emea", "DRI missing", color="#fff")
    gateway.file("partners/home", "docs/a.md", "main")
    gateway.last_commit_message("partners/home", "a.md", "main")
    assert listener.seen == [
        ("GET", "/projects/:id/issues/:n", 0),
        ("GET", "/projects/:id/issues/:n", 503),
        ("GET", "/projects/:id/issues/:n", 200),
        ("PUT", "/groups/:id/labels/:name", 400),
        ("GET", "/projects/:id/repository/files/:name", 404),
        ("GET", "/projects/:id/repository/files/:name", 200),
        ("GET", "/projects/:id/repository/commits/:name", 200),
    ]


def test_pacing_can_hold_a_write_back(gitlab: responses.RequestsMock) -> None:
    def hold(kind: str) -> None:
        raise TryLater(f"enough {kind}s for this minute", 12)

    gateway = Gateway(URL, TOKEN, before_write=hold)
    with pytest.raises(TryLater, match="enough notes"):
        gateway.create_note(7, 3, "Hello")
    assert len(gitlab.calls) == 0


def test_writes_work_without_hooks(gitlab: responses.RequestsMock) -> None:
    gitlab.put(f"{API}/projects/7/issues/3", json=ISSUE)
    assert Gateway(URL, TOKEN).update_issue(7, 3, {"weight": 1}).iid == 3


def test_the_clock_is_gitlabs(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/version", json={"version": "19.1.0-ee"}, headers=DATE)
    gitlab.get(f"{API}/projects/7/issues/3", json=ISSUE, headers={"Date": "Thu, 31 Dec 2026 23:59:58 GMT"})
    assert gateway.now().isoformat()[:16] == "2026-11-21T12:00"
    assert len(gitlab.calls) == 1
    gateway.issue(7, 3)
    assert gateway.now().isoformat()[:19] in ("2026-12-31T23:59:58", "2026-12-31T23:59:59")
    assert len(gitlab.calls) == 2
    assert gateway.now(max_age=-1).isoformat()[:16] == "2026-11-21T12:00"
    assert gateway.now(max_age=60).isoformat()[:16] == "2026-11-21T12:00"
    assert len(gitlab.calls) == 3


def test_the_own_clock_stands_in_where_gitlab_stamps_nothing(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/version", json={"version": "19.1.0-ee"}, headers={"Date": "yesterday"})
    assert gateway.now().year >= 2026
    assert gateway.now().utcoffset() is not None


def test_threads_share_a_gateway_but_no_session(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    threads, together = 8, Barrier(8)
    got: list[tuple[int, str]] = []
    for number in range(threads):
        gitlab.get(f"{API}/projects/{number}/issues/3", status=429, headers={"Retry-After": f"{number}00"})

    def ask(number: int) -> None:
        together.wait()
        for _ in range(10):
            try:
                gateway.issue(number, 3)
            except TryLater as error:
                got.append((number, f"{error.after:g}"))

    started = [Thread(target=ask, args=(number,)) for number in range(1, threads)] + [Thread(target=ask, args=(8,))]
    gitlab.get(f"{API}/projects/8/issues/3", status=429, headers={"Retry-After": "800"})
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    assert sorted(got) == sorted((number, f"{number}00") for number in range(1, 9) for _ in range(10))
    gateway.close()


@pytest.mark.parametrize(
    ("answer", "scopes"),
    [
        ({"json": {"scopes": ["api"]}}, frozenset({"api"})),
        ({"json": {"scopes": ["read_api"]}}, frozenset({"read_api"})),
        ({"status": 404}, None),
        ({"status": 403}, None),
    ],
    ids=["a token that writes", "a token that reads", "no such thing", "not for this token"],
)
def test_what_the_token_may_do(
    gitlab: responses.RequestsMock, gateway: Gateway, answer: dict[str, Any], scopes: object
) -> None:
    gitlab.get(f"{API}/personal_access_tokens/self", **answer)
    assert gateway.token_scopes() == scopes


def test_each_thread_keeps_a_session_of_its_own(gateway: Gateway) -> None:
    mine, theirs = gateway._client().session, list[object]()
    thread = Thread(target=lambda: theirs.extend(gateway._client().session for _ in range(2)))
    thread.start()
    thread.join()
    assert gateway._client().session is mine
    assert theirs[0] is theirs[1]
    assert theirs[0] is not mine
