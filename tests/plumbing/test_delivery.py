"""From headers and bytes to a delivery: every event GitLab sends us, every forgery, and everything unreadable."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import Delivery, Floor, Secrets, Unreadable, read
from bot.domain.subject import CALENDAR, REGISTRY, SITE, Subject
from bot.errors import ConfigError, Refused
from tests.plumbing.webhooks import (
    BY_BOTH,
    BY_SIGNATURE,
    BY_TOKEN,
    KEY,
    NOW,
    OTHER_KEY,
    OTHER_SIGNING_TOKEN,
    SIGNING_TOKEN,
    issue_body,
    signature,
    signed_headers,
    token_headers,
)

BODY = issue_body()
ISSUE = Subject.issue(77, 42)


def understood(payload: Any, event: str = "Issue Hook") -> Delivery:
    return read(token_headers(event=event), json.dumps(payload).encode(), BY_TOKEN, NOW)


def unreadable(body: bytes, event: str = "Issue Hook") -> str:
    with pytest.raises(Unreadable) as caught:
        read(token_headers("u1", event), body, BY_TOKEN, NOW)
    assert caught.value.id == "u1"
    return caught.value.reason


# Is it from our GitLab?


def test_the_secret_token_lets_a_delivery_in() -> None:
    moment = datetime(2026, 11, 4, 10, 11, 12, 345000, UTC)
    assert read(token_headers(), BODY, BY_TOKEN, NOW) == Delivery(
        "delivery-1", "Issue Hook", "update", (ISSUE,), Floor(moment), ()
    )


def test_a_signature_lets_a_delivery_in() -> None:
    assert read(signed_headers(BODY), BODY, BY_SIGNATURE, NOW).subjects == (ISSUE,)


def test_a_worked_example_of_standard_webhooks_is_accepted() -> None:
    """Computed apart from our code, by `openssl dgst -sha256 -mac HMAC -macopt hexkey:0001... -binary | base64`."""
    headers = {
        "webhook-id": "msg-1",
        "webhook-timestamp": "1795000000",
        "webhook-signature": "v1,7jhwwzuNtpvUuOF6vXTqq6bpKL5HrH6LRAzmfMt54e8=",
        "X-Gitlab-Event": "Pipeline Hook",
    }
    body = b'{"object_kind":"pipeline"}'
    assert read(headers, body, Secrets.of(None, SIGNING_TOKEN), NOW).id == "msg-1"


def test_header_names_come_in_any_case() -> None:
    headers = {name.upper(): value for name, value in signed_headers(BODY).items()}
    assert read(headers, BODY, BY_SIGNATURE, NOW).event == "Issue Hook"


@pytest.mark.parametrize(
    ("headers", "secrets"),
    [
        pytest.param(token_headers(token="a secret tokeN"), BY_TOKEN, id="a wrong token"),
        pytest.param(token_headers(token=""), BY_TOKEN, id="an empty token"),
        pytest.param(token_headers(token="a secret t\xf6ken"), BY_TOKEN, id="a token beyond ASCII"),
        pytest.param({"X-Gitlab-Event": "Issue Hook"}, BY_TOKEN, id="no token"),
        pytest.param(token_headers(), BY_SIGNATURE, id="a token where a signature is wanted"),
        pytest.param(token_headers(), Secrets(None, ()), id="nothing to compare with"),
        pytest.param(signed_headers(BODY, key=OTHER_KEY), BY_SIGNATURE, id="signed with another key"),
        pytest.param(signed_headers(BODY + b" "), BY_SIGNATURE, id="the signature of another body"),
        pytest.param({**signed_headers(BODY), "webhook-id": "other"}, BY_SIGNATURE, id="another delivery's signature"),
        pytest.param({**signed_headers(BODY), "webhook-timestamp": "1"}, BY_SIGNATURE, id="another time's signature"),
        pytest.param({**signed_headers(BODY), "webhook-signature": ""}, BY_SIGNATURE, id="an empty signature"),
        pytest.param({**signed_headers(BODY), "webhook-signature": "v1,"}, BY_SIGNATURE, id="half a signature"),
        pytest.param({**signed_headers(BODY), "webhook-signature": "v1,\xff"}, BY_SIGNATURE, id="bytes as a signature"),
        pytest.param(
            {**token_headers(), **signed_headers(BODY, key=OTHER_KEY)},
            BY_BOTH,
            id="a good token beside a bad signature",
        ),
        pytest.param(
            {**token_headers(), "webhook-signature": ""}, BY_BOTH, id="a good token beside an empty signature"
        ),
    ],
)
def test_rule_1_a_forgery_is_refused_with_401(headers: dict[str, str], secrets: Secrets) -> None:
    with pytest.raises(Refused) as caught:
        read(headers, BODY, secrets, NOW)
    assert (caught.value.status, isinstance(caught.value, Unreadable)) == (401, False)


@pytest.mark.parametrize(
    ("headers", "secrets"),
    [
        pytest.param(token_headers(), BY_BOTH, id="a token alone, while the hook has no signing token yet"),
        pytest.param({**token_headers(), **signed_headers(BODY)}, BY_BOTH, id="both"),
        pytest.param({**signed_headers(BODY), "X-Gitlab-Token": "old"}, BY_BOTH, id="a signature beside an old token"),
        pytest.param(signed_headers(BODY), Secrets(None, (OTHER_KEY, KEY)), id="the second of two keys"),
        pytest.param(
            {
                **signed_headers(BODY),
                "webhook-signature": "v2,aaaa v1,bbbb "
                + signature(KEY, "delivery-1", str(int(NOW)), BODY)
                + " v1a,cccc",
            },
            BY_SIGNATURE,
            id="one of several signatures",
        ),
    ],
)
def test_secrets_can_be_rotated_without_a_gap(headers: dict[str, str], secrets: Secrets) -> None:
    assert read(headers, BODY, secrets, NOW).subjects == (ISSUE,)


@pytest.mark.parametrize(
    ("age", "notes"), [(299, ()), (-299, ()), (301, ("old_timestamp",)), (9e8, ("old_timestamp",))]
)
def test_rule_1_an_old_valid_signature_is_accepted_and_counted(age: float, notes: tuple[str, ...]) -> None:
    assert read(signed_headers(BODY, timestamp=NOW - age), BODY, BY_SIGNATURE, NOW).notes == notes


def test_a_signature_without_a_key_to_check_it_is_counted() -> None:
    headers = {**token_headers(), "webhook-signature": "v1,aaaa"}
    assert read(headers, BODY, BY_TOKEN, NOW).notes == ("unchecked_signature",)


def test_secrets_are_read_as_the_environment_gives_them() -> None:
    assert Secrets.of("", f" {SIGNING_TOKEN}  {OTHER_SIGNING_TOKEN} ") == Secrets(None, (KEY, OTHER_KEY))
    assert Secrets.of("s", None) == Secrets("s", ())


@pytest.mark.parametrize("token", ["whsec_", "whsec_!!!", "abc", SIGNING_TOKEN[:-8], "whsex_" + SIGNING_TOKEN[6:]])
def test_a_bad_signing_token_is_explained_without_repeating_it(token: str) -> None:
    with pytest.raises(ConfigError, match="WEBHOOK_SIGNING_TOKEN") as caught:
        Secrets.of(None, token)
    assert token.removeprefix("whsec_") == "" or token not in str(caught.value)


# Which delivery is it?


def test_rule_2_webhook_id_names_a_delivery_else_idempotency_key() -> None:
    older = {name: value for name, value in token_headers().items() if name != "webhook-id"}
    assert read({**older, "Idempotency-Key": "k1"}, BODY, BY_TOKEN, NOW).id == "k1"
    assert read({**older, "Idempotency-Key": "k1", "webhook-id": "w1"}, BODY, BY_TOKEN, NOW).id == "w1"


def test_rule_2_without_an_id_event_and_body_make_one() -> None:
    def id_of(event: str, body: bytes, **more: str) -> str:
        return read({"X-Gitlab-Token": BY_TOKEN.token or "", "X-Gitlab-Event": event, **more}, body, BY_TOKEN, NOW).id

    one = id_of("Issue Hook", BODY, **{"X-Gitlab-Event-UUID": "e1", "X-Gitlab-Webhook-UUID": "w1"})
    assert one.startswith("sha256:")
    assert one == id_of("Issue Hook", BODY, **{"X-Gitlab-Event-UUID": "e2"})
    assert len({one, id_of("Confidential Issue Hook", BODY), id_of("Issue Hook", issue_body(43))}) == 3


def test_an_id_that_could_be_mistaken_or_is_too_long_is_hashed() -> None:
    ids = [read(token_headers(id_), BODY, BY_TOKEN, NOW).id for id_ in ("sha256:ab", "x" * 201, "x" * 202)]
    assert len(set(ids)) == 3
    assert all(id_.startswith("sha256:") and len(id_) == 71 for id_ in ids)


# What does it point at?

ISSUE_BLOCK = {"id": 635, "iid": 42, "project_id": 77, "updated_at": "2026-11-04 10:11:12 UTC"}
NOTE = {"id": 1241, "noteable_type": "Issue", "action": "create", "project_id": 77}


@pytest.mark.parametrize(
    ("event", "payload", "subjects"),
    [
        ("Issue Hook", {"object_kind": "issue", "object_attributes": ISSUE_BLOCK}, ["issue:77/42"]),
        ("Confidential Issue Hook", {"object_kind": "issue", "object_attributes": ISSUE_BLOCK}, ["issue:77/42"]),
        (
            "Issue Hook",
            {"object_kind": "issue", "object_attributes": {**ISSUE_BLOCK, "type": "Ticket"}},
            ["issue:77/42"],
        ),
        (
            "Issue Hook",
            {"object_kind": "work_item", "object_attributes": {**ISSUE_BLOCK, "type": "Issue"}},
            ["issue:77/42"],
        ),
        ("Note Hook", {"object_kind": "note", "object_attributes": NOTE, "issue": ISSUE_BLOCK}, ["issue:77/42"]),
        (
            "Confidential Note Hook",
            {"object_kind": "note", "object_attributes": NOTE, "issue": ISSUE_BLOCK},
            ["issue:77/42"],
        ),
        (
            "Note Hook",
            {"object_kind": "note", "project_id": 77, "object_attributes": NOTE, "issue": {"iid": 42}},
            ["issue:77/42"],
        ),
        (
            "Milestone Hook",
            {"object_kind": "milestone", "action": "close", "object_attributes": {"id": 1}},
            ["calendar:"],
        ),
        (
            "Milestone Hook",
            {"object_kind": "milestone", "project": None, "object_attributes": {"id": 1, "group_id": 41}},
            ["calendar:"],
        ),
        (
            "Emoji Hook",
            {
                "object_kind": "emoji",
                "project_id": 77,
                "object_attributes": {"awardable_type": "Issue"},
                "issue": {"iid": 42},
            },
            ["issue:77/42"],
        ),
        (
            "Emoji Hook",
            {"object_kind": "emoji", "object_attributes": {"awardable_type": "Note"}, "note": {}, "issue": ISSUE_BLOCK},
            ["issue:77/42"],
        ),
        *[
            ("Member Hook", {"event_name": name, "group_id": 41}, ["group:41"])
            for name in (
                "user_add_to_group",
                "user_update_for_group",
                "user_remove_from_group",
                "user_access_request_to_group",
                "user_access_request_denied_for_group",
            )
        ],
        (
            "Subgroup Hook",
            {"event_name": "subgroup_create", "group_id": 10, "parent_group_id": 7},
            ["group:10", "group:7"],
        ),
        ("Subgroup Hook", {"event_name": "subgroup_destroy", "group_id": 10, "parent_group_id": None}, ["group:10"]),
        ("Project Hook", {"event_name": "project_create", "project_id": 22}, ["project:22"]),
        ("Project Hook", {"event_name": "project_destroy", "project_id": 22}, ["project:22"]),
        ("Push Hook", {"object_kind": "push", "event_name": "push", "project_id": 22}, ["registry:"]),
        (
            "Resource Access Token Hook",
            {"object_kind": "access_token", "event_name": "expiring_access_token", "object_attributes": {}},
            ["site:"],
        ),
    ],
)
def test_each_event_names_its_subjects(event: str, payload: dict[str, Any], subjects: list[str]) -> None:
    delivery = understood(payload, event)
    assert ([subject.key for subject in delivery.subjects], delivery.notes) == (subjects, ())


@pytest.mark.parametrize(
    ("event", "payload", "note"),
    [
        (
            "Issue Hook",
            {"object_kind": "work_item", "object_attributes": {**ISSUE_BLOCK, "type": "Task"}},
            "work_item.Task",
        ),
        (
            "Issue Hook",
            {
                "object_kind": "work_item",
                "project": None,
                "object_attributes": {"iid": 1, "project_id": None, "type": "Epic"},
            },
            "work_item.Epic",
        ),
        (
            "Note Hook",
            {"object_kind": "note", "object_attributes": {**NOTE, "noteable_type": "MergeRequest"}},
            "note.MergeRequest",
        ),
        (
            "Note Hook",
            {"object_kind": "note", "object_attributes": NOTE, "issue": {**ISSUE_BLOCK, "type": "Incident"}},
            "note.Incident",
        ),
        ("Emoji Hook", {"object_kind": "emoji", "object_attributes": {"awardable_type": "Snippet"}}, "emoji.Snippet"),
        ("Pipeline Hook", {"object_kind": "pipeline"}, "pipeline"),
        ("Future Hook", {"object_kind": "f\x00\ud800\xfcture"}, "f???ture"),
        ("System Hook", {"event_name": "project_create", "project_id": 22}, "system.project_create"),
    ],
)
def test_rule_1_what_nobody_wants_is_counted(event: str, payload: dict[str, Any], note: str) -> None:
    delivery = understood(payload, event)
    assert (delivery.subjects, delivery.notes) == ((), (f"unwanted:{note}",))


def commented(action: str, **note: object) -> Delivery:
    attributes = {**NOTE, "action": action, **note}
    return understood({"object_kind": "note", "object_attributes": attributes, "issue": ISSUE_BLOCK})


def test_rule_3_a_comment_sets_its_id_as_the_floor() -> None:
    delivery = commented("create")
    assert (delivery.action, delivery.floor) == ("create", Floor(datetime(2026, 11, 4, 10, 11, 12, tzinfo=UTC), 1241))


def test_a_comment_with_a_mark_like_the_bots_own_asks_for_nothing() -> None:
    delivery = commented("create", note="All set. <!-- channel-bot:v1 status issue:7/3 x y -->")
    assert (delivery.subjects, delivery.floor.note_id) == (commented("create").subjects, None)


def test_an_edited_comment_makes_all_comments_worth_another_look() -> None:
    """Of an edit neither the newest comment nor their number tells, and whose it was nobody says."""
    (issue,) = commented("create").subjects
    delivery = commented("update", note="All set. <!-- channel-bot:v1 status issue:7/3 x y -->")
    assert delivery.subjects == (Subject("comments", issue.ref),)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-06-16 14:10:57 UTC", datetime(2025, 6, 16, 14, 10, 57, tzinfo=UTC)),
        ("2013-12-03T17:15:43Z", datetime(2013, 12, 3, 17, 15, 43, tzinfo=UTC)),
        ("2026-11-04T10:11:12.345Z", datetime(2026, 11, 4, 10, 11, 12, 345000, UTC)),
        ("2026-11-04T12:11:12.345+02:00", datetime(2026, 11, 4, 10, 11, 12, 345000, UTC)),
    ],
)
def test_rule_3_all_three_timestamp_forms_set_the_floor(text: str, moment: datetime) -> None:
    delivery = read(token_headers(), issue_body(updated_at=text), BY_TOKEN, NOW)
    assert (delivery.floor.updated_at, delivery.notes) == (moment, ())


@pytest.mark.parametrize("text", ["yesterday", "", 12, [], "9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+23:00"])
def test_an_odd_timestamp_costs_the_floor_and_not_the_delivery(text: Any) -> None:
    delivery = read(token_headers(), issue_body(updated_at=text), BY_TOKEN, NOW)
    assert (delivery.subjects, delivery.floor, delivery.notes) == ((ISSUE,), Floor(), ("odd_timestamp",))


def test_ids_as_strings_of_digits_are_accepted() -> None:
    assert read(token_headers(), issue_body(iid="42", project_id="77"), BY_TOKEN, NOW).subjects == (ISSUE,)  # type: ignore[arg-type]  # the case


@pytest.mark.parametrize(
    "iid", ["x", "4 2", "-1", "0", "", "\u0664\u0662", 0, -3, 2**63, 1.0, True, None, [], {"a": 1}, "9" * 30]
)
def test_rule_1_an_id_that_is_none_makes_a_delivery_unreadable(iid: Any) -> None:
    assert unreadable(issue_body(iid=iid)).startswith("iid is ")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is no JSON"),
        (b"{", "the body is no JSON"),
        (BODY[:-20], "the body is no JSON"),
        (b"\xff\xfe\xfa", "the body is no"),
        (b"[" * 100_000, "the body is no JSON"),
        (b"1" * 5000, "the body is no JSON"),
        (b"[]", "the body is no JSON object"),
        (b"null", "the body is missing"),
        (b'"issue"', "the body is no JSON object"),
        (b"{}", "neither object_kind nor event_name"),
        (b'{"object_kind": 7}', "neither object_kind nor event_name"),
        (b'{"object_kind": "issue"}', "object_attributes is missing"),
        (b'{"object_kind": "issue", "object_attributes": []}', "object_attributes is no JSON object"),
        (b'{"object_kind": "issue", "object_attributes": {}}', "project_id is missing"),
        (b'{"object_kind": "milestone"}', "object_attributes is missing"),
        (b'{"object_kind": "note", "object_attributes": {"noteable_type": "Issue"}}', "issue is missing"),
        (b'{"event_name": "user_add_to_group"}', "group_id is missing"),
        (b'{"object_kind": "subgroup_create"}', "group_id is missing"),
    ],
)
def test_rule_1_what_makes_no_sense_is_unreadable_and_says_why(body: bytes, reason: str) -> None:
    assert unreadable(body).startswith(reason)


def test_a_megabyte_of_description_and_an_emoji_title_are_quick() -> None:
    body = issue_body(description="- [ ] tick\n" * 100_000, title="\N{ROCKET} launch")
    started = time.perf_counter()
    assert read(signed_headers(body), body, BY_SIGNATURE, NOW).subjects == (ISSUE,)
    assert time.perf_counter() - started < 5


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "object_kind",
                        "event_name",
                        "object_attributes",
                        "issue",
                        "iid",
                        "id",
                        "project_id",
                        "group_id",
                        "type",
                    ]
                ),
                inner,
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from(["issue", "work_item", "note", "milestone", "emoji", "subgroup_create", "push"]),
)
def test_no_json_whatever_brings_it_down(value: Any, kind: str) -> None:
    payload = {**value, "object_kind": kind} if isinstance(value, dict) else value
    with suppress(Unreadable):
        assert all(Subject.parse(subject.key) == subject for subject in understood(payload).subjects)


def test_the_singletons_are_what_others_mean_by_them() -> None:
    assert [subject.key for subject in (CALENDAR, REGISTRY, SITE)] == ["calendar:", "registry:", "site:"]
