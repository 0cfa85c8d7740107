"""What happens in the world reaches a receiver on the loopback as GitLab would send it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.sandbox.happenings import (
    Assigned,
    EmojiHappened,
    Happened,
    IssueHappened,
    MemberHappened,
    MilestoneHappened,
    NoteHappened,
    ProjectHappened,
    SubgroupHappened,
)
from bot.sandbox.hook_http import sign
from bot.sandbox.hook_rules import NamespaceBudget, alert_status
from bot.sandbox.hooks import Deliverer, HookSettings
from bot.sandbox.records import Emoji, Group
from bot.sandbox.world import World
from tests.sandbox.edge_parts import SIGNING_TOKEN, Received, Scene, receiver, scene


@pytest.fixture
def got() -> Iterator[Received]:
    with receiver() as received:
        yield received


@pytest.fixture
def at() -> Scene:
    return scene()


@pytest.fixture
def deliverer(at: Scene) -> Iterator[Deliverer]:
    deliverer = Deliverer(at.world, settings=HookSettings(timeout=0.4))
    yield deliverer
    deliverer.stop()


def test_an_update_arrives_signed_with_every_header(at: Scene, got: Received, deliverer: Deliverer) -> None:
    at.hook(
        got.url, token="s3cret", signing_token=SIGNING_TOKEN, custom_headers={"X-Team": "channel", "User-Agent": "x"}
    )
    at.touch()
    assert deliverer.wait_idle()
    [(headers, body)] = got.requests
    key, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    secret = base64.b64decode(SIGNING_TOKEN.removeprefix("whsec_"))
    digest = hmac.new(secret, f"{key}.{stamp}.".encode() + body, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert headers["Idempotency-Key"] == key
    assert headers["X-Gitlab-Token"] == "s3cret"
    assert headers["X-Gitlab-Event"] == "Issue Hook"
    assert headers["X-Gitlab-Instance"] == "http://gitlab.example.com"
    assert headers["User-Agent"] == "GitLab/19.1.0-ee"
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Team"] == "channel"
    assert len({key, headers["X-Gitlab-Webhook-UUID"], headers["X-Gitlab-Event-UUID"]}) == 3
    assert json.loads(body)["changes"] == {"weight": {"previous": None, "current": 1}}


def test_a_hook_without_secrets_sends_none(at: Scene, got: Received, deliverer: Deliverer) -> None:
    at.hook(got.url)
    at.touch()
    assert deliverer.wait_idle()
    [(headers, _)] = got.requests
    assert not {"X-Gitlab-Token", "webhook-signature"} & set(headers)


def test_the_signature_is_that_of_the_documented_algorithm() -> None:
    """The same sum as `openssl dgst -sha256 -mac HMAC` over "id-1.1744578123.{}" with the bytes 0 to 31."""
    assert sign(SIGNING_TOKEN, "id-1", "1744578123", b"{}") == "v1,I1fbIvMsVsiIOVQpwM3WDyaZXpX2SMzkISitkyfEZ0o="


def announced(at: Scene, happened: Happened) -> None:
    with at.world.lock:
        at.world.announce(happened)


def events_of(got: Received) -> list[str]:
    return sorted(headers["X-Gitlab-Event"] for headers, _ in got.requests)


def test_project_hooks_and_the_hooks_of_all_groups_above_fire(at: Scene, got: Received, deliverer: Deliverer) -> None:
    for owner in (at.project, at.group, at.top):
        at.hook(got.url, owner)
    at.touch()
    assert deliverer.wait_idle()
    assert len(got.requests) == 3
    assert len({headers["X-Gitlab-Event-UUID"] for headers, _ in got.requests}) == 3


def test_without_a_licence_group_hooks_are_silent(got: Received) -> None:
    at = scene(World(tier="free"))
    deliverer = Deliverer(at.world)
    at.hook(got.url, at.project)
    at.hook(got.url, at.group)
    at.touch()
    assert deliverer.wait_idle()
    assert len(got.requests) == 1
    deliverer.stop()


def test_each_kind_of_news_has_its_flag_and_its_header(at: Scene, got: Received, deliverer: Deliverer) -> None:
    world, user, now = at.world, at.user, at.world.clock.now()
    below = world.add(Group(99, "Partners", "partners", "gitlab-com/channel/partners", now, parent_id=at.group.id))
    emoji = Emoji(1, "thumbsup", user.id, at.issue.id, now)
    news: dict[str, Happened] = {
        "note_events": NoteHappened(at.note("hello"), at.issue, "create", user),
        "confidential_note_events": NoteHappened(at.note("psst", internal=True), at.issue, "create", user),
        "milestone_events": MilestoneHappened(at.milestone(group_id=at.group.id), "create", user),
        "emoji_events": EmojiHappened(emoji, at.issue, None, "award", user),
        "member_events": MemberHappened(at.group, world.members[0], "user_add_to_group", user),
        "subgroup_events": SubgroupHappened(below, "subgroup_create", user),
        "project_events": ProjectHappened(at.project, "project_create", user),
        "issues_events": IssueHappened(at.issue, "open", {}, user),
    }
    for flag in news:
        at.hook(got.url, events={flag: True})
    for happened in news.values():
        announced(at, happened)
    at.issue.confidential = True
    at.hook(got.url, events={"confidential_issues_events": True})
    announced(at, news["issues_events"])
    assert deliverer.wait_idle()
    assert events_of(got) == [
        "Confidential Issue Hook", "Confidential Note Hook", "Emoji Hook", "Issue Hook", "Member Hook",
        "Milestone Hook", "Note Hook", "Project Hook", "Subgroup Hook",
    ]  # fmt: skip


def test_news_of_groups_reach_no_project_hook(at: Scene, got: Received, deliverer: Deliverer) -> None:
    at.hook(got.url, at.project)
    announced(at, MemberHappened(at.group, at.world.members[0], "user_add_to_group", at.user))
    announced(at, MilestoneHappened(at.milestone(group_id=at.group.id), "create", at.user))
    announced(at, MilestoneHappened(at.milestone(project_id=at.project.id), "create", at.user))
    announced(at, Assigned(at.user, at.issue, at.user))
    announced(at, NoteHappened(at.note("added label", system=True), at.issue, "create", at.user))
    announced(at, SubgroupHappened(at.top, "subgroup_create", at.user))
    assert deliverer.wait_idle()
    assert events_of(got) == ["Milestone Hook"]


def test_no_answer_in_time_is_a_failure_and_not_repeated(at: Scene, got: Received, deliverer: Deliverer) -> None:
    hook = at.hook(got.url)
    got.pause = 2.0
    at.touch()
    assert deliverer.wait_idle()
    [log] = at.world.hook_logs.values()
    assert (log.response_status, log.error) == ("internal error", "Net::ReadTimeout: no answer in time")
    assert (hook.recent_failures, len(got.requests)) == (1, 1)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http:///x", "https://127.0.0.1:9/x"])
def test_a_receiver_that_is_not_there_is_a_failure(at: Scene, deliverer: Deliverer, url: str) -> None:
    hook = at.hook(url, enable_ssl_verification=False)
    at.touch()
    assert deliverer.wait_idle()
    assert (hook.recent_failures, deliverer.counters.failed) == (1, 1)


def test_a_redirect_is_a_success_that_is_not_followed(at: Scene, got: Received, deliverer: Deliverer) -> None:
    hook = at.hook(got.url, recent_failures=3)
    got.status = 302
    at.touch()
    assert deliverer.wait_idle()
    assert (hook.recent_failures, len(got.requests)) == (0, 1)


def test_the_fourth_failure_pauses_the_hook_and_what_happens_meanwhile_is_lost(
    at: Scene, got: Received, deliverer: Deliverer
) -> None:
    at.world.clock.frozen = True
    hook = at.hook(got.url)
    got.status = 500
    for _ in range(4):
        at.touch()
        assert deliverer.wait_idle()
    assert hook.disabled_until == at.world.clock.now() + timedelta(minutes=1)
    at.touch()
    assert deliverer.wait_idle()
    assert (len(got.requests), deliverer.counters.lost) == (4, 1)
    at.world.clock.advance(timedelta(seconds=61))
    got.status = 200
    at.touch()
    assert deliverer.wait_idle()
    assert (len(got.requests), hook.recent_failures) == (5, 0)
    assert alert_status(hook, at.world.clock.now()) == "executable"


def test_auto_disabling_can_be_switched_off(at: Scene, got: Received, deliverer: Deliverer) -> None:
    deliverer.settings.auto_disable = False
    hook = at.hook(got.url)
    got.status = 500
    for _ in range(5):
        at.touch()
    assert deliverer.wait_idle()
    assert (len(got.requests), hook.disabled_until) == (5, None)


def test_events_over_the_budget_are_lost(at: Scene, got: Received, deliverer: Deliverer) -> None:
    assert deliverer.budget.per_minute == 4000
    deliverer.budget = NamespaceBudget(1, now=lambda: 0.0)
    at.hook(got.url)
    at.touch()
    at.touch()
    assert deliverer.wait_idle()
    assert (len(got.requests), deliverer.counters.lost) == (1, 1)


def test_a_body_beyond_25_mb_is_not_sent(at: Scene, got: Received, deliverer: Deliverer) -> None:
    at.hook(got.url)
    at.issue.description = "x" * (25 * 1024 * 1024)
    at.touch()
    assert deliverer.wait_idle(20)
    [log] = at.world.hook_logs.values()
    assert (got.requests, log.response_status, "exceeds 25 MB" in (log.error or "")) == ([], "internal error", True)


def test_history_keeps_two_days_and_8_kb_of_the_answer(at: Scene, got: Received, deliverer: Deliverer) -> None:
    at.hook(got.url)
    got.answer = b"y" * 20_000
    at.touch()
    assert deliverer.wait_idle()
    [old] = at.world.hook_logs.values()
    assert len(old.response_body) == 8192
    at.world.clock.advance(timedelta(days=2, minutes=1))
    at.touch()
    assert deliverer.wait_idle()
    assert old not in at.world.hook_logs.values()
    assert len(at.world.hook_logs) == 1


def test_deliveries_can_be_silenced_doubled_and_reordered(at: Scene, got: Received, deliverer: Deliverer) -> None:
    at.hook(got.url)
    deliverer.faults.place({"kind": "silence_hooks", "user": "cam-emea"})
    deliverer.faults.place({"kind": "duplicate_hooks"})
    deliverer.faults.place({"kind": "reorder_hooks", "times": 3, "seconds": 0.3})
    at.touch()
    at.touch()
    assert deliverer.wait_idle()
    keys = [headers["webhook-id"] for headers, _ in got.requests]
    assert (len(keys), len(set(keys))) == (2, 1)
    for _ in range(3):
        at.touch()
    assert deliverer.wait_idle()
    weights = [json.loads(body)["object_attributes"]["weight"] for _, body in got.requests[2:]]
    assert weights == [5, 4, 3]


def test_waiting_ends_in_time_when_a_delivery_does_not(at: Scene, got: Received, deliverer: Deliverer) -> None:
    at.hook(got.url)
    got.pause = 2.0
    at.touch()
    assert not deliverer.wait_idle(0.05)
    assert deliverer.waiting() == 1


def test_a_hook_that_was_deleted_meanwhile_sends_nothing(at: Scene, got: Received, deliverer: Deliverer) -> None:
    hook = at.hook(got.url)
    with at.world.lock:
        at.touch()
        at.world.remove(hook)
    assert deliverer.wait_idle()
    assert (got.requests, deliverer.counters.lost) == ([], 1)
