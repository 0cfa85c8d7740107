"""What happens in the world reaches a receiver on the loopback as GitLab would send it."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import pytest

from bot.sandbox.hook_http import sign
from bot.sandbox.hooks import Deliverer, HookSettings
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


def test_a_delivery_starts_within_a_moment_of_the_effect(at: Scene, got: Received, deliverer: Deliverer) -> None:
    at.hook(got.url)
    at.touch()
    assert deliverer.wait_idle()
    began = time.monotonic()
    at.touch()
    while len(got.requests) < 2:
        time.sleep(0.001)
    assert time.monotonic() - began < 0.5
