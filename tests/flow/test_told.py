"""What people must hear once: one comment, one mail, whatever is forgotten, cut off or moved."""

from __future__ import annotations

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.marks import Mark
from bot.errors import TryLater
from bot.memory import Memory
from bot.voice.told import Told
from tests.flow.test_quiet import mails
from tests.stage import Stage

KEY, BODY = "expired:2027-05-23", "@phd-emea the deadline of `Acme` passed on 2027-05-23."


def tell(scene: Stage, issue: ProjectIssue, key: str = KEY) -> bool:
    own = scene.bot.apply.status.own
    return Told(own, Memory(scene.database)).tell(issue.project_id, issue.iid, key, BODY, lambda: None)


def test_it_is_said_once_and_mentions_people(scene: Stage) -> None:
    """Known from memory, at no call; another key is another thing."""
    issue = scene.issue()
    assert tell(scene, issue)
    assert len([mail for mail in mails(scene, "phd-emea") if "the deadline" in mail]) == 1
    assert "@phd-emea" in scene.comments(issue)[0]
    scene.forget_calls()
    assert not tell(scene, issue)
    assert scene.calls() == []
    assert tell(scene, issue, "expired:2027-06-23")
    assert len(scene.comments(issue)) == 2


def test_a_bot_that_remembers_nothing_looks_first(scene: Stage) -> None:
    """Once, and then it remembers."""
    issue = scene.issue()
    tell(scene, issue)
    scene.forget_everything()
    assert not tell(scene, issue)
    scene.forget_calls()
    assert not tell(scene, issue)
    assert scene.calls() == []
    assert len(scene.comments(issue)) == 1


@pytest.mark.parametrize("by", ["cam-emea", "channel-bot"])
def test_a_copied_mark_tells_nothing(scene: Stage, by: str) -> None:
    """Not in a person's comment, and not one that was written for another issue."""
    first, issue = scene.issue(), scene.issue()
    tell(scene, first)
    body = scene.comments(first)[0]
    if by == "cam-emea":
        mark = Mark("told", KEY, f"issue:{issue.project_id}/{issue.iid}")
        body = scene.bot.apply.status.own.marker.write(mark)
    scene.as_(by).projects.get(issue.project_id).issues.get(issue.iid).notes.create({"body": body})
    assert tell(scene, issue)


def test_it_moves_along_with_an_issue(scene: Stage) -> None:
    issue = scene.issue()
    tell(scene, issue)
    target = scene.as_("cam-emea").projects.get("gitlab-com/channel/partner-communication")
    issue.move(target.id)
    (moved,) = target.issues.list(get_all=True)
    assert not tell(scene, moved)


def test_an_answer_that_got_lost_is_looked_for(scene: Stage) -> None:
    """The comment is there, so it was said."""
    issue = scene.issue()
    scene.fault(kind="drop_after", method="POST", path="/notes$", times=1, user="channel-bot")
    assert tell(scene, issue)
    assert len(scene.comments(issue)) == 1
    assert not tell(scene, issue)


def test_what_never_arrived_is_said_later(scene: Stage) -> None:
    issue = scene.issue()
    scene.fault(kind="drop_before", method="POST", path="/notes$", times=1, user="channel-bot")
    with pytest.raises(TryLater):
        tell(scene, issue)
    assert scene.comments(issue) == []
    assert tell(scene, issue)
    assert len(scene.comments(issue)) == 1
