"""What is asked without a socket gets what it would have got over one, and what goes wrong goes wrong on a real one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from bot.gateway import Gateway
from bot.rest.session import Session
from bot.sandbox.clock import Clock
from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.server import Sandbox
from tests.direct import direct, over_sockets

HOME = "/projects/gitlab-com%2Fchannel%2Fchannels"
NAMED = {"title": "Grüße & more", "labels": "a,b", "due_date": "2026-12-01"}
ASKED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/version", {}),
    ("GET", "/user", {"headers": {"PRIVATE-TOKEN": "nobody's"}}),
    ("GET", "/nowhere", {}),
    ("POST", f"{HOME}/issues", {"json": NAMED}),
    ("POST", f"{HOME}/issues", {"data": NAMED}),
    ("POST", f"{HOME}/issues", {"json": {}}),
    ("GET", f"{HOME}/issues", {"params": {"per_page": 1, "search": "Grüße &", "labels": ["a", "b"]}}),
    ("GET", f"{HOME}/issues/1", {"headers": {"If-None-Match": "*"}}),
    ("HEAD", f"{HOME}/issues/1", {}),
    ("PUT", f"{HOME}/issues/1", {"json": {"add_labels": "c"}}),
    ("DELETE", f"{HOME}/labels/no%2Fsuch", {}),
    ("POST", f"{HOME}/uploads", {"files": {"file": ("table.csv", b"a;b\xff", "text/csv")}}),
    ("POST", f"{HOME}/issues/1/notes", {"json": {"body": "x" * 2_000_000}}),
    ("POST", f"{HOME}/issues/1/notes", {"data": b"\0" * (26 * 1024 * 1024)}),
)

UNLIKE = ("ETag", "Content-Length", "Connection")
"""Two hold for the server's address, one is about the connection."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    clock = Clock(datetime(2026, 11, 21, 10, tzinfo=UTC), frozen=True)
    with Sandbox(example_world("http://127.0.0.1:0", clock=clock)) as played, direct(played):
        yield played


@pytest.fixture
def twin() -> Iterator[Sandbox]:
    clock = Clock(datetime(2026, 11, 21, 10, tzinfo=UTC), frozen=True)
    with Sandbox(example_world("http://127.0.0.1:0", clock=clock)) as played:
        yield played


def answers(sandbox: Sandbox) -> list[tuple[object, ...]]:
    def plain(text: str) -> str:
        return re.sub("[0-9a-f]{32}", "a secret", text.replace(sandbox.url, "http://gitlab"))

    given: list[tuple[object, ...]] = []
    with requests.Session() as session:
        session.headers["PRIVATE-TOKEN"] = tokens_of(sandbox.world)["cam-emea"]
        for method, path, how in ASKED:
            got = session.request(method, f"{sandbox.url}/api/v4{path}", timeout=10, **how)
            headers = {name: plain(value) for name, value in got.headers.items() if name not in UNLIKE}
            given.append((path, got.status_code, got.reason, got.encoding, headers, plain(got.text)))
    return given


def test_the_answers_are_the_same(sandbox: Sandbox, twin: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    over = answers(twin)
    with monkeypatch.context() as patch:
        patch.delattr(HTTPAdapter, "send")
        assert answers(sandbox) == over
    assert {row[1] for row in over} == {200, 201, 304, 400, 401, 404, 413}
    assert any("Link" in row[4] for row in over)  # type: ignore[operator]  # its headers
    logs = [[entry[:4] for entry in one.desk._entries] for one in (sandbox, twin)]
    assert logs[0] == logs[1]


def test_rate_limits_hold_without_a_socket_too(sandbox: Sandbox) -> None:
    requests.put(f"{sandbox.url}/sandbox/limits", json={"users": ["cam-emea"], "scale": 0.001}, timeout=5)
    headers = {"PRIVATE-TOKEN": tokens_of(sandbox.world)["cam-emea"]}
    asked = f"{sandbox.url}/api/v4/projects/1"
    statuses = [requests.get(asked, headers=headers, timeout=5).status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_what_is_ordered_to_go_wrong_goes_wrong_on_a_connection(sandbox: Sandbox) -> None:
    def order(**fault: object) -> None:
        requests.post(f"{sandbox.url}/sandbox/faults", json=fault, timeout=5).raise_for_status()

    asked = f"{sandbox.url}/api/v4/version"
    for kind in ("drop_before", "drop_after"):
        order(kind=kind)
        with pytest.raises(requests.ConnectionError):
            requests.get(asked, timeout=5)
    order(kind="delay", seconds=0.3)
    with pytest.raises(requests.ReadTimeout):
        requests.get(asked, timeout=0.1)
    assert requests.get(asked, timeout=5).status_code == 401


def _over_a_socket(*_: object, **__: object) -> None:
    raise ConnectionError("this went over a socket")


def test_a_session_of_the_bots_own_takes_the_short_cut_unless_told_otherwise(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = Gateway.connect(sandbox.url, tokens_of(sandbox.world)["channel-bot"])
    assert gateway.me().username == "channel-bot"
    gateway.close()
    monkeypatch.setattr(HTTPAdapter, "send", _over_a_socket)
    with over_sockets("this test"), pytest.raises(ConnectionError, match="over a socket"), Session() as session:
        session.get(f"{sandbox.url}/api/v4/version", timeout=5)


def test_nobody_answers_before_the_start_and_after_the_end() -> None:
    with Sandbox(example_world("http://127.0.0.1:0")) as played, direct(played):
        played.stop()
        with pytest.raises(ConnectionRefusedError, match="start the sandbox"):
            requests.get(f"{played.url}/api/v4/version", timeout=5)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{played.url}/api/v4/version", timeout=5)
