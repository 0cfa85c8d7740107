"""The running bot, over HTTP: asked to sweep, and followed until it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import requests

from bot.errors import AskAPerson, TryLater

TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class SweepReport:
    """How many subjects were looked at, and what went wrong; `error` is None when nothing did."""

    subjects: int
    error: str | None


class RunningBot:
    """`url` is BOT_URL, `token` is BOT_TOKEN."""

    def __init__(self, url: str, token: str, poll: float = 0.5) -> None:
        self._url = f"{url.rstrip('/')}/sweep"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._poll = poll

    def sweep(self, *, full: bool, allow: int, patience: float, progress: Callable[[int, int], None]) -> SweepReport:
        """Ask for a sweep and wait for its end; it may change up to `allow` things, whatever the blast radius.

        TryLater: no answer, or no end within `patience` seconds.
        """
        sweep_id = self._call("POST", self._url, {"full": full, "allow": allow})["id"]
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            state = self._call("GET", f"{self._url}/{sweep_id}")
            total, done = int(str(state["total"] or 0)), int(str(state["done"] or 0))
            if state["state"] in ("done", "failed"):
                return SweepReport(total, str(state["error"]) if state["state"] == "failed" else None)
            progress(total, done)
            time.sleep(self._poll)
        raise TryLater(f"the sweep {sweep_id} is not done after {patience:.0f} s; see `channel-bot inbox list`")

    def _call(self, method: str, url: str, body: object = None) -> dict[str, object]:
        try:
            answer = requests.request(method, url, json=body, headers=self._headers, timeout=TIMEOUT)
            answered: dict[str, object] = answer.json()
        except requests.RequestException as trouble:
            raise TryLater(
                f"the bot at {self._url} does not answer: {type(trouble).__name__}; check BOT_URL"
            ) from trouble
        if answer.status_code == 401:
            raise AskAPerson(f"the bot at {self._url} refuses the token; check BOT_TOKEN")
        if not answer.ok:
            raise TryLater(f"the bot at {self._url} answers {answer.status_code}")
        return answered
