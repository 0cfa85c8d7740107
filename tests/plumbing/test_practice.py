"""The practice group on the sandbox GitLab: read, reported in the Channels project, once a day and when people come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.subject import PRACTICE, Subject
from bot.errors import NotThere
from bot.sandbox.example import GROUPS
from bot.sandbox.example import PRACTICE as GROUP
from tests.stage import GROUP as CHANNEL
from tests.stage import HOME, Stage, stage

TITLE = "Access to the practice group"


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path, groups={**GROUPS, "practice": GROUP}) as made:
        yield made


def report(on: Stage) -> ProjectIssue | None:
    found = on.as_("ops-lead").projects.get(HOME).issues.list(search=TITLE, get_all=True)
    return found[0] if found else None


def reviewed(on: Stage) -> None:
    """Every project asks for an approval."""
    root = on.as_("root")
    for project in root.groups.get(GROUP).projects.list(get_all=True):
        root.projects.get(project.id).approvalrules.create({"name": "PSE", "approvals_required": 1})


def let_in(on: Stage, name: str, level: int, path: str = GROUP) -> Any:
    root = on.as_("root")
    user = root.users.list(username=name)[0]
    return root.groups.get(path).members.create({"user_id": user.id, "access_level": level})


def look(on: Stage) -> None:
    on.bot.inbox.mark([PRACTICE], "a test")
    on.drain()


def test_what_is_wrong_is_one_issue_that_closes_when_all_is_right(on: Stage) -> None:
    look(on)
    opened = report(on)
    assert opened is not None
    assert opened.state == "opened"
    assert "Merge requests need too few approvals in `gitlab-com/channel/practice/" in opened.description
    assert "| staff augmentation | group |" in opened.description
    reviewed(on)
    look(on)
    closed = report(on)
    assert closed is not None
    assert closed.state == "closed"
    assert "nothing to be done" in closed.description
    assert "staff augmentation" not in closed.description


def test_a_second_look_writes_nothing(on: Stage) -> None:
    look(on)
    on.forget_calls()
    look(on)
    assert on.calls(writes=True) == []


def test_somebody_who_is_let_in_is_seen_at_once(on: Stage) -> None:
    reviewed(on)
    look(on)
    assert report(on) is None
    let_in(on, "pat-example", 40)
    group = on.as_("root").groups.get(GROUP).id
    on.bot.inbox.mark([Subject("group", str(group))], "user_add_to_group")
    on.drain()
    opened = report(on)
    assert opened is not None
    assert (
        "`@pat-example` of `Acme Consulting` (project-based) is in `gitlab-com/channel/practice`" in opened.description
    )
    assert "is Maintainer or more of `gitlab-com/channel/practice`" in opened.description


def test_what_happens_in_another_group_is_no_reason_to_look(on: Stage) -> None:
    on.bot.inbox.mark([Subject("group", str(on.as_("root").groups.get(CHANNEL).id))], "user_add_to_group")
    on.drain()
    assert report(on) is None


def test_a_person_in_one_project_alone_is_told_from_those_above(on: Stage) -> None:
    reviewed(on)
    root = on.as_("root")
    project = root.groups.get(GROUP).projects.list(get_all=True)[0]
    user = root.users.list(username="pat-example")[0]
    root.projects.get(project.id).members.create({"user_id": user.id, "access_level": 30})
    look(on)
    assert report(on) is None
    facts = on.bot.snapshot.practice()
    places = {place.path: [one.person.username for one in place.own] for place in facts.places}
    assert places[project.path_with_namespace] == ["ps-lead", "pat-example"]
    assert places[GROUP] == []
    assert {one.person.username for one in facts.above} >= {"cam-emea", "ps-lead"}


def test_below_a_subgroup_too(on: Stage) -> None:
    reviewed(on)
    root = on.as_("root")
    parent = root.groups.get(GROUP)
    root.groups.create({"name": "Consulting", "path": "consulting", "parent_id": parent.id})
    let_in(on, "quinn-example", 30, f"{GROUP}/consulting")
    look(on)
    opened = report(on)
    assert opened is not None
    assert f"**`@quinn-example` is in `{GROUP}/consulting`**, and is neither of our team" in opened.description


def test_without_the_owners_token_it_is_said_what_could_not_be_seen(on: Stage) -> None:
    on.provisions = False
    on.play(day=None)
    look(on)
    opened = report(on)
    assert opened is not None
    assert "GitLab does not show me who may merge in" in opened.description


def test_where_others_than_staff_read_along_nothing_is_told(on: Stage) -> None:
    root = on.as_("root")
    user = root.users.list(username="pat-example")[0]
    root.projects.get(HOME).members.create({"user_id": user.id, "access_level": 10})
    look(on)
    assert report(on) is None


def test_a_sweep_looks_once_a_day(on: Stage) -> None:
    on.sweep()
    opened = report(on)
    assert opened is not None
    read = f"GET /api/v4/groups/{on.as_('root').groups.get(GROUP).id}/descendant_groups"
    on.forget_calls()
    on.sweep()
    assert read not in on.calls()
    on.play(day=on.bot.snapshot.today() + timedelta(days=1))
    on.sweep()
    assert read in on.calls()
    assert on.calls(writes=True) == []


def test_the_plan_tells_what_a_look_would_say(on: Stage) -> None:
    found = [one for one in on.bot.sweeper.proposals(full=True) if one.plan.subject == PRACTICE]
    assert [point.topic for _, point in found[0].plan.points] == ["unreviewed", "matrix"]
    look(on)
    assert not [one for one in on.bot.sweeper.proposals(full=True) if one.plan.subject == PRACTICE]


def test_a_group_that_is_not_there_is_told(on: Stage) -> None:
    on.as_("root").groups.get(GROUP).delete()
    with pytest.raises(NotThere, match=r"gitlab-com/channel/practice, 'groups.practice' in site.yml, is not there"):
        on.bot.snapshot.practice()
    look(on)
    (letter,) = on.bot.inbox.dead_letters()
    assert "is not there, or hidden from the bot" in letter.reason


def test_without_such_a_group_nobody_looks(tmp_path: Path) -> None:
    with stage(tmp_path) as bare:
        bare.sweep()
        assert report(bare) is None
        assert f"GET /api/v4/groups/{bare.as_('root').groups.get(GROUP).id}/descendant_groups" not in bare.calls()
