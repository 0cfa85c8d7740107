"""A user's wish about a webhook turns into the hook, or into GitLab's refusal; the sending of it is elsewhere."""

from __future__ import annotations

import base64
import binascii
from typing import Literal, TypedDict
from urllib.parse import urlsplit

from bot.sandbox.permissions import MAINTAINER, OWNER, demand
from bot.sandbox.records import Group, Hook, Project, User
from bot.sandbox.refusals import ApiError, forbidden, invalid, not_found
from bot.sandbox.world import World

PROJECT_EVENTS = (
    "push_events",
    "tag_push_events",
    "issues_events",
    "confidential_issues_events",
    "note_events",
    "confidential_note_events",
    "merge_requests_events",
    "job_events",
    "pipeline_events",
    "wiki_page_events",
    "deployment_events",
    "feature_flag_events",
    "releases_events",
    "milestone_events",
    "emoji_events",
    "resource_access_token_events",
    "resource_deploy_token_events",
    "vulnerability_events",
)
GROUP_EVENTS = (*PROJECT_EVENTS, "project_events", "subgroup_events", "member_events")
Text = Literal["name", "description", "token", "signing_token", "push_events_branch_filter", "custom_webhook_template"]
LIMIT = {"project": 100, "group": 50}
SIGNING_PREFIX, SIGNING_BYTES = "whsec_", 32


class Wish(TypedDict, total=False):
    """`events` holds those named; what is not named stays as it is, or off for a new hook (push is on)."""

    url: str
    name: str | None
    description: str | None
    token: str | None
    signing_token: str | None
    enable_ssl_verification: bool
    push_events_branch_filter: str | None
    branch_filter_strategy: str
    custom_webhook_template: str | None
    custom_headers: dict[str, str]
    url_variables: dict[str, str]
    events: dict[str, bool]


def demand_rights(world: World, user: User, owner: Group | Project) -> None:
    """Group hooks need a licence: on GitLab.com Free they are forbidden, in the Community Edition they do not exist."""
    if isinstance(owner, Group) and world.tier != "premium":
        raise forbidden() if world.tier == "free" else ApiError(404, {"error": "404 Not Found"})
    demand(world, user, owner, MAINTAINER if isinstance(owner, Project) else OWNER)


def owned(world: World, owner: Group | Project) -> list[Hook]:
    return world.index.hooks["project" if isinstance(owner, Project) else "group", owner.id]


def found(world: World, owner: Group | Project, number: int) -> Hook:
    for hook in owned(world, owner):
        if hook.id == number:
            return hook
    raise not_found()


def create(world: World, owner: Group | Project, wish: Wish) -> Hook:
    kind = "project" if isinstance(owner, Project) else "group"
    if len(owned(world, owner)) >= LIMIT[kind]:
        raise ApiError(422, {"message": {"base": [f"Maximum number of {kind} hooks ({LIMIT[kind]}) exceeded"]}})
    check(wish)
    hook = Hook(world.next_id("hooks"), wish["url"], world.clock.now())
    if isinstance(owner, Project):
        hook.project_id = owner.id
    else:
        hook.group_id = owner.id
    known = PROJECT_EVENTS if isinstance(owner, Project) else GROUP_EVENTS
    hook.events = {name: name == "push_events" for name in known}
    assign(hook, wish)
    return world.add(hook)


def update(hook: Hook, wish: Wish) -> None:
    check(wish)
    assign(hook, wish)


def assign(hook: Hook, wish: Wish) -> None:
    """A new address starts with a clean health record."""
    if wish["url"] != hook.url:
        hook.recent_failures, hook.disabled_until, hook.disabled_forever = 0, None, False
    for name, value in wish.items():
        if name == "events":
            hook.events = {known: wish["events"].get(known, on) for known, on in hook.events.items()}
        else:
            setattr(hook, name, value)


def check(wish: Wish) -> None:
    parts = urlsplit(wish["url"])
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ApiError(422, {"error": "Invalid url given"})
    if (token := wish.get("signing_token")) and not is_signing_token(token):
        raise invalid("signing_token", f"must be {SIGNING_PREFIX} followed by {SIGNING_BYTES} bytes in base64")


def is_signing_token(token: str) -> bool:
    if not token.startswith(SIGNING_PREFIX):
        return False
    try:
        return len(base64.b64decode(token.removeprefix(SIGNING_PREFIX), validate=True)) == SIGNING_BYTES
    except binascii.Error:
        return False
