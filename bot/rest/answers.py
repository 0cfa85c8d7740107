"""One HTTP answer of GitLab, or its absence, into the error that says what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.errors import AskAPerson, BadToken, BotError, Conflict, Forbidden, NotThere, TryLater, Unclear

TOO_MANY = 429
LONGEST_PAUSE = 900.0
"""Seconds. GitLab may ask for a day; we look again earlier, since somebody may have raised the limit."""

_SECRET = re.compile(r"\b(?:gl[a-z]{2,6}-|whsec_)[\w\-+/=.]+")
_ADVICE = {
    400: "The request does not fit this GitLab; its own words say what to change",
    422: "The request does not fit this GitLab; its own words say what to change",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request: `path` below /api/v4, without its query."""

    method: str
    path: str

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def template(self) -> str:
        """The path with names and numbers left out, so that a metric has few series: `/projects/:id/issues/:n`."""
        path = re.sub(r"^/(projects|groups)/[^/]+", r"/\1/:id", self.path)
        path = re.sub(r"/(files|labels|branches|commits)/[^/]+", r"/\1/:name", path)
        return re.sub(r"/\d+(?=/|$)", "/:n", path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 when nothing did: `trouble` says why, `sent` whether GitLab may know of it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    trouble: str = ""
    sent: bool = True

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def passing(self) -> bool:
        """Whether the same request may get another answer soon."""
        return self.status in (0, 408, TOO_MANY) or self.status >= 500 or self._locked

    @property
    def undone(self) -> bool:
        """Whether a write that got this answer has surely not happened."""
        return not self.sent if self.status == 0 else self.status == TOO_MANY or self._locked

    @property
    def pause(self) -> float | None:
        """Seconds GitLab asks us to wait, at most `LONGEST_PAUSE`; None when it does not say."""
        wait = self.headers.get("Retry-After", "")
        asked = _seconds(wait, self.date) if wait else None
        if asked is None and self.status == TOO_MANY:
            asked = _until(self.headers.get("RateLimit-Reset", ""), self.date)
        return None if asked is None else min(max(asked, 0.0), LONGEST_PAUSE)

    @property
    def date(self) -> datetime | None:
        """GitLab's clock when it answered, UTC."""
        return _http_date(self.headers.get("Date", ""))

    def parsed(self) -> Any:
        """The JSON of the body, None when it is empty; ValueError when it is something else, say a proxy's page."""
        return json.loads(self.body) if self.body else None

    @property
    def complaint(self) -> str:
        """GitLab's own words, whichever of its four shapes they came in, on one line without secrets."""
        return _SECRET.sub("[secret]", " ".join(_said(self.body).split()))[:300]

    @property
    def _locked(self) -> bool:
        return self.status == 409 and b"Resource lock" in self.body


def failure(call: Call, answer: Answer, variable: str = "GITLAB_TOKEN") -> BotError:
    """The error for an answer that is not a success; `variable` is where the token in use comes from."""
    sentence = _sentence(call, answer)
    if answer.passing:
        kind = Unclear if call.writes and not answer.undone else TryLater
        return kind(sentence, answer.pause)
    match answer.status:
        case 401:
            return BadToken(f"{sentence}. The token in {variable} is wrong, expired or revoked: put a valid one in")
        case 403:
            return Forbidden(f"{sentence}. Give the bot's account the missing role, or its token the missing scope")
        case 404:
            return NotThere(f"{sentence}. It is gone, or hidden from the bot: check the path and the bot's membership")
        case 409:
            return Conflict(f"{sentence}. Somebody has to settle the conflict")
        case 301 | 302 | 303 | 307 | 308:
            target = answer.headers.get("Location", "an address it does not name").partition("?")[0]
            return AskAPerson(f"{sentence}. It has moved to {target}: put the new address into the configuration")
        case status:
            return AskAPerson(f"{sentence}. {_ADVICE.get(status, 'Somebody has to look why')}")


def not_json(call: Call, answer: Answer) -> TryLater:
    """The error for a success that is not what the API promises: often the page of a proxy or of a sign-in."""
    sentence = (
        f"GitLab answered {answer.status} to {call} with something that is not the API's JSON: "
        "a proxy or a maintenance page stands before it, or GITLAB_URL is not a GitLab"
    )
    return Unclear(sentence, answer.pause) if call.writes else TryLater(sentence, answer.pause)


def _sentence(call: Call, answer: Answer) -> str:
    if answer.status == 0:
        return f"GitLab did not answer {call}: {answer.trouble}"
    said = f": {answer.complaint}" if answer.complaint else ""
    return f"GitLab answered {answer.status} to {call}{said}".rstrip(".")


def _said(body: bytes) -> str:
    text = body.decode("utf-8", "replace").strip()
    if text[:1] == "<":
        return "an HTML page"
    try:
        data = json.loads(text)
    except ValueError:
        return text
    if not isinstance(data, dict):
        return _flat(data)
    parts = [_flat(data[key]) for key in ("message", "error", "error_description") if data.get(key)]
    return "; ".join(parts) or text


def _flat(value: object) -> str:
    match value:
        case dict():
            return "; ".join(f"{key} {_flat(inner)}" for key, inner in value.items())
        case list():
            return ", ".join(_flat(inner) for inner in value)
        case _:
            return str(value)


def _seconds(header: str, date: datetime | None) -> float | None:
    if re.fullmatch(r"\d{1,9}(\.\d+)?", header.strip()):
        return float(header)
    until = _http_date(header)
    return None if until is None else (until - (date or datetime.now(UTC))).total_seconds()


def _until(header: str, date: datetime | None) -> float | None:
    if not re.fullmatch(r"\d{1,11}", header):
        return None
    return int(header) - (date or datetime.now(UTC)).timestamp()


def _http_date(header: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
