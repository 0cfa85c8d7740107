"""Blocks: Markdown of several lines above the points of the status comment, which asks nobody for anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.actions import Answer, Nudge, Say
from bot.domain.audible import audible
from bot.domain.orders import Order
from bot.domain.plan import Plan, Wish
from bot.domain.subject import Subject
from bot.sweeps.adoption import Backlog
from bot.talk.smalltalk import Talk, reply
from tests.flow.test_internal import WORKSPACE
from tests.flow.test_quiet import chore, words
from tests.stage import Stage

MONDAY = date(2026, 11, 23)
DRAFT = "<details><summary>The mail</summary>\n\nDear `partner`,\n\n- one\n- two\n\n</details>"
OPEN = Say("GL-16", "missing", nudge=Nudge(0))


def table(rows: str = "| CAM | `███░░` |\n| PHD | `█████` |", *, internal: bool = False) -> Say:
    """Progress, drawn with the words of a template that prints rows as they are."""
    values = {"head": "| who | progress |\n|---|---|", "rows": rows, "more": ""}
    return Say("GL-15", "by_dri", values, nudge=Nudge(0), internal=internal, block=True)


def draft() -> Say:
    return Say("GL-16", "undated", {"text": DRAFT}, block=True)


def plan_of(issue: ProjectIssue, *points: Say) -> Plan:
    speaker = {"by_dri": "priority_digest"}
    wishes = tuple(Wish(speaker.get(one.topic, "due"), one) for one in points)
    return Plan(Subject.issue(issue.project_id, issue.iid), wishes)


def look(scene: Stage, issue: ProjectIssue, *points: Say) -> None:
    facts = scene.bot.snapshot.bare(scene.bot.gateway.issue(issue.project_id, issue.iid))
    apply = scene.bot.apply
    plan = audible(plan_of(issue, *points), lambda: apply.staff_only(issue.project_id))
    apply.status.settle(facts, plan, [], lambda: None, doubtful=False)
    apply.reminders.settle(facts, plan, lambda: None)


def status(scene: Stage, issue: ProjectIssue) -> str:
    (text,) = scene.comments(issue)
    return words(text)


def test_it_stands_above_the_points_line_by_line(scene: Stage) -> None:
    """Blank lines around it, so that GitLab draws the table; only the point is counted as open."""
    scene.play(day=MONDAY)
    issue = chore(scene)
    look(scene, issue, replace(OPEN, nudge=None), table(), draft())
    text = status(scene, issue)
    assert "\n\n| who | progress |\n|---|---|\n| CAM | `███░░` |\n| PHD | `█████` |\n\n" in text
    assert DRAFT in text
    assert text.index("| who |") < text.index("<details>") < text.index("**Almost there.** One thing is")
    assert "- **Due date:**" in text


def test_alone_it_is_neither_almost_there_nor_all_set(scene: Stage) -> None:
    scene.play(day=MONDAY)
    issue = chore(scene)
    look(scene, issue, table())
    text = status(scene, issue)
    assert "Almost there" not in text
    assert "All set" not in text
    assert text.startswith("## By DRI")
    assert text.endswith("to see what you can tell me.")


def test_what_changes_in_it_is_news_once(scene: Stage) -> None:
    """Edited in place; the same again is nothing to write, also for a bot that remembers nothing."""
    scene.play(day=MONDAY)
    issue = chore(scene)
    look(scene, issue, table())
    look(scene, issue, table("| CAM | `█████` |"))
    assert "| CAM | `█████` |" in status(scene, issue)
    scene.forget_everything()
    scene.play(day=MONDAY)
    scene.forget_calls()
    look(scene, issue, table("| CAM | `█████` |"))
    assert scene.calls(writes=True) == []


def test_nobody_is_reminded_of_it(scene: Stage) -> None:
    """Whatever the rule asked for; and the reminder of a point does not show it."""
    scene.play(day=MONDAY)
    issue = chore(scene)
    look(scene, issue, table(), OPEN)
    _, reminder = scene.comments(issue)
    assert "one thing is" in reminder
    assert "progress" not in reminder


def test_when_all_is_done_the_block_goes_too(scene: Stage) -> None:
    scene.play(day=MONDAY)
    issue = chore(scene)
    look(scene, issue, table())
    look(scene, issue)
    assert "All set" in status(scene, issue)
    assert "progress" not in status(scene, issue)


@pytest.mark.parametrize(
    ("points", "topic"),
    [((table(),), "status_shown"), ((table(), OPEN), "status_open"), ((table(internal=True),), "status_clear")],
)
def test_who_asks_how_it_stands_is_shown_it(scene: Stage, points: tuple[Say, ...], topic: str) -> None:
    """What has a block may be far from its end though nobody is asked for anything today."""
    issue = chore(scene)
    facts = scene.bot.snapshot.bare(scene.bot.gateway.issue(issue.project_id, issue.iid))
    order = Order("status", "", "status", facts.issue.author, datetime(2026, 11, 23, tzinfo=UTC), MONDAY)
    (answer,) = reply(facts, order, Talk(plan_of(issue, *points), (), {}, scene.bot.apply.wording))
    assert isinstance(answer, Answer)
    assert answer.topic == topic
    assert ("| CAM | `███░░` |" in answer.values.get("text", "")) is (topic == "status_shown")


def test_an_internal_one_is_for_staff_alone(scene: Stage) -> None:
    scene.play(day=MONDAY)
    at_home = chore(scene)
    with_partner = scene.as_("cam-emea").projects.get(WORKSPACE).issues.create({"title": "A chore"})
    for issue in (at_home, with_partner):
        look(scene, issue, table(internal=True), draft())
    assert "progress" in status(scene, at_home)
    assert "progress" not in status(scene, with_partner)
    assert DRAFT in status(scene, with_partner)


@pytest.mark.parametrize(("points", "listed"), [((table(),), 0), ((table(), OPEN), 1)])
def test_an_old_issue_lacks_nothing_because_of_it(scene: Stage, points: tuple[Say, ...], listed: int) -> None:
    """The list of old issues names what they lack."""
    issue = chore(scene)
    backlog = Backlog(date(2099, 1, 1))
    backlog.add(scene.bot.gateway.issue(issue.project_id, issue.iid), plan_of(issue, *points))
    assert len(backlog.lines) == listed
    assert all(rules == "`due`" for _, rules in backlog.lines)
