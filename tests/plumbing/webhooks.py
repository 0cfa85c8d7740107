"""Webhooks as GitLab sends them, small or signed, for the tests of delivery, receiver and inbox."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from bot.delivery import Delivery, Floor, Secrets
from bot.domain.subject import Subject

TOKEN = "a secret token"
KEY = bytes(range(32))
OTHER_KEY = bytes(reversed(range(32)))
SIGNING_TOKEN = "whsec_" + base64.b64encode(KEY).decode()
OTHER_SIGNING_TOKEN = "whsec_" + base64.b64encode(OTHER_KEY).decode()
BY_TOKEN = Secrets(TOKEN, ())
BY_SIGNATURE = Secrets(None, (KEY,))
BY_BOTH = Secrets(TOKEN, (KEY,))
NOW = 1_795_000_000.0


def issue_body(iid: int = 42, project_id: int = 77, **attributes: Any) -> bytes:
    """An Issue Hook of the documented shape, cut to what is read."""
    block = {
        "id": 987654,
        "iid": iid,
        "project_id": project_id,
        "type": "Issue",
        "action": "update",
        "updated_at": "2026-11-04T10:11:12.345Z",
        **attributes,
    }
    return json.dumps({"object_kind": "issue", "event_type": "issue", "object_attributes": block}).encode()


def signature(key: bytes, id_: str, timestamp: str, body: bytes) -> str:
    """https://docs.gitlab.com/user/project/integrations/webhooks/#signing-tokens"""
    digest = hmac.new(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def token_headers(id_: str = "delivery-1", event: str = "Issue Hook", token: str = TOKEN) -> dict[str, str]:
    """As GitLab sends them with a secret token and no signing token."""
    return {
        "Content-Type": "application/json",
        "X-Gitlab-Event": event,
        "X-Gitlab-Token": token,
        "webhook-id": id_,
        "Idempotency-Key": id_,
        "webhook-timestamp": str(int(NOW)),
    }


def signed_headers(body: bytes, id_: str = "delivery-1", key: bytes = KEY, timestamp: float = NOW) -> dict[str, str]:
    """As GitLab sends them with a signing token and no secret token."""
    stamp = str(int(timestamp))
    return {
        "Content-Type": "application/json",
        "X-Gitlab-Event": "Issue Hook",
        "webhook-id": id_,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(key, id_, stamp, body),
    }


def arrived(id_: str, *iids: int, updated: float | None = None, note: int | None = None) -> Delivery:
    """A delivery about issues of project 77, as `delivery.read` gives it."""
    moment = None if updated is None else datetime.fromtimestamp(updated, UTC)
    subjects = tuple(Subject.issue(77, iid) for iid in iids)
    return Delivery(id_, "Issue Hook", "update", subjects, Floor(moment, note), ())
