"""Rule 14: a sweep that would change too much stops before it writes, says so, and goes on when a person lets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gitlab import Issue
from bot.domain.subject import CALENDAR
from bot.store.database import Database
from bot.sweeps.radius import SHOWN, Extent, Limits, TooMuch
from bot.sweeps.requested import SweepState
from tests.stage import Stage, stage

MOST = 3
TITLE = "More changes than I make by myself"


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Stage]:
    """A bot that may change three issues and a whole calendar."""
    with stage(tmp_path, blast_radius={"most": 300}) as made:
        made.sweep()
        made.bot = with_limits(made, Limits(MOST))
        made.forget_calls()
        yield made


def with_limits(scene: Stage, limits: Limits) -> Any:
    object.__setattr__(scene.bot.sweeper, "limits", limits)
    return scene.bot


def chores(scene: Stage, count: int) -> list[Any]:
    return [scene.issue(title=f"Chore {number}") for number in range(count)]


def notice(scene: Stage) -> Any:
    (found,) = [one for one in scene.home().issues.list(get_all=True, state="all") if one.title == TITLE]
    return found


def labelled(scene: Stage, issues: list[Any]) -> int:
    return sum("Channel" in scene.fresh(issue).labels for issue in issues)


def test_too_much_changes_nothing_and_asks(narrow: Stage) -> None:
    issues, cursor = chores(narrow, MOST + 1), narrow.bot.sweeper.surveyor.memory.cursor("issues")
    with pytest.raises(TooMuch, match=r"^4 of \d issues would be changed, .*`--apply --allow 4`$"):
        narrow.sweep()
    assert narrow.bot.sweeper.surveyor.memory.cursor("issues") == cursor
    assert narrow.calls(writes=True) == []
    narrow.drain()
    assert narrow.calls(writes=True) == ["POST /api/v4/projects/gitlab-com%2Fchannel%2Fchannels/issues"]
    assert labelled(narrow, issues) == 0
    said = notice(narrow).description
    assert "`channel-bot sweep --apply --allow 4`" in said
    assert "the rule `base_label` would change 4" in said
    assert all(issue.web_url in said for issue in issues)


def test_as_many_as_are_allowed_are_changed(narrow: Stage) -> None:
    issues = chores(narrow, MOST)
    narrow.sweep()
    assert labelled(narrow, issues) == MOST


def test_a_person_lets_it(narrow: Stage) -> None:
    """One fewer than was found is not enough."""
    issues = chores(narrow, MOST + 1)
    with pytest.raises(TooMuch):
        narrow.sweep(allow=MOST)
    narrow.sweep(allow=MOST + 1)
    assert labelled(narrow, issues) == MOST + 1
    assert notice(narrow).state == "closed"


def test_one_issue_asks_however_often_it_stops(narrow: Stage) -> None:
    """It is edited when the number changes, and closed when a later sweep stays within its bounds."""
    issues = chores(narrow, MOST + 1)
    for count in (MOST + 1, MOST + 1, MOST + 2):
        issues += chores(narrow, count - len(issues))
        with pytest.raises(TooMuch):
            narrow.sweep(full=False)
        narrow.drain()
        assert f"--allow {count}`" in notice(narrow).description
    for issue in issues[:2]:
        narrow.edit(issue, state_event="close")
    narrow.sweep(full=False)
    assert notice(narrow).state == "closed"


def test_the_asking_issue_is_not_doubled_without_the_database(narrow: Stage) -> None:
    chores(narrow, MOST + 1)
    for _ in range(2):
        with pytest.raises(TooMuch):
            narrow.sweep()
        narrow.drain()
        narrow.database = Database("sqlite://")
        narrow.play()
        narrow.bot = with_limits(narrow, Limits(MOST))
    assert notice(narrow).state == "opened"
    narrow.forget_calls()
    narrow.sweep(allow=MOST + 1)
    assert notice(narrow).state == "closed"


def test_what_only_needs_a_closer_look_does_not_count(narrow: Stage) -> None:
    """People's comments on issues that are in order are read, however many there are."""
    issues = chores(narrow, MOST + 1)
    narrow.sweep(allow=MOST + 1)
    for issue in issues:
        issue.notes.create({"body": "@channel-bot help"})
    narrow.sweep()
    assert all("You can tell me" in narrow.comments(issue)[-1] for issue in issues)


def test_without_the_database_what_was_said_already_does_not_count(narrow: Stage) -> None:
    """The comments may be the bot's own; it looks, finds them, and is done."""
    issues = chores(narrow, MOST + 1)
    narrow.sweep(allow=MOST + 1)
    narrow.database = Database("sqlite://")
    narrow.play()
    narrow.bot = with_limits(narrow, Limits(MOST))
    narrow.forget_calls()
    narrow.sweep()
    assert narrow.calls(writes=True) == []
    assert [len(narrow.comments(issue)) for issue in issues] == [1] * len(issues)


def test_a_dry_run_and_a_plan_never_stop(tmp_path: Path) -> None:
    with stage(tmp_path, blast_radius={"most": 1}, dry_run=True) as scene:
        issues = chores(scene, 3)
        scene.sweep()
        assert len([*scene.bot.sweeper.proposals(full=True)]) > len(issues)
        assert scene.calls(writes=True) == []


def test_a_calendar_stops_too(tmp_path: Path) -> None:
    """Milestones are counted by themselves, and allowed likewise."""
    with stage(tmp_path, blast_radius={"most": 1}) as scene:
        with pytest.raises(TooMuch, match=r"^(\d+) milestones would be changed") as stopped:
            scene.sweep()
        assert scene.calls(writes=True) == []
        count = int(str(stopped.value).split()[0])
        scene.sweep(allow=count)
        assert len(scene.group().milestones.list(get_all=True)) == count


def test_the_running_bot_stops_and_is_allowed(narrow: Stage) -> None:
    """The asker reads the number, asks again with it, and is obeyed."""
    issues = chores(narrow, MOST + 1)
    refused = requested(narrow)
    assert (refused["state"], "--allow 4" in str(refused["error"])) == ("failed", True)
    assert labelled(narrow, issues) == 0
    assert requested(narrow, allow=4)["state"] == "done"
    assert labelled(narrow, issues) == MOST + 1


def requested(scene: Stage, allow: int = 0) -> SweepState:
    sweeps = scene.bot.sweeper.requested
    id_ = sweeps.ask(f"asked-{allow}", full=True, allow=allow)
    scene.drain()
    state = sweeps.state(id_)
    assert state
    return state


def test_a_label_that_everybody_took_back_is_looked_at_not_counted(narrow: Stage) -> None:
    """What the bot did before and misses now may be people's last word, of which only the journals tell."""
    issues = chores(narrow, MOST + 1)
    narrow.sweep(allow=MOST + 1)
    for issue in issues:
        narrow.edit(issue, remove_labels="Channel")
    narrow.sweep()
    assert labelled(narrow, issues) == 0


def test_orders_are_answered_all_the_same(narrow: Stage) -> None:
    """But not by a database that was lost: to that every old comment is new."""
    issue = narrow.issue(description="DRI: @cam-emea\nNBA: go (2027-01-10)")
    narrow.sweep()
    issues = chores(narrow, MOST + 1)
    issue.notes.create({"body": "@channel-bot hands-off"})
    with pytest.raises(TooMuch):
        narrow.sweep()
    narrow.drain()
    assert narrow.fresh(issue).labels == ["bot::hands-off", "Channel"]
    assert labelled(narrow, issues) == 0
    narrow.edit(issue, labels="Channel")
    issue.notes.create({"body": "@channel-bot hands-off"})
    narrow.forget_everything()
    with_limits(narrow, Limits(MOST))
    with pytest.raises(TooMuch):
        narrow.sweep()
    narrow.drain()
    assert narrow.fresh(issue).labels == ["Channel"]


def test_the_calendar_counts_as_looked_at(scene: Stage) -> None:
    assert scene.bot.sweeper.calendar() == {CALENDAR.key}


@pytest.mark.parametrize(
    ("changes", "seen", "holds"),
    [(0, 0, True), (200, 1000, True), (201, 1000, False), (99, 99, True), (50, 100, True), (51, 100, False)],
    ids=["nothing", "as many as may be", "one more", "all of a few", "half of many", "more than half of many"],
)
def test_limits(changes: int, seen: int, holds: bool) -> None:
    assert Limits().holds(changes, seen) is holds


@given(st.lists(st.sampled_from(["base_label", "dri"]), max_size=3 * SHOWN))
def test_every_issue_is_listed_or_counted(handlers: list[str]) -> None:
    extent = Extent()
    for number, handler in enumerate(handlers):
        issue = Issue(1, number, "g/p", "t", web_url=f"https://gitlab.example.com/{number}")
        extent.add(issue, frozenset({handler}))
    points = [*extent.points()]
    more = [int(point.values["count"]) for point in points if point.topic == "more"]
    assert sum(point.topic == "issue" for point in points) + sum(more) == len(handlers)
    assert sum(int(point.values["count"]) for point in points if point.topic == "handler") == len(handlers)


def test_nothing_to_tell_is_nothing_to_write(narrow: Stage) -> None:
    """Notices that say what they should cost no call."""
    narrow.forget_calls()
    assert [*narrow.bot.worker.digests.notices.settle(narrow.bot.snapshot.today(), lambda: None)] == []
    assert narrow.calls() == []
