"""Headers and bytes become a Delivery, or a refusal: is it really from our GitLab, and which subjects does it name?

https://docs.gitlab.com/user/project/integrations/webhooks/ is the contract. The payload is a hint, never evidence: only
ids and the floor are read from it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.subject import Subject
from bot.errors import ConfigError, Refused
from bot.payload import PayloadError, Pointer, point

# Standard Webhooks allows five minutes (https://www.standardwebhooks.com); GitLab names no number.
RECENT = 300.0
LONGEST_ID = 200
HASHED = "sha256:"


@dataclass(frozen=True, slots=True)
class Floor:
    """What a read must have reached to be worth deciding from; None asks for nothing."""

    updated_at: datetime | None = None
    note_id: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One authenticated, readable webhook. `notes` are counters to raise, such as `unwanted:pipeline`."""

    id: str
    event: str
    action: str | None
    subjects: tuple[Subject, ...]
    floor: Floor
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What GitLab proves itself with; `signing_tokens` are the decoded keys, several while rotating."""

    token: str | None
    signing_tokens: tuple[bytes, ...]

    @classmethod
    def of(cls, token: str | None, signing_tokens: str | None) -> Secrets:
        """Read WEBHOOK_SECRET and WEBHOOK_SIGNING_TOKEN as they stand in the environment. Raises ConfigError."""
        return cls(token or None, tuple(_key(one) for one in (signing_tokens or "").split()))


def secrets_from(environ: Mapping[str, str]) -> Secrets:
    """WEBHOOK_SECRET and WEBHOOK_SIGNING_TOKEN. Raises ConfigError when there is neither: anybody could knock then."""
    secrets = Secrets.of(environ.get("WEBHOOK_SECRET"), environ.get("WEBHOOK_SIGNING_TOKEN"))
    if secrets.token is None and not secrets.signing_tokens:
        raise ConfigError("set WEBHOOK_SECRET or WEBHOOK_SIGNING_TOKEN: without one, anybody could send webhooks")
    return secrets


class Unreadable(Refused):
    """Authenticated, but it makes no sense: kept as a dead letter under `id`, and answered 2xx."""

    def __init__(self, id: str, reason: str) -> None:  # noqa: A002 - the webhook's own word
        super().__init__(reason, 200)
        self.id = id
        self.reason = reason


def read(headers: Mapping[str, str], body: bytes, secrets: Secrets, now: float) -> Delivery:
    """Verify and understand one webhook; `now` in unix seconds. Raises Refused (401) or Unreadable."""
    lowered = {name.lower(): value for name, value in headers.items()}
    notes = _authenticate(lowered, body, secrets, now)
    event = lowered.get("x-gitlab-event", "")[:60]
    return understand(delivery_id(lowered, body), event, body, notes)


def understand(id: str, event: str, body: bytes, notes: tuple[str, ...] = ()) -> Delivery:  # noqa: A002
    """The part of `read` that needs no proof: for a body that was authenticated when it came. Raises Unreadable."""
    try:
        pointer: Pointer = point(event, body)
    except PayloadError as trouble:
        raise Unreadable(id, str(trouble)) from trouble
    floor = Floor(pointer.updated_at, pointer.note_id)
    return Delivery(id, event, pointer.action, pointer.subjects, floor, notes + pointer.notes)


def delivery_id(headers: Mapping[str, str], body: bytes) -> str:
    """The id that GitLab keeps over a Resend; `headers` with lower-case names.

    GitLab before 17.4 sends none. Event and body then make one, so that a repeated delivery overwrites itself instead
    of filling the table; but a push there and back and there again has equal bodies, so such an id never proves a
    repetition (the inbox looks for the `sha256:` in front). X-Gitlab-Event-UUID and X-Gitlab-Webhook-UUID are no
    delivery ids: one is shared by several events, the other differs between a delivery and its Resend.
    """
    # https://docs.gitlab.com/user/project/integrations/webhooks/#delivery-headers
    given = headers.get("webhook-id") or headers.get("idempotency-key") or ""
    if given and len(given) <= LONGEST_ID and not given.startswith(HASHED):
        return given
    material = _bytes(given) + b"\n" + _bytes(headers.get("x-gitlab-event", "")) + b"\n" + body
    return HASHED + hashlib.sha256(material).hexdigest()


def _authenticate(headers: Mapping[str, str], body: bytes, secrets: Secrets, now: float) -> tuple[str, ...]:
    """The notes of an authentic delivery. A signature, once present, must be good: a token beside it does not help."""
    # https://docs.gitlab.com/user/project/integrations/webhooks/#signing-tokens
    signature = headers.get("webhook-signature")
    if signature is not None and secrets.signing_tokens:
        return _check_signature(headers, signature, body, secrets.signing_tokens, now)
    return _check_token(headers, secrets.token, signed=signature is not None)


def _check_signature(
    headers: Mapping[str, str], signature: str, body: bytes, keys: tuple[bytes, ...], now: float
) -> tuple[str, ...]:
    stamp = headers.get("webhook-timestamp", "")
    signed = _bytes(headers.get("webhook-id", "")) + b"." + _bytes(stamp) + b"." + body
    good = [b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256")) for key in keys]
    offered = [_bytes(one) for one in signature.split()]
    # No early end: how long the comparison takes must not tell which pair came close.
    matches = [hmac.compare_digest(mine, theirs) for mine in good for theirs in offered]
    if not any(matches):
        raise Refused("webhook-signature does not match; compare the hook's signing token with WEBHOOK_SIGNING_TOKEN")
    return () if _recent(stamp, now) else ("old_timestamp",)


def _recent(stamp: str, now: float) -> bool:
    try:
        return abs(now - float(stamp)) <= RECENT
    except ValueError:
        return False


def _check_token(headers: Mapping[str, str], token: str | None, *, signed: bool) -> tuple[str, ...]:
    offered = headers.get("x-gitlab-token")
    if token is None:
        raise Refused("webhook-signature is missing; give the hook the signing token that WEBHOOK_SIGNING_TOKEN holds")
    if offered is None or not hmac.compare_digest(_bytes(offered), token.encode()):
        raise Refused("X-Gitlab-Token is missing or wrong; compare the hook's secret token with WEBHOOK_SECRET")
    # Nobody gave us a key for that signature, so it says nothing either way.
    return ("unchecked_signature",) if signed else ()


def _bytes(header: str) -> bytes:
    """A header value as it was on the wire: WSGI decodes with latin-1."""
    return header.encode("latin-1", "backslashreplace")


def _key(token: str) -> bytes:
    # https://docs.gitlab.com/user/project/integrations/webhooks/#signing-tokens: `whsec_` and 32 bytes in base64.
    prefix, _, encoded = token.partition("_")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if prefix != "whsec" or len(key) != 32:
        raise ConfigError("WEBHOOK_SIGNING_TOKEN: a token is `whsec_` and 32 bytes in base64; copy it again")
    return key
