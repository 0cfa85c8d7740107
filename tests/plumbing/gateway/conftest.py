"""Fixtures of the gateway: one that never really sleeps, a GitLab that answers as a test tells it, and the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from bot.gateway import Gateway
from bot.rest.waiting import Waiting
from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.server import Sandbox
from tests.plumbing.gateway.parts import HOME, TOKEN, URL, Desk, Listener


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
        waiting=Waiting(sleep=listener.pauses.append),
    )


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Sandbox(example_world("http://127.0.0.1")) as sandbox:
        tokens = tokens_of(sandbox.world)
        names = ("channel-bot", "channel-bot-owner", "cam-emea")
        bot, owner, cam = (Gateway.connect(sandbox.url, tokens[name]) for name in names)
        yield Desk(sandbox, bot, owner, cam, bot.project(HOME).id)
        for gateway in (bot, owner, cam):
            gateway.close()
