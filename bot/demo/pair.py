"""Three listening sockets become a pair: a sandbox's world, and configuration and variables of a bot attached to it."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from bot.config import SHIPPED
from bot.environ import SIGNING_BYTES, SIGNING_PREFIX
from bot.sandbox import example, state
from bot.sandbox.clock import Clock
from bot.sandbox.world import Tier

BOT_USERNAME: Final = "channel-bot"
OPENING: Final = time(9, tzinfo=UTC)
"""The sandbox's time of day on the date it is told to start at; it is that same date in all of Europe and America."""
SQLITE: Final = "sqlite:///"
RECURRENCES: Final = "recurrences.yml"


@dataclass(frozen=True, slots=True)
class Doors:
    """The listening sockets of both sides, and of the mailbox, on loopback; their owner is who holds them open."""

    gitlab: socket.socket
    bot: socket.socket
    mail: socket.socket

    @classmethod
    def open(cls) -> Doors:
        return cls(_listening(), _listening(), _listening())

    def close(self) -> None:
        self.gitlab.close()
        self.bot.close()
        self.mail.close()


@dataclass(frozen=True, slots=True)
class Pair:
    """Where everything is, and who may do what; paths are absolute."""

    home: Path
    doors: Doors
    tier: Tier
    database_url: str
    tokens: Mapping[str, str] = field(repr=False)
    """Username -> access token."""
    keys: Mapping[str, str] = field(repr=False)
    """The random variables of this run."""

    @classmethod
    def make(
        cls, home: Path, doors: Doors, *, tier: Tier, at: date | None, database: str | None, recurs: bool = True
    ) -> Pair:
        """Write the sandbox's state and the bot's configuration below `home`, a directory nobody else can read.

        Without `recurs` nothing comes again by itself: a story in which months pass switches that on when it is time.
        """
        clock = Clock(datetime.combine(at, OPENING) if at else None)
        shipped = next(path for path in SHIPPED if path.is_dir())
        registry = example.dated(example.files_in(shipped / "registry"), clock.now().date())
        world = example.example_world(_address(doors.gitlab), BOT_USERNAME, tier, clock, registry=registry)
        url = absolute(database) if database else f"{SQLITE}{home / 'channel-bot.db'}"
        pair = cls(home, doors, tier, url, example.tokens_of(world), _random_keys())
        state.save(world, pair.state_file)
        shutil.copytree(shipped, pair.config_dir)
        site = pair.config_dir / "site.yml"
        site.write_text(adapted(site.read_text(encoding="utf-8"), pair.differences()), encoding="utf-8")
        if not recurs:
            (pair.config_dir / RECURRENCES).write_text("{}\n", encoding="utf-8")
        pair.logs.mkdir()
        return pair

    @property
    def gitlab_url(self) -> str:
        return _address(self.doors.gitlab)

    @property
    def bot_url(self) -> str:
        return _address(self.doors.bot)

    @property
    def admin_url(self) -> str:
        """Where the sandbox's desk answers."""
        return f"{self.gitlab_url}/sandbox"

    @property
    def config_dir(self) -> Path:
        return self.home / "config"

    @property
    def state_file(self) -> Path:
        return self.home / "gitlab.json"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def env(self) -> dict[str, str]:
        """The variables under which every command of `channel-bot` works on this pair."""
        return {
            "GITLAB_URL": self.gitlab_url,
            "GITLAB_TOKEN": self.tokens[BOT_USERNAME],
            "GITLAB_OWNER_TOKEN": self.tokens[f"{BOT_USERNAME}{example.OWNER_SUFFIX}"],
            "BOT_URL": self.bot_url,
            "SMTP_URL": _address(self.doors.mail, "smtp"),
            "DATABASE_URL": self.database_url,
            "CHANNEL_BOT_CONFIG": str(self.config_dir),
            **self.keys,
        }

    def differences(self) -> dict[str, str]:
        """What site.yml has to say otherwise than the shipped one; keys as `section.key`."""
        return {
            "dry_run": "false",
            "gitlab.url": self.gitlab_url,
            "gitlab.tier": "premium" if self.tier == "premium" else "free",
            **{f"groups.{role}": path for role, path in example.GROUPS.items()},
            **{f"projects.{role}": path for role, path in example.PROJECTS.items()},
        }

    def description(self, pids: Mapping[str, int]) -> str:
        """The JSON that another program drives this pair by."""
        described = {
            "gitlab_url": self.gitlab_url,
            "bot_url": self.bot_url,
            "sandbox_admin_url": self.admin_url,
            "mail_url": f"{self.admin_url}/mails",
            "tokens": dict(self.tokens),
            "bot_username": BOT_USERNAME,
            "projects": dict(example.PROJECTS),
            "groups": dict(example.GROUPS),
            "config_dir": str(self.config_dir),
            "registry_project": example.REGISTRY,
            "env": self.env,
            "pids": dict(pids),
        }
        return json.dumps(described, indent=2) + "\n"


def adapted(text: str, differences: Mapping[str, str]) -> str:
    """A YAML file of scalars in sections with some values replaced; the comments stay. LookupError: no such key."""
    lines, section, left = [], "", dict(differences)
    for line in text.splitlines():
        key, colon, rest = line.partition(":")
        if colon and not line.startswith((" ", "#")):
            section = key
        name = key if key == section else f"{section}.{key.strip()}"
        if colon and name in left:
            comment = rest.find(" #")
            line = f"{key}: {left.pop(name)}{rest[comment:] if comment >= 0 else ''}"  # noqa: PLW2901 - a line anew
        lines.append(line)
    if left:
        raise LookupError(f"the shipped site.yml has no {', '.join(left)}")
    return "\n".join(lines) + "\n"


def absolute(database: str) -> str:
    """The database's URL, so that it means the same file from every directory."""
    path = database.removeprefix(SQLITE)
    return f"{SQLITE}{Path(path).resolve()}" if path != database and path else database


def _listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0), backlog=1024)


def _address(door: socket.socket, scheme: str = "http") -> str:
    host, port = door.getsockname()[:2]
    return f"{scheme}://{host}:{port}"


def _random_keys() -> dict[str, str]:
    return {
        "MARK_KEY": secrets.token_hex(32),
        "WEBHOOK_SECRET": secrets.token_urlsafe(32),
        "WEBHOOK_SIGNING_TOKEN": SIGNING_PREFIX + b64encode(secrets.token_bytes(SIGNING_BYTES)).decode(),
        "BOT_TOKEN": secrets.token_urlsafe(32),
    }
