"""The sandbox as a server: state that survives, connections that stay, faults that come before and after the effect."""

from __future__ import annotations

import http.client
import socket
import threading
from pathlib import Path

import pytest
import requests

from bot.sandbox.server import Sandbox, Saver
from bot.sandbox.world import World
from tests.sandbox.core_parts import Play, play, small_world


def place(played: Play, **fault: object) -> None:
    assert requests.post(f"{played.sandbox.url}/sandbox/faults", json=fault, timeout=5).status_code == 201


def test_what_was_acknowledged_is_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    with play(state=file) as played:
        issue = played.issue(labels="kept", weight=3)
        text = file.read_text()
        issue.notes.create({"body": "kept too"})
    # As kill -9 would leave it: the file as it was after the first answer, then the whole.
    assert "Portal rollout" in text
    assert "kept too" not in text
    with Sandbox(state=file) as again:
        header = {"PRIVATE-TOKEN": "token-planner"}
        shown = requests.get(f"{again.url}/api/v4/projects/1/issues/{issue.iid}", headers=header, timeout=5).json()
    assert (shown["labels"], shown["weight"], shown["user_notes_count"]) == (["kept"], 3, 1)
    assert shown["web_url"].startswith(again.url)


def test_saves_that_come_together_are_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saves: list[int] = []
    first, go_on = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        saves.append(1)
        first.set()
        assert go_on.wait(5)

    monkeypatch.setattr("bot.sandbox.state.save", slow)
    saver = Saver(small_world(), tmp_path / "world.json")
    threads = [threading.Thread(target=saver) for _ in range(9)]
    threads[0].start()
    assert first.wait(5)
    for thread in threads[1:]:
        thread.start()
    while saver._wanted < len(threads):
        pass
    go_on.set()
    for thread in threads:
        thread.join(5)
    assert len(saves) == 2


def test_a_save_that_fails_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "world.json"
    with play(state=file) as played:

        def full(*_: object) -> None:
            raise OSError("no space left")

        monkeypatch.setattr("bot.sandbox.state.save", full)
        assert played.call("POST", "/projects/1/issues", json={"title": "x"}).status_code == 500
        assert played.call("GET", "/projects/1").status_code == 200


def test_one_connection_carries_many_requests() -> None:
    with play() as played:
        connection = http.client.HTTPConnection("127.0.0.1", played.sandbox.port, timeout=5)
        for _ in range(3):
            connection.request("GET", "/api/v4/projects/1", headers={"PRIVATE-TOKEN": "token-planner"})
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
            kept = connection.sock
            assert kept is not None
        assert kept is connection.sock
        connection.close()


def test_a_stopped_sandbox_answers_nobody() -> None:
    played = Sandbox(small_world()).start()
    session = requests.Session()
    assert session.get(f"{played.url}/api/v4/projects/1", timeout=5).status_code == 404
    played.stop()
    with pytest.raises(requests.ConnectionError):
        session.get(f"{played.url}/api/v4/projects/1", timeout=5)
    session.close()


def test_it_takes_over_a_socket_that_listens_already() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        sandbox = Sandbox(small_world(), port=port)
        thread = threading.Thread(target=sandbox.serve_forever, args=(listening.fileno(),), daemon=True)
        thread.start()
        header = {"PRIVATE-TOKEN": "token-planner"}
        shown = requests.get(f"http://127.0.0.1:{port}/api/v4/user", headers=header, timeout=5).json()
        assert shown["username"] == "planner"
        sandbox.stop()
        thread.join(5)


def test_a_fault_stands_in_for_the_answer() -> None:
    with play() as played:
        place(played, kind="fail", status=502, body="Bad Gateway")
        answer = played.call("POST", "/projects/1/issues", json={"title": "x"})
        assert (answer.status_code, answer.text, answer.headers["Content-Type"]) == (502, "Bad Gateway", "text/plain")
        place(played, kind="delay", seconds=0.2)
        assert played.call("GET", "/projects/1").elapsed.total_seconds() >= 0.2
        assert played.world.issues == {}


def test_a_connection_is_cut_before_or_after_the_effect() -> None:
    with play() as played:
        for kind, issues in (("drop_before", 0), ("drop_after", 1)):
            place(played, kind=kind, method="POST")
            with pytest.raises(requests.ConnectionError):
                played.call("POST", "/projects/1/issues", json={"title": "x"})
            assert len(played.world.issues) == issues


def test_a_lagging_replica_shows_the_past() -> None:
    with play() as played:
        issue = played.issue()
        place(played, kind="stale", seconds=60)
        assert played.call("GET", f"/projects/1/issues/{issue.iid}").status_code == 404
        assert played.call("GET", f"/projects/1/issues/{issue.iid}").status_code == 200


def test_every_api_call_is_in_the_log() -> None:
    with play() as played:
        played.call("GET", "/projects/channel%2Fchannels?simple=true")
        played.call("GET", "/user", None)
        place(played, kind="fail", status=503)
        played.call("PUT", "/projects/1/issues/1", json={"weight": 1})
        log = requests.get(f"{played.sandbox.url}/sandbox/requests", timeout=5).json()
        assert [(row["method"], row["path"], row["status"], row["user"]) for row in log] == [
            ("GET", "/api/v4/projects/channel%2Fchannels?simple=true", 200, "planner"),
            ("GET", "/api/v4/user", 401, None),
            ("PUT", "/api/v4/projects/1/issues/1", 503, "planner"),
        ]
        assert log[0]["at"] == "2026-11-21T10:00:00.000Z"


def test_limited_users_are_told_to_wait() -> None:
    with play() as played:
        limits = {"users": ["planner"], "scale": 0.001}
        requests.put(f"{played.sandbox.url}/sandbox/limits", json=limits, timeout=5)
        statuses = [played.call("GET", "/projects/1").status_code for _ in range(2)]
        assert statuses == [200, 429]
        assert played.call("GET", "/projects/1", "developer").status_code == 200


def test_a_sandbox_without_a_world_starts_with_an_empty_one() -> None:
    assert isinstance(Sandbox().world, World)
