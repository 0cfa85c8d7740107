"""Many partners at once: what a day's look at them costs, and that what is shared among them is never too old."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.subject import Subject
from tests.flow.certifying.world import HOME, Team, team
from tests.many import folders, registered
from tests.stage import Stage

EACH = 12
"""Calls for a partner with a folder in which nothing is to be done."""
TOMORROW = {"advance_seconds": 86_400}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Team, Stage]]:
    with team(tmp_path) as made:
        yield made


def daily(people: Team, on: Stage) -> int:
    """The calls of a day on which nothing happens, after one on which the bot saw what is new."""
    for _ in range(2):
        people.way.desk("PUT", "clock", TOMORROW)
        on.sweep()
    people.way.desk("PUT", "clock", TOMORROW)
    on.forget_calls()
    on.sweep()
    log = people.way.desk("GET", "requests")
    ours = [one for one in log if one["user"].startswith("channel-bot")]
    assert [one["path"] for one in ours if one["method"] != "GET" and "milestones" not in one["path"]] == []
    return len(ours)


def test_a_partner_without_a_folder_costs_no_call(world: tuple[Team, Stage]) -> None:
    people, on = world
    before = daily(people, on)
    people.registry(registered(10))
    assert daily(people, on) - before <= 2


def test_a_partner_with_a_folder_costs_few(world: tuple[Team, Stage]) -> None:
    """However many there are: no list is read once for each of them."""
    people, on = world
    people.registry(registered(12))
    folders(on, 4)
    some = daily(people, on)
    folders(on, 12, begin=4)
    assert daily(people, on) - some <= 8 * EACH


def test_what_happened_to_a_folder_is_seen_at_once_whatever_a_sweep_believes(world: tuple[Team, Stage]) -> None:
    people, on = world
    people.registry(registered(1))
    on.sweep()
    folders(on, 1, guest="pat-example")
    on.bot.inbox.mark([Subject.partner("many-0")], "somebody made it", now=True)
    on.drain()
    assert "many-0" in people.issue("Partner folder to be put right: Partner 0 Works", HOME).description


def test_the_next_sweep_believes_nothing_of_the_one_before(world: tuple[Team, Stage]) -> None:
    people, on = world
    people.registry(registered(1))
    on.sweep()
    folders(on, 1, guest="pat-example")
    people.way.desk("PUT", "clock", TOMORROW)
    on.sweep()
    assert "many-0" in people.issue("Partner folder to be put right: Partner 0 Works", HOME).description


def test_no_report_is_doubled_by_a_bot_that_remembers_nothing(world: tuple[Team, Stage]) -> None:
    """What the looks of a sweep share says whether to write; before that GitLab is asked."""
    people, on = world
    people.registry(registered(2))
    folders(on, 2, guest="pat-example")
    on.sweep()
    on.forget_everything()
    on.sweep()
    listed = people.project(HOME).issues.list(get_all=True)
    assert sum("Partner folder to be put right: Partner" in one.title for one in listed) == 2
