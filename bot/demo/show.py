"""The options of `demo` become a running pair, a story played on it, and an exit status."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import requests
from rich.console import Console
from rich.text import Text

from bot.config import load
from bot.demo.pair import BOT_USERNAME, Doors, Pair
from bot.demo.processes import adopt_orphans, surroundings
from bot.demo.stage import Stage, Unmet, json_of
from bot.demo.story import Story
from bot.demo.supervisor import Part, Supervisor, tail
from bot.environ import WHERE_FROM
from bot.sandbox.state import write_text
from bot.sandbox.world import Tier

START = 60.0
"""Seconds until both sides must answer."""
LONGEST = 180.0
"""Seconds for a single command: GitLab, which counts by the minute, may have it wait for one."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person asked for; see `channel-bot demo --help`."""

    keep: bool
    story: bool
    describe: Path | None
    database: str | None
    tier: Tier
    at: date | None


@dataclass(slots=True)
class Show:
    """One run: the main thread keeps the parts alive while a second one plays."""

    wishes: Wishes
    console: Console
    pair: Pair
    supervisor: Supervisor = field(init=False)
    _began: float = field(default_factory=time.monotonic)
    _is_ready: bool = False
    _complaints: list[str] = field(default_factory=list)
    _trouble: str | None = None
    _writing: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(self._describe, self._complain)

    def run(self) -> str | None:
        """Play until the end, or until interrupted; what went wrong, None for nothing."""
        player = threading.Thread(target=self._play, name="story")
        player.start()
        try:
            self.supervisor.run(self._parts())
        finally:
            self.supervisor.stop()
            player.join()
        return self._trouble

    # The parts

    def _parts(self) -> tuple[Part, ...]:
        doors, state = self.pair.doors, str(self.pair.state_file)
        gitlab_door, bot_door, mail_door = doors.gitlab.fileno(), doors.bot.fileno(), doors.mail.fileno()
        entrances = ("--fd", str(gitlab_door), "--smtp-fd", str(mail_door))
        return (
            self._part("sandbox", ("sandbox", *entrances, "--state", state), gitlab_door, mail_door),
            self._part("receiver", ("serve", "--bind", f"fd://{bot_door}"), bot_door),
            self._part("worker", ("work",)),
        )

    def _part(self, name: str, arguments: tuple[str, ...], *fds: int) -> Part:
        return Part(name, arguments, self._environ(), self.pair.logs / f"{name}.log", fds)

    def _environ(self) -> dict[str, str]:
        return surroundings(self.pair.env, os.environ, (*WHERE_FROM, "LISTEN_FDS", "LISTEN_PID"))

    def _describe(self) -> None:
        # Read under the lock, so that no older process id is written over a newer one.
        with self._writing:
            if self.wishes.describe and self._is_ready:
                write_text(self.wishes.describe, self.pair.description(self.supervisor.pids()))

    def _complain(self, text: str) -> None:
        self._complaints.append(text)
        self._shout(text)

    def _shout(self, text: str) -> None:
        self.console.print(Text(text, style="red"), soft_wrap=True)

    # The play

    def _play(self) -> None:
        try:
            self._start()
            self._greet()
            if self.wishes.story:
                self._tell()
        except (Unmet, TimeoutError) as trouble:
            self._fail(str(trouble))
        except Exception as trouble:  # in a thread, what is not caught would look like a good end
            self._fail(f"the story broke off: {type(trouble).__name__}: {trouble}")
        finally:
            self.supervisor.dismiss()
            if not self.wishes.keep or not self._is_ready:
                self.supervisor.stop()
        if self.wishes.keep and not self.supervisor.is_stopping:
            self._invite()

    def _fail(self, text: str) -> None:
        if self.supervisor.is_stopping:
            self._trouble = self._trouble or ("interrupted" if not self.wishes.keep else None)
            return
        self._trouble = text
        self._shout(f"\n{text}")
        for name in ("receiver", "worker", "sandbox"):
            self._shout(f"The {name}'s last words:\n{tail(self.pair.logs / f'{name}.log')}")

    def _start(self) -> None:
        self._await("the sandbox", f"{self.pair.gitlab_url}/api/v4/version", self.pair.tokens[BOT_USERNAME])
        status, output = self._command(("setup", "--apply"))
        if status:
            raise Unmet(f"`channel-bot setup --apply` ended with exit status {status}:\n{output.strip()}")
        self._await("the bot", f"{self.pair.bot_url}/readyz")
        self._is_ready = True
        self._describe()

    def _greet(self) -> None:
        pids = ", ".join(f"{name} {pid}" for name, pid in sorted(self.supervisor.pids().items()))
        self._line(f"A GitLab at {self.pair.gitlab_url}, and the bot at {self.pair.bot_url}, for this machine only.")
        self._line(f"Started and set up after {time.monotonic() - self._began:.1f} s. Processes: {pids}.")

    def _await(self, who: str, url: str, token: str = "") -> None:
        deadline, last = time.monotonic() + START, "nothing"
        while time.monotonic() < deadline and not self.supervisor.is_stopping:
            try:
                answer = requests.get(url, headers={"PRIVATE-TOKEN": token} if token else {}, timeout=5)
                if answer.ok:
                    return
                last = f"{answer.status_code} {answer.text[:200]}"
            except requests.RequestException as trouble:
                last = type(trouble).__name__
            if self._complaints:
                raise Unmet(self._complaints[0])
            time.sleep(0.05)
        raise Unmet(f"{who} did not get ready in {START:.0f} s; {url} last answered: {last}")

    def _tell(self) -> None:
        began = time.monotonic()
        config = load(self.pair.config_dir, self.pair.env)
        stage = Stage(self.console, BOT_USERNAME, lambda: self.supervisor.is_stopping)
        Story(stage, self.pair, config, self.supervisor.pids, self._command).play()
        self.console.print()
        self._line(f"The end, after {time.monotonic() - began:.0f} s. Everything came out as the handbook says.")

    def _command(self, arguments: Sequence[str]) -> tuple[int, str]:
        return self.supervisor.command(arguments, self._environ(), LONGEST)

    def _invite(self) -> None:
        url, token = self.pair.gitlab_url, self.pair.tokens["cam-emea"]
        issues = json_of(f"{url}/api/v4/version?private_token={token}")
        self.console.print()
        self._line(f"Both keep running (GitLab {issues['version']}); Ctrl-C ends them. To look at:")
        self._line(f"  {url}/gitlab-com/channel/channels/-/issues")
        self._line(f"  {self.pair.admin_url}/requests and {self.pair.admin_url}/mails")
        self._line(f"  configuration in {self.pair.config_dir}, logs in {self.pair.logs}")
        self._line("To take part as cam-emea:")
        self._line(f'  curl -H "PRIVATE-TOKEN: {token}" {url}/api/v4/issues')
        self._line(f"  gitlab --server-url {url} --private-token {token} current-user get")
        self._line("To run any other command of channel-bot on this pair:")
        self._line(f"  export {' '.join(f'{name}={chr(39)}{value}{chr(39)}' for name, value in self.pair.env.items())}")

    def _line(self, text: str) -> None:
        self.console.print(Text(text), soft_wrap=True)


def perform(wishes: Wishes, console: Console) -> str | None:
    """Play one show in a directory of its own, which is gone afterwards unless something went wrong."""
    adopt_orphans()
    if wishes.describe:
        wishes.describe.unlink(missing_ok=True)
    home = Path(tempfile.mkdtemp(prefix="channel-bot-demo-"))
    with contextlib.closing(Doors.open()) as doors:
        pair = Pair.make(home, doors, tier=wishes.tier, at=wishes.at, database=wishes.database, recurs=not wishes.story)
        trouble = Show(wishes, console, pair).run()
    if trouble and trouble != "interrupted":
        console.print(Text(f"What the parts wrote is kept in {home / 'logs'}."), soft_wrap=True)
        return trouble
    shutil.rmtree(home, ignore_errors=True)
    return trouble
