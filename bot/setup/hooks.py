"""The webhooks of a group or its projects become steps, so that exactly one of each reports to the bot's address.

A webhook is known by its address. GitLab never shows its secrets, only whether it has any: they are written when they
are missing, and anew when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from bot.config import SiteSettings
from bot.domain.facts import Tier
from bot.environ import Environment
from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway, Hook
from bot.setup.steps import Ask, ChangeHook, CreateHook, Home, Kept, WakeHook

EVENTS = (
    "issues_events",
    "confidential_issues_events",
    "note_events",
    "confidential_note_events",
    "milestone_events",
    "emoji_events",
    "resource_access_token_events",
)
GROUP_EVENTS = (*EVENTS, "member_events", "subgroup_events", "project_events")
PUSH = "push_events"
"""GitLab switches it on unless told otherwise; only pushes to the registry are listened to."""
RECEIVER = "/webhook"

Events: TypeAlias = Mapping[str, bool]
"""GitLab's names of events, each with whether it is to be sent."""
Found = CreateHook | ChangeHook | WakeHook | Kept | Ask


def survey_hooks(
    site: SiteSettings, owner: Gateway | None, environment: Environment, *, rotate: bool = False
) -> Iterator[Found]:
    """Steps for every webhook this GitLab's plan wants; `rotate` writes the secrets anew."""
    tier, group = site.gitlab.tier, site.groups.channel
    scope = f"{'group' if has_group_hooks(tier) else 'projects of'} {group}"
    missing = _unset(environment)
    if missing:
        yield Ask("webhook", scope, missing)
    elif owner is None:
        yield Ask("webhook", scope, instruction(site, address(environment)))
    else:
        for home, events in homes(owner, site).items():
            try:
                hooks = hooks_at(owner, home)
            except (Forbidden, NotThere) as hidden:
                advice = "set gitlab.tier to free, where there are no group webhooks"
                advice = advice if home.level == "group" else "correct the project's path in site.yml"
                yield Ask("webhook", f"{home.level} {home.path}", f"{hidden}; or {advice}")
            else:
                yield from survey_hook(home, hooks, environment, events, rotate=rotate)


def survey_hook(
    home: Home, hooks: Sequence[Hook], environment: Environment, events: Events, *, rotate: bool = False
) -> Iterator[Found]:
    """Steps for one place, whose `hooks` are all it has; `events` are those to be sent, and not to be sent."""
    url, name = address(environment), f"{home.level} {home.path}"
    ours = [hook for hook in hooks if hook.url == url]
    if not ours:
        yield CreateHook(home, url, {**_settings(events, url), **_secrets(environment)})
        return
    hook, *twins = ours
    fields, differences = _difference(hook, environment, events, rotate=rotate)
    if fields:
        yield ChangeHook(home, hook, fields, differences)
    if hook.alert_status != "executable":
        yield WakeHook(home, hook)
    elif not fields:
        yield Kept("webhook", name)
    if hook.has_signing_token and not environment.webhook_signing_token:
        yield Ask("webhook", name, "it signs with a token the bot does not know: set WEBHOOK_SIGNING_TOKEN to it")
    for twin in twins:
        yield Ask("webhook", name, f"webhook {twin.id} reports to the same address: delete it")


def has_group_hooks(tier: Tier) -> bool:
    return tier is not Tier.FREE


def homes(gateway: Gateway, site: SiteSettings) -> dict[Home, Events]:
    """Where webhooks live and what each is to be sent; the registry's project has one of its own, for pushes."""
    group, registry = site.groups.channel, Home("project", site.registry.project)
    if has_group_hooks(site.gitlab.tier):
        found: dict[Home, Events] = {Home("group", group): {**dict.fromkeys(GROUP_EVENTS, True), PUSH: False}}
    else:
        every = (Home("project", project.path) for project in gateway.projects_in(group))
        found = {home: {**dict.fromkeys(EVENTS, True), PUSH: False} for home in every}
    if registry.path:
        found[registry] = {**found.get(registry, {}), PUSH: True}
    return found


def hooks_at(gateway: Gateway, home: Home) -> tuple[Hook, ...]:
    return gateway.group_hooks(home.path) if home.level == "group" else gateway.project_hooks(home.path)


def address(environment: Environment) -> str:
    """Where GitLab delivers to."""
    return environment.bot_url.rstrip("/") + RECEIVER


def instruction(site: SiteSettings, url: str) -> str:
    """What a person with the Owner role does by hand."""
    tier, group, registry = site.gitlab.tier, site.groups.channel, site.registry.project
    place = f"the group {group}" if has_group_hooks(tier) else f"each project of {group}"
    events = ", ".join(event.removesuffix("_events") for event in (GROUP_EVENTS if has_group_hooks(tier) else EVENTS))
    return (
        f"set GITLAB_OWNER_TOKEN and run this again, or let an Owner add under Settings > Webhooks of {place} the "
        f"address {url} with the secret of WEBHOOK_SECRET, the signing token of WEBHOOK_SIGNING_TOKEN, no custom "
        f"template, and the events {events}" + (f"; and one for push events of {registry}" if registry else "")
    )


def _unset(environment: Environment) -> str:
    if not environment.bot_url:
        return "set BOT_URL to the address under which GitLab reaches the bot"
    if not environment.webhook_secret and not environment.webhook_signing_token:
        return "set WEBHOOK_SECRET or WEBHOOK_SIGNING_TOKEN: without one the bot could not tell who is calling"
    return ""


def _settings(events: Events, url: str) -> dict[str, object]:
    return {**events, "enable_ssl_verification": url.startswith("https://")}


def _secrets(environment: Environment) -> dict[str, object]:
    """What the bot has; of several signing tokens the last one is the newest."""
    signing = environment.webhook_signing_token.split()[-1:]
    secrets = {"token": environment.webhook_secret, "signing_token": "".join(signing)}
    return {name: value for name, value in secrets.items() if value}


def _difference(
    hook: Hook, environment: Environment, events: Events, *, rotate: bool
) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """The fields to write and what they change, in words without secrets."""
    wanted, fields, words = _settings(events, hook.url), {}, []
    for name, value in wanted.items():
        now = hook.verifies_tls if name == "enable_ssl_verification" else name in hook.events
        if now != value:
            fields[name] = value
            words.append(f"{name} {'on' if value else 'off'}")
    present = {"token": hook.has_token, "signing_token": hook.has_signing_token}
    for name, value in _secrets(environment).items():
        if rotate or present[name] is False:
            fields[name] = value
            words.append(f"{name} written")
    if hook.template:
        fields["custom_webhook_template"] = ""
        words.append("custom_webhook_template emptied, since it hides what the bot reads")
    return fields, tuple(words)
