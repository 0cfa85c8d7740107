"""A command line becomes a live pair of sandbox and bot, and secrets become signed deliveries to knock with."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gitlab
import requests

from bot.sandbox.hook_http import sign
from bot.sweeps.remote import RunningBot

ROOT = Path(__file__).parent.parent


class TooLate(AssertionError):
    """It did not happen in time; the text says what."""


def wait_until(what: str, holds: Callable[[], object], seconds: float = 30.0, pause: float = 0.05) -> None:
    """Look until it holds. Raises TooLate. Where looking takes long, it leaves the machine to what it waits for."""
    deadline = time.monotonic() + seconds
    while not holds_now(holds, pause):
        if time.monotonic() > deadline:
            raise TooLate(f"waited {seconds:.0f} s in vain until {what}")


def holds_now(holds: Callable[[], object], pause: float) -> bool:
    """Whether it does; if not, after a pause."""
    began = time.monotonic()
    if holds():
        return True
    time.sleep(max(pause, 2 * (time.monotonic() - began)))
    return False


@dataclass(frozen=True)
class Live:
    """`channel-bot demo --keep` in a process of its own: real HTTP, the sockets held outside what is killed."""

    process: subprocess.Popen[str]
    file: Path

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return told

    @property
    def tokens(self) -> Mapping[str, str]:
        tokens: Mapping[str, str] = self.told["tokens"]
        return tokens

    def client(self, username: str) -> gitlab.Gitlab:
        return gitlab.Gitlab(self.told["gitlab_url"], private_token=self.tokens[username], timeout=30)

    def desk(self, method: str, path: str, body: object = None) -> Any:
        """Ask the sandbox's desk; its JSON, None where it answers nothing."""
        answer = requests.request(method, f"{self.told['sandbox_admin_url']}/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def pending(self) -> int:
        """Subjects that still need a look; 1 while the receiver is not there to tell."""
        try:
            return int(requests.get(f"{self.told['bot_url']}/readyz", timeout=10).json()["pending"])
        except (requests.RequestException, ValueError, KeyError):
            return 1

    def settle(self, seconds: float) -> None:
        """Wait until no subject needs a look and no webhook is on its way that would make one need it."""
        wait_until("the pair has nothing left to do", self._idle, seconds, 0.2)

    def _idle(self) -> bool:
        return self.pending() == 0 and self.desk("GET", "hooks")["waiting"] == 0 and self.pending() == 0

    def sweep(self, seconds: float = 300.0) -> None:
        """A full sweep, done by the running bot. Raises AssertionError when it fails."""
        env = self.told["env"]
        bot = RunningBot(env["BOT_URL"], env["BOT_TOKEN"], poll=0.1)
        report = bot.sweep(full=True, allow=100_000, patience=seconds, progress=lambda _total, _done: None)
        assert report.error is None, report.error

    def replace(self, name: str) -> None:
        """Kill a part and wait for its successor."""
        pid = self.told["pids"][name]
        os.kill(pid, signal.SIGKILL)
        wait_until(f"the {name} is there again", lambda: self.told["pids"].get(name, pid) != pid)


@contextmanager
def live(folder: Path, *options: str) -> Iterator[Live]:
    """A pair that is up: set up, hooks in place. `options` are those of `channel-bot demo`."""
    file = folder / "pair.json"
    command = [sys.executable, "-m", "bot", "demo", "--keep", "--no-story", "--describe", str(file), *options]
    with (folder / "demo.log").open("w+") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, text=True)
        try:
            wait_until("the pair is up", lambda: file.exists() or process.poll() is not None, 90)
            assert process.poll() is None, (folder / "demo.log").read_text()
            yield Live(process, file)
        finally:
            process.terminate()
            process.wait(timeout=30)


def issue_event(project_id: int, iid: int, *, size: int = 3_500) -> bytes:
    """An Issue Hook as long as GitLab's usually are (`size` bytes); it sets no floor."""
    block = {"id": 987_654, "iid": iid, "project_id": project_id, "type": "Issue", "action": "update"}
    event = {"object_kind": "issue", "event_type": "issue", "object_attributes": block, "labels": []}
    room = size - len(json.dumps(event)) - len(', "changes": ""')
    return json.dumps({**event, "changes": "x" * max(room, 0)}).encode()


def signed(id_: str, body: bytes, signing_token: str, at: float) -> dict[str, str]:
    """The headers GitLab sends with a signing token; `at` in unix seconds."""
    stamp = str(int(at))
    return {
        "Content-Type": "application/json",
        "User-Agent": "GitLab/19.1.0-ee",
        "X-Gitlab-Event": "Issue Hook",
        "Idempotency-Key": id_,
        "webhook-id": id_,
        "webhook-timestamp": stamp,
        "webhook-signature": sign(signing_token, id_, stamp, body),
    }


@dataclass
class Knocker:
    """One keep-alive connection to a receiver; what breaks is opened anew."""

    url: str
    _connection: http.client.HTTPConnection | None = None

    def post(self, headers: Mapping[str, str], body: bytes) -> int:
        """The status of `POST /webhook`; 0 when the connection broke, so that nobody knows."""
        try:
            if self._connection is None:
                self._connection = _connected(self.url)
            self._connection.request("POST", "/webhook", body, dict(headers))
            response = self._connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return 0
        return response.status

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _connected(url: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.connect()
    # Headers and body go out in two writes; Nagle would hold the second back.
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection
