"""One step of a set-up becomes calls to GitLab. Only writes, and only what the step says."""

from __future__ import annotations

from typing import assert_never

from bot.errors import AskAPerson
from bot.gateway import Gateway, Hook
from bot.granted import Granted
from bot.setup.files import commit_message
from bot.setup.hooks import PUSH
from bot.setup.steps import (
    AddLists,
    BoardStep,
    ChangeHook,
    ChangeLabel,
    CreateBoard,
    CreateHook,
    CreateLabel,
    Difference,
    FilterBoard,
    Hands,
    Home,
    HookStep,
    SettleCalendar,
    WakeHook,
    WriteFile,
)


def grant(step: Difference, hands: Hands) -> None:
    """Do what the step says; raises what the gateway raises."""
    match step:
        case CreateLabel(label):
            hands.bot.gateway.create_group_label(hands.bot.site.group, label)
        case ChangeLabel(_, label):
            look = {"color": label.color, "description": label.description}
            hands.bot.gateway.update_group_label(hands.bot.site.group, label.name, **look)
        case CreateBoard() | FilterBoard() | AddLists():
            grant_board(step, hands.bot.gateway, hands.bot.site.group)
        case SettleCalendar(facts, plan):
            hands.bot.apply.grant(facts, plan, lambda: None, Granted())
        case WriteFile(project, branch, path, text):
            owner(hands).commit_files(project, branch, commit_message(path, text), {path: text})
        case CreateHook() | ChangeHook() | WakeHook():
            _grant_hook(step, owner(hands))
        case _:
            assert_never(step)


def owner(hands: Hands) -> Gateway:
    if hands.owner is None:
        raise AskAPerson("GITLAB_OWNER_TOKEN is not set; webhooks and template files are written with an Owner's token")
    return hands.owner


def grant_board(step: BoardStep, gateway: Gateway, group: str) -> None:
    match step:
        case CreateBoard(name, lists):
            _add_lists(gateway, group, gateway.create_board(group, name, [name]).id, lists)
        case FilterBoard(board, labels):
            gateway.filter_board(group, board.id, sorted(labels))
        case AddLists(board, lists):
            _add_lists(gateway, group, board.id, lists)
        case _:
            assert_never(step)


def _add_lists(gateway: Gateway, group: str, board_id: int, lists: tuple[str, ...]) -> None:
    for label in lists:
        gateway.create_board_list(group, board_id, label)


def _grant_hook(step: HookStep, gateway: Gateway) -> None:
    match step:
        case CreateHook(Home("group", path), url, fields):
            gateway.create_group_hook(path, url, **fields)
        case CreateHook(Home(_, path), url, fields):
            gateway.create_project_hook(path, url, **fields)
        case ChangeHook(Home("group", path), hook, fields):
            gateway.update_group_hook(path, hook.id, hook.url, **fields)
        case ChangeHook(Home(_, path), hook, fields):
            gateway.update_project_hook(path, hook.id, hook.url, **fields)
        case WakeHook(home, hook):
            _wake(home, hook, gateway)
        case _:
            assert_never(step)


def _wake(home: Home, hook: Hook, gateway: Gateway) -> None:
    try:
        if home.level == "group":
            gateway.test_group_hook(home.path, hook.id)
        elif "issues_events" in hook.events:
            gateway.test_project_hook(home.path, hook.id)
        else:
            gateway.test_project_hook(home.path, hook.id, PUSH)
    except AskAPerson as refused:
        raise AskAPerson(
            f"the webhook of {home.path} stays switched off, since its test delivery failed: start the bot, see that "
            f"{hook.url} reaches it and that there is an issue to test with, and run this again ({refused})"
        ) from refused
