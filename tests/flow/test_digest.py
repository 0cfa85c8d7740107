"""The director's digest: one issue a window, written after a full sweep, kept current, for staff alone (story C.6)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bot.domain.gitlab import Person
from bot.domain.subject import DIGEST
from bot.domain.windows import Window
from bot.store.database import Database
from bot.sweeps.digests import TALLY, WINDOW
from tests.stage import GROUP, HOME, Stage

DAY = 86_400


def digests(scene: Stage) -> list[Any]:
    listed = scene.home().issues.list(get_all=True, state="all", order_by="created_at", sort="asc")
    return [one for one in listed if one.title.startswith("Channel priorities - ")]


def digest(scene: Stage) -> Any:
    (found,) = digests(scene)
    return found


def title(scene: Stage) -> str:
    window = Window.of(scene.bot.snapshot.today()).title
    return f"Channel priorities - {window.removeprefix('Channel - ')}"


def look(scene: Stage) -> None:
    scene.bot.inbox.mark([DIGEST], "a test", now=True)
    scene.drain()


def test_a_full_sweep_writes_it_and_a_second_changes_nothing(scene: Stage) -> None:
    """It counts the issues as the sweep leaves them: the label comes with the weight."""
    issue = scene.issue(weight=1)
    scene.sweep()
    assert "## First priorities: 1" in digest(scene).description
    assert digest(scene).title == title(scene)
    assert issue.web_url in digest(scene).description
    scene.forget_calls()
    scene.sweep()
    scene.sweep(full=False)
    assert scene.calls(writes=True) == []


def test_an_issue_from_a_template_that_is_late_is_listed_and_not_counted(scene: Stage) -> None:
    """However it is counted: while the sweep lists, or anew for the digest."""
    ways: tuple[Callable[[], object], ...] = (scene.sweep, partial(look, scene))
    for count, bring_up_to_date in enumerate(ways, start=1):
        numbers = scene.issue(description="Template: `EdS_Monthly_Metrics`", due_date="2026-01-05")
        bring_up_to_date()
        assert f"## Past the due date or the date of the NBA: {count}" in digest(scene).description
        assert numbers.web_url in digest(scene).description
        assert "Open issues of the team: 0." in digest(scene).description


def test_it_is_edited_in_place(scene: Stage) -> None:
    scene.issue()
    scene.sweep()
    scene.issue(title="One more")
    scene.sweep(full=False)
    assert "Open issues of the team: 1." in digest(scene).description
    scene.sweep()
    assert "Open issues of the team: 2." in digest(scene).description


def test_a_settled_world_is_counted_from_the_sweeps_own_list(scene: Stage) -> None:
    """The issues are listed once, not once more for the digest."""
    scene.issue()
    scene.sweep()
    scene.forget_calls()
    scene.sweep()
    lists = [call for call in scene.calls() if call == f"GET /api/v4/groups/{GROUP.replace('/', '%2F')}/issues"]
    assert len(lists) == 2, "what is open, and what was closed since"


def test_without_a_count_it_counts_for_itself(scene: Stage) -> None:
    """As after the database was lost, or when an order moved issues since."""
    scene.issue()
    scene.sweep()
    scene.issue(title="One more")
    look(scene)
    assert "Open issues of the team: 2." in digest(scene).description


@pytest.mark.parametrize("kept", ["{}", "nonsense", '{"lists": []}', '{"lists": {}, "more": 1}'])
def test_a_count_of_another_version_is_none(scene: Stage, kept: str) -> None:
    scene.issue()
    scene.bot.sweeper.surveyor.memory.move_cursor(TALLY, f"{scene.bot.snapshot.today()} {kept}")
    look(scene)
    assert "Open issues of the team: 1." in digest(scene).description


def test_yesterdays_count_is_none(scene: Stage) -> None:
    """What is overdue depends on the day."""
    scene.issue()
    scene.bot.sweeper.digests.keep(scene.bot.sweeper.digests.counting().result())
    scene.later(DAY)
    scene.bot.gateway.version()
    look(scene)
    assert "Open issues of the team: 1." in digest(scene).description


def test_the_next_window_has_its_own_and_closes_the_last(scene: Stage) -> None:
    scene.issue()
    scene.sweep()
    scene.later(17 * DAY)
    scene.sweep(full=False)
    first, second = digests(scene)
    assert (first.state, second.state, second.title) == ("closed", "opened", title(scene))


def test_an_incremental_sweep_writes_only_what_is_missing(scene: Stage) -> None:
    scene.issue()
    scene.sweep(full=False)
    first = digest(scene).updated_at
    scene.issue(title="One more")
    scene.sweep(full=False)
    assert digest(scene).updated_at == first


def test_it_is_due_once_for_each_window_and_after_each_count(scene: Stage) -> None:
    scene.sweep()
    digests_of = scene.bot.sweeper.digests
    assert not digests_of.is_due()
    digests_of.memory.move_cursor(WINDOW, "Channel - FY20Q1 1a")
    assert digests_of.is_due()


def test_nobody_outside_may_read_it(scene: Stage) -> None:
    """Rule 12: while a partner can read the project there is no digest, and one issue tells the operator why."""
    root, issue = scene.as_("root"), scene.issue(title="For our eyes")
    pat = root.users.list(username="pat-example", get_all=True)[0]
    root.projects.get(HOME).members.create({"user_id": pat.id, "access_level": 20})
    for _ in range(2):
        scene.sweep()
    assert digests(scene) == []
    told = [one for one in scene.home().issues.list(get_all=True) if "not written" in one.title]
    assert len(told) == 1
    assert f"`{HOME}`" in told[0].description
    root.projects.get(HOME).members.delete(pat.id)
    scene.sweep()
    assert issue.web_url in digest(scene).description
    assert scene.fresh(told[0]).state == "closed"


def test_digests_that_others_come_to_read_are_emptied_and_come_back(scene: Stage) -> None:
    """The earlier ones too; once they have left again, the window's is written anew."""
    root, issue = scene.as_("root"), scene.issue(title="For our eyes")
    scene.sweep()
    scene.later(17 * DAY)
    scene.sweep()
    pat = root.users.list(username="pat-example", get_all=True)[0]
    root.projects.get(HOME).members.create({"user_id": pat.id, "access_level": 20})
    scene.sweep()
    assert [(one.state, issue.web_url in one.description) for one in digests(scene)] == [("closed", False)] * 2
    root.projects.get(HOME).members.delete(pat.id)
    scene.sweep()
    first, second = digests(scene)
    assert (first.state, second.state, issue.web_url in second.description) == ("closed", "opened", True)


def test_the_rules_leave_it_alone(scene: Stage) -> None:
    scene.sweep()
    scene.sweep()
    assert scene.comments(scene.home().issues.get(digest(scene).iid)) == []


def test_it_is_proposed_where_nothing_is_written(scene: Stage) -> None:
    """`plan` and `sweep` without --apply show it as they show an issue; once written it is no news."""
    scene.issue()
    assert DIGEST in [one.plan.subject for one in scene.bot.sweeper.proposals(full=True)]
    scene.sweep()
    scene.forget_calls()
    assert DIGEST not in [one.plan.subject for one in scene.bot.sweeper.proposals(full=True)]
    assert DIGEST not in [one.plan.subject for one in scene.bot.sweeper.proposals(full=False)]
    assert scene.calls(writes=True) == []


def test_a_database_lost_in_between_doubles_nothing(scene: Stage) -> None:
    scene.issue()
    scene.sweep()
    scene.database = Database("sqlite://")
    scene.play()
    scene.forget_calls()
    scene.sweep()
    assert (len(digests(scene)), scene.calls(writes=True)) == (1, [])


def test_what_another_bot_opened_meanwhile_is_not_opened_again(scene: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that shares no database, while this one finds out whom to assign."""
    own, scene.database = scene.bot, Database("sqlite://")
    other, ask = scene.new_bot(), own.gateway.user

    def asked(username: str) -> Person | None:
        monkeypatch.undo()
        other.inbox.mark([DIGEST], "a test", now=True)
        other.dispatcher("other", threads=2).drain(None, 30.0)
        return ask(username)

    monkeypatch.setattr(own.gateway, "user", asked)
    scene.issue(weight=1)
    look(scene)
    assert digest(scene).state == "opened"


def test_rollover_apply_on_it_moves_what_is_over(scene: Stage) -> None:
    """Story C.6: the director gives one order on the digest."""
    scene.sweep()
    over = Window.of(scene.bot.snapshot.today())
    milestone = next(one for one in scene.group().milestones.list(get_all=True) if one.title == over.title)
    issue = scene.issue(labels="Channel Priority:2", milestone_id=milestone.id)
    scene.sweep()
    scene.later(17 * DAY)
    scene.sweep()
    current = digests(scene)[-1]
    assert "## Still open on a window that is over: 1" in current.description
    scene.as_("channel-director").projects.get(current.project_id).issues.get(current.iid).notes.create(
        {"body": "@channel-bot rollover apply"}
    )
    scene.sweep(full=False)
    assert scene.fresh(issue).milestone["title"] == Window.of(scene.bot.snapshot.today()).title
    assert "window that is over:" not in scene.fresh(current).description
