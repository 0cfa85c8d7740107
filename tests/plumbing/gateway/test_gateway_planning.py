"""Epics, boards and the rules about merging, as every plan has them or has them not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import requests
import responses

from bot.domain.gitlab import EpicRef
from bot.domain.labels import Label
from bot.domain.places import BoardList, MergeRules
from bot.errors import AskAPerson, Forbidden, NotThere, TryLater
from bot.gateway import Gateway
from bot.sandbox.clock import Clock
from bot.sandbox.example import PRACTICE, example_world, tokens_of
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Tier
from tests.plumbing.gateway.parts import API, GROUP, HOME, Desk
from tests.sandbox.core_parts import START

PROJECT = f"{PRACTICE}/migration-services"


@contextmanager
def both(tier: Tier) -> Iterator[tuple[Gateway, Gateway]]:
    """The bot, and the account that owns the groups, on another plan."""
    with Sandbox(example_world("http://127.0.0.1", tier=tier)) as sandbox:
        tokens = tokens_of(sandbox.world)
        bot, owner = (Gateway.connect(sandbox.url, tokens[name]) for name in ("channel-bot", "channel-bot-owner"))
        yield bot, owner
        bot.close()
        owner.close()


def api(desk: Desk, method: str, path: str, **body: object) -> Any:
    """As an administrator."""
    headers = {"PRIVATE-TOKEN": tokens_of(desk.sandbox.world)["root"]}
    answer = requests.request(method, f"{desk.sandbox.url}/api/v4{path}", json=body, headers=headers, timeout=10)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def enc(path: str) -> str:
    return path.replace("/", "%2F")


def test_epics_of_the_group_and_below(desk: Desk) -> None:
    for place, title in ((GROUP, "A campaign"), (PRACTICE, "A practice")):
        dates = {"start_date_is_fixed": True, "start_date_fixed": "2026-11-01"}
        api(desk, "POST", f"/groups/{enc(place)}/epics", title=title, labels="OKR", description="why", **dates)
    one, other = desk.bot.epics(GROUP, labels=("OKR",))
    assert (one.title, one.group, one.labels, one.start, one.due) == (
        "A campaign", GROUP, frozenset({"OKR"}), date(2026, 11, 1), None,
    )  # fmt: skip
    assert (one.is_open, one.reference, other.reference) == (True, f"{GROUP}&{one.iid}", f"{PRACTICE}&1")
    assert one.web_url == f"{desk.sandbox.url}/groups/{GROUP}/-/epics/{one.iid}"
    assert desk.bot.epics(GROUP, search="practice WHY") == (other,)
    assert desk.bot.epics(GROUP, ("OKR", "missing")) == ()
    api(desk, "PUT", f"/groups/{enc(GROUP)}/epics/{one.iid}", state_event="close")
    assert [epic.is_open for epic in desk.bot.epics(GROUP, ("OKR",))] == [False, True]
    assert len(desk.bot.epics(GROUP)) == 4


def test_an_issue_and_its_epic_know_of_each_other(desk: Desk) -> None:
    epic = desk.bot.epics(GROUP)[0]
    issue = desk.open("Within", epic_id=epic.id)
    group_id = desk.bot.group(GROUP).id
    assert issue.epic == EpicRef(epic.id, epic.iid, epic.title, group_id, f"/groups/{GROUP}/-/epics/{epic.iid}")
    assert (issue.has_epics, desk.open("Without").epic) == (True, None)
    assert desk.bot.epic_issues(GROUP, epic.iid) == (desk.bot.issue(desk.home, issue.iid),)
    with pytest.raises(NotThere):
        desk.bot.epic_issues(GROUP, 99)


@pytest.mark.parametrize("tier", ["free", "ce"])
def test_a_plan_without_epics_is_told_from_a_group_that_is_not_there(tier: Tier) -> None:
    with both(tier) as (bot, _):
        assert (bot.epics(GROUP), bot.has_epics(GROUP)) == ((), False)
        issue = bot.create_issue(HOME, {"title": "No epic"})
        assert (issue.epic, issue.has_epics) == (None, False)
        for ask in (bot.epics, bot.has_epics):
            with pytest.raises(NotThere):
                ask("gitlab-com/nowhere")


def test_a_plan_with_epics_says_so(desk: Desk) -> None:
    assert desk.bot.has_epics(GROUP)
    with pytest.raises(NotThere):
        desk.bot.has_epics("gitlab-com/nowhere")


def test_an_epic_half_told_is_not_guessed(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/groups/5/epics", json=[{"id": 1, "iid": 1, "title": "T", "state": "opened", "labels": []}])
    with pytest.raises(TryLater):
        gateway.epics(5)


def test_a_board_is_made_filtered_and_given_lists(desk: Desk) -> None:
    assert desk.bot.boards(GROUP) == ()
    for name in ("Channel", "Channel Priority:1", "Other"):
        desk.bot.create_group_label(GROUP, Label(name))
    board = desk.bot.create_board(GROUP, "Channel", ["Channel"])
    assert (board.name, board.labels, board.lists, board.has_filter) == ("Channel", frozenset({"Channel"}), (), True)
    made = [desk.bot.create_board_list(GROUP, board.id, name) for name in ("Other", "Channel Priority:1")]
    assert made == [BoardList(1, "Other", 0), BoardList(2, "Channel Priority:1", 1)]
    assert desk.bot.board_lists(GROUP, board.id) == tuple(made)
    assert desk.bot.boards(GROUP) == (replace(board, lists=tuple(made)),)
    assert desk.bot.filter_board(GROUP, board.id, ["Channel", "Other"]).labels == {"Channel", "Other"}
    assert desk.bot.create_board(GROUP, "Plain").labels == frozenset()
    with pytest.raises(NotThere):
        desk.bot.create_board_list(GROUP, board.id, "Unknown")
    with pytest.raises(AskAPerson, match="already been taken"):
        desk.bot.create_board_list(GROUP, board.id, "Other")


def test_the_free_plan_makes_no_board_and_filters_none() -> None:
    with both("free") as (bot, _):
        with pytest.raises(Forbidden):
            bot.create_board(GROUP, "Channel", ["Channel"])
        requests.get(f"{bot.url}/groups/{GROUP}/-/boards", timeout=10)
        [board] = bot.boards(GROUP)
        assert (board.name, board.has_filter) == ("Development", False)
        assert bot.filter_board(GROUP, board.id, ["Channel"]) == board


def test_a_list_of_another_kind_has_no_label(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    rows = [{"id": 2, "label": None, "milestone": {"title": "Next"}, "position": 1}, {"id": 1, "position": None}]
    gitlab.get(f"{API}/groups/5/boards/1/lists", json=rows)
    assert gateway.board_lists(5, 1) == (BoardList(1, None, 0), BoardList(2, None, 1))


RULES = MergeRules(PROJECT, "main", True, 40, 40, 0, discussions_resolved=False)


def test_the_rules_of_a_new_project(desk: Desk) -> None:
    assert desk.owner.merge_rules(PROJECT) == RULES
    with pytest.raises(Forbidden):
        desk.bot.merge_rules(PROJECT)
    with pytest.raises(NotThere):
        desk.owner.merge_rules("gitlab-com/channel/nothing")


def test_the_rules_as_somebody_changed_them(desk: Desk) -> None:
    path = f"/projects/{enc(PROJECT)}"
    rules = [api(desk, "POST", f"{path}/approval_rules", name=str(n), approvals_required=n) for n in (1, 2)]
    settings = {"only_allow_merge_if_all_discussions_are_resolved": True, "merge_method": "ff"}
    api(desk, "PUT", path, **settings)
    changed = replace(RULES, approvals_required=2, discussions_resolved=True, merge_method="ff")
    assert desk.owner.merge_rules(PROJECT) == changed
    api(desk, "PUT", path, approvals_before_merge=3)
    assert desk.owner.merge_rules(PROJECT).approvals_required == 3
    for rule in rules:
        api(desk, "DELETE", f"{path}/approval_rules/{rule['id']}")
    api(desk, "PUT", path, approvals_before_merge=0)
    assert desk.owner.merge_rules(PROJECT).approvals_required == 0


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([], (False, 30, 30)),
        ([("other", 40, 40)], (False, 30, 30)),
        ([("main", 0, 40)], (True, 40, None)),
        ([("main", 0, 0)], (True, None, None)),
        ([("main", 30, 40)], (True, 30, 30)),
        ([("main", 40, 40), ("m*", 0, 30)], (True, 30, 40)),
        ([("ma?n", 30, 30), ("[m]ain", 30, 30)], (False, 30, 30)),
    ],
    ids=["none", "of another branch", "nobody pushes", "nobody at all", "pushing is merging", "two", "no wildcards"],
)
def test_who_gets_a_change_in(
    desk: Desk, rules: list[tuple[str, int, int]], told: tuple[bool, int | None, int | None]
) -> None:
    path = f"/projects/{enc(PROJECT)}/protected_branches"
    api(desk, "DELETE", f"{path}/main")
    for name, push, merge in rules:
        api(desk, "POST", path, name=name, push_access_level=push, merge_access_level=merge)
    found = desk.owner.merge_rules(PROJECT)
    assert (found.protected, found.merge_level, found.push_level) == told


def test_levels_of_single_people_are_no_roles(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    person = {"access_level": 40, "user_id": 3, "group_id": None}
    key = {"access_level": 40, "deploy_key_id": 1}
    role = {"access_level": 40, "user_id": None, "group_id": None}
    branch = {"name": "main", "push_access_levels": [person, key], "merge_access_levels": [role, person]}
    gitlab.get(f"{API}/projects/7", json={"path_with_namespace": "a/b", "default_branch": None})
    gitlab.get(f"{API}/projects/7/protected_branches", json=[branch])
    gitlab.get(f"{API}/projects/7/approval_rules", status=404)
    assert gateway.merge_rules(7) == MergeRules("a/b", "main", True, 40, None, None, discussions_resolved=False)


@pytest.mark.parametrize("tier", ["free", "ce"])
def test_smaller_plans_have_no_approval_rules(tier: Tier) -> None:
    with both(tier) as (_, owner):
        assert owner.merge_rules(PROJECT) == replace(RULES, approvals_required=None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Review in the title", "Other"]),
        ({"where": "title"}, ["Review in the title"]),
        ({"where": "description"}, ["Other"]),
        ({"created_after": date(2026, 11, 22)}, ["Other"]),
    ],
    ids=["anywhere", "in titles", "in descriptions", "opened since"],
)
def test_issues_that_say_something(query: dict[str, Any], found: list[str]) -> None:
    with Sandbox(example_world("http://127.0.0.1", clock=Clock(START, frozen=True))) as sandbox:
        bot = Gateway.connect(sandbox.url, tokens_of(sandbox.world)["channel-bot"])
        bot.create_issue(HOME, {"title": "Review in the title"})
        sandbox.world.clock.set(START.replace(day=22, hour=0))
        bot.create_issue(HOME, {"title": "Other", "description": "The reviewer"})
        bot.create_issue(HOME, {"title": "Third", "description": "<!-- review -->"})
        assert [issue.title for issue in bot.issues_saying(HOME, "review", **query)] == found
        bot.close()
