"""A limit that GitLab names to one process holds for all of them."""

from __future__ import annotations

import pytest

from bot.domain.subject import Subject
from bot.pace import Pace
from bot.pacing import BUCKETS, notes_rate
from tests.stage import Stage

ANY = notes_rate(60_000)


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "7"}, 7.0), ({}, 60.0)], ids=["named", "unnamed"])
def test_too_many_comments_for_one_process_are_too_many_for_all(
    scene: Stage, headers: dict[str, str], seconds: float
) -> None:
    issue = scene.issue()
    scene.fault(kind="rate_limit", method="POST", path="/notes$", times=1, headers=headers)
    scene.bot.inbox.mark([Subject.issue(issue.project_id, issue.iid)], "a test", now=True)
    (lease,) = scene.bot.inbox.claim("another machine", 1)
    scene.bot.worker(lease)
    waits = Pace(scene.database).take(BUCKETS["note"], ANY)
    assert seconds - 2 < waits <= seconds
    assert scene.comments(issue) == []
