"""A list that is kept is the one that GitLab would give, whatever happened meanwhile, and costs what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.gitlab import Issue
from bot.gateway import Gateway
from bot.kept import OVERLAP, WHOLE, KeptIssues
from bot.sandbox import moves
from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.server import Sandbox
from tests.direct import direct
from tests.plumbing.gateway.parts import HOME
from tests.plumbing.test_own_issues import MANY, Desk

WORD = "wanted"
ELSEWHERE = "gitlab-com/channel/alliances"
LONG_AGO = date(2020, 1, 1)


@dataclass
class Reader(Desk):
    """A list of what says the word, and the reader's own clock."""

    seconds: float = 0.0
    kept: KeptIssues = field(init=False)

    def __post_init__(self) -> None:
        every = lambda day: self.bot.issues_saying(HOME, WORD, created_after=day)  # noqa: E731
        self.kept = KeptIssues(self.bot, HOME, every, lambda one: WORD in one.description, lambda: self.seconds)

    def wait(self, **time: float) -> None:
        self.later(**time)
        self.seconds += timedelta(**time).total_seconds()

    def read(self, *, whole: bool = False) -> list[int]:
        return [one.iid for one in self.kept.read(LONG_AGO, whole=whole)]


@pytest.fixture
def desk() -> Iterator[Reader]:
    with Sandbox(example_world("http://127.0.0.1")) as sandbox, direct(sandbox):
        bot = Gateway.connect(sandbox.url, tokens_of(sandbox.world)["channel-bot"])
        yield Reader(sandbox, bot)
        bot.close()


def test_it_costs_what_changed(desk: Reader) -> None:
    """Three pages of issues are read once an hour; between, one call tells what is new."""
    first = desk.open(WORD)
    desk.fill(MANY)
    desk.wait(minutes=20)
    every = desk.bot.issues_in(HOME)
    desk.kept.holds = lambda issue: True
    desk.kept.every = lambda day: desk.bot.issues_in(HOME)
    desk.calls()
    assert (len(desk.read()), len(desk.calls())) == (len(every), 3)
    desk.wait(minutes=20)
    new = desk.open(WORD)
    desk.calls()
    found = desk.read()
    assert (found[0], found[-1], len(found), len(desk.calls())) == (first, new, len(every) + 1, 1)
    same = desk.kept.found
    desk.read()
    assert desk.kept.found is same
    desk.wait(seconds=WHOLE)
    desk.calls()
    assert (desk.read(), len(desk.calls())) == (found, 3)


def test_it_knows_what_was_closed_reworded_moved_or_deleted(desk: Reader) -> None:
    """Of what was deleted it hears when the whole list is read."""
    closed, reworded, moved, deleted = (desk.open(WORD) for _ in range(4))
    taken = desk.open("nothing yet")
    assert desk.read() == [closed, reworded, moved, deleted]
    desk.wait(minutes=30)
    desk.change(closed, state_event="close")
    desk.change(reworded, description="nothing any more")
    desk.change(taken, description=WORD)
    world, elsewhere = desk.sandbox.world, desk.bot.project(ELSEWHERE)
    row = world.issue(desk.bot.project(HOME).id, moved)
    assert row
    moves.move(world, next(one for one in world.users.values() if one.admin), row, world.projects[elsewhere.id])
    desk.delete(deleted)
    assert desk.read() == [closed, moved, deleted, taken]
    state = {one.iid: (one.is_open, one.moved_to_id is None) for one in desk.kept.found}
    assert state == {closed: (False, True), moved: (False, False), deleted: (True, True), taken: (True, True)}
    assert desk.read(whole=True) == [closed, moved, taken]


def test_what_gitlab_tells_late_is_not_lost(desk: Reader) -> None:
    """A change that an answer did not show yet, and a clock that was set back."""
    desk.read()
    desk.wait(minutes=30)
    desk.read()
    late = desk.open(WORD)
    world = desk.sandbox.world
    row = world.issue(desk.bot.project(HOME).id, late)
    assert row
    row.created_at = row.updated_at = world.clock.now() - OVERLAP + timedelta(seconds=5)
    assert desk.read() == [late]
    desk.wait(minutes=30)
    desk.read()
    desk.later(days=-1)
    other = desk.open(WORD)
    assert desk.read() == [late, other]


def test_of_two_states_of_an_issue_the_later_one_stays(desk: Reader) -> None:
    """One that was read by itself is known, whatever a list that lags says; before the first list it is not kept."""
    iid = desk.open(WORD)
    old: Issue = desk.bot.issue(desk.bot.project(HOME).id, iid)
    desk.kept.saw(old)
    assert not desk.kept.found
    desk.read()
    assert old.updated_at
    new = replace(old, title="another", updated_at=old.updated_at + timedelta(seconds=1))
    desk.kept.saw(new)
    desk.kept.saw(old)
    assert [one.title for one in desk.kept.found] == ["another"]
    desk.read()
    assert [one.title for one in desk.kept.found] == ["another"]


def test_what_is_too_old_is_left_out(desk: Reader) -> None:
    desk.read()
    iid = desk.open(WORD)
    created: Any = desk.bot.issue(desk.bot.project(HOME).id, iid).created_at
    assert desk.kept.read(created.date()) != ()
    desk.change(iid, title="changed")
    assert desk.kept.read(created.date() + timedelta(days=1)) == ()
