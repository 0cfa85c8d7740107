"""The desk makes things go wrong on real connections, moves the clock, and tells what was asked."""

import http.client
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
import requests

from bot.sandbox import awards
from bot.sandbox.lag import Lag
from tests.sandbox.edge_parts import Served, scene, served


@pytest.fixture
def on() -> Iterator[Served]:
    with served() as running:
        yield running


def issue_path(on: Served) -> str:
    return f"/api/v4/projects/{on.scene.project.id}/issues/1"


def order(on: Served, **fault: object) -> None:
    response = on.desk_call("POST", "/faults", fault)
    assert response.status_code == 201, response.text


def test_the_next_matching_requests_fail_and_then_no_more(on: Served) -> None:
    cam = on.by("cam-emea")
    order(on, kind="fail", status=502, body="<html>bad gateway</html>", times=2, method="get", path=r"/issues/1$")
    path = issue_path(on)
    answers = [
        cam("GET", f"/api/v4/projects/{on.scene.project.id}"),
        cam("GET", path),
        cam("GET", path),
        cam("GET", path),
    ]
    assert [answer.status_code for answer in answers] == [200, 502, 502, 200]
    assert answers[1].text == "<html>bad gateway</html>"
    assert on.desk_call("GET", "/faults").json() == []


def test_a_fault_can_be_meant_for_one_user(on: Served) -> None:
    on.scene.world.users[1].admin = True
    cam, stranger = on.by("cam-emea"), requests.Session()
    order(on, kind="fail", user="cam-emea", times=None)
    with stranger:
        assert stranger.get(on.url + issue_path(on), timeout=5).status_code == 404
    assert [cam("GET", issue_path(on)).status_code for _ in range(2)] == [500, 500]
    assert on.desk_call("DELETE", "/faults").status_code == 204
    assert cam("GET", issue_path(on)).status_code == 200


def test_a_connection_dropped_before_the_effect_changes_nothing(on: Served) -> None:
    order(on, kind="drop_before", method="PUT")
    with pytest.raises(requests.ConnectionError):
        on.by("cam-emea")("PUT", issue_path(on), {"weight": 3})
    assert on.scene.issue.weight is None


def test_a_connection_dropped_after_the_effect_leaves_the_effect(on: Served) -> None:
    order(on, kind="drop_after", method="PUT")
    with pytest.raises(requests.ConnectionError):
        on.by("cam-emea")("PUT", issue_path(on), {"weight": 3})
    assert on.scene.issue.weight == 3


def test_a_drop_sends_not_one_byte(on: Served) -> None:
    order(on, kind="drop_after")
    parts = urlsplit(on.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=5)
    connection.request("GET", issue_path(on))
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        connection.getresponse()
    connection.close()


def test_a_delay_is_waited_for(on: Served) -> None:
    order(on, kind="delay", seconds=0.2)
    began = time.monotonic()
    assert on.by("cam-emea")("GET", issue_path(on)).status_code == 200
    assert time.monotonic() - began >= 0.2


def test_a_rate_limit_comes_bare_or_with_seconds(on: Served) -> None:
    cam = on.by("cam-emea")
    order(on, kind="rate_limit")
    bare = cam("GET", issue_path(on))
    assert (bare.status_code, bare.text, "Retry-After" in bare.headers) == (429, "Retry later\n", False)
    order(on, kind="rate_limit", seconds=7, headers={"RateLimit-Limit": "60"})
    told = cam("GET", issue_path(on))
    assert (told.headers["Retry-After"], told.headers["RateLimit-Limit"]) == ("7", "60")
    assert parsedate_to_datetime(told.headers["RateLimit-ResetTime"]).timestamp() == int(
        told.headers["RateLimit-Reset"]
    )


def test_a_lagging_replica_shows_the_issue_before_the_change(on: Served) -> None:
    cam = on.by("cam-emea")
    assert cam("PUT", issue_path(on), {"title": "New", "description": "edited"}).status_code == 200
    assert cam("POST", f"{issue_path(on)}/notes", {"body": "hello"}).status_code == 201
    order(on, kind="stale", seconds=60, times=2)
    assert cam("GET", f"{issue_path(on)}/notes").json() == []
    assert cam("GET", issue_path(on)).json()["title"] == "Portal rollout"
    fresh = cam("GET", issue_path(on)).json()
    assert (fresh["title"], fresh["user_notes_count"]) == ("New", 1)


def test_a_lagging_replica_does_not_know_a_new_issue(on: Served) -> None:
    cam, issues = on.by("cam-emea"), f"/api/v4/projects/{on.scene.project.id}/issues"
    on.scene.world.counters[f"issue iid {on.scene.project.id}"] = 1
    made = cam("POST", issues, {"title": "Second"}).json()
    order(on, kind="stale", seconds=60)
    assert cam("GET", f"{issues}/{made['iid']}").status_code == 404
    assert cam("GET", f"{issues}/{made['iid']}").status_code == 200


def test_a_short_lag_sees_what_is_older_than_it(on: Served) -> None:
    cam = on.by("cam-emea")
    cam("PUT", issue_path(on), {"title": "One"})
    time.sleep(0.25)
    cam("PUT", issue_path(on), {"title": "Two"})
    order(on, kind="stale", seconds=0.2)
    assert cam("GET", issue_path(on)).json()["title"] == "One"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ([], "a fault is a JSON object"),
        ({"kind": "explode"}, "kind 'explode' is not one of fail, delay"),
        ({"kind": "fail", "time": 1}, "unknown key 'time'"),
        ({"kind": "fail", "times": 0}, "times is a whole number from 1 up"),
        ({"kind": "fail", "path": "("}, "path '(' is not a regular expression"),
        ({"kind": "fail", "status": "500"}, "status is an HTTP status"),
        ({"kind": "fail", "body": {}}, "body is a string"),
        ({"kind": "fail", "headers": []}, None),
        ({"kind": "fail", "headers": ["a"]}, "headers is a JSON object"),
        ({"kind": "delay", "seconds": -1}, "seconds is a number from 0 up"),
    ],
)
def test_a_wrong_order_is_refused_with_a_sentence(on: Served, fault: object, says: str | None) -> None:
    response = on.desk_call("POST", "/faults", fault)
    assert response.status_code == (400 if says else 201)
    assert says is None or says in response.json()["error"]


def test_orders_are_listed_as_they_stand(on: Served) -> None:
    order(on, kind="fail", times=3, method="POST", path="/notes", user="channel-bot")
    assert on.desk_call("GET", "/faults").json() == [
        {
            "id": 1, "kind": "fail", "times": 3, "method": "POST", "path": "/notes", "user": "channel-bot",
            "status": 500, "headers": {}, "body": '{"message":"500 Internal Server Error"}', "seconds": 0.0,
        }
    ]  # fmt: skip


def test_the_clock_stamps_answers_and_rows(on: Served) -> None:
    shown = on.desk_call("PUT", "/clock", {"now": "2027-02-01T10:00:00Z", "frozen": True}).json()
    assert shown == {"now": "2027-02-01T10:00:00.000Z", "frozen": True}
    answer = on.by("cam-emea")("PUT", issue_path(on), {"weight": 2})
    assert answer.headers["Date"] == "Mon, 01 Feb 2027 10:00:00 GMT"
    assert answer.json()["updated_at"] == "2027-02-01T10:00:00.000Z"
    assert on.desk_call("PUT", "/clock", {"advance_seconds": 90}).json()["now"] == "2027-02-01T10:01:30.000Z"
    assert on.desk_call("GET", "/clock").json()["frozen"] is True


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"now": "soon"}, "now 'soon' is not a time"),
        ({"advance_seconds": "1"}, "advance_seconds is a number"),
        ({"frozen": 1}, "frozen is true or false"),
        ({"then": 1}, "unknown key 'then'"),
        ([], "send a JSON object with some of advance_seconds, frozen, now"),
    ],
)
def test_a_wrong_time_is_refused(on: Served, keys: object, says: str) -> None:
    response = on.desk_call("PUT", "/clock", keys)
    assert (response.status_code, says in response.json()["error"]) == (400, True)


def test_the_request_log_lists_api_calls_only_oldest_first(on: Served) -> None:
    on.desk_call("PUT", "/clock", {"now": "2027-02-01T10:00:00Z", "frozen": True})
    on.by("cam-emea")("GET", f"{issue_path(on)}/notes?sort=asc&private_token=glpat-secret")
    requests.get(f"{on.url}/api/v4/projects/gitlab-com%2Fchannel%2Fchannels", timeout=5)
    requests.get(on.url, timeout=5)
    at = "2027-02-01T10:00:00.000Z"
    assert on.desk_call("GET", "/requests").json() == [
        {"method": "GET", "path": f"{issue_path(on)}/notes?sort=asc&private_token=[MASKED]", "status": 200,
         "user": "cam-emea", "at": at},
        {"method": "GET", "path": "/api/v4/projects/gitlab-com%2Fchannel%2Fchannels", "status": 404, "user": None,
         "at": at},
    ]  # fmt: skip
    assert on.desk_call("DELETE", "/requests").status_code == 204
    assert on.desk_call("GET", "/requests").json() == []


def test_limits_bind_only_whom_the_desk_names(on: Served) -> None:
    cam, notes = on.by("cam-emea"), f"{issue_path(on)}/notes"
    assert [cam("POST", notes, {"body": str(n)}).status_code for n in range(3)] == [201, 201, 201]
    told = on.desk_call("PUT", "/limits", {"users": ["cam-emea"], "scale": 0.05}).json()
    assert told["limits"]["notes_create"] == {"number": 3, "seconds": 60}
    answers = [cam("POST", notes, {"body": str(n)}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert on.desk_call("PUT", "/limits", {"on": False}).json()["on"] is False
    assert cam("POST", notes, {"body": "x"}).status_code == 201


@pytest.mark.parametrize("keys", [{"users": "cam-emea"}, {"scale": "2"}, {"on": 1}, {"speed": 1}])
def test_wrong_limits_are_refused(on: Served, keys: object) -> None:
    assert on.desk_call("PUT", "/limits", keys).status_code == 400


def test_hook_settings_can_be_turned(on: Served) -> None:
    keys = {"timeout": 1.5, "auto_disable": False, "time_form": "classic", "per_minute": 5}
    shown = on.desk_call("PUT", "/hooks", keys).json()
    assert shown == {**keys, "waiting": 0, "delivered": 0, "failed": 0, "lost": 0}
    assert on.desk_call("PUT", "/hooks", {"per_minute": None}).json()["per_minute"] is None
    assert (
        "time_form 'roman' is not one of classic"
        in on.desk_call("PUT", "/hooks", {"time_form": "roman"}).json()["error"]
    )


def test_the_world_is_summed_up(on: Served) -> None:
    shown = on.desk_call("GET", "/world").json()
    assert (shown["tier"], shown["projects"]) == ("premium", ["gitlab-com/channel/channels"])
    assert (shown["rows"]["issues"], shown["rows"]["members"]) == (1, 1)


def test_only_the_last_minutes_are_remembered() -> None:
    at, now = scene(), [0.0]
    lag = Lag(at.world, now=lambda: now[0])
    for now[0] in (100.0, 200.0, 500.0, 700.0):
        at.touch()
    assert [lag.view(seconds).issues[at.issue.id].weight for seconds in (0, 150, 250, 9999)] == [4, 3, 2, 2]


def test_a_lagging_replica_knows_when_a_reaction_moved_a_note() -> None:
    at, now = scene(), [1000.0]
    note, lag = at.note("order"), Lag(at.world, now=lambda: now[0])
    before = note.updated_at
    now[0] += 100
    at.world.clock.advance(timedelta(seconds=100))
    awards.award(at.world, at.user, at.issue, note, "eyes")
    now[0] += 10
    seen = {seconds: lag.view(seconds).notes[note.id].updated_at for seconds in (0, 60)}
    assert (seen[0] > before, seen[60] == before) == (True, True)
