"""Handovers, new plans and orders of others beside rule 8: what looks like a reversal and is none, and the reverse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.windows import Window
from bot.handlers.carry_over import Settings
from tests.flow.test_conversation import answers, tell
from tests.flow.worlds import CAM, PAT, TEAM_LABEL, ours
from tests.handlers.test_dri import user_id
from tests.stage import HOME, Stage

NBA = "NBA: send the draft (2027-01-10)"
OFF = "bot::hands-off"


def assigned(on: Stage, issue: ProjectIssue) -> list[str]:
    return [one["username"] for one in on.fresh(issue).assignees]


def edit(on: Stage, issue: ProjectIssue, **fields: Any) -> None:
    """Somebody edits it, the bot looks, and a minute passes."""
    on.edit(issue, **fields)
    on.look(issue)
    on.later(60)


def handed_over(on: Stage) -> ProjectIssue:
    """From cam-emea, whom the bot assigned, to cam-amer in one edit."""
    issue = on.issue(description=f"DRI: @cam-emea\n{NBA}")
    on.look(issue)
    on.later(60)
    edit(on, issue, description=f"DRI: @cam-amer\n{NBA}", assignee_ids=[user_id(on, "cam-amer")])
    assert assigned(on, issue) == ["cam-amer"]
    return issue


def test_who_hands_over_for_a_holiday_gets_it_back(shared: Stage) -> None:
    issue = handed_over(shared)
    edit(shared, issue, description=f"DRI: @cam-emea\n{NBA}")
    assert "cam-emea" in assigned(shared, issue)
    assert "took that back" not in "".join(shared.comments(issue))


def test_after_handing_over_and_back_the_bot_still_cares(shared: Stage) -> None:
    issue = handed_over(shared)
    edit(shared, issue, description=f"DRI: @cam-emea\n{NBA}", due_date="")
    assert OFF not in shared.fresh(issue).labels
    assert shared.fresh(issue).due_date == "2027-01-10"


def test_naming_the_dri_and_tidying_up_after_the_bot_takes_nothing_back(shared: Stage) -> None:
    issue = shared.issue(description="text")
    shared.look(issue)
    assert "DRI::missing" in shared.fresh(issue).labels
    shared.later(60)
    edit(shared, issue, description=f"DRI: @cam-emea\n{NBA}", remove_labels="DRI::missing")
    edit(shared, issue, description=NBA, assignee_ids=[0])
    assert "DRI::missing" in shared.fresh(issue).labels


def test_what_is_taken_back_after_a_new_description_stays(shared: Stage) -> None:
    issue = handed_over(shared)
    edit(shared, issue, description=f"DRI: @cam-emea\n{NBA}", assignee_ids=[0])
    assert assigned(shared, issue) == ["cam-emea"]
    edit(shared, issue, assignee_ids=[0])
    assert assigned(shared, issue) == []


def test_a_plan_that_was_made_anew_is_carried_over_again(scene: Stage) -> None:
    """What left its window unplanned, and a person planned for a later one, goes on when that one ends."""
    carry_over = scene.config.settings["carry_over"]
    assert isinstance(carry_over, Settings)
    settings = {**scene.config.settings, "carry_over": replace(carry_over, mode="apply")}
    scene.config = replace(scene.config, settings=settings)
    scene.bot = scene.new_bot()
    scene.sweep()
    first = Window.of(scene.bot.snapshot.today())
    third = first.next().next()
    ids = {one.title: one.id for one in scene.group().milestones.list(get_all=True)}
    described = {"description": "DRI: @cam-emea\nNBA: go (2027-09-10)", "labels": "Channel,Channel Priority:4"}
    issue = scene.issue(**described, milestone_id=ids[first.title])
    _pass(scene, first.due)
    assert scene.fresh(issue).milestone is None
    edit(scene, issue, milestone_id=ids[third.title], add_labels="Channel Priority:2")
    _pass(scene, third.due)
    assert scene.fresh(issue).milestone["title"] == third.next().title


def _pass(on: Stage, due: date) -> None:
    """A window ends, and the sweeps of the day after the next look."""
    on.later((due + timedelta(days=2) - on.bot.snapshot.today()).total_seconds())
    on.sweep()
    on.sweep()


def test_the_team_gets_the_bot_back_where_a_partner_took_the_label_off(shared: Stage) -> None:
    issue = ours(shared)
    shared.look(issue)
    shared.later(5)
    tell(shared, issue, "@channel-bot hands-off")
    shared.look(issue)
    shared.later(5)
    shared.edit(issue, by=PAT, remove_labels=OFF)
    shared.look(issue)
    shared.edit(issue, remove_labels=TEAM_LABEL, add_labels="Channel Priority:1")
    shared.look(issue)
    assert shared.fresh(issue).weight is None
    shared.later(5)
    tell(shared, issue, "@channel-bot hands-on")
    shared.look(issue)
    shared.sweep()
    assert shared.fresh(issue).weight == 1


@pytest.mark.parametrize("by", [PAT, CAM])
def test_only_hands_on_that_was_obeyed_brings_something_back(scene: Stage, by: str) -> None:
    project = scene.as_("root").projects.get(HOME)
    project.members.create({"user_id": user_id(scene, PAT), "access_level": 20})
    issue = scene.issue(description=f"DRI: @cam-emea\n{NBA}")
    scene.look(issue)
    scene.later(5)
    edit(scene, issue, remove_labels="Channel")
    assert "Channel" not in scene.fresh(issue).labels
    tell(scene, issue, "@channel-bot hands-on", by=by)
    scene.look(issue)
    scene.later(86400)
    scene.sweep()
    assert ("Channel" in scene.fresh(issue).labels) is (by == CAM)
    assert len(answers(scene, issue)) == 1
