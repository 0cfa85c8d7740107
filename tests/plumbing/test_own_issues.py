"""The bot's own issues that hold a text, and what it costs to find them among very many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
import requests

from bot.gateway import Gateway
from bot.memory import Memory
from bot.sandbox import issues
from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.server import Sandbox
from bot.store.database import Database
from bot.voice.ownissues import OwnIssues
from tests.direct import direct
from tests.plumbing.gateway.parts import HOME

MARK = "<!-- channel-bot report:x -->"
MANY = 250
"""Recurring issues: three pages."""


@dataclass
class Desk:
    """The bot's account, and a memory that may be lost."""

    sandbox: Sandbox
    bot: Gateway
    memory: Memory = field(default_factory=lambda: Memory(Database("sqlite://")))

    def open(self, text: str = MARK) -> int:
        return self.bot.create_issue(HOME, {"title": "one", "description": text}).iid

    def fill(self, count: int) -> None:
        """So many more as the last, which hold no mark."""
        world, last = self.sandbox.world, self.bot.create_issue(HOME, {"title": "one", "description": "two"})
        kept = world.issue(last.project_id, last.iid)
        assert kept
        for _ in range(count - 1):
            iid = world.next_id(f"issue iid {last.project_id}")
            world.add(replace(kept, id=world.next_id("issues"), iid=iid, assignee_ids=[], label_ids=[]))

    def found(self) -> list[int]:
        return [one.iid for one in self.own().holding(" report:")]

    def own(self) -> OwnIssues:
        return OwnIssues(self.bot, self.memory, HOME, self.bot.me().id)

    def change(self, iid: int, **changes: object) -> None:
        self.bot.update_issue(self.bot.project(HOME).id, iid, changes)

    def delete(self, iid: int) -> None:
        world = self.sandbox.world
        row = world.issue(self.bot.project(HOME).id, iid)
        assert row
        issues.delete(world, next(one for one in world.users.values() if one.admin), row)

    def later(self, **time: float) -> None:
        self.sandbox.world.clock.advance(timedelta(**time))
        self.bot.now(max_age=0)

    def calls(self) -> list[str]:
        """What was asked for since it was asked last."""
        asked = requests.get(f"{self.sandbox.url}/sandbox/requests", timeout=10).json()
        requests.delete(f"{self.sandbox.url}/sandbox/requests", timeout=10)
        return [str(one["path"]) for one in asked if "/issues" in str(one["path"])]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Sandbox(example_world("http://127.0.0.1")) as sandbox, direct(sandbox):
        bot = Gateway.connect(sandbox.url, tokens_of(sandbox.world)["channel-bot"])
        yield Desk(sandbox, bot)
        bot.close()


def test_few_are_listed_in_one_call_each_time(desk: Desk) -> None:
    first, _, second = desk.open(), desk.open("no mark"), desk.open()
    assert desk.found() == [first, second]
    desk.calls()
    assert desk.found() == [first, second]
    assert len(desk.calls()) == 1


def test_however_many_there_are_it_costs_two_calls(desk: Desk) -> None:
    """One for what changed lately, one for those that are known."""
    early = desk.open()
    desk.fill(MANY)
    desk.later(days=2)
    assert desk.found() == [early]
    desk.calls()
    assert desk.found() == [early]
    assert len(desk.calls()) == 2


def test_what_is_new_closed_or_gone_is_seen(desk: Desk) -> None:
    early, gone = desk.open(), desk.open()
    desk.fill(MANY)
    desk.later(days=2)
    assert desk.found() == [early, gone]
    late = desk.open()
    desk.change(early, state_event="close")
    desk.delete(gone)
    assert desk.found() == [early, late]
    desk.later(days=30)
    assert [(one.iid, one.is_open) for one in desk.own().holding(" report:")] == [(early, False), (late, True)]


def test_a_mark_that_comes_back_counts_again(desk: Desk) -> None:
    early = desk.open()
    desk.fill(MANY)
    desk.later(days=2)
    desk.change(early, description="wiped")
    assert desk.found() == []
    desk.later(days=3)
    assert desk.found() == []
    desk.change(early, description=MARK)
    assert desk.found() == [early]


def test_what_another_process_wrote_while_this_one_listed_is_not_missed(desk: Desk) -> None:
    """It comes later to the database than what the other one knows."""
    desk.fill(MANY)
    desk.later(days=2)
    assert desk.found() == []
    stale = desk.memory.cursors("holding:")
    late = desk.open()
    assert desk.found() == [late]
    for name, value in stale.items():
        desk.memory.move_cursor(name, value)
    desk.later(days=3)
    assert desk.found() == [late]


def test_without_its_memory_it_finds_the_same(desk: Desk) -> None:
    early = desk.open()
    desk.fill(MANY)
    desk.later(days=2)
    late = desk.open()
    assert desk.found() == [early, late]
    desk.memory = Memory(Database("sqlite://"))
    assert desk.found() == [early, late]


def test_more_than_a_page_is_read_in_pages(desk: Desk) -> None:
    every = [desk.open() for _ in range(101)]
    desk.later(days=2)
    assert desk.found() == every
    desk.calls()
    assert desk.found() == every
    assert len(desk.calls()) == 3


def test_what_is_known_is_written_down_once_a_day(desk: Desk) -> None:
    desk.fill(MANY)
    desk.later(days=2)
    desk.found()
    known = desk.memory.cursors("holding:")
    desk.later(hours=23)
    desk.found()
    assert desk.memory.cursors("holding:") == known
    desk.later(hours=2)
    desk.found()
    assert desk.memory.cursors("holding:") != known
