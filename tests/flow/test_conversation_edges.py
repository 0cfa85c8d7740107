"""Orders that come late, contradict each other, or that GitLab will not have: none overrules people, none is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.handlers import dri
from tests.flow.test_conversation import answers, emojis, tell
from tests.stage import Stage

EARLIER = "DRI: @cam-emea\nNBA: call them (2027-01-10)"
LATER = "DRI: @phd-emea\nNBA: write to them (2027-02-10)"
LATE = {"dri": "dri @cam-amer", "delegate": "delegate @cam-amer", "nba": "nba drive there (2027-03-10)"}


@pytest.mark.parametrize("order", LATE.values(), ids=LATE)
def test_an_order_does_not_overrule_what_a_person_wrote_after_it(shared: Stage, order: str) -> None:
    issue = shared.issue(description=EARLIER)
    shared.look(issue)
    shared.later(5)
    note = tell(shared, issue, f"@channel-bot {order}")
    shared.later(60)
    shared.edit(issue, by="phd-emea", description=LATER)
    shared.look(issue)
    fresh = shared.fresh(issue)
    assert fresh.description == LATER
    assert "cam-amer" not in [person["username"] for person in fresh.assignees]
    assert "The description was changed after you wrote that" in answers(shared, issue)[-1]
    assert emojis(shared, issue, note) == {"eyes", "no_entry_sign"}


@pytest.mark.parametrize("order", LATE.values(), ids=LATE)
def test_what_was_written_before_the_order_is_overruled(shared: Stage, order: str) -> None:
    """The bot's own changes, too, stand in nobody's way."""
    issue = shared.issue(description=EARLIER)
    shared.edit(issue, by="phd-emea", description=LATER)
    shared.later(5)
    for line in (order, "dri @cam-emea", "nba call them (2027-01-10)", order):
        tell(shared, issue, f"@channel-bot {line}")
        shared.look(issue)
    assert order.partition(" ")[2] in shared.fresh(issue).description
    assert not any("was changed after" in answer for answer in answers(shared, issue))


def people(on: Stage, issue: ProjectIssue) -> list[str]:
    return [person["username"] for person in on.fresh(issue).assignees]


def test_of_two_orders_about_one_thing_the_later_counts(shared: Stage) -> None:
    """The other's deeds are dropped, also where the later order finds everything done already."""
    for before in ("text", "DRI: @cam-amer"):
        issue = shared.issue(description=before)
        note = tell(shared, issue, "@channel-bot dri @cam-emea", "@channel-bot delegate @cam-amer")
        shared.look(issue)
        assert shared.fresh(issue).description.startswith("DRI: @cam-amer")
        assert people(shared, issue) == ["cam-amer"]
        (answer,) = answers(shared, issue)
        assert answer.count("overtook this one") == 1
        assert answer.count("is the DRI now") == 1
        assert emojis(shared, issue, note) == {"eyes", "white_check_mark"}


def test_an_order_that_comes_to_nothing_overtakes_none(shared: Stage) -> None:
    issue = shared.issue(description="text")
    tell(shared, issue, "@channel-bot dri @cam-emea", "@channel-bot dri @nobody-here", "@channel-bot dri @cam-emea")
    shared.look(issue)
    assert people(shared, issue) == ["cam-emea"]
    (answer,) = answers(shared, issue)
    assert "overtook" not in answer


@pytest.mark.parametrize("order", ["dri", "dri @nobody-here", "nba call (2020-01-01)", "make coffee", "rollover apply"])
def test_a_tick_means_that_something_was_done(shared: Stage, order: str) -> None:
    issue = shared.issue(description="text")
    note = tell(shared, issue, f"@channel-bot {order}", by="channel-director")
    shared.look(issue)
    assert "no_entry_sign" in emojis(shared, issue, note)
    assert "white_check_mark" not in emojis(shared, issue, note)


@pytest.mark.parametrize("status", [400, 403])
def test_what_gitlab_refuses_is_said_and_holds_nobody_up(shared: Stage, status: int) -> None:
    """The others' orders are carried out, and the refused one is not tried for ever."""
    issue = shared.issue(description="DRI: @cam-emea", due_date="2027-01-10")
    shared.look(issue)
    refused = tell(shared, issue, "@channel-bot dri @cam-amer")
    others = tell(shared, issue, "@channel-bot hands-off", "@channel-bot help", by="phd-emea")
    shared.fault(method="PUT", path=rf"/issues/{issue.iid}$", kind="fail", status=status, times=2)
    shared.look(issue)
    (answer,) = answers(shared, issue)
    assert f"GitLab refused that: `GitLab answered {status} to PUT " in answer
    assert "bot::hands-off" in shared.fresh(issue).labels
    assert shared.fresh(issue).description == "DRI: @cam-emea"
    assert "no_entry_sign" in emojis(shared, issue, refused)
    assert "white_check_mark" in emojis(shared, issue, others)
    assert not [one for one in shared.bot.inbox.dead_letters() if one.name.endswith(f"/{issue.iid}")]
    history = shared.bot.audit.history()
    assert next(one.outcome for one in history if one.action == "obey dri").startswith(f"GitLab answered {status}")


def test_a_refused_order_alone_is_tried_once(shared: Stage) -> None:
    issue = shared.issue(description="DRI: @cam-emea", due_date="2027-01-10")
    shared.look(issue)
    tell(shared, issue, "@channel-bot dri @cam-amer")
    shared.fault(method="PUT", path=rf"/issues/{issue.iid}$", kind="fail", status=400, times=99)
    shared.forget_calls()
    shared.look(issue)
    shared.look(issue)
    assert len([call for call in shared.calls(writes=True) if call.startswith("PUT ")]) == 1
    assert len(answers(shared, issue)) == 1


def breaks(*_: Any) -> Iterator[None]:
    yield from map(int, ("boom",))


def test_a_mistake_of_ours_is_told_to_both_sides(scene: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    issue = scene.issue(description="text")
    scene.look(issue)
    monkeypatch.setattr(dri, "obey", breaks)
    note = tell(scene, issue, "@channel-bot dri @cam-emea")
    scene.look(issue)
    assert "because of a mistake of mine" in answers(scene, issue)[0]
    assert emojis(scene, issue, note) == {"no_entry_sign"}
    assert [one.value for one in scene.bot.inbox.counters() if one.name == "handler_failures_total"] == [1]
    assert [one.outcome for one in scene.bot.audit.history() if one.action == "obey"] == [
        "ValueError: invalid literal for int() with base 10: 'boom'"
    ]


def test_a_comment_in_place_of_a_deleted_one_is_heard_by_sweeps_alone(scene: Stage) -> None:
    """Their number is the same as before; the next full sweep reads them anyway, and the one after that does not."""
    issue = scene.issue(description="DRI: @cam-emea", due_date="2027-01-10")
    remark = tell(scene, issue, "a remark")
    scene.sweep()
    scene.sweep()
    scene.later(3600)
    scene.fresh(issue).notes.delete(remark)
    tell(scene, issue, "@channel-bot hands-off")
    scene.sweep(full=False)
    scene.sweep()
    assert "bot::hands-off" in scene.fresh(issue).labels
    assert len(answers(scene, issue)) == 1
    scene.later(3600)
    scene.forget_calls()
    scene.sweep()
    assert not [call for call in scene.calls() if call.endswith("/notes")]


def test_what_was_done_meanwhile_does_not_hide_it(scene: Stage) -> None:
    issue = scene.issue(description="DRI: @cam-emea", due_date="2027-01-10")
    remark = tell(scene, issue, "a remark")
    scene.sweep()
    scene.later(3600)
    scene.fresh(issue).notes.delete(remark)
    tell(scene, issue, "@channel-bot hands-off")
    scene.edit(issue, description="Nobody is named")
    scene.look(issue)
    scene.later(60)
    scene.sweep()
    assert "bot::hands-off" in scene.fresh(issue).labels


def test_comments_that_gitlab_does_not_list_yet_are_waited_for(scene: Stage) -> None:
    """It counts them already, and lists them from an older copy."""
    issue = scene.issue(description="DRI: @cam-emea", due_date="2027-01-10")
    scene.sweep()
    time.sleep(1.1)
    tell(scene, issue, "@channel-bot hands-off")
    path = rf"/issues/{issue.iid}/notes(\?.*)?$"
    scene.fault(method="GET", user="channel-bot", path=path, times=1, kind="stale", seconds=1.0)
    scene.look(issue)
    assert "bot::hands-off" in scene.fresh(issue).labels
    assert len(answers(scene, issue)) == 1
