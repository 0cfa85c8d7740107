"""A sandbox GitLab and a bot on it become a stage: people act through the real python-gitlab, the bot answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gitlab
import requests
import yaml
from gitlab.v4.objects import Group, Project, ProjectIssue

from bot.app import Bot, build
from bot.config import Config, load
from bot.domain.subject import CALENDAR, Subject
from bot.environ import Environment
from bot.queue.leases import Timing
from bot.rest.waiting import BRIEFLY, Waiting
from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.server import Sandbox
from bot.store.database import Database
from tests.direct import direct

ROOT = Path(__file__).parent.parent
GROUP, HOME = "gitlab-com/channel", "gitlab-com/channel/channels"
MARK_KEY = "a key for tests only"
QUICK = Timing(quiet=0.0, patience=0.0, backoff=0.05, longest_backoff=0.2, attempts=20, hot=0.2, idle=0.2)
"""Nothing waits longer than it must; how long the real pauses are is tested where they are made.

Whoever ends a work wakes the loop, and so does what falls due: it need not look every few milliseconds beside that.
"""
DONE = 30.0
"""Seconds after which a drain that does not end has failed."""


MISTAKES: list[str] = []
"""What broke looks off since the last drain began, and is no trouble of GitLab's or of the configuration's."""


def noticed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog's: mistakes heal with the next try, so that nobody would see them."""
    if event["event"] == "a mistake of ours":
        MISTAKES.append(f"{event['subject']}: {event['exc_info']!r}")
    return event


def _brief(seconds: float) -> None:
    """The gateway's own pauses are short here; one that GitLab asks for is as long as it says."""
    time.sleep(0.02 if seconds in BRIEFLY.pauses else seconds)


def wait_until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def dumped(values: Mapping[str, Any]) -> str:
    """As YAML, by the library in C: a thousand tests do it."""
    text: str = yaml.dump(values, Dumper=yaml.CSafeDumper)
    return text


def config_copy(
    target: Path, url: str, *, tier: str = "premium", recurring: Collection[str] = (), **changes: Any
) -> Path:
    """The shipped configuration, allowed to write to the GitLab at `url`.

    Of what recurs only those of these keys are left: no test wants a calendar that it is not about.
    """
    for folder in {name.rpartition("/")[0] for name in _shipped()}:
        (target / folder).mkdir(parents=True, exist_ok=True)
    for name, content in _shipped().items():
        with open(f"{target}/{name}", "wb") as file:  # noqa: PTH123 - a hundred files for each of a thousand tests
            file.write(content)
    (target / "recurrences.yml").write_bytes(_recurrences(tuple(recurring)))
    changed = _shipped_site() | {"dry_run": False, "gitlab": {"url": url, "tier": tier}} | changes
    (target / "site.yml").write_text(dumped(changed))
    return target


def config_for(
    target: Path, url: str, *, tier: str = "premium", recurring: Collection[str] = (), **changes: Any
) -> Config:
    """What `load` makes of such a copy, which lies in `target`; what is the same each time is read once a process."""
    config_copy(target, url, tier=tier, recurring=recurring, **changes)
    known = _loaded(tier, tuple(recurring), dumped(changes))
    gitlab = known.site.gitlab.model_copy(update={"url": url})
    return replace(known, directory=target, site=known.site.model_copy(update={"gitlab": gitlab}))


@cache
def _shipped() -> dict[str, bytes]:
    """By name: what each file holds, but for those that every test has otherwise."""
    folder = ROOT / "config"
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name not in ("recurrences.yml", "site.yml")}


@cache
def _recurrences(kept: tuple[str, ...]) -> bytes:
    every = yaml.safe_load((ROOT / "config" / "recurrences.yml").read_bytes())
    return dumped({key: one for key, one in every.items() if key in kept}).encode()


@cache
def _shipped_site() -> dict[str, Any]:
    shipped: dict[str, Any] = yaml.safe_load((ROOT / "config" / "site.yml").read_text())
    return shipped


@cache
def _loaded(tier: str, recurring: tuple[str, ...], changes: str) -> Config:
    with TemporaryDirectory(prefix="channel-bot-config-") as folder:
        target, url = Path(folder) / "config", "http://127.0.0.1:1"
        return load(config_copy(target, url, tier=tier, recurring=recurring, **yaml.safe_load(changes)))


def _session() -> requests.Session:
    """One that asks the environment for no proxies and passwords, which takes as long as a short answer."""
    session = requests.Session()
    session.trust_env = False
    return session


@dataclass
class Stage:
    """One sandbox with the example world, and the bot working on it in this process."""

    sandbox: Sandbox
    config: Config
    tokens: Mapping[str, str]
    database: Database = field(default_factory=lambda: Database("sqlite://"))
    provisions: bool = True
    """Whether the bot has the owner's token too."""
    smtp_url: str = ""
    forgives: bool = False
    """Whether a look may break off by a mistake of ours."""
    bot: Bot = field(init=False)
    _clients: dict[str, gitlab.Gitlab] = field(default_factory=dict)
    """By token. To open a connection costs more than most questions."""
    _desk: requests.Session = field(default_factory=_session)

    def __post_init__(self) -> None:
        self.bot = self.new_bot()

    def new_bot(self, *, only: str | None = None, day: date | None = None) -> Bot:
        """The bot as a fresh process would have it; `only` switches every other handler off."""
        settings = {
            name: value if only in (None, name) else replace(value, enabled=False)  # type: ignore[type-var]  # all dataclasses
            for name, value in self.config.settings.items()
        }
        owner = self.tokens["channel-bot-owner"] if self.provisions else ""
        environment = Environment(
            gitlab_token=self.tokens["channel-bot"],
            gitlab_owner_token=owner,
            mark_key=MARK_KEY,
            smtp_url=self.smtp_url,
        )
        config, waiting = replace(self.config, settings=settings), Waiting(sleep=_brief)
        bot = build(config, environment, self.database, day=day, timing=QUICK, waiting=waiting)
        bot.warm_up()
        return bot

    def play(self, *, only: str | None = None, day: date | None = None) -> None:
        """From now on the bot has only that handler, and that day."""
        self.bot = self.new_bot(only=only, day=day)

    def as_(self, username: str) -> gitlab.Gitlab:
        token = self.tokens[username]
        known = self._clients.get(token)
        if known is None or known.url != self.sandbox.url:
            url, session = self.sandbox.url, _session()
            known = gitlab.Gitlab(url, private_token=token, timeout=10, keep_base_url=True, session=session)
            self._clients[token] = known
        return known

    def home(self, username: str = "cam-emea") -> Project:
        return self.as_(username).projects.get(HOME)

    def group(self, username: str = "ops-lead") -> Group:
        return self.as_(username).groups.get(GROUP)

    def issue(self, by: str = "cam-emea", **fields: Any) -> ProjectIssue:
        return self.home(by).issues.create({"title": "Refresh the EMEA partner deck", **fields})

    def edit(self, issue: ProjectIssue, by: str = "cam-emea", **fields: Any) -> None:
        self.as_(by).projects.get(issue.project_id, lazy=True).issues.update(issue.iid, fields)

    def fresh(self, issue: ProjectIssue, by: str = "cam-emea") -> ProjectIssue:
        return self.as_(by).projects.get(issue.project_id, lazy=True).issues.get(issue.iid)

    def comments(self, issue: ProjectIssue) -> list[str]:
        """What the bot says on the issue, oldest first."""
        notes = self.fresh(issue).notes.list(get_all=True, sort="asc", activity_filter="only_comments")
        return [note.body for note in notes if note.author["username"] == "channel-bot"]

    def look(self, *issues: ProjectIssue, calendar: bool = False) -> None:
        """Have the bot look at these, as a webhook would, and at whatever follows from it."""
        subjects = [Subject.issue(issue.project_id, issue.iid) for issue in issues]
        self.bot.inbox.mark([*subjects, *([CALENDAR] if calendar else [])], "a test", now=True)
        self.drain()

    def drain(self) -> None:
        MISTAKES.clear()
        self.bot.dispatcher("test", threads=2).drain(None, DONE)
        assert self.forgives or not MISTAKES, MISTAKES

    def sweep(self, *, full: bool = True, allow: int = 0) -> None:
        """What `channel-bot sweep --apply` does."""
        for step in self.bot.sweeper.steps(full=full, allow=allow):
            step()
            self.drain()

    def calls(self, *, writes: bool = False) -> list[str]:
        """The bot's calls since `forget_calls`, as `GET /api/v4/...` without the query."""
        log = self._desk.get(f"{self.sandbox.url}/sandbox/requests", timeout=10).json()
        ours = [f"{call['method']} {call['path'].partition('?')[0]}" for call in log if call["user"] == "channel-bot"]
        return [call for call in ours if not (writes and call.startswith("GET "))]

    def forget_calls(self) -> None:
        self._desk.delete(f"{self.sandbox.url}/sandbox/requests", timeout=10)

    def edited(self, issue: ProjectIssue) -> None:
        """Have the bot look, as the webhook of an edited comment would."""
        self.bot.inbox.mark([Subject("comments", f"{issue.project_id}/{issue.iid}")], "a test", now=True)
        self.drain()

    def later(self, seconds: float) -> None:
        """The sandbox's clock goes on, and the bot's with it."""
        moved = self._desk.put(f"{self.sandbox.url}/sandbox/clock", json={"advance_seconds": seconds}, timeout=10)
        moved.raise_for_status()

    def forget_everything(self) -> None:
        """The bot gets an empty database and a new process."""
        self.database = Database("sqlite://")
        self.bot = self.new_bot()

    def hang_up(self) -> None:
        """Nobody has anything more to ask."""
        for client in self._clients.values():
            client.session.close()
        self._desk.close()

    def fault(self, **fault: Any) -> None:
        """Have the fault desk spoil the next matching requests."""
        self._desk.post(f"{self.sandbox.url}/sandbox/faults", json=fault, timeout=10).raise_for_status()


@contextmanager
def stage(directory: Path, *, tier: str = "premium", database: Database | None = None, **site: Any) -> Iterator[Stage]:
    """A stage on a sandbox of its own; `site` changes keys of site.yml, and `recurring` names what recurs there."""
    world = example_world("http://127.0.0.1:0", tier=tier)  # type: ignore[arg-type]  # checked by the world
    # The rate limits have tests of their own; here they would only make the others wait.
    world.limited_users = set()
    with Sandbox(world) as sandbox, direct(sandbox):
        config = config_for(directory / "config", sandbox.url, tier=tier, notes_per_minute=60_000, **site)
        made = Stage(sandbox, config, tokens_of(sandbox.world), database or Database("sqlite://"))
        yield made
        made.hang_up()
