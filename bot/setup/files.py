"""The team's issue templates and what the Channels project has in their place become steps.

Each commit of the bot carries a digest of what it wrote. A file whose last commit says what the file still holds is the
bot's own and follows the shipped one; anything else is a person's work and stays until somebody says `--overwrite`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path

from bot.errors import Forbidden
from bot.gateway import Gateway
from bot.render import Renderer, template_dirs
from bot.setup.steps import Ask, Hands, Kept, WriteFile
from bot.voice.cases import FOLDER, channels_templates

TRAILER = "Channel-Bot-Content"

Found = WriteFile | Kept | Ask


def survey_files(hands: Hands, *, overwrite: bool = False) -> Iterator[Found]:
    """Steps for every template that is installed in the Channels project."""
    project = hands.bot.site.home
    for path, text in sorted({**shipped(), **filled(hands)}.items()):
        yield _survey_file(hands, project, path, text, overwrite=overwrite)


def shipped() -> Mapping[str, str]:
    """The issue templates a person picks in GitLab: repository path -> text."""
    found: dict[str, Path] = {}
    for directory in reversed(template_dirs()):
        found |= {path.name: path for path in (directory / "issue").glob("*.md")}
    return {f"{FOLDER}/{name}": found[name].read_text("utf-8") for name in sorted(found)}


def filled(hands: Hands) -> Mapping[str, str]:
    """Those whose numbers and names come from the configuration: repository path -> text. Raises ConfigError."""
    bot = hands.bot
    return channels_templates(Renderer(template_dirs()), bot.config.programmes, bot.site.bot.username)


def commit_message(path: str, text: str) -> str:
    """Says what was written, so that a later run knows whether a person changed it since."""
    return f"Install the Channels issue template {Path(path).stem}\n\n{TRAILER}: {digest(text)}"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _survey_file(hands: Hands, project: str, path: str, text: str, *, overwrite: bool) -> Found:
    gateway = hands.owner or hands.bot.gateway
    try:
        branch = gateway.default_branch(project)
        now = gateway.file(project, path, branch)
    except Forbidden:
        return Ask("file", path, _instruction(project, path))
    if now == text:
        return Kept("file", path)
    if hands.owner is None:
        return Ask("file", path, _instruction(project, path))
    if now is None:
        return WriteFile(project, branch, path, text)
    if overwrite or _is_ours(gateway, project, path, branch, now):
        return WriteFile(project, branch, path, text, _differs(now, text))
    return Ask("file", path, f"a person changed it ({_differs(now, text)}): it stays, unless you add --overwrite")


def _is_ours(gateway: Gateway, project: str, path: str, branch: str, now: str) -> bool:
    return f"{TRAILER}: {digest(now)}" in gateway.last_commit_message(project, path, branch)


def _instruction(project: str, path: str) -> str:
    first = "set GITLAB_OWNER_TOKEN and run this again"
    if path not in shipped():
        return f"{first}; the template {Path(path).stem} is filled with what certifications.yml says, for {project}"
    return f"{first}, or commit the shipped {Path(path).name} to {project} as {path}"


def _differs(now: str, text: str) -> str:
    changed = [line[0] for line in unified_diff(now.splitlines(), text.splitlines(), lineterm="", n=0)][2:]
    return f"{changed.count('+')} lines come, {changed.count('-')} go"
