"""Requests of limited users become refusals with 429 once GitLab.com's numbers are used up."""

import math
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

Clock = Callable[[], float]

# https://docs.gitlab.com/user/gitlab_com/#rate-limits-on-gitlabcom
_ANY = r".*"
_REF = r"[^/?]+"


@dataclass(frozen=True)
class Limit:
    """`number` requests per `seconds` and user (and path, when `per_path`); `bare` refusals carry no headers."""

    name: str
    method: str
    path: re.Pattern[str]
    number: int
    seconds: int = 60
    bare: bool = False
    per_path: bool = False
    json: bool = False


def _limit(name: str, method: str, path: str, number: int, **more: object) -> Limit:
    return Limit(name, method, re.compile(rf"/api/v4{path}(\?.*)?"), number, **more)  # type: ignore[arg-type]  # keywords of Limit


LIMITS = (
    _limit("notes_create", "POST", rf"/projects/{_REF}/issues/\d+/notes", 60, json=True),
    _limit("issues_create", "POST", rf"/projects/{_REF}/issues", 200, json=True),
    _limit("project_api", "GET", rf"/projects/{_REF}", 400, bare=True),
    _limit("group_api", "GET", rf"/groups/{_REF}", 400, bare=True),
    _limit("groups_api", "GET", r"/groups", 50, bare=True),
    _limit("group_projects_api", "GET", rf"/groups/{_REF}/projects", 600, bare=True),
    _limit("projects_api", "GET", r"/projects", 2000, seconds=600, bare=True),
    _limit("user_api", "GET", r"/users/\d+", 300, seconds=600, bare=True),
    _limit("project_members_api", "GET", rf"/projects/{_REF}/members(/all)?", 200, bare=True),
    _limit("repository_file", "GET", rf"/projects/{_REF}/repository/files/{_ANY}", 500, per_path=True),
    _limit("search", "GET", r"/(projects/[^/]+/|groups/[^/]+/)?search", 100),
    _limit("throttle_authenticated_api", "*", _ANY, 2000),
)


@dataclass(frozen=True)
class Refusal:
    """An answer with status 429: `body` is sent as it is, `content_type` beside `headers`."""

    headers: Mapping[str, str]
    body: str
    content_type: str
    status: int = 429


@dataclass
class Limits:
    """Counts per fixed window of real time; `scale` multiplies every number, `users` None binds everybody."""

    users: set[str] | None = field(default_factory=set)
    on: bool = True
    scale: float = 1.0
    now: Clock = time.time
    stamp: Clock = time.time
    _counts: dict[tuple[str, str, int], int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, user: str | None, method: str, path: str) -> Refusal | None:
        """Counts the request of `user` (a username) for `path` with query; None means it may pass."""
        if not self.on or (self.users is not None and user not in self.users):
            return None
        for limit in LIMITS:
            if limit.method not in (method, "*") or not limit.path.fullmatch(path):
                continue
            if refusal := self._count(limit, user or "-", path):
                return refusal
        return None

    def forget(self) -> None:
        """Starts every window anew."""
        with self._lock:
            self._counts.clear()

    def described(self) -> dict[str, object]:
        users = None if self.users is None else sorted(self.users)
        numbers = {limit.name: {"number": self._allowed(limit), "seconds": limit.seconds} for limit in LIMITS}
        return {"on": self.on, "scale": self.scale, "users": users, "limits": numbers}

    def _allowed(self, limit: Limit) -> int:
        return max(1, math.floor(limit.number * self.scale))

    def _count(self, limit: Limit, user: str, path: str) -> Refusal | None:
        now = self.now()
        window = int(now // limit.seconds)
        who = f"{user} {path.partition('?')[0]}" if limit.per_path else user
        with self._lock:
            self._drop_old(limit.name, who, window)
            used = self._counts[limit.name, who, window] = self._counts.get((limit.name, who, window), 0) + 1
        allowed = self._allowed(limit)
        if used <= allowed:
            return None
        return _refuse(limit, allowed, used, wait=(window + 1) * limit.seconds - now, stamp=self.stamp())

    def _drop_old(self, name: str, who: str, window: int) -> None:
        if (name, who, window) not in self._counts:
            for key in [key for key in self._counts if key[:2] == (name, who)]:
                del self._counts[key]


def _refuse(limit: Limit, allowed: int, used: int, *, wait: float, stamp: float) -> Refusal:
    if limit.bare:
        return Refusal({}, "Retry later\n", "text/plain")
    headers = refusal_headers(wait, stamp, limit.name, allowed, used)
    if limit.json:
        text = '{"message":{"error":"This endpoint has been requested too many times. Try again later."}}'
        return Refusal(headers, text, "application/json")
    return Refusal(headers, "Retry later\n", "text/plain")


def refusal_headers(
    wait: float, stamp: float, name: str = "throttle_authenticated_api", allowed: int = 2000, used: int = 2001
) -> dict[str, str]:
    """GitLab's headers beside a 429: `wait` seconds from `stamp`, which is the sandbox's now in unix seconds."""
    seconds = max(1, math.ceil(wait))
    reset = math.ceil(stamp) + seconds
    return {
        "Retry-After": str(seconds),
        "RateLimit-Limit": str(allowed),
        "RateLimit-Name": name,
        "RateLimit-Observed": str(used),
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": str(reset),
        "RateLimit-ResetTime": datetime.fromtimestamp(reset, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }
