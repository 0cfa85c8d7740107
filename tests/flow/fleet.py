"""One PostgreSQL, one sandbox GitLab and processes of the bot become several machines whose lines can be cut."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import gitlab
import psycopg
import requests

from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.server import Sandbox
from tests.load import Knocker, issue_event, signed, wait_until
from tests.plumbing import postgres
from tests.plumbing.lines import Line
from tests.stage import GROUP, HOME, config_copy

ROOT = Path(__file__).parent.parent.parent
BOT = "channel-bot"
LEASE = 2.5
"""Seconds; each machine holds a subject for so long."""
RULES = ("base_label", "priority", "due", "dri")
SIGNING_TOKEN = "whsec_" + b64encode(bytes(range(32))).decode()
BOT_TOKEN = "a-token-for-tests-only"
WEBHOOK_SECRET = "a-secret-for-tests-only"


class Held(NamedTuple):
    """A look, from the journal: who, at what, from when until when (monotonic seconds), and how it ended."""

    worker: str
    key: str
    begin: float
    end: float
    outcome: str


@dataclass
class Server:
    """PostgreSQL on one port, that can be restarted."""

    binaries: Path
    home: Path
    account: int | None
    port: int
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://{postgres.USER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        self.process = postgres._start(self.binaries, self.home, self.port, self.account, synced=False)
        postgres._when_ready(self.process, self.home, self.port)

    def stop(self, how: signal.Signals) -> None:
        """SIGINT: sessions are told; SIGQUIT: as if it had crashed."""
        self.process.send_signal(how)
        self.process.wait(timeout=30)


@contextmanager
def database() -> Iterator[Server]:
    binaries, home = postgres._binaries(), Path(tempfile.mkdtemp(prefix="channel-bot-machines-"))
    account = postgres._account(home)
    postgres._run(binaries, "initdb", home, account)
    server = Server(binaries, home, account, postgres._free_port())
    try:
        yield server
    finally:
        server.stop(signal.SIGQUIT)


@dataclass
class Machine:
    """One process of the bot, and its own lines to GitLab and to the database."""

    name: str
    process: subprocess.Popen[bytes]
    gitlab: Line
    store: Line
    url: str = ""

    @property
    def lines(self) -> tuple[Line, Line]:
        return self.gitlab, self.store

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@dataclass
class Fleet:
    """`receivers` and `workers` that are running; people act through the real python-gitlab."""

    folder: Path
    sandbox: Sandbox
    server: Server
    stack: ExitStack
    lines: ExitStack
    tokens: Mapping[str, str]
    receivers: list[Machine] = field(default_factory=list)
    workers: list[Machine] = field(default_factory=list)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stack.callback(self._end)

    def _end(self) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self._processes:
            try:
                process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    def receiver(self, name: str) -> Machine:
        port = postgres._free_port()
        machine = self._machine(name, "bot", "serve", "--bind", f"127.0.0.1:{port}")
        machine.url = f"http://127.0.0.1:{port}"
        self.receivers.append(machine)
        hook = {"url": f"{machine.url}/webhook", "signing_token": SIGNING_TOKEN}
        self.as_("root").groups.get(GROUP).hooks.create({**hook, "issues_events": True, "note_events": True})
        return machine

    def worker(self, name: str, *, wrong_by: float = 0.0, pace: str = "quick") -> Machine:
        told = (name, str(self.journal), str(LEASE), str(wrong_by), pace)
        machine = self._machine(name, "tests.plumbing.machine", *told)
        self.workers.append(machine)
        return machine

    def _machine(self, name: str, module: str, *arguments: str) -> Machine:
        near = self.lines.enter_context(Line(self.sandbox.port))
        store = self.lines.enter_context(Line(self.server.port))
        environment = {
            **os.environ,
            "GITLAB_URL": f"http://127.0.0.1:{near.port}",
            "GITLAB_TOKEN": self.tokens[BOT],
            "MARK_KEY": "a key for tests only",
            "WEBHOOK_SECRET": WEBHOOK_SECRET,
            "WEBHOOK_SIGNING_TOKEN": SIGNING_TOKEN,
            "BOT_TOKEN": BOT_TOKEN,
            "DATABASE_URL": self.server.url.replace(str(self.server.port), str(store.port)),
            "CHANNEL_BOT_CONFIG": str(self.folder / "config"),
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-m", module, *arguments]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        self._processes.append(process)
        return Machine(name, process, near, store)

    # What people do and see

    def as_(self, username: str) -> gitlab.Gitlab:
        return gitlab.Gitlab(self.sandbox.url, private_token=self.tokens[username], timeout=10, keep_base_url=True)

    def issues(self, count: int, **fields: Any) -> list[int]:
        """New issues of the Channels project, by iid."""
        home = self.as_("cam-emea").projects.get(HOME)
        return [home.issues.create({"title": f"Chore {number}", **fields}).iid for number in range(count)]

    def prioritize(self, iids: list[int], value: str) -> None:
        home = self.as_("cam-emea").projects.get(HOME, lazy=True)
        for iid in iids:
            home.issues.update(iid, {"add_labels": f"Channel Priority:{value}"})

    def comments(self, iid: int) -> list[int]:
        """Ids of the bot's comments that are there."""
        world = self.sandbox.world
        with world.lock:
            issue = next(
                one.id for one in world.issues.values() if one.iid == iid and one.project_id == self.project_id
            )
            bot = next(user.id for user in world.users.values() if user.username == BOT)
            return [
                note.id
                for note in world.notes.values()
                if note.issue_id == issue and note.author_id == bot and not note.system
            ]

    @property
    def project_id(self) -> int:
        return next(one.id for one in self.sandbox.world.projects.values() if one.full_path == HOME)

    def knock(self, receiver: Machine, id_: str, iid: int) -> int:
        """The status of a signed webhook of our own."""
        body = issue_event(self.project_id, iid)
        knocker = Knocker(receiver.url)
        try:
            return knocker.post(signed(id_, body, SIGNING_TOKEN, time.time()), body)
        finally:
            knocker.close()

    # How it goes

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.server.url) as connection:
            return connection.execute(statement.encode()).fetchall()

    def pending(self) -> int:
        return int(self.ask("SELECT count(*) FROM subjects WHERE wanted > done AND parked IS NULL")[0][0])

    def settle(self, seconds: float = 30.0) -> None:
        """Until no webhook is under way and no subject needs a look."""
        deliverer = self.sandbox.desk.deliverer
        wait_until(
            "everything is done",
            lambda: deliverer.waiting() == 0 and self.pending() == 0 and deliverer.waiting() == 0,
            seconds,
        )

    def held(self) -> list[Held]:
        """Every look that ended, from the machines' journal."""
        begun: dict[tuple[str, str, str], float] = {}
        found = []
        for line in self.journal.read_text().splitlines():
            worker, what, key, generation, at, outcome = line.split()
            if what == "begin":
                begun[worker, key, generation] = float(at)
            else:
                found.append(Held(worker, key, begun[worker, key, generation], float(at), outcome))
        return found

    def overlaps(self) -> list[tuple[Held, Held]]:
        """Looks at one subject at the same time."""
        by_key = defaultdict(list)
        for look in self.held():
            by_key[look.key].append(look)
        ordered = [sorted(looks, key=lambda look: look.begin) for looks in by_key.values()]
        return [(one, other) for looks in ordered for one, other in pairwise(looks) if other.begin < one.end]

    def calls(self, method: str, ending: str) -> list[Mapping[str, Any]]:
        """The bot's calls by the sandbox's log."""
        log = requests.get(f"{self.sandbox.url}/sandbox/requests", timeout=10).json()
        return [
            call for call in log if (call["user"], call["method"]) == (BOT, method) and call["path"].endswith(ending)
        ]

    def wait_for_machines(self) -> None:
        """Until each worker claims and each receiver answers."""
        for receiver in self.receivers:
            wait_until(f"{receiver.name} answers", lambda url=receiver.url: _answers(url))  # type: ignore[misc]  # mypy reads no default
        for worker in self.workers:
            log = self.folder / f"{worker.name}.log"
            wait_until(f"{worker.name} is there", lambda log=log: "DISPATCHING" in log.read_text())  # type: ignore[misc]  # ditto

    def assert_right(self, iids: list[int], value: str) -> None:
        """Each issue has what the rules want, once."""
        home = self.as_("cam-emea").projects.get(HOME)
        wrong = []
        for issue in home.issues.list(iterator=True, per_page=100):
            if issue.iid in iids:
                right = issue.weight == int(value) and "Channel" in issue.labels
                if not right or len(self.comments(issue.iid)) != 1:
                    wrong.append((issue.iid, issue.weight, issue.labels, self.comments(issue.iid)))
        assert wrong == []
        dead = self.ask("SELECT key, error FROM subjects WHERE parked IS NOT NULL")
        assert dead == []


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


def wait_for(what: str, holds: Callable[[], object], seconds: float = 60.0) -> None:
    wait_until(what, holds, seconds, 0.03)


@contextmanager
def fleet(folder: Path) -> Iterator[Fleet]:
    """Nothing is running yet but GitLab and the database."""
    world = example_world("http://127.0.0.1:0")
    with ExitStack() as stack:
        server = stack.enter_context(database())
        sandbox = stack.enter_context(Sandbox(world))
        sandbox.desk.deliverer.budget.per_minute = None
        sandbox.desk.deliverer.settings.auto_disable = False
        sandbox.desk.limits.scale = 30
        config = config_copy(folder / "config", sandbox.url)
        for file in config.glob("*.yml"):
            text = file.read_text()
            if file.stem not in RULES and text.count("\nenabled: true"):
                file.write_text(text.replace("\nenabled: true", "\nenabled: false", 1))
        lines = stack.enter_context(ExitStack())
        machines = stack.enter_context(ExitStack())
        yield Fleet(folder, sandbox, server, machines, lines, tokens_of(world))
