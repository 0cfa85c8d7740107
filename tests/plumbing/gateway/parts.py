"""A GitLab played by `responses`: its address, one issue of it, pages of a list, and ears for the gateway's hooks.

And a desk at the sandbox for three of its users.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import requests
import responses
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from bot.domain.gitlab import Issue
from bot.gateway import Gateway
from bot.sandbox.server import Sandbox

URL = "https://gitlab.example"
API = f"{URL}/api/v4"
TOKEN = "glpat-not-a-real-one"
DATE = {"Date": "Sat, 21 Nov 2026 12:00:00 GMT"}
ISSUE = {
    "id": 700,
    "iid": 3,
    "project_id": 7,
    "title": "Onboard a partner",
    "state": "opened",
    "labels": [],
    "references": {"full": "partners/channels#3"},
}
GROUP, HOME = "gitlab-com/channel", "gitlab-com/channel/channels"
HTML = "<html><body>Sign in</body></html>"


@dataclass
class Listener:
    """Remembers what the gateway told its hooks and how long it slept."""

    pauses: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    seen: list[tuple[str, str, int]] = field(default_factory=list)

    def observe(self, method: str, template: str, status: int, pause: float | None) -> None:
        self.seen.append((method, template, status))


@dataclass
class Desk:
    """The gateway as three users of the sandbox, and the project's id."""

    sandbox: Sandbox
    bot: Gateway
    owner: Gateway
    cam: Gateway
    home: int

    def calls(self) -> int:
        return len(requests.get(f"{self.sandbox.url}/sandbox/requests", timeout=10).json())

    def open(self, title: str, **fields: object) -> Issue:
        return self.cam.create_issue(self.home, {"title": title, **fields})


def never_connected() -> requests.ConnectionError:
    pool = HTTPConnectionPool("gitlab.example")
    reason = NewConnectionError(pool, "refused")  # type: ignore[arg-type]  # any place to connect from will do
    return requests.ConnectionError(MaxRetryError(pool, "/", reason))


def on_page(number: int) -> Callable[[requests.PreparedRequest], tuple[bool, str]]:
    return lambda request: (asked(request).get("page", "1") == str(number), "it asks for another page")


def asked(request: requests.PreparedRequest) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url or "").query, keep_blank_values=True))


def page(gitlab: responses.RequestsMock, number: int, iids: list[int], last: bool, **link: str) -> None:
    following = (
        f'<{link.get("base", API)}/groups/partners/issues?page={number + 1}&per_page=100&state=opened>; rel="next"'
    )
    first = f'<{API}/groups/partners/issues?page=1>; rel="first"'
    gitlab.get(
        f"{API}/groups/partners/issues",
        json=[{**ISSUE, "iid": iid} for iid in iids],
        headers={"Link": first if last else f"{following}, {first}"},
        match=[on_page(number)],
    )
