"""The demo's world on loopback and the commands `setup` and `check` run against it in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import click
import requests
import yaml
from click.testing import CliRunner, Result

from bot.config import SHIPPED
from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Tier
from tests.direct import direct
from tests.measuring import unmeasured
from tests.sandbox.edge_parts import Received, receiver

SIGNING_TOKEN = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
SECRET = "a-secret-made-up-for-tests"
GROUP, CHANNELS = "gitlab-com/channel", "gitlab-com/channel/channels"
TEMPLATES = ("phd_weekly", "partner_flash")
"""Of the team's templates those that most scenes have, one for each of two projects; each costs some calls."""


@dataclass
class Scene:
    """`environ` are the variables the commands run under; change them at will."""

    sandbox: Sandbox
    config: Path
    bot: Received
    """Stands for the bot's receiver: what it got, and the status it answers."""
    environ: dict[str, str | None] = field(default_factory=dict)

    def run(self, command: click.Command, *arguments: str) -> Result:
        return CliRunner().invoke(command, arguments, env=self.environ)

    def prepare(self, command: click.Command, *arguments: str) -> None:
        """Run it for what comes after it; how it does that is measured where it is looked at."""
        with unmeasured():
            done = self.run(command, *arguments)
        assert done.exception is None, done.output

    def plan(self, command: click.Command, *arguments: str) -> dict[str, Any]:
        """What `command` prints for programs."""
        result = self.run(command, *arguments, "--format", "json")
        assert result.exception is None, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def api(self, method: str, path: str, user: str = "root", **body: object) -> Any:
        """One request to the sandbox as one of its users."""
        headers = {"PRIVATE-TOKEN": tokens_of(self.sandbox.world)[user]}
        answer = requests.request(method, f"{self.sandbox.url}/api/v4{path}", json=body, headers=headers, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def requests(self) -> list[tuple[str, str]]:
        """Method and path of every API request so far."""
        log = requests.get(f"{self.sandbox.url}/sandbox/requests", timeout=10).json()
        return [(entry["method"], entry["path"]) for entry in log]

    def configure(self, name: str, old: str, new: str) -> None:
        """Edit one configuration file."""
        path = self.config / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@contextmanager
def scene(directory: Path, tier: Tier = "premium", templates: Collection[str] = TEMPLATES) -> Iterator[Scene]:
    """The sandbox runs while the context lasts; nothing is a dry run, and nothing recurs."""
    config = directory / "config"
    shutil.copytree(next(path for path in SHIPPED if path.is_dir()), config)
    for name, text in _pruned(tuple(templates)).items():
        (config / name).write_text(text)
    with receiver() as bot, Sandbox(example_world("http://127.0.0.1", tier=tier)) as sandbox, direct(sandbox):
        tokens = tokens_of(sandbox.world)
        environ = {
            "GITLAB_URL": sandbox.url,
            "GITLAB_TOKEN": tokens["channel-bot"],
            "GITLAB_OWNER_TOKEN": tokens["channel-bot-owner"],
            "MARK_KEY": "a key made up for tests",
            "WEBHOOK_SECRET": SECRET,
            "WEBHOOK_SIGNING_TOKEN": SIGNING_TOKEN,
            "BOT_URL": bot.url.removesuffix("webhook"),
            "DATABASE_URL": f"sqlite:///{directory}/bot.db",
            "CHANNEL_BOT_CONFIG": str(config),
        }
        found = Scene(sandbox, config, bot, {**environ})
        found.configure("site.yml", "dry_run: true", "dry_run: false")
        if tier != "premium":
            found.configure("site.yml", "tier: premium", "tier: free")
        yield found


@cache
def _pruned(templates: Sequence[str]) -> Mapping[str, str]:
    """The files that name templates, with these alone, none of which recurs."""
    said: Mapping[str, Mapping[str, object]] = {"issue_templates.yml": {}, "recurrences.yml": {"enabled": False}}
    config = next(path for path in SHIPPED if path.is_dir())
    found = {name: yaml.safe_load((config / name).read_text()) for name in said}
    return {
        name: yaml.safe_dump({key: {**shipped[key], **said[name]} for key in templates if key in shipped})
        for name, shipped in found.items()
    }
