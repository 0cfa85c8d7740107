"""One step of a set-up becomes calls to GitLab. Only writes, and only what the step says."""

from __future__ import annotations

from typing import assert_never

from bot.errors import AskAPerson
from bot.gateway import Gateway
from bot.setup.files import commit_message
from bot.setup.steps import (
    Ask,
    ChangeHook,
    ChangeLabel,
    CreateHook,
    CreateLabel,
    Hands,
    Home,
    Kept,
    SettleCalendar,
    Step,
    WakeHook,
    WriteFile,
)


def grant(step: Step, hands: Hands) -> None:
    """Do what the step says; raises what the gateway raises."""
    match step:
        case CreateLabel(label):
            hands.bot.gateway.create_group_label(hands.bot.site.group, label)
        case ChangeLabel(_, label):
            look = {"color": label.color, "description": label.description}
            hands.bot.gateway.update_group_label(hands.bot.site.group, label.name, **look)
        case SettleCalendar(facts, plan):
            hands.bot.worker.apply.grant(facts, plan, lambda: None)
        case WriteFile(project, branch, path, text):
            owner(hands).commit_files(project, branch, commit_message(path, text), {path: text})
        case CreateHook() | ChangeHook() | WakeHook():
            _grant_hook(step, owner(hands))
        case Ask() | Kept():
            return
        case _:
            assert_never(step)


def owner(hands: Hands) -> Gateway:
    if hands.owner is None:
        raise AskAPerson("GITLAB_OWNER_TOKEN is not set; webhooks and template files are written with an Owner's token")
    return hands.owner


def _grant_hook(step: CreateHook | ChangeHook | WakeHook, gateway: Gateway) -> None:
    match step:
        case CreateHook(Home("group", path), url, fields):
            gateway.create_group_hook(path, url, **fields)
        case CreateHook(Home(_, path), url, fields):
            gateway.create_project_hook(path, url, **fields)
        case ChangeHook(Home("group", path), hook, fields):
            gateway.update_group_hook(path, hook.id, hook.url, **fields)
        case ChangeHook(Home(_, path), hook, fields):
            gateway.update_project_hook(path, hook.id, hook.url, **fields)
        case WakeHook(Home("group", path), hook):
            gateway.test_group_hook(path, hook.id)
        case WakeHook(Home(_, path), hook):
            gateway.test_project_hook(path, hook.id)
        case _:
            assert_never(step)
