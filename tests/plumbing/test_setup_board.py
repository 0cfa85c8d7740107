"""`setup` makes the team's board once, adds to one that is there what it lacks, and leaves to people what is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from pydantic import TypeAdapter

from bot.commands.setup import command
from bot.config import SHIPPED, SiteSettings
from bot.domain.labels import Label, Labels
from bot.gateway import Gateway
from bot.sandbox.example import GROUPS, example_world, tokens_of
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Tier
from bot.setup.board import survey_board
from bot.setup.grant import grant_board
from bot.setup.steps import AddLists, CreateBoard, FilterBoard, Line, lines
from tests.direct import direct
from tests.plumbing.scene import scene

GROUP = GROUPS["channel"]
GROUP_API = f"/groups/{GROUP.replace('/', '%2F')}"
LISTS = [f"Channel Priority:{key}" for key in ("1", "2", "3", "4", "Backlog")]
PAGE = f"/groups/{GROUP}/-/boards?label_name%5B%5D=Channel"
URL = "https://gitlab.example"


@cache
def shipped(name: str) -> dict[str, Any]:
    folder = next(path for path in SHIPPED if path.is_dir())
    found: dict[str, Any] = yaml.safe_load((folder / f"{name}.yml").read_text("utf-8"))
    return found


@dataclass
class Group:
    """The group with all its labels, and the bot at it."""

    sandbox: Sandbox
    bot: Gateway
    tier: str

    def look(self, *, apply: bool = False) -> list[Line]:
        """What `setup` shows of the board; with `apply` it does it, too."""
        site = SiteSettings.model_validate({**shipped("site"), "gitlab": {"url": URL, "tier": self.tier}})
        steps = list(survey_board(self.bot, site, TypeAdapter(Labels).validate_python(shipped("labels"))))
        for step in steps:
            if apply and isinstance(step, CreateBoard | FilterBoard | AddLists):
                grant_board(step, self.bot, GROUP)
        return [line for step in steps for line in lines(step)]

    def api(self, method: str, path: str, **body: object) -> Any:
        """As somebody of the team."""
        headers = {"PRIVATE-TOKEN": tokens_of(self.sandbox.world)["cam-emea"]}
        url = f"{self.sandbox.url}/api/v4{GROUP_API}/{path}"
        answer = requests.request(method, url, json=body, headers=headers, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def boards(self) -> list[tuple[str, list[str], list[str]]]:
        """Name, filter and lists of every board."""
        return [
            (row["name"], [at["name"] for at in row.get("labels", [])], [at["label"]["name"] for at in row["lists"]])
            for row in self.api("GET", "boards")
        ]

    def make(self, name: str, labels: str = "", *lists: str) -> None:
        number = self.api("POST", "boards", name=name)["id"]
        self.api("PUT", f"boards/{number}", labels=labels)
        for label in lists:
            label_id = self.api("GET", f"labels/{label}")["id"]
            self.api("POST", f"boards/{number}/lists", label_id=label_id)


@contextmanager
def group(tier: Tier = "premium", configured_as: str = "premium") -> Iterator[Group]:
    with Sandbox(example_world("http://127.0.0.1", tier=tier)) as sandbox, direct(sandbox):
        bot = Gateway.connect(sandbox.url, tokens_of(sandbox.world)["channel-bot"])
        for name in ("Channel", "QBR", "Channel Ops", *LISTS):
            bot.create_group_label(GROUP, Label(name))
        yield Group(sandbox, bot, configured_as)
        bot.close()


@pytest.fixture
def team() -> Iterator[Group]:
    with group() as made:
        yield made


def test_setup_makes_the_board_with_the_labels_it_needs(tmp_path: Path) -> None:
    with scene(tmp_path) as stage:
        plan = stage.plan(command, "--apply")
        told = {"sign": "+", "area": "board", "name": "Channel", "now": ""}
        assert {**told, "then": f"filtered by Channel, lists {', '.join(LISTS)}"} in plan["steps"]
        [board] = stage.api("GET", f"{GROUP_API}/boards")
        assert [one["name"] for one in board["labels"]] == ["Channel"]
        assert [row["label"]["name"] for row in board["lists"]] == LISTS


def test_a_second_look_finds_it_as_it_should_be(team: Group) -> None:
    assert team.look(apply=True) == [
        Line("+", "board", "Channel", "", f"filtered by Channel, lists {', '.join(LISTS)}")
    ]
    assert team.look() == [Line("=", "board", "Channel")]
    assert team.boards() == [("Channel", ["Channel"], LISTS)]


def test_lists_and_filters_of_people_stay_and_are_told(team: Group) -> None:
    team.make("Channel", "Channel,Channel Ops", *LISTS, "QBR")
    narrowed = "a person filters it by Channel Ops as well, which hides all other issues: it stays"
    assert team.look(apply=True) == [
        Line("!", "board", "Channel", "", "a person added a list for QBR: it stays"),
        Line("!", "board", "Channel", "", narrowed),
        Line("=", "board", "Channel"),
    ]
    assert team.boards() == [("Channel", ["Channel", "Channel Ops"], [*LISTS, "QBR"])]


def test_a_list_that_is_gone_comes_back_on_the_right(team: Group) -> None:
    team.look(apply=True)
    [board] = team.api("GET", "boards")
    team.api("DELETE", f"boards/{board['id']}/lists/{board['lists'][1]['id']}")
    assert team.look(apply=True) == [Line("~", "board", "Channel", "", f"more lists: {LISTS[1]}")]
    assert team.boards() == [("Channel", ["Channel"], [LISTS[0], *LISTS[2:], LISTS[1]])]


@pytest.mark.parametrize(
    ("name", "labels", "now", "after"),
    [
        ("channel ", "", "not filtered", ["Channel"]),
        ("Channel", "QBR", "filtered by QBR", ["Channel", "QBR"]),
        ("Our work", "Channel", "", ["Channel"]),
    ],
    ids=["of that name", "of that name with another filter", "of that filter"],
)
def test_a_board_that_is_there_is_taken(team: Group, name: str, labels: str, now: str, after: list[str]) -> None:
    team.make("Another", "Channel,QBR", "QBR")
    team.make(name, labels, LISTS[2])
    added = Line("~", "board", name.strip(), "", f"more lists: {', '.join([*LISTS[:2], *LISTS[3:]])}")
    filtered = [Line("~", "board", name.strip(), now, f"filtered by {', '.join(after)}")] if now else []
    assert [line for line in team.look(apply=True) if line.sign != "!"] == [*filtered, added]
    assert [line.sign for line in team.look() if line.sign != "!"] == ["="]
    assert [row[1:] for row in team.boards() if row[0] != "Another"] == [
        (after, [LISTS[2], *LISTS[:2], *LISTS[3:]]),
    ]
    assert ("Another", ["Channel", "QBR"], ["QBR"]) in team.boards()


@pytest.mark.parametrize(("tier", "taken_for"), [("free", "free"), ("free", "premium"), ("ce", "free")])
def test_the_one_board_of_the_free_plan_is_made_by_looking_at_it(tier: Tier, taken_for: str) -> None:
    """Also where the configuration takes the plan for a better one."""
    with group(tier, taken_for) as team:
        advice = "GitLab makes this plan's one board when somebody looks for it: open it and run this again"
        assert team.look(apply=True) == [Line("!", "board", "Channel", "", f"{URL}{PAGE} ({advice})")]
        assert team.boards() == []
        assert requests.get(f"{team.sandbox.url}{PAGE}", timeout=10).ok
        assert team.look(apply=True) == [
            Line("~", "board", "Development", "", f"more lists: {', '.join(LISTS)}"),
            Line("!", "board", "Development", "", f"this plan keeps no filter with a board: share it as {URL}{PAGE}"),
        ]
        assert team.look() == [Line("=", "board", "Development")]
        assert team.boards() == [("Development", [], LISTS)]
