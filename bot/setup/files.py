"""The team's issue templates and what the projects have in their place become steps.

Each commit of the bot carries a digest of what it wrote. A file whose last commit says what the file still holds is the
bot's own and follows the shipped one; anything else is a person's work and stays until somebody says `--overwrite`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path

from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway
from bot.render import Renderer, template_dirs
from bot.setup.steps import Ask, Hands, Kept, WriteFile
from bot.voice.cases import FOLDER, channels_templates

TRAILER = "Channel-Bot-Content"
MERGE_REQUESTS = ".gitlab/merge_request_templates"
"""Where GitLab looks for templates of merge requests."""

ELSEWHERE = "make it, or give its role another path in site.yml"

Found = WriteFile | Kept | Ask


def survey_files(hands: Hands, *, overwrite: bool = False) -> Iterator[Found]:
    """Steps for every template that people pick, in the project that it is for."""
    for project, files in wanted(hands).items():
        for path, text in sorted(files.items()):
            yield survey_file(hands, project, path, text, overwrite=overwrite)
        yield from _retired(hands, project, files)


def _retired(hands: Hands, project: str, files: Mapping[str, str]) -> Iterator[Ask]:
    """The templates that the bot wrote once and has no more: people still pick them."""
    gateway = hands.owner or hands.bot.gateway
    try:
        branch = gateway.default_branch(project)
        there = gateway.files_at(project, branch, FOLDER)
    except (Forbidden, NotThere):
        return
    for path in sorted(one for one in there if one.endswith(".md") and one not in files):
        if TRAILER in gateway.last_commit_message(project, path, branch):
            said = "the bot has no such template any more, and people still pick this one: remove it from the project"
            yield Ask("file", shown(hands, project, path), said)


def wanted(hands: Hands) -> Mapping[str, Mapping[str, str]]:
    """What each project should have, the Channels project first: full path -> repository path -> text."""
    site, renderer = hands.bot.site, Renderer(template_dirs(), given=hands.bot.config.words)
    found = {site.home: {**shipped(), **filled(hands)}}
    for one in hands.bot.config.templates.every:
        files = found.setdefault(site.path_of(one.project), {})
        files[f"{FOLDER}/{one.name}.md"] = f"{renderer.templated(one.name)[1]}\n"
    return found


def shipped() -> Mapping[str, str]:
    """The issue templates that are installed as they are: repository path -> text."""
    found: dict[str, Path] = {}
    for directory in reversed(template_dirs()):
        found |= {path.name: path for path in (directory / "issue").glob("*.md")}
    return {f"{FOLDER}/{name}": found[name].read_text("utf-8") for name in sorted(found)}


def filled(hands: Hands) -> Mapping[str, str]:
    """Those of certifications, whose numbers and names come from the configuration: repository path -> text."""
    bot = hands.bot
    return channels_templates(Renderer(template_dirs()), bot.config.programmes, bot.site.bot.username)


def commit_message(path: str, text: str) -> str:
    """Says what was written, so that a later run knows whether a person changed it since."""
    kind = "merge request" if path.startswith(MERGE_REQUESTS) else "issue"
    return f"Install the Channels {kind} template {Path(path).stem}\n\n{TRAILER}: {digest(text)}"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def survey_file(hands: Hands, project: str, path: str, text: str, *, overwrite: bool) -> Found:
    """The step that makes a file of that project say that text."""
    gateway, name = hands.owner or hands.bot.gateway, shown(hands, project, path)
    try:
        branch = gateway.default_branch(project)
        now = gateway.file(project, path, branch)
    except Forbidden:
        return Ask("file", name, instruction(project, path))
    except NotThere:
        return Ask("file", name, f"there is no project {project} that the token may see; {ELSEWHERE}")
    if now == text:
        return Kept("file", name)
    if hands.owner is None:
        return Ask("file", name, instruction(project, path))
    if now is None:
        return WriteFile(project, branch, path, text, name=name)
    if overwrite or _is_ours(gateway, project, path, branch, now):
        return WriteFile(project, branch, path, text, _differs(now, text), name)
    return Ask("file", name, f"a person changed it ({_differs(now, text)}): it stays, unless you add --overwrite")


def shown(hands: Hands, project: str, path: str) -> str:
    """The file as people read of it: with its project, unless that is the Channels project."""
    return path if project == hands.bot.site.home else f"{project}: {path}"


def _is_ours(gateway: Gateway, project: str, path: str, branch: str, now: str) -> bool:
    return f"{TRAILER}: {digest(now)}" in gateway.last_commit_message(project, path, branch)


def instruction(project: str, path: str) -> str:
    """What a person does where the bot may not."""
    first = "set GITLAB_OWNER_TOKEN and run this again"
    if path not in shipped() and not path.startswith(MERGE_REQUESTS):
        return f"{first}; the template {Path(path).stem} is made from the bot's own, for {project}"
    return f"{first}, or commit the shipped {Path(path).name} to {project} as {path}"


def _differs(now: str, text: str) -> str:
    changed = [line[0] for line in unified_diff(now.splitlines(), text.splitlines(), lineterm="", n=0)][2:]
    return f"{changed.count('+')} lines come, {changed.count('-')} go"
