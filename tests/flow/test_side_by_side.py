"""Two bots on one GitLab that share no database, as a pipeline's sweep beside a worker, end as one would."""

from __future__ import annotations

from tests.flow.test_conversation import answers, tell
from tests.stage import Stage


def test_what_another_bot_set_and_a_person_took_back_stays(scene: Stage) -> None:
    """This bot knows the issue from its first day, and never wrote the assignee itself."""
    issue = scene.issue(description="Words.")
    scene.look(issue)
    own = scene.database
    scene.edit(issue, description="DRI: @phd-emea")
    scene.forget_everything()
    scene.look(issue)
    scene.database = own
    scene.play()
    scene.look(issue)
    scene.later(5)
    scene.edit(issue, assignee_ids=[0])
    scene.look(issue)
    assert scene.fresh(issue).assignees == []
    assert any("somebody took that back" in body for body in scene.comments(issue))


def test_what_an_order_set_and_a_person_took_back_stays(scene: Stage) -> None:
    issue = scene.issue()
    tell(scene, issue, "@channel-bot dri @phd-emea")
    scene.look(issue)
    scene.later(5)
    scene.edit(issue, assignee_ids=[0])
    scene.look(issue)
    assert scene.fresh(issue).assignees == []
    assert any("somebody took that back" in body for body in scene.comments(issue))


def test_an_answer_that_two_gave_is_there_once(scene: Stage) -> None:
    issue = scene.issue()
    tell(scene, issue, "@channel-bot help")
    scene.look(issue)
    (answer,) = answers(scene, issue)
    for body in (answer, "A word of another kind"):
        scene.as_("channel-bot").projects.get(issue.project_id).issues.get(issue.iid).notes.create({"body": body})
    assert len(answers(scene, issue)) == 2
    scene.look(issue)
    assert answers(scene, issue) == [answer]
    assert "A word of another kind" in scene.comments(issue)
