"""The receiver's answers: rule 1 of the flow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot import body, reach
from bot.domain.subject import Subject
from bot.inbox import Inbox
from bot.receiver import create_app
from bot.store.database import Database
from tests.plumbing.clocks import Clock
from tests.plumbing.conftest import Opener
from tests.plumbing.webhooks import BY_BOTH, NOW, TOKEN, issue_body, signed_headers, token_headers

BODY = issue_body()
BEARER = {"Authorization": "Bearer sesame"}


@pytest.fixture
def client(inbox: Inbox, clock: Clock) -> FlaskClient:
    return create_app(inbox, BY_BOTH, bot_token="sesame", clock=clock).test_client()


def counts(inbox: Inbox) -> dict[str, float]:
    return {"/".join((count.name, *dict(count.labels).values())): count.value for count in inbox.counters()}


def test_rule_1_a_delivery_is_stored_and_answered_with_its_id(client: FlaskClient, inbox: Inbox) -> None:
    response = client.post("/webhook", data=BODY, headers=token_headers("d1"))
    assert (response.status_code, response.json) == (200, {"id": "d1"})
    (kept,) = inbox.deliveries()
    assert (kept.id, kept.event, kept.action, kept.subjects) == ("d1", "Issue Hook", "update", ("issue:77/42",))
    assert (inbox.pending(), counts(inbox)) == (1, {"deliveries_accepted/Issue Hook": 1})


def test_rule_1_a_signed_delivery_with_an_old_timestamp_is_accepted_and_counted(
    client: FlaskClient, inbox: Inbox
) -> None:
    headers = signed_headers(BODY, timestamp=NOW - 86_400)
    assert client.post("/webhook", data=BODY, headers=headers).status_code == 200
    assert counts(inbox)["deliveries_noted/old_timestamp/"] == 1


@pytest.mark.parametrize(
    "headers", [token_headers(token="forged"), {**token_headers(), "webhook-signature": "v1,forged"}]
)
def test_rule_1_a_forgery_is_answered_401_and_leaves_no_trace(
    client: FlaskClient, inbox: Inbox, headers: dict[str, str]
) -> None:
    response = client.post("/webhook", data=BODY, headers=headers)
    assert (response.status_code, list(response.get_json())) == (401, ["error"])
    assert TOKEN not in response.text
    assert (inbox.deliveries(), inbox.pending()) == ([], 0)
    assert counts(inbox) == {"deliveries_refused/401": 1}


@pytest.mark.parametrize("data", [BODY[:-9], b"[]", b"", b'{"object_kind": "issue"}', issue_body(iid="seven")])  # type: ignore[arg-type]  # the case
def test_rule_1_an_unreadable_delivery_is_answered_200_and_kept(client: FlaskClient, inbox: Inbox, data: bytes) -> None:
    response = client.post("/webhook", data=data, headers=token_headers("u1"))
    assert (response.status_code, response.json) == (200, {"id": "u1"})
    assert [letter.name for letter in inbox.dead_letters()] == ["u1"]
    assert counts(inbox) == {"deliveries_unreadable": 1}


def test_rule_1_an_unwanted_kind_is_answered_200_and_counted(client: FlaskClient, inbox: Inbox) -> None:
    headers = token_headers("p1", "Pipeline Hook")
    assert client.post("/webhook", data=b'{"object_kind": "pipeline"}', headers=headers).json == {"id": "p1"}
    assert (inbox.pending(), inbox.dead_letters()) == (0, [])
    assert counts(inbox) == {"deliveries_accepted/Pipeline Hook": 1, "deliveries_noted/unwanted/pipeline": 1}


def test_rule_2_a_delivery_that_comes_again_gets_the_same_answer(
    client: FlaskClient, inbox: Inbox, clock: Clock
) -> None:
    first = client.post("/webhook", data=BODY, headers=token_headers("d1")).json
    clock.pass_(60)
    (lease,) = inbox.claim("w", 1)
    from bot.inbox import Done

    inbox.settle(lease, Done())
    assert client.post("/webhook", data=BODY, headers=token_headers("d1")).json == first
    assert (inbox.pending(), counts(inbox)["deliveries_repeated/Issue Hook"]) == (0, 1)


@pytest.mark.unmeasured
def test_rule_1_a_body_as_large_as_gitlab_sends_is_accepted(client: FlaskClient, inbox: Inbox) -> None:
    data = issue_body(description="x" * (body.LARGEST - 1000))
    assert client.post("/webhook", data=data, headers=token_headers()).status_code == 200
    assert inbox.pending() == 1


def test_rule_1_a_larger_body_is_answered_413(client: FlaskClient, inbox: Inbox) -> None:
    response = client.post("/webhook", data=b"x" * (body.LARGEST + 1), headers=token_headers())
    assert (response.status_code, counts(inbox)) == (413, {"deliveries_refused/413": 1})


@pytest.fixture
def broken(tmp_path: Path, opened: Opener) -> Iterator[FlaskClient]:
    """A receiver whose database cannot be created: a file lies where its folder should be."""
    (tmp_path / "var").write_text("in the way")
    inbox = Inbox(opened(f"sqlite:///{tmp_path}/var/bot.db"))
    app = create_app(inbox, BY_BOTH, bot_token="sesame")
    app.logger.disabled = True
    yield app.test_client()
    app.logger.disabled = False


def test_rule_1_a_store_that_cannot_be_written_is_answered_503(broken: FlaskClient) -> None:
    response = broken.post("/webhook", data=BODY, headers=token_headers())
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "not kept" in response.get_json()["error"]
    assert broken.get("/readyz").status_code == 503
    assert broken.get("/metrics").status_code == 503
    assert broken.get("/healthz").status_code == 200


def test_a_receiver_recovers_with_its_store(broken: FlaskClient, tmp_path: Path) -> None:
    assert broken.post("/webhook", data=BODY, headers=token_headers()).status_code == 503
    (tmp_path / "var").unlink()
    assert broken.post("/webhook", data=BODY, headers=token_headers()).status_code == 200


def test_readyz_tells_the_queue(client: FlaskClient, clock: Clock) -> None:
    client.post("/webhook", data=BODY, headers=token_headers())
    clock.pass_(10)
    response = client.get("/readyz")
    assert (response.status_code, response.json) == (200, {"ok": True, "lag": 9.5, "pending": 1, "troubles": []})


def test_readyz_says_when_nobody_works(client: FlaskClient, clock: Clock) -> None:
    client.post("/webhook", data=BODY, headers=token_headers())
    clock.pass_(200)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "is a worker running?" in response.get_json()["troubles"][0]


def test_readyz_says_when_gitlab_is_out_of_reach(database: Database, inbox: Inbox) -> None:
    client = create_app(inbox, BY_BOTH, ready=lambda: reach.trouble(database)).test_client()
    reach.tell(database, "connection refused")
    reach.tell(database, "connection refused")
    assert client.get("/readyz").get_json()["troubles"] == ["connection refused"]
    reach.tell(database, None)
    reach.tell(database, None)
    assert client.get("/readyz").status_code == 200


def test_metrics_are_prometheus_text(client: FlaskClient) -> None:
    client.post("/webhook", data=BODY, headers=token_headers())
    client.post("/webhook", data=BODY, headers=token_headers(token="forged"))
    response = client.get("/metrics")
    assert response.content_type.startswith("text/plain; version=0.0.4")
    lines = response.text.splitlines()
    assert 'channel_bot_deliveries_accepted_total{event="Issue Hook"} 1.0' in lines
    assert 'channel_bot_deliveries_refused_total{status="401"} 1.0' in lines
    assert "# TYPE channel_bot_inbox_pending gauge" in lines
    assert "channel_bot_inbox_pending 1.0" in lines
    assert len([line for line in lines if line.startswith("# TYPE")]) == len(
        {line for line in lines if line.startswith("# TYPE")}
    )


def test_a_sweep_is_stored_and_wakes_the_worker(client: FlaskClient, inbox: Inbox) -> None:
    asked = client.post("/sweep", json={"full": True}, headers=BEARER)
    assert asked.status_code == 202
    id_ = asked.get_json()["id"]
    (lease,) = inbox.claim("w", 1)
    assert lease.subject == Subject("sweep", id_)
    state = client.get(f"/sweep/{id_}", headers=BEARER).get_json()
    assert {name: state[name] for name in ("id", "state", "full", "total", "error")} == {
        "id": id_,
        "state": "waiting",
        "full": True,
        "total": None,
        "error": None,
    }


@pytest.mark.parametrize("data", [b"", b"{}", b'{"apply": true}', b"nonsense"])
def test_a_sweep_is_of_what_changed_unless_told_otherwise(client: FlaskClient, data: bytes) -> None:
    asked = client.post("/sweep", data=data, content_type="application/json", headers=BEARER)
    state = client.get(f"/sweep/{asked.get_json()['id']}", headers=BEARER).get_json()
    assert state["full"] is False


def test_a_sweep_wants_a_json_object(client: FlaskClient) -> None:
    response = client.post("/sweep", json=["full"], headers=BEARER)
    assert (response.status_code, "JSON object" in response.get_json()["error"]) == (400, True)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer Sesame"}, {"Authorization": "sesame"}])
def test_only_the_bearer_of_the_bot_token_sweeps(client: FlaskClient, inbox: Inbox, headers: dict[str, str]) -> None:
    assert client.post("/sweep", json={}, headers=headers).status_code == 401
    assert client.get("/sweep/1", headers=headers).status_code == 401
    assert inbox.pending() == 0


def test_without_a_bot_token_nobody_sweeps(inbox: Inbox) -> None:
    client = create_app(inbox, BY_BOTH).test_client()
    for bearer in ("Bearer ", "Bearer None", "Bearer"):
        assert client.post("/sweep", json={}, headers={"Authorization": bearer}).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/webhook", 405), ("POST", "/healthz", 405), ("GET", "/sweep", 405)],
)
def test_other_paths_and_methods_are_answered_in_json(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)
    assert (response.status_code, list(response.get_json())) == (status, ["error"])


def test_an_unknown_sweep_is_not_found(client: FlaskClient) -> None:
    assert client.get("/sweep/none", headers=BEARER).status_code == 404


def test_a_sweep_that_shall_not_write_is_not_the_running_bots(client: FlaskClient) -> None:
    answer = client.post("/sweep", json={"apply": False}, headers=BEARER)
    assert (answer.status_code, "channel-bot sweep" in answer.get_json()["error"]) == (400, True)
