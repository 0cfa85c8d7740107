"""What a person reads when GitLab refuses: its own words, whichever shape they came in, and what to do."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from bot.errors import AskAPerson, Forbidden, TryLater, Unclear
from bot.gateway import Gateway
from tests.plumbing.gateway.parts import (
    API,
    HTML,
    TOKEN,
    URL,
)

BODIES: list[tuple[str, dict[str, Any], str]] = [
    ("message", {"json": {"message": "404 Project Not Found"}}, "404 Project Not Found"),
    ("message as a dict", {"json": {"message": {"title": ["is too long", "is odd"]}}}, "title is too long, is odd"),
    ("message as a list", {"json": {"message": ["one", "two"]}}, "one, two"),
    ("error", {"json": {"error": "weight is invalid"}}, "weight is invalid"),
    ("described", {"json": {"error": "no_scope", "error_description": "needs api"}}, "no_scope; needs api"),
    ("a JSON string", {"json": "Not so"}, "Not so"),
    ("a JSON list", {"json": ["one"]}, "one"),
    ("an empty object", {"json": {}}, "{}"),
    ("plain text on two lines", {"body": "Retry\n  later\n"}, "Retry later"),
    ("a page", {"body": HTML}, "an HTML page"),
    ("bytes", {"body": b"\xff\xfe"}, "\ufffd\ufffd"),
    ("a secret", {"json": {"message": f"bad {TOKEN} and whsec_AAAA+/="}}, "bad [secret] and [secret]"),
]


@pytest.mark.parametrize(("answer", "said"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_gitlabs_own_words_are_in_the_sentence(
    gitlab: responses.RequestsMock, gateway: Gateway, answer: dict[str, Any], said: str
) -> None:
    gitlab.put(f"{API}/projects/7/issues/3", status=400, **answer)
    with pytest.raises(AskAPerson) as error:
        gateway.update_issue(7, 3, {"weight": 900})
    assert str(error.value).startswith(f"GitLab answered 400 to PUT /projects/7/issues/3: {said}. ")


def test_an_empty_body_leaves_no_gap_in_the_sentence(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", status=403)
    with pytest.raises(Forbidden) as error:
        gateway.issue(7, 3)
    assert str(error.value) == (
        "GitLab answered 403 to GET /projects/7/issues/3. "
        "Give the bot's account the missing role, or its token the missing scope"
    )


def test_a_long_complaint_is_cut(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", status=400, body="x" * 5000)
    with pytest.raises(AskAPerson) as error:
        gateway.issue(7, 3)
    assert len(str(error.value)) < 500


def test_a_refused_token_names_its_variable(gitlab: responses.RequestsMock) -> None:
    gitlab.get(f"{API}/user", status=401, json={"message": "401 Unauthorized"})
    owner = Gateway.connect(URL, TOKEN, variable="GITLAB_OWNER_TOKEN")
    with pytest.raises(AskAPerson, match="The token in GITLAB_OWNER_TOKEN is wrong, expired or revoked"):
        owner.me()


def test_a_query_stays_out_of_the_sentence(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/users", status=400)
    with pytest.raises(AskAPerson) as error:
        gateway.user("pat-example")
    assert "pat-example" not in str(error.value)


@pytest.mark.parametrize("body", [HTML, "[]", "{}", "null", "", "17"], ids=repr)
def test_a_success_that_is_not_the_apis_json_is_for_later(
    gitlab: responses.RequestsMock, gateway: Gateway, body: str
) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", body=body, content_type="text/html")
    gitlab.put(f"{API}/projects/7/issues/3", body=body, content_type="text/html")
    with pytest.raises(TryLater, match="GITLAB_URL is not a GitLab"):
        gateway.issue(7, 3)
    with pytest.raises(Unclear, match="a proxy or a maintenance page"):
        gateway.update_issue(7, 3, {"weight": 1})


def test_a_list_that_is_an_object_is_for_later(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/groups/partners/milestones", json={"milestones": []})
    with pytest.raises(TryLater, match="not the API's JSON"):
        gateway.milestones("partners")
