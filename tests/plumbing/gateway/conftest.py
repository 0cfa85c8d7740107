"""Fixtures of the gateway: one that never really sleeps, and a GitLab that answers as a test tells it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from bot.gateway import Gateway
from tests.plumbing.gateway.parts import TOKEN, URL, Listener


@pytest.fixture
def gitlab() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def gateway(listener: Listener) -> Gateway:
    return Gateway(
        URL,
        TOKEN,
        before_write=listener.kinds.append,
        observe=listener.observe,
        sleep=listener.pauses.append,
    )
