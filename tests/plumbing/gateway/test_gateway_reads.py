"""A read is tried three times within its patience; then the inbox hears what GitLab asked for."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import responses

from bot.errors import TryLater, Unclear
from bot.gateway import Gateway
from bot.rest.waiting import A_MINUTE, Waiting
from tests.plumbing.gateway.parts import (
    API,
    DATE,
    HTML,
    ISSUE,
    TOKEN,
    URL,
    Listener,
    never_connected,
)

TROUBLES: list[tuple[str, dict[str, Any], list[float]]] = [
    ("500", {"status": 500}, [0.5, 1.5]),
    ("502 with an HTML page", {"status": 502, "body": HTML}, [0.5, 1.5]),
    ("503 that names a pause", {"status": 503, "headers": {"Retry-After": "1"}}, [1, 1]),
    ("504", {"status": 504}, [0.5, 1.5]),
    ("522 of the edge", {"status": 522}, [0.5, 1.5]),
    ("429 with seconds", {"status": 429, "headers": {"Retry-After": "1"}}, [1, 1]),
    ("429 with a date", {"status": 429, "headers": {"Retry-After": "Sat, 21 Nov 2026 12:00:01 GMT", **DATE}}, [1, 1]),
    (
        "429 with a date gone by",
        {"status": 429, "headers": {"Retry-After": "Sat, 21 Nov 2026 11:00:00 GMT", **DATE}},
        [0, 0],
    ),
    ("429 with nothing", {"status": 429, "body": "Retry later\n"}, [0.5, 1.5]),
    ("429 with nonsense", {"status": 429, "headers": {"Retry-After": "soon"}}, [0.5, 1.5]),
    ("429 with an end", {"status": 429, "headers": {"RateLimit-Reset": "1795262401", **DATE}}, [1, 1]),
    ("429 with an odd end", {"status": 429, "headers": {"RateLimit-Reset": "later", **DATE}}, [0.5, 1.5]),
    ("a timeout", {"body": requests.ReadTimeout("slow")}, [0.5, 1.5]),
    ("a dropped connection", {"body": requests.ConnectionError("dropped")}, [0.5, 1.5]),
    ("a body cut short", {"body": requests.exceptions.ChunkedEncodingError("cut")}, [0.5, 1.5]),
    ("no connection", {"body": never_connected()}, [0.5, 1.5]),
]


@pytest.mark.parametrize(("answer", "pauses"), [row[1:] for row in TROUBLES], ids=[row[0] for row in TROUBLES])
def test_a_read_outlasts_two_failures(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, answer: dict[str, Any], pauses: list[float]
) -> None:
    for _ in range(2):
        gitlab.get(f"{API}/projects/7/issues/3", **answer)
    gitlab.get(f"{API}/projects/7/issues/3", json=ISSUE)
    assert gateway.issue(7, 3).title == "Onboard a partner"
    assert listener.pauses == pauses


@pytest.mark.parametrize("answer", [row[1] for row in TROUBLES], ids=[row[0] for row in TROUBLES])
def test_a_read_gives_up_after_three_tries(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, answer: dict[str, Any]
) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", **answer)
    with pytest.raises(TryLater, match="GET /projects/7/issues/3") as error:
        gateway.issue(7, 3)
    assert not isinstance(error.value, Unclear)
    assert len(gitlab.calls) == 3
    assert sum(listener.pauses) <= 3


PAUSES = [
    ("longer than our patience", {"Retry-After": "40"}, 40),
    ("a day", {"Retry-After": "86400"}, 900),
    ("a date, by GitLab's clock", {"Retry-After": "Sat, 21 Nov 2026 12:01:30 GMT", **DATE}, 90),
    ("an end, by GitLab's clock", {"RateLimit-Reset": "1795262460", **DATE}, 60),
    ("a date long gone and no clock", {"Retry-After": "Sat, 21 Nov 2020 12:01:30 -0000"}, 0),
]


@pytest.mark.parametrize(("headers", "after"), [row[1:] for row in PAUSES], ids=[row[0] for row in PAUSES])
def test_what_gitlab_asks_for_reaches_the_inbox(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, headers: dict[str, str], after: float
) -> None:
    gitlab.post(f"{API}/projects/7/issues/3/notes", status=429, headers=headers)
    with pytest.raises(TryLater) as error:
        gateway.create_note(7, 3, "Hello")
    assert (error.value.after, listener.pauses, len(gitlab.calls)) == (after, [], 1)


def test_a_read_does_not_sleep_longer_than_its_patience(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener
) -> None:
    gitlab.get(f"{API}/projects/7/issues/3", status=429, headers={"Retry-After": "40"})
    with pytest.raises(TryLater) as error:
        gateway.issue(7, 3)
    assert (error.value.after, listener.pauses, len(gitlab.calls)) == (40, [], 1)


PATIENTLY = [
    ("a pause that GitLab names", 429, {"Retry-After": "40"}, [40.0, 40.0]),
    ("none named", 429, {}, [0.5, 1.5, 4.5, 13.5, 40.5]),
    ("GitLab is away", 503, {}, [0.5, 1.5]),
    ("away for long", 503, {"Retry-After": "40"}, []),
]


@pytest.mark.parametrize(
    ("status", "headers", "pauses"), [row[1:] for row in PATIENTLY], ids=[row[0] for row in PATIENTLY]
)
def test_who_has_nothing_else_to_do_waits_for_a_gitlab_that_is_asked_too_much(
    gitlab: responses.RequestsMock, status: int, headers: dict[str, str], pauses: list[float]
) -> None:
    """And for no other trouble, which may not end at all."""
    slept = list[float]()
    gateway = Gateway(URL, TOKEN, waiting=Waiting(A_MINUTE, slept.append))
    gitlab.get(f"{API}/projects/7/issues/3", status=status, headers=headers)
    with pytest.raises(TryLater):
        gateway.issue(7, 3)
    assert slept == pauses


def test_a_gitlab_that_was_waited_for_may_falter_once_more(gitlab: responses.RequestsMock) -> None:
    """What it took until it was asked less is not held against it."""
    slept = list[float]()
    gateway = Gateway(URL, TOKEN, waiting=Waiting(A_MINUTE, slept.append))
    for answer in (
        {"status": 429, "headers": {"Retry-After": "40"}},
        {"status": 502},
        {"status": 200, "json": {"id": 4, "username": "channel-bot"}},
    ):
        gitlab.get(f"{API}/user", **answer)
    assert (gateway.me().id, slept) == (4, [40.0, 0.5])
