"""A hook's history, resend and test over REST, as python-gitlab's users and the bot's operators use them."""

from collections.abc import Iterator

import pytest

from bot.sandbox.hooks import HISTORY_ROWS
from bot.sandbox.records import HookLog, Member
from tests.sandbox.edge_parts import Caller, Received, Served, receiver, served


@pytest.fixture
def got() -> Iterator[Received]:
    with receiver() as received:
        yield received


@pytest.fixture
def on() -> Iterator[Served]:
    with served() as running:
        running.scene.world.members[0].access_level = 50
        running.scene.world.access_changed()
        yield running


@pytest.fixture
def cam(on: Served) -> Caller:
    return on.by("cam-emea")


def update(on: Served, cam: Caller, weight: int = 2) -> None:
    assert cam("PUT", f"/api/v4/projects/{on.scene.project.id}/issues/1", {"weight": weight}).status_code == 200
    assert on.desk.deliverer.wait_idle()


@pytest.mark.parametrize("kind", ["projects", "groups"])
def test_recent_events_show_what_was_sent_and_answered(on: Served, cam: Caller, got: Received, kind: str) -> None:
    owner = on.scene.project if kind == "projects" else on.scene.group
    hook = on.scene.hook(got.url, owner, token="s3cret")
    update(on, cam)
    [event] = cam("GET", f"/api/v4/{kind}/{owner.full_path.replace('/', '%2F')}/hooks/{hook.id}/events").json()
    assert (event["trigger"], event["response_status"], event["response_body"]) == (
        "issue_hooks",
        "200",
        '{"delivery":"1"}',
    )
    assert event["request_headers"]["X-Gitlab-Token"] == "[REDACTED]"
    assert event["request_data"]["object_attributes"]["weight"] == 2
    assert event["request_headers"]["Idempotency-Key"] == got.requests[0][0]["Idempotency-Key"]


def test_recent_events_are_filtered_and_paged(on: Served, cam: Caller, got: Received) -> None:
    hook = on.scene.hook(got.url)
    for got.status in (200, 404, 502):
        update(on, cam)
    base = f"/api/v4/groups/{on.scene.group.id}/hooks/{hook.id}/events"
    statuses = {
        query: [event["response_status"] for event in cam("GET", f"{base}?{query}").json()]
        for query in (
            "",
            "status=404",
            "status=successful",
            "status=client_failure",
            "status=server_failure",
            "per_page=1",
        )
    }
    assert statuses == {
        "": ["502", "404", "200"], "status=404": ["404"], "status=successful": ["200"],
        "status=client_failure": ["404"], "status=server_failure": ["502"], "per_page=1": ["502"],
    }  # fmt: skip
    assert cam("GET", f"{base}?status=odd").status_code == 400
    assert cam("GET", f"{base}?per_page=21").status_code == 400


def test_a_resend_carries_the_same_key_and_body(on: Served, cam: Caller, got: Received) -> None:
    hook = on.scene.hook(got.url)
    got.status = 503
    update(on, cam)
    got.status = 200
    base = f"/api/v4/groups/{on.scene.group.id}/hooks/{hook.id}/events"
    [event] = cam("GET", base).json()
    assert cam("POST", f"{base}/{event['id']}/resend").json() == {"response_status": 200}
    (first, body), (second, again) = got.requests
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert first["X-Gitlab-Webhook-UUID"] != second["X-Gitlab-Webhook-UUID"]
    assert [event["response_status"] for event in cam("GET", base).json()] == ["200", "503"]
    for _ in range(4):
        assert cam("POST", f"{base}/{event['id']}/resend").status_code == 201
    assert cam("POST", f"{base}/{event['id']}/resend").status_code == 429
    assert cam("POST", f"{base}/999/resend").status_code == 404
    hook.url += "/elsewhere"
    assert cam("POST", f"{base}/{event['id']}/resend").status_code == 422


def test_a_test_request_wakes_a_disabled_hook(on: Served, cam: Caller, got: Received) -> None:
    hook = on.scene.hook(got.url, disabled_forever=True, recent_failures=40)
    path = f"/api/v4/groups/{on.scene.group.id}/hooks/{hook.id}/test/issues_events"
    got.status = 500
    assert cam("POST", path).status_code == 422
    assert hook.disabled_forever
    got.status = 204
    assert cam("POST", path).status_code == 201
    assert (hook.disabled_forever, hook.recent_failures) == (False, 0)


def test_a_test_needs_something_to_show_and_a_trigger_gitlab_can_test(on: Served, cam: Caller, got: Received) -> None:
    hook = on.scene.hook(got.url, on.scene.project)
    base = f"/api/v4/projects/{on.scene.project.id}/hooks/{hook.id}/test"
    answers = {
        trigger: cam("POST", f"{base}/{trigger}") for trigger in ("note_events", "milestone_events", "emoji_events")
    }
    assert {trigger: answer.json()["message"] for trigger, answer in answers.items()} == {
        "note_events": "Ensure the project has notes.",
        "milestone_events": "Ensure the project has milestones.",
        "emoji_events": "Testing not available for this hook: emoji_events",
    }
    assert cam("POST", f"{base}/naps_events").status_code == 400
    on.scene.note("hello")
    on.scene.milestone(project_id=on.scene.project.id)
    assert [cam("POST", f"{base}/{trigger}").status_code for trigger in ("note_events", "milestone_events")] == [
        201,
        201,
    ]
    assert [headers["X-Gitlab-Event"] for headers, _ in got.requests] == ["Note Hook", "Milestone Hook"]
    assert cam("POST", f"{base}/issues_events").status_code == 429


def test_a_receiver_may_ask_the_sandbox_before_it_answers(on: Served, cam: Caller, got: Received) -> None:
    hook = on.scene.hook(got.url)
    got.before_answer = lambda: cam("GET", f"/api/v4/projects/{on.scene.project.id}")
    path = f"/api/v4/groups/{on.scene.group.id}/hooks/{hook.id}/test/issues_events"
    assert cam("POST", path).status_code == 201


def test_the_history_is_for_owners_of_the_group_alone(on: Served, cam: Caller, got: Received) -> None:
    world, other = on.scene.world, on.scene.hook(got.url, on.scene.project)
    base = f"/api/v4/groups/{on.scene.group.id}/hooks"
    assert cam("GET", f"{base}/{other.id}/events").status_code == 404
    member: Member = world.members[0]
    member.access_level = 40
    world.access_changed()
    assert cam("GET", f"{base}/{on.scene.hook(got.url).id}/events").status_code == 403
    world.tier = "free"
    assert cam("GET", f"{base}/{on.scene.hook(got.url).id}/events").status_code == 404


def test_a_sandbox_that_runs_for_weeks_stays_small(on: Served, cam: Caller, got: Received) -> None:
    world, now = on.scene.world, on.scene.world.clock.now()
    hook = on.scene.hook(got.url)
    for _ in range(HISTORY_ROWS):
        world.add(HookLog(world.next_id("hook_logs"), hook.id, hook.url, "issue_hooks", now, "key"))
    update(on, cam)
    assert len(world.hook_logs) == HISTORY_ROWS


def test_two_deliveries_of_one_request_share_the_event_uuid(on: Served, cam: Caller, got: Received) -> None:
    on.scene.hook(got.url)
    path = f"/api/v4/projects/{on.scene.project.id}/issues/1"
    cam("PUT", path, {"state_event": "close", "weight": 3})
    assert on.desk.deliverer.wait_idle()
    assert sorted(headers["X-Gitlab-Event"] for headers, _ in got.requests) == ["Issue Hook", "Issue Hook"]
    assert len({headers["X-Gitlab-Event-UUID"] for headers, _ in got.requests}) == 1
    assert len({headers["webhook-id"] for headers, _ in got.requests}) == 2


def test_a_request_with_an_event_uuid_does_not_fire_the_hook_twice(on: Served, cam: Caller, got: Received) -> None:
    on.scene.hook(got.url)
    path, told = f"/api/v4/projects/{on.scene.project.id}/issues/1", {"X-Gitlab-Event-UUID": "chain"}
    for weight in (4, 5):
        cam("PUT", path, {"weight": weight}, headers=told)
    assert on.desk.deliverer.wait_idle()
    assert [headers["X-Gitlab-Event-UUID"] for headers, _ in got.requests] == ["chain"]


def test_a_resend_that_nobody_answers_is_refused(on: Served, cam: Caller) -> None:
    hook = on.scene.hook("http://127.0.0.1:9/x")
    update(on, cam)
    base = f"/api/v4/groups/{on.scene.group.id}/hooks/{hook.id}/events"
    [event] = cam("GET", base).json()
    response = cam("POST", f"{base}/{event['id']}/resend")
    assert (event["response_status"], response.status_code) == ("internal error", 422)
