"""What the bot asked for on an issue goes when people close it, and comes back when they open it again."""

from __future__ import annotations

import pytest
from gitlab.v4.objects import ProjectIssue

from tests.stage import Stage

PROMISE = "this comment goes away by itself"


@pytest.fixture(name="issue")
def _issue(scene: Stage) -> ProjectIssue:
    """One on which somebody was reminded."""
    issue = scene.issue()
    scene.sweep()
    scene.later(4 * 86400)
    scene.sweep()
    assert sum(PROMISE in text for text in scene.comments(issue)) == 1
    return issue


def is_tidy(on: Stage, issue: ProjectIssue) -> bool:
    return [text.startswith("**Closed, thank you!**") for text in on.comments(issue)] == [True]


def test_the_reminder_goes_and_the_status_says_thanks_once(scene: Stage, issue: ProjectIssue) -> None:
    scene.edit(issue, state_event="close")
    scene.look(issue)
    assert is_tidy(scene, issue)
    scene.forget_calls()
    scene.look(issue)
    assert scene.calls() == [f"GET /api/v4/projects/{issue.project_id}/issues/{issue.iid}"]
    scene.sweep()
    scene.later(86400)
    scene.sweep()
    assert scene.calls(writes=True) == [call for call in scene.calls(writes=True) if "/notes" not in call]


@pytest.mark.parametrize("full", [True, False])
def test_a_sweep_tidies_up_what_no_webhook_told_of(scene: Stage, issue: ProjectIssue, full: bool) -> None:
    scene.edit(issue, state_event="close")
    scene.sweep(full=full)
    assert is_tidy(scene, issue)


def test_opened_again_it_is_as_before(scene: Stage, issue: ProjectIssue) -> None:
    """And the next reminder comes when it would have come."""
    scene.edit(issue, state_event="close")
    scene.look(issue)
    scene.edit(issue, state_event="reopen")
    scene.look(issue)
    (text,) = scene.comments(issue)
    assert text.startswith("**Almost there.**")
    scene.later(8 * 86400)
    scene.sweep()
    assert sum(PROMISE in text for text in scene.comments(issue)) == 1


def test_where_nothing_was_open_nothing_is_said(scene: Stage) -> None:
    issue = scene.issue(description="DRI: @cam-emea\nNBA: go (2027-01-10)")
    scene.sweep()
    scene.edit(issue, state_event="close")
    before = scene.comments(issue)
    scene.forget_calls()
    scene.look(issue)
    assert (scene.calls(writes=True), scene.comments(issue)) == ([], before)


def test_where_the_bot_is_told_to_keep_off_it_does(scene: Stage, issue: ProjectIssue) -> None:
    scene.edit(issue, add_labels="bot::hands-off", state_event="close")
    before = scene.comments(issue)
    scene.sweep()
    assert scene.comments(issue) == before


def test_a_comment_that_is_gone_is_not_missed(scene: Stage, issue: ProjectIssue) -> None:
    for note in scene.fresh(issue, by="ops-lead").notes.list(get_all=True, activity_filter="only_comments"):
        scene.fresh(issue, by="channel-bot").notes.delete(note.id)
    scene.edit(issue, state_event="close")
    scene.look(issue)
    scene.look(issue)
    assert scene.comments(issue) == []
