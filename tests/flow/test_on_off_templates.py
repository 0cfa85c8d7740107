"""What every templated issue needs: each handler plays a small story with it and without it, and the two differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.rules import discovered
from tests.flow.test_on_off import DAY, Seen, ended
from tests.handlers.test_dri import user_id
from tests.stage import Stage, stage

REQUEST = "- Partner: Acme Consulting\n\n- [ ] Sent <!-- t:nfr_request.sent -->\n\nTemplate: `NFR_License_Request`"
REVIEW = "- [ ] Account Notes <!-- t:phd_weekly.sfdc -->\n\nTemplate: `PHD_Weekly_Review`"


def requested(on: Stage) -> ProjectIssue:
    return on.issue(title="NFR", description=REQUEST)


def closed(on: Stage) -> ProjectIssue:
    issue = on.issue(title="PHD weekly", description=REVIEW)
    on.edit(issue, state_event="close")
    return issue


def late(on: Stage) -> ProjectIssue:
    assigned = [user_id(on, "phd-emea")]
    return on.issue(title="PHD weekly", description=REVIEW, due_date=DAY.isoformat(), assignee_ids=assigned)


STORIES: Mapping[str, Callable[[Stage], ProjectIssue]] = {
    "intake": requested,
    "missing_answers": requested,
    "closing_tasks": closed,
    "duty_deadlines": late,
}
"""By handler: what one of them does about an id it does about all that it carries."""
CARRIED = tuple((rule, one.name) for one in discovered() if one.name in STORIES for rule in one.handbook)


def played(folder: Path, handler: str, *, switched_on: bool) -> Seen:
    with stage(folder / str(switched_on)) as on:
        settings = replace(on.config.settings[handler], enabled=switched_on)  # type: ignore[type-var]  # all are dataclasses
        on.config = replace(on.config, settings={**on.config.settings, handler: settings})
        on.play(day=DAY)
        on.look(STORIES[handler](on))
        return ended(on)


@pytest.mark.parametrize("handler", STORIES)
def test_switched_on_the_story_ends_otherwise_than_switched_off(tmp_path: Path, handler: str) -> None:
    assert played(tmp_path, handler, switched_on=True) != played(tmp_path, handler, switched_on=False)


def test_each_of_them_carries_something() -> None:
    assert {handler for _, handler in CARRIED} == set(STORIES)
