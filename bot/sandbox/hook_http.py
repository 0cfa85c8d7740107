"""A delivery becomes one HTTP request with GitLab's headers, and what came back."""

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.sandbox.records import Hook

KEPT_BODY = 8 * 1024
KEPT_HEADERS = 50
SIGNING_PREFIX = "whsec_"


@dataclass(frozen=True)
class Delivery:
    """One logical delivery: `key` is its Idempotency-Key and survives a resend, `trigger` is "issue_hooks" or so."""

    hook_id: int
    trigger: str
    body: bytes
    event_uuid: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def event(self) -> str:
        """The value of X-Gitlab-Event: "Confidential Issue Hook"."""
        return self.trigger.removesuffix("s").replace("_", " ").title()


@dataclass(frozen=True)
class Answer:
    """What the receiver said; `status` None when it could not be reached or took too long, `error` then says why."""

    status: int | None
    headers: dict[str, str]
    body: str
    seconds: float
    error: str | None = None

    @property
    def good(self) -> bool:
        """GitLab takes 2xx and 3xx for success and everything else for failure."""
        first_bad = 400
        return self.status is not None and 200 <= self.status < first_bad

    @property
    def status_text(self) -> str:
        return "internal error" if self.status is None else str(self.status)


def build_headers(delivery: Delivery, hook: Hook, *, instance: str, version: str, now: int) -> dict[str, str]:
    """`now` in unix seconds. A hook's own headers never replace GitLab's."""
    headers = {
        **hook.custom_headers,
        "Content-Type": "application/json",
        "User-Agent": f"GitLab/{version}",
        "X-Gitlab-Event": delivery.event,
        "X-Gitlab-Instance": instance,
        # New each time, whatever its name and GitLab's documentation promise.
        "X-Gitlab-Webhook-UUID": str(uuid.uuid4()),
        "X-Gitlab-Event-UUID": delivery.event_uuid,
        "Idempotency-Key": delivery.key,
        "webhook-id": delivery.key,
        "webhook-timestamp": str(now),
    }
    if hook.token:
        headers["X-Gitlab-Token"] = hook.token
    if hook.signing_token:
        headers["webhook-signature"] = sign(hook.signing_token, delivery.key, str(now), delivery.body)
    return headers


def sign(signing_token: str, key: str, timestamp: str, body: bytes) -> str:
    """Standard Webhooks: `signing_token` is whsec_ and the base64 of 32 bytes."""
    secret = base64.b64decode(signing_token.removeprefix(SIGNING_PREFIX))
    digest = hmac.new(secret, f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def send(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float, verify: bool = True) -> Answer:
    """One POST without redirects and without a second try; `timeout` in seconds."""
    began = time.monotonic()
    try:
        status, answered, text = _post(url, body, headers, timeout, verify)
    except TimeoutError:
        return Answer(None, {}, "", time.monotonic() - began, "Net::ReadTimeout: no answer in time")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(None, {}, "", time.monotonic() - began, f"{type(error).__name__}: {error}")
    return Answer(status, answered, text, time.monotonic() - began)


def _post(
    url: str, body: bytes, headers: Mapping[str, str], timeout: float, verify: bool
) -> tuple[int, dict[str, str], str]:
    connection = _connect(url, timeout, verify)
    try:
        connection.connect()
        # Small requests answered at once: Nagle's pause would be most of the time they take.
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=body, headers={**headers, "Connection": "close"})
        response = connection.getresponse()
        text = response.read(KEPT_BODY).decode("utf-8", "replace")
        return response.status, dict(response.getheaders()[:KEPT_HEADERS]), text
    finally:
        connection.close()


def _connect(url: str, timeout: float, verify: bool) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(f"{url!r} has no host")
    if parts.scheme != "https":
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=context)
