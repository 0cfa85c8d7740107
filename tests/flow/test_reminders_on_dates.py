"""Reminders on given days as people live them: mailed once a day, to whoever is late by then, whatever is forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.actions import Nudge, Say, Turn
from bot.domain.facts import IssueFacts
from bot.domain.plan import Plan, Wish
from bot.domain.subject import Subject
from tests.flow import test_quiet
from tests.flow.test_quiet import mails, person, reminders, statuses
from tests.stage import Stage

ASSIGNED = date(2026, 11, 20)
MINE, ABOVE = ("cam-emea",), ("channel-director", "programs-lead")
NUMBERS = (3, 6, 7, 8, 11, 14, 17)


def on(number: int) -> date:
    return ASSIGNED + timedelta(days=number)


def unsent(begin: date = ASSIGNED, text: str = "`the mail`", who: tuple[str, ...] = MINE) -> Say:
    """Days 3, 6 and 7 are the account manager's; then it goes higher."""
    turns = tuple(Turn(begin + timedelta(days=number), who if number < 8 else ABOVE) for number in NUMBERS)
    return Say("GL-16", "undated", {"text": text}, nudge=Nudge(turns=turns))


def award(scene: Stage) -> ProjectIssue:
    return scene.issue(by="programs-lead", assignee_ids=[person(scene, "cam-emea")], labels="Channel")


def read(scene: Stage, issue: ProjectIssue, *points: Say) -> tuple[IssueFacts, Plan]:
    facts = scene.bot.snapshot.bare(scene.bot.gateway.issue(issue.project_id, issue.iid))
    return facts, Plan(Subject.issue(issue.project_id, issue.iid), tuple(Wish("due", one) for one in points))


def look(scene: Stage, issue: ProjectIssue, number: int, *points: Say) -> None:
    """What the worker does on that day with such a plan."""
    scene.play(day=on(number))
    test_quiet.look(scene, issue, *points)


def heard(scene: Stage, *people: str) -> list[int]:
    """How many mailed reminders name each of them; whoever takes part in an issue gets them all."""
    return [sum(f"@{name}" in mail.partition("still waiting")[0] for mail in mails(scene, name)) for name in people]


@pytest.mark.parametrize("forgets", [False, True])
def test_the_first_three_are_his_and_the_others_go_higher(scene: Stage, forgets: bool) -> None:
    """Each replaces the one before, and a day is told of once, also by a bot that remembers nothing."""
    issue, told = award(scene), list[int]()
    before = heard(scene, *MINE, *ABOVE)
    for number in (0, 2, 3, 3, 4, 6, 7, 8, 8, 9, 11, 12, 14, 17, 18):
        if forgets:
            scene.forget_everything()
        look(scene, issue, number, unsent())
        now = heard(scene, *MINE, *ABOVE)
        told += [number] if now != before else []
        before = now
        assert len(reminders(scene, issue)) == (number >= 3)
    assert tuple(told) == NUMBERS
    assert before == [3, 4, 4]
    assert reminders(scene, issue)[0].startswith("@channel-director, @programs-lead: one thing")


def test_a_sweep_would_look_on_that_day_and_not_before(scene: Stage) -> None:
    """It is told from memory, without a call."""
    issue = award(scene)
    look(scene, issue, 0, unsent())
    for number, wants in ((2, False), (3, True)):
        scene.play(day=on(number))
        assert scene.bot.apply.has_to_speak(*read(scene, issue, unsent())) is wants
    look(scene, issue, 3, unsent())
    assert not scene.bot.apply.has_to_speak(*read(scene, issue, unsent()))


def test_days_missed_in_a_holiday_of_the_bot_are_one_reminder(scene: Stage) -> None:
    issue = award(scene)
    look(scene, issue, 0, unsent())
    look(scene, issue, 9, unsent())
    look(scene, issue, 10, unsent())
    assert heard(scene, *MINE, *ABOVE) == [0, 1, 1]


def test_when_another_takes_over_the_old_days_are_gone(scene: Stage) -> None:
    """The reminder for the one before goes too; the clock of the new one begins with him. Only reads follow."""
    issue = award(scene)
    look(scene, issue, 0, unsent())
    look(scene, issue, 7, unsent())
    assert len(reminders(scene, issue)) == 1
    anew = unsent(on(7), "`the mail, now yours`", ("phd-apac",))
    look(scene, issue, 7, anew)
    assert reminders(scene, issue) == []
    scene.forget_calls()
    look(scene, issue, 8, anew)
    assert scene.calls(writes=True) == []
    look(scene, issue, 10, anew)
    assert reminders(scene, issue)[0].startswith("@phd-apac: ")
    assert heard(scene, *MINE, "phd-apac", *ABOVE) == [1, 1, 0, 0]


@pytest.mark.parametrize("forgets", [False, True])
def test_what_is_done_and_undone_again_is_not_told_of_twice(scene: Stage, forgets: bool) -> None:
    """The reminder is gone by then, so the status comment says when the last one was."""
    issue = award(scene)
    look(scene, issue, 0, unsent())
    look(scene, issue, 6, unsent())
    look(scene, issue, 6)
    assert reminders(scene, issue) == []
    if forgets:
        scene.forget_everything()
    look(scene, issue, 6, unsent())
    assert reminders(scene, issue) == []
    look(scene, issue, 7, unsent())
    assert heard(scene, *MINE) == [2]
    assert (len(reminders(scene, issue)), len(statuses(scene, issue))) == (1, 1)


def test_a_reminder_forgets_what_is_done_once(scene: Stage) -> None:
    """It speaks of what is left, in place, and then stays as it is."""
    issue, other = award(scene), Say("GL-16", "missing", nudge=Nudge(turns=(Turn(on(3), MINE),)))
    look(scene, issue, 0, unsent(), other)
    look(scene, issue, 3, unsent(), other)
    assert "2 things are" in reminders(scene, issue)[0]
    look(scene, issue, 3, other)
    assert "one thing is" in reminders(scene, issue)[0]
    scene.forget_calls()
    look(scene, issue, 3, other)
    assert scene.calls(writes=True) == []
    assert heard(scene, *MINE) == [1]


@pytest.mark.parametrize("forgets", [False, True])
def test_a_reminder_says_what_is_so_by_now(scene: Stage, forgets: bool) -> None:
    """Once a part of it is done, it is said again in place, once; a bot that remembers nothing leaves it alone."""
    issue = award(scene)
    look(scene, issue, 3, unsent(text="`the mail and the call`"))
    if forgets:
        scene.forget_everything()
    look(scene, issue, 3, unsent(text="`the call`"))
    (said,) = reminders(scene, issue)
    assert ("`the mail and the call`" in said) is forgets
    scene.forget_calls()
    look(scene, issue, 3, unsent(text="`the call`"))
    assert scene.calls(writes=True) == []
    look(scene, issue, 3, unsent(text="`a word`"))
    assert "`a word`" in reminders(scene, issue)[0]
    assert heard(scene, *MINE) == [1]


def test_where_one_is_blocked_the_others_hear_it(scene: Stage) -> None:
    issue = award(scene)
    gone = scene.sandbox.world.user_by_name("channel-director")
    assert gone
    gone.state = "blocked"
    look(scene, issue, 0, unsent())
    look(scene, issue, 8, unsent())
    assert reminders(scene, issue)[0].startswith("@programs-lead: ")
