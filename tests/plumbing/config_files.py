"""A directory of right configuration files with stand-in handlers, of which a test spoils one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from bot.config import Config, load
from bot.errors import ConfigError
from bot.rules import Handler

SITE = """\
timezone: Europe/Berlin
gitlab:
  url: https://gitlab.example.com
groups:
  channel: acme/channel
  partners: acme/channel/partners
  team: acme/team
projects:
  channels: acme/channel/channels
"""
LABELS = """\
base: {name: Channel}
team:
  - {name: Channel Ops}
  - {name: QBR}
priority:
  family: Channel Priority
  levels:
    - {key: "1", weight: 1, title: Home runs}
    - {key: "2", weight: 2, title: Big bets}
dri_missing:
  name: DRI::missing
"""
HANDBOOK = """\
GL-11: {says: The intro names the DRI.}
GL-16: {says: There is a due date., link: https://example.com/due}
"""
FILES = {
    "site": SITE,
    "labels": LABELS,
    "handbook": HANDBOOK,
    "commands": "help: [everyone]\n",
    "certifications": "psp: {name: Professional Services}\n",
    "licences": "kinds: {}\n",
    "issue_templates": "{}\n",
    "recurrences": "{}\n",
    "dri": "enabled: true\n",
    "newsletter": "days: 3\n",
}


@dataclass(frozen=True, slots=True)
class Rhythm:
    weekday: str = "thu"


@dataclass(frozen=True, slots=True)
class DriSettings:
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class NewsletterSettings:
    enabled: bool = True
    days: int = 14
    rhythm: Rhythm = Rhythm()

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError("days cannot be negative")
        if self.days == 2 and self.rhythm != Rhythm():
            raise ValueError("two days have no rhythm")


def handler(name: str, settings: type, *handbook: str) -> Handler:
    module = ModuleType(name)
    module.__dict__["Settings"] = settings
    return Handler(name, "A stand-in.", handbook, module)


HANDLERS = (handler("dri", DriSettings, "GL-11"), handler("newsletter", NewsletterSettings, "GL-16"))


def written(directory: Path, **files: str | bytes) -> Path:
    """`directory` with the right files, except those given here."""
    for name, text in (FILES | files).items():
        data = text if isinstance(text, bytes) else text.encode()
        (directory / f"{name}.yml").write_bytes(data)
    return directory


def loaded(directory: Path, environ: Mapping[str, str] | None = None, **files: str | bytes) -> Config:
    return load(written(directory, **files), environ or {}, HANDLERS)


def complaint(directory: Path, **files: str | bytes) -> str:
    """What loading says, without the directory."""
    with pytest.raises(ConfigError) as raised:
        loaded(directory, None, **files)
    return str(raised.value).replace(f"{directory}/", "")
