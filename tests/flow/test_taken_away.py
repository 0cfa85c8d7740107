"""A status comment that somebody deleted: at home that is the team's word, in a partner's project maybe anybody's."""

from __future__ import annotations

import pytest

from tests.flow.worlds import WORKSPACE
from tests.stage import HOME, Stage


@pytest.mark.parametrize(("project", "comments"), [(WORKSPACE, 1), (HOME, 0)], ids=["a partner's", "home"])
def test_a_deleted_status_comment(scene: Stage, project: str, comments: int) -> None:
    issue = scene.as_("cam-emea").projects.get(project).issues.create({"title": "Deck", "labels": "Channel Ops"})
    scene.look(issue)
    (note,) = [one for one in scene.fresh(issue).notes.list(get_all=True) if one.author["username"] == "channel-bot"]
    scene.fresh(issue, by="root").notes.delete(note.id)
    scene.later(120)
    scene.sweep()
    assert len(scene.comments(issue)) == comments
