"""The receiver on the wire, under the gunicorn it is shipped with: rule 1 of the flow."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from bot.delivery import secrets_from
from bot.inbox import Inbox
from bot.web import serve
from tests.plumbing.conftest import KINDS, Opener, fresh_url
from tests.plumbing.gunicorns import BOT_TOKEN, Running, receiver
from tests.plumbing.webhooks import issue_body, token_headers

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module", params=KINDS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with receiver(fresh_url(request.param, tmp_path_factory.mktemp("wire"), request)) as made:
        yield made


@pytest.fixture
def inbox(running: Running, opened: Opener) -> Inbox:
    return Inbox(opened(running.environ["DATABASE_URL"]))


def test_rule_1_whoever_was_answered_finds_the_delivery_on_disk(running: Running, inbox: Inbox) -> None:
    def send(number: int) -> str:
        status, answer = running.ask("POST", "/webhook", issue_body(number), token_headers(f"many-{number}"))
        assert (status, answer) == (200, {"id": f"many-{number}"})
        return str(answer["id"])

    with ThreadPoolExecutor(50) as pool:
        answered = set(pool.map(send, range(1, 301)))
    assert answered <= {one.id for one in inbox.deliveries(10_000)}
    assert inbox.pending([f"issue:77/{number}" for number in range(1, 301)]) == 300


def test_rule_1_the_sender_of_thirty_megabytes_reads_413(running: Running) -> None:
    headers = {**token_headers(), "Connection": "close"}
    assert running.ask("POST", "/webhook", b"x" * 30 * MEGABYTE, headers)[0] == 413


def test_rule_1_the_sender_of_thirty_megabytes_in_chunks_reads_413(running: Running) -> None:
    connection = running.connect()
    chunks = (b"x" * MEGABYTE for _ in range(30))
    connection.request("POST", "/webhook", chunks, token_headers(), encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_a_chunked_body_is_accepted(running: Running, inbox: Inbox) -> None:
    connection = running.connect()
    body = issue_body(7001)
    headers = {**token_headers("chunked"), "Transfer-Encoding": "chunked"}
    connection.request("POST", "/webhook", iter([body[:10], body[10:]]), headers, encode_chunked=True)
    assert json.loads(connection.getresponse().read()) == {"id": "chunked"}
    connection.close()
    assert inbox.pending(["issue:77/7001"]) == 1


def test_a_body_that_never_ends_is_cut_off(running: Running) -> None:
    """Drained up to 64 MB, so that an honest sender reads the answer, and no further."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in token_headers().items())
    sent = 0
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as raw:
        raw.sendall(f"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: {10**10}\r\n{headers}\r\n".encode())
        # Whichever way the kernel tells that the other side is gone.
        with suppress(OSError):
            while sent < 200 * MEGABYTE:
                raw.sendall(b"x" * MEGABYTE)
                sent += MEGABYTE
    assert 25 * MEGABYTE < sent < 100 * MEGABYTE


def test_a_sender_that_goes_away_leaves_the_receiver_well(running: Running, inbox: Inbox) -> None:
    before = len(inbox.deliveries(10_000))
    headers = "".join(f"{name}: {value}\r\n" for name, value in token_headers("gone").items())
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as raw:
        raw.sendall(f"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n{headers}\r\n{{".encode())
    assert running.ask("GET", "/readyz")[0] == 200
    assert len(inbox.deliveries(10_000)) == before


def test_a_slow_answer_blocks_nobody_else(running: Running) -> None:
    headers = "".join(f"{name}: {value}\r\n" for name, value in token_headers("slow").items())
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as raw:
        raw.sendall(f"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n{headers}\r\n{{".encode())
        assert running.ask("GET", "/healthz")[0] == 200


def test_sweeps_are_asked_for_over_http(running: Running) -> None:
    bearer = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": "application/json"}
    status, answer = running.ask("POST", "/sweep", b'{"full": true}', bearer)
    assert status == 202
    assert running.ask("GET", f"/sweep/{answer['id']}", b"", bearer)[1]["state"] == "waiting"


@pytest.mark.unmeasured
@pytest.mark.kills
def test_rule_1_no_answered_delivery_is_lost_and_none_refused_when_the_receiver_is_killed(
    running: Running, inbox: Inbox
) -> None:
    """The listening socket is held outside: who connects while nobody listens waits in the kernel's queue."""
    answered: list[str] = []

    def send(number: int) -> None:
        id_ = f"kill-{number}"
        for _ in range(5):
            try:
                status, _ = running.ask("POST", "/webhook", issue_body(number), token_headers(id_))
            except OSError:
                continue  # it was being answered when the process died; GitLab would show it as failed
            except Exception:
                continue
            assert status == 200
            answered.append(id_)
            return

    with ThreadPoolExecutor(8) as pool:
        sending = [pool.submit(send, number) for number in range(1, 201)]
        for _ in range(2):
            time.sleep(0.15)
            running.kill()
            running.start()
        for one in sending:
            one.result()
    assert len(answered) == 200
    assert set(answered) <= {one.id for one in inbox.deliveries(10_000)}


def test_serve_refuses_to_start_without_a_secret() -> None:
    from bot.errors import ConfigError

    with pytest.raises(ConfigError, match="WEBHOOK_SECRET or WEBHOOK_SIGNING_TOKEN"):
        serve(environ={})
    assert secrets_from({"WEBHOOK_SECRET": "s"}).token == "s"


def test_the_default_database_is_made_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.wsgi import app_from

    monkeypatch.chdir(tmp_path)
    app = app_from({"WEBHOOK_SECRET": "s"})
    assert app.test_client().get("/readyz").status_code == 200
    assert (tmp_path / "var" / "channel-bot.db").exists()
    app.extensions["database"].dispose()
