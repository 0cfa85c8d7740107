"""The configured GitLab, asked with the bot's own tokens, becomes findings; nothing is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.check.findings import Finding
from bot.check.registry import look_at_registry
from bot.config import Config
from bot.domain.facts import Tier
from bot.domain.gitlab import Person
from bot.environ import Environment
from bot.errors import BotError, NotThere
from bot.gateway import Gateway
from bot.setup.hooks import survey_hooks
from bot.setup.steps import Ask, CreateHook, Home, Kept, lines

PLANNER = 15
"""The role that may change labels, milestones and issues (docs.gitlab.com/user/permissions)."""
ROLES = {0: "none", 5: "Minimal Access", 10: "Guest"}
MILESTONE_HOOKS, SIGNED_HOOKS = (18, 2), (19, 0)
"""The versions that first send milestone events, and sign what they send."""


def look_online(config: Config, environment: Environment) -> Iterator[Finding]:
    """Everything `check --live` asks; a token that GitLab refuses ends it, other trouble only its own question."""
    gateway = Gateway.connect(config.site.gitlab.url, environment.require("GITLAB_TOKEN"))
    try:
        version, me = gateway.version(), gateway.me()
    except BotError as trouble:
        yield Finding("fail", f"GitLab at {config.site.gitlab.url}", str(trouble))
        return
    yield _version(config.site.gitlab.url, version, environment)
    yield Finding("ok", f"GITLAB_TOKEN is the one of @{me.username}")
    questions: tuple[Callable[[], Iterator[Finding]], ...] = (
        lambda: _scopes(gateway, "GITLAB_TOKEN"),
        lambda: _places(config, gateway, me),
        lambda: _labels(config, gateway),
        lambda: _tier(config, gateway),
        lambda: _hooks(config, environment),
        lambda: look_at_registry(config, gateway, me),
    )
    for question in questions:
        yield from _answered(question)


def _answered(question: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from question()
    except BotError as trouble:
        yield Finding("fail", "GitLab", str(trouble))


def _version(url: str, version: str, environment: Environment) -> Finding:
    what = f"GitLab {version} at {url}"
    found = re.match(r"(\d+)\.(\d+)", version)
    number = (int(found[1]), int(found[2])) if found else (0, 0)
    if number < MILESTONE_HOOKS:
        return Finding("warn", what, "before 18.2 no webhook tells of milestones: sweep on a schedule")
    if number < SIGNED_HOOKS and not environment.webhook_secret:
        return Finding("warn", what, "before 19.0 webhooks are not signed: set WEBHOOK_SECRET")
    return Finding("ok", what)


def _scopes(gateway: Gateway, variable: str) -> Iterator[Finding]:
    scopes, what = gateway.token_scopes(), f"scopes of {variable}"
    if scopes is None:
        yield Finding("warn", what, "GitLab does not tell; make sure that the token has the scope api")
    elif "api" in scopes:
        yield Finding("ok", what)
    else:
        yield Finding("fail", what, f"it has {', '.join(sorted(scopes))} and cannot write; make one with the scope api")


def _places(config: Config, gateway: Gateway, me: Person) -> Iterator[Finding]:
    groups = config.site.groups
    yield _place(gateway, me, Home("group", groups.team), least=0)
    for path in (groups.channel, groups.partners):
        yield _place(gateway, me, Home("group", path), least=PLANNER)
    for path in config.site.projects.values():
        yield _place(gateway, me, Home("project", path), least=PLANNER)


def _place(gateway: Gateway, me: Person, home: Home, *, least: int) -> Finding:
    """`least` is the access level the bot needs there; 0 when seeing the place is enough."""
    what, in_group = f"{home.level} {home.path}", home.level == "group"
    try:
        number = (gateway.group(home.path) if in_group else gateway.project(home.path)).id
    except NotThere:
        return Finding("fail", what, "not there, or hidden: correct site.yml, or invite the bot as Planner")
    access = gateway.group_access if in_group else gateway.project_access
    level = (access(number, me.id) or 0) if least else least
    if level >= least:
        return Finding("ok", what)
    return Finding("fail", what, f"the bot's role there is {ROLES.get(level, level)}: give it Planner or more")


def _labels(config: Config, gateway: Gateway) -> Iterator[Finding]:
    there = {label.name for label in gateway.group_labels(config.site.groups.channel)}
    missing = [label.name for label in config.labels.all() if label.name not in there]
    what = f"labels of {config.site.groups.channel}"
    if missing:
        yield Finding("fail", what, f"missing: {', '.join(missing)}; run `channel-bot setup --apply`")
    else:
        yield Finding("ok", what)


def _tier(config: Config, gateway: Gateway) -> Iterator[Finding]:
    """The plan shows in whether issues have a weight at all."""
    what = f"plan {config.site.gitlab.tier}"
    issue = next(iter(gateway.issues(config.site.groups.channel, state="all")), None)
    if issue is None:
        yield Finding("warn", what, "there is no issue yet to tell by")
    elif issue.has_weight == (config.site.gitlab.tier is not Tier.FREE):
        yield Finding("ok", what)
    else:
        seen, tier = ("a weight", "premium or ultimate") if issue.has_weight else ("no weight", "free")
        yield Finding("fail", what, f"issues here have {seen}: set tier in site.yml to {tier}")


def _hooks(config: Config, environment: Environment) -> Iterator[Finding]:
    token, url = environment.gitlab_owner_token, config.site.gitlab.url
    owner = Gateway.connect(url, token, variable="GITLAB_OWNER_TOKEN") if token else None
    for step in survey_hooks(config.site, owner, environment):
        for line in lines(step):
            what = f"webhook of {line.name}"
            if isinstance(step, Kept):
                yield Finding("ok", what)
            elif isinstance(step, Ask):
                yield Finding("warn", what, line.wanted)
            else:
                wrong = "missing" if isinstance(step, CreateHook) else line.now or line.wanted
                yield Finding("fail", what, f"{wrong}; run `channel-bot setup --apply`")
