"""The milestones of the group and of the team's projects, told apart in one list of all that lie below."""

from __future__ import annotations

from tests.flow.test_calls import ALLIANCES
from tests.stage import GROUP, HOME, Stage


def test_one_list_tells_the_groups_own_from_those_of_the_teams_projects(scene: Stage) -> None:
    """A partner's project may have what it wants."""
    root = scene.as_("root")
    partners = root.groups.get(f"{GROUP}/partners")
    theirs = root.projects.create({"name": "channels", "path": "channels", "namespace_id": partners.id})
    for project in (root.projects.get(HOME), root.projects.get(ALLIANCES), theirs):
        project.milestones.create({"title": f"of {project.path_with_namespace}"})
    partners.milestones.create({"title": "of partners"})
    scene.group().milestones.create({"title": "of all"})
    scene.forget_calls()
    facts = scene.bot.snapshot.calendar()
    assert scene.calls() == [f"GET /api/v4/groups/{GROUP.replace('/', '%2F')}/milestones"]
    assert [one.title for one in facts.milestones] == ["of all"]
    assert [one.title for one in facts.project_milestones] == [f"of {ALLIANCES}", f"of {HOME}"]
