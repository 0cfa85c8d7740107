"""REST: the webhooks of a project and of a group, as settings. Secrets go in and never come out."""

from __future__ import annotations

from typing import get_args

from flask import Blueprint, Response

from bot.sandbox import hook_settings, present
from bot.sandbox.hook_rules import alert_status
from bot.sandbox.hook_settings import Wish
from bot.sandbox.params import Params
from bot.sandbox.records import Group, Hook, Project
from bot.sandbox.support import answer, caller, group, here, nothing, page_of, params, project

routes = Blueprint("hooks", __name__)
TEXTS: tuple[hook_settings.Text, ...] = get_args(hook_settings.Text)
KIND = "<any(projects, groups):kind>/<ref:name>/hooks"


@routes.get(f"/{KIND}")
def listed(kind: str, name: str) -> Response:
    return page_of(hook_settings.owned(here(), _owner(kind, name)), _shown)


@routes.post(f"/{KIND}")
def create(kind: str, name: str) -> Response:
    owner, asked = _owner(kind, name), params()
    asked.required("url")
    return answer(_shown(hook_settings.create(here(), owner, _wish(asked))), 201)


@routes.get(f"/{KIND}/<int:number>")
def read(kind: str, name: str, number: int) -> Response:
    return answer(_shown(hook_settings.found(here(), _owner(kind, name), number)))


@routes.put(f"/{KIND}/<int:number>")
def update(kind: str, name: str, number: int) -> Response:
    """Takes `url` always, as GitLab does."""
    hook, asked = hook_settings.found(here(), _owner(kind, name), number), params()
    asked.required("url")
    hook_settings.update(hook, _wish(asked))
    return answer(_shown(hook))


@routes.delete(f"/{KIND}/<int:number>")
def delete(kind: str, name: str, number: int) -> Response:
    here().remove(hook_settings.found(here(), _owner(kind, name), number))
    return nothing()


@routes.put(f"/{KIND}/<int:number>/<any(custom_headers, url_variables):table>/<ref:key>")
def set_key(kind: str, name: str, number: int, table: str, key: str) -> Response:
    getattr(hook_settings.found(here(), _owner(kind, name), number), table)[key] = params().required("value")
    return nothing()


@routes.delete(f"/{KIND}/<int:number>/<any(custom_headers, url_variables):table>/<ref:key>")
def drop_key(kind: str, name: str, number: int, table: str, key: str) -> Response:
    getattr(hook_settings.found(here(), _owner(kind, name), number), table).pop(key, None)
    return nothing()


def _owner(kind: str, name: str) -> Project | Group:
    """Visible, and the caller may manage hooks there."""
    me = caller()
    owner: Project | Group = project(name) if kind == "projects" else group(name)
    hook_settings.demand_rights(here(), me, owner)
    return owner


def _wish(asked: Params) -> Wish:
    wish: Wish = {"url": asked.required("url")}
    for key in TEXTS:
        if key in asked:
            wish[key] = asked.text(key)
    if (strategy := asked.choice("branch_filter_strategy", ("wildcard", "regex", "all_branches"))) is not None:
        wish["branch_filter_strategy"] = strategy
    if (verify := asked.boolean("enable_ssl_verification")) is not None:
        wish["enable_ssl_verification"] = verify
    for table in ("custom_headers", "url_variables"):
        if table in asked:
            wish[table] = {str(pair.get("key")): str(pair.get("value")) for pair in asked.objects(table)}
    named = {name: asked.boolean(name) for name in hook_settings.GROUP_EVENTS if name in asked}
    wish["events"] = {name: on for name, on in named.items() if on is not None}
    return wish


def _shown(hook: Hook) -> present.Json:
    shown: present.Json = {
        "id": hook.id,
        "url": hook.url,
        "name": hook.name,
        "description": hook.description,
        "created_at": present.stamp(hook.created_at),
        "enable_ssl_verification": hook.enable_ssl_verification,
        "token_present": bool(hook.token),
        "signing_token_present": bool(hook.signing_token),
        "alert_status": alert_status(hook, here().clock.now()),
        "disabled_until": present.stamp(hook.disabled_until),
        "push_events_branch_filter": hook.push_events_branch_filter,
        "branch_filter_strategy": hook.branch_filter_strategy,
        "custom_webhook_template": hook.custom_webhook_template or "",
        "url_variables": [{"key": key} for key in hook.url_variables],
        "custom_headers": [{"key": key} for key in hook.custom_headers],
        "repository_update_events": False,
        **hook.events,
    }
    owner = {"project_id": hook.project_id} if hook.project_id is not None else {"group_id": hook.group_id}
    return shown | owner
