"""Rule 12 as a partner lives it: whatever he can read, nothing internal is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from gitlab.v4.objects import ProjectIssue
from hypothesis import assume, given, settings

from bot.domain.actions import Nudge, Say
from bot.domain.plan import Plan, Wish
from bot.domain.subject import Subject
from bot.granted import Granted
from bot.sandbox.permissions import can_read_issue
from bot.sandbox.records import Project
from tests.stage import HOME, Stage
from tests.trees import OUTSIDERS, Grove, Tree, grown, hides_a_circle, trees

WORKSPACE = "gitlab-com/channel/partners/emea/acme/collaboration/workspace"
DAY, LATER = date(2026, 11, 23), date(2026, 11, 25)
SECRET = "they owe us two licences"
OPEN = Say("GL-16", "missing", nudge=Nudge(2))
INTERNAL = Say("GL-16", "undated", {"text": SECRET}, nudge=Nudge(0, ("ops-lead",)), internal=True)

STILL, HUSHED = replace(OPEN, nudge=None), replace(INTERNAL, nudge=None)
"""The same, and nobody is ever reminded."""


def look(on: Stage, project_id: int, iid: int, *points: Say) -> None:
    """What the worker does with such a plan."""
    facts = on.bot.snapshot.bare(on.bot.gateway.issue(project_id, iid))
    plan = Plan(Subject.issue(project_id, iid), tuple(Wish("due", one) for one in points))
    on.bot.apply.grant(facts, plan, lambda: None, Granted())


def wants_look(on: Stage, project_id: int, iid: int, *points: Say) -> bool:
    """What a sweep thinks of it."""
    facts = on.bot.snapshot.bare(on.bot.gateway.issue(project_id, iid))
    plan = Plan(Subject.issue(project_id, iid), tuple(Wish("due", one) for one in points))
    return on.bot.apply.has_to_speak(facts, plan)


def opened(on: Stage, path: str) -> ProjectIssue:
    return on.as_("cam-emea").projects.get(path).issues.create({"title": "A chore"})


def legible(on: Stage, username: str) -> Iterator[str]:
    """Every text that this account gets to see: of issues, comments, to-do items and mails."""
    client = on.as_(username)
    for issue in client.issues.list(scope="all", get_all=True):
        yield f"{issue.title} {issue.description}"
        of = client.projects.get(issue.project_id, lazy=True).issues.get(issue.iid, lazy=True)
        yield from (note.body for note in of.notes.list(get_all=True))
    yield from (todo.body for todo in client.todos.list(get_all=True))
    me = on.sandbox.world.user_by_name(username)
    yield from (mail.body for mail in on.sandbox.world.mails.values() if me and mail.user_id == me.id)


def test_a_partner_reads_nothing_internal_and_staff_does(scene: Stage) -> None:
    """The same two points at the partner's workspace and at home; what is everybody's is said in both."""
    scene.play(day=DAY)
    for path in (WORKSPACE, HOME):
        issue = opened(scene, path)
        look(scene, issue.project_id, issue.iid, OPEN, INTERNAL)
    scene.play(day=LATER)
    for path in (WORKSPACE, HOME):
        issue = scene.as_("cam-emea").projects.get(path).issues.list(get_all=True)[0]
        look(scene, issue.project_id, issue.iid, OPEN, INTERNAL)
    seen = [*legible(scene, "pat-example")]
    assert any("neither a due date" in text for text in seen)
    assert not any(SECRET in text for text in seen)
    assert sum(SECRET in text for text in legible(scene, "ops-lead")) > 2


def test_what_was_said_is_withdrawn_when_others_join(scene: Stage) -> None:
    """GitLab tells nobody that a project opened, so a sweep has such issues looked at anew each day."""
    scene.play(day=DAY)
    issue = opened(scene, HOME)
    at = issue.project_id, issue.iid
    look(scene, *at, STILL, HUSHED)
    assert SECRET in "".join(scene.comments(issue))
    assert not wants_look(scene, *at, STILL, HUSHED)
    Grove(scene.sandbox.world).join("pat-example", scene.sandbox.world.projects[issue.project_id], 20)
    scene.play(day=LATER)
    assert wants_look(scene, *at, STILL, HUSHED)
    look(scene, *at, STILL, HUSHED)
    assert not any(SECRET in text for text in legible(scene, "pat-example"))
    assert not wants_look(scene, *at, STILL, HUSHED)


def test_a_reminder_takes_back_what_others_must_not_read(scene: Stage) -> None:
    """What else it is about stays, and nobody is told anew."""
    scene.play(day=DAY)
    issue = opened(scene, HOME)
    at = issue.project_id, issue.iid
    look(scene, *at, replace(OPEN, nudge=Nudge(0)), INTERNAL)
    told = len(scene.sandbox.world.mails)
    assert len(scene.comments(issue)) == 2
    Grove(scene.sandbox.world).join("pat-example", scene.sandbox.world.projects[issue.project_id], 20)
    scene.play(day=DAY)
    look(scene, *at, replace(OPEN, nudge=Nudge(0)), INTERNAL)
    assert not any(SECRET in text for text in legible(scene, "pat-example"))
    assert [("still waiting" in text, "neither a due date" in text) for text in scene.comments(issue)] == [
        (False, True),
        (True, True),
    ]
    assert len(scene.sandbox.world.mails) == told
    scene.forget_calls()
    look(scene, *at, replace(OPEN, nudge=Nudge(0)), INTERNAL)
    assert scene.calls(writes=True) == []


def test_what_could_not_be_said_is_said_the_day_after(scene: Stage) -> None:
    """A list that cannot be read counts as open to all, for that look; the next day it is asked again."""
    scene.play(day=DAY)
    issue = opened(scene, HOME)
    at = issue.project_id, issue.iid
    scene.fault(kind="fail", status=403, method="GET", path="/groups/gitlab-com%2Fchannel([?]|$)", times=1)
    look(scene, *at, STILL, HUSHED)
    assert SECRET not in "".join(scene.comments(issue))
    assert not wants_look(scene, *at, STILL, HUSHED)
    scene.play(day=LATER)
    assert wants_look(scene, *at, STILL, HUSHED)
    look(scene, *at, STILL, HUSHED)
    assert SECRET in "".join(scene.comments(issue))


@pytest.fixture(scope="module")
def grove(shared: Stage) -> Grove:
    shared.play(day=DAY)
    return Grove(shared.sandbox.world)


@pytest.mark.hypothesis
def test_no_outsider_reads_anything_internal_in_any_world(shared: Stage, grove: Grove) -> None:
    """Random groups among the partners', with invitations and members wherever they may be."""
    said: list[bool] = []
    root = grove.world.group_by_path("gitlab-com/channel/partners")
    assert root is not None

    @settings(max_examples=60, deadline=None)
    @given(tree=trees)
    def holds(tree: Tree) -> None:
        project: Project = grown(grove, tree, root)
        assume(not hides_a_circle(grove, project))
        issue = shared.as_("root").projects.get(project.id, lazy=True).issues.create({"title": "A chore"})
        look(shared, project.id, issue.iid, OPEN, INTERNAL)
        row = grove.world.issue(project.id, issue.iid)
        assert row is not None
        texts = [note.body for note in grove.world.notes.values() if note.issue_id == row.id]
        assert any("neither a due date" in text for text in texts)
        said.append(any(SECRET in text for text in texts))
        readers = [name for name in OUTSIDERS if can_read_issue(grove.world, grove.user(name), row)]
        assert not (said[-1] and readers)

    holds()
    assert {*said} == {True, False}
    assert not any(SECRET in text for text in legible(shared, "pat-example"))
