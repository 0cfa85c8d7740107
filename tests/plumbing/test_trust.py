"""Whose word counts in a project, and whether only staff reads along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import responses
from hypothesis import assume, given, settings

from bot.domain.facts import Guard
from bot.errors import NotThere, TryLater
from bot.gateway import Gateway
from bot.rest.waiting import Waiting
from bot.sandbox.example import PARTNER_PROJECT, example_world, tokens_of
from bot.sandbox.permissions import MAINTAINER, can_read_issue
from bot.sandbox.records import Group, Issue, Project
from bot.sandbox.server import Sandbox
from bot.trust import BELIEVED, Trust
from tests.direct import direct
from tests.trees import OUTSIDERS, Grove, Tree, grown, hides_a_circle, trees

TEAM, HOME, OWNER_BOT = "gitlab-com/channel-team", "gitlab-com/channel/channels", "channel-bot-owner"


@dataclass
class Scene(Grove):
    """The world of a sandbox, and the bot's gateway on it."""

    gateway: Gateway = field(kw_only=True)

    def trust(self, staff: tuple[str, ...] = (TEAM,), bots: tuple[str, ...] = (OWNER_BOT,)) -> Trust:
        return Trust(self.gateway, TEAM, staff, bots, {self.user("channel-bot").id})

    def issue(self, project: Project) -> Issue:
        now = self.world.clock.now()
        return Issue(0, 1, project.id, "A secret", self.user("cam-emea").id, now, now)


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    world = example_world("http://127.0.0.1")
    world.limited_users = set()
    with Sandbox(world) as sandbox, direct(sandbox):
        gateway = Gateway.connect(sandbox.url, tokens_of(world)["channel-bot"])
        yield Scene(world, gateway=gateway)
        gateway.close()


def test_at_home_everybodys_word_counts_and_only_staff_reads(scene: Scene) -> None:
    home = scene.gateway.project(HOME).id
    guard = scene.trust().guard(home)
    assert guard == Guard(frozenset({scene.user("channel-bot").id}))
    assert guard.counts(scene.user("pat-example").id)
    assert scene.trust().staff_only(home)


def test_where_a_partner_is_maintainer_only_the_team_counts(scene: Scene) -> None:
    workspace = scene.gateway.project(PARTNER_PROJECT).id
    guard = scene.trust().guard(workspace)
    assert guard.is_up
    assert not guard.counts(scene.user("pat-example").id)
    assert guard.counts(scene.user("cam-emea").id)
    assert not scene.trust().staff_only(workspace)


def test_among_partners_only_the_team_counts_whoever_is_a_member_today(scene: Scene) -> None:
    """Who tampered with something may have left since; and one list of members serves for all such projects."""
    guard = scene.trust().outside()
    assert guard.is_up
    assert guard.bots == {scene.user("channel-bot").id}
    assert guard.counts(scene.user("cam-emea").id)
    assert not guard.counts(scene.user("pat-example").id)


def test_who_is_in_the_companys_group_is_not_in_the_team(scene: Scene) -> None:
    company, team, group = scene.group(), scene.group(), scene.group()
    team.parent_id = company.id
    scene.join("cam-emea", team, 30)
    scene.join("channel-bot", company, 15)
    scene.join("lee-example", company, 10)
    scene.join("channel-bot", group, 15)
    project = scene.project(group)
    scene.join("lee-example", project, MAINTAINER)
    trust = Trust(scene.gateway, team.full_path, (), (), {scene.user("channel-bot").id})
    assert scene.user("lee-example").id in {one.person.id for one in scene.gateway.group_members(team.full_path)}
    assert trust.outside().counts(scene.user("cam-emea").id)
    assert not trust.outside().counts(scene.user("lee-example").id)
    assert trust.guard(project.id).is_up
    assert not trust.staff_only(project.id)


@pytest.mark.parametrize("where", ["below the team's group", "somewhere else", "nowhere"])
def test_who_is_in_a_roles_group_below_the_teams_is_in_the_team(scene: Scene, where: str) -> None:
    group, team = scene.group(), scene.world.group_by_path(TEAM)
    scene.join("channel-bot", group, 15)
    project = scene.project(group)
    scene.join("sam-example", project, MAINTAINER)
    of_role = scene.group(team if where.startswith("below") else group)
    scene.join("sam-example", of_role, 30)
    scene.join("channel-bot", of_role, 10)
    path = f"{TEAM}/unheard-of" if where == "nowhere" else of_role.full_path
    trust = Trust(scene.gateway, TEAM, (), (), {scene.user("channel-bot").id}, roles=lambda: (path, path))
    is_team = where.startswith("below")
    assert trust.guard(project.id).is_up is not is_team
    assert trust.outside().counts(scene.user("sam-example").id) is is_team
    assert trust.staff_only(project.id) is is_team


def test_an_account_nobody_listed_is_somebody(scene: Scene) -> None:
    """The second account of the bot is Owner: unless configuration lists it, it is taken for an outsider."""
    home = scene.gateway.project(HOME).id
    assert scene.trust(bots=()).guard(home).is_up
    assert not scene.trust(bots=()).staff_only(home)
    assert scene.trust(bots=("Channel-Bot-OWNER",)).staff_only(home)


def test_a_blocked_member_of_the_team_counts_no_longer(scene: Scene) -> None:
    group = scene.group()
    scene.join("channel-bot", group, 15)
    scene.join("cam-emea", group, MAINTAINER)
    project = scene.project(group)
    assert not scene.trust().guard(project.id).is_up
    user = scene.user("cam-emea")
    user.state = "blocked"
    try:
        guard = scene.trust().guard(project.id)
    finally:
        user.state = "active"
    assert guard.is_up
    assert user.id not in guard.team


def test_without_staff_groups_the_team_is_staff(scene: Scene) -> None:
    home = scene.gateway.project(HOME).id
    assert scene.trust(staff=()).staff_only(home)
    nobody = scene.group(visibility="internal")
    assert not scene.trust(staff=(nobody.full_path,)).staff_only(home)


def test_a_guard_is_believed_for_a_minute_and_readers_never(scene: Scene) -> None:
    seconds = [0.0]
    own = {scene.user("channel-bot").id}
    trust = Trust(scene.gateway, TEAM, (), (), own, clock=lambda: seconds[0])
    group = scene.group()
    scene.join("channel-bot", group, 15)
    project = scene.project(group)
    assert not trust.guard(project.id).is_up
    assert trust.staff_only(project.id)
    scene.join("pat-example", project, MAINTAINER)
    assert not trust.staff_only(project.id)
    seconds[0] = BELIEVED - 1
    assert not trust.guard(project.id).is_up
    assert trust.guard(project.id, max_age=1.0).is_up
    seconds[0] = 2 * BELIEVED
    assert trust.guard(project.id).is_up


@pytest.mark.unmeasured
@pytest.mark.hypothesis
def test_where_only_staff_reads_no_outsider_can(scene: Scene) -> None:
    """In any world of groups, invitations and members: the sandbox's own idea of who can read decides."""
    verdicts: list[bool] = []
    guards: list[bool] = []

    @settings(max_examples=100, deadline=None)
    @given(tree=trees)
    def holds(tree: Tree) -> None:
        project = grown(scene, tree)
        assume(not hides_a_circle(scene, project))
        issue, staff_only = scene.issue(project), scene.trust().staff_only(project.id)
        readers = [name for name in OUTSIDERS if can_read_issue(scene.world, scene.user(name), issue)]
        assert not (staff_only and readers)
        assert staff_only or readers or project.visibility != "private" or _is_listed(scene, project)
        strong = [name for name in OUTSIDERS if scene.world.effective_access(scene.user(name), project) >= MAINTAINER]
        is_up = scene.trust().guard(project.id).is_up
        assert is_up is bool(strong)
        verdicts.append(staff_only)
        guards.append(is_up)

    holds()
    # A property of worlds that are all alike would prove nothing.
    assert ({*verdicts}, {*guards}) == ({True, False}, {True, False})


def _is_listed(scene: Scene, project: Project) -> bool:
    """Careful on purpose: who is in an invited group counts as a reader, however far the invitation carries.

    And so does whoever may be in one that is hidden from the bot.
    """
    lists = [scene.gateway.project_members(project.id)]
    places: list[Group | Project] = [project, *scene.world.ancestors(scene.world.groups[project.group_id])]
    invited = [share for at in places for share in scene.world.shares_of(at)]
    try:
        lists += [scene.gateway.group_members(share.shared_with_group_id) for share in invited]
    except NotThere:
        return True
    return any(member.person.username in OUTSIDERS for members in lists for member in members)


PIECES: dict[str, Any] = {
    "projects/7": {
        "path_with_namespace": "a/p",
        "visibility": "private",
        "namespace": {"kind": "group", "full_path": "a"},
        "shared_with_groups": [{"group_id": 31}],
    },
    "groups/a": {"full_path": "a", "visibility": "private", "shared_with_groups": []},
    "projects/7/members/all": [{"id": 2, "username": "cam-emea", "state": "active", "access_level": 40}],
    "groups/31/members/all": [],
    "groups/team/members": [{"id": 2, "username": "cam-emea", "state": "active", "access_level": 30}],
}


@pytest.mark.parametrize("broken", PIECES)
@pytest.mark.parametrize("status", [403, 404, 500])
def test_what_cannot_be_read_is_open_to_all(broken: str, status: int) -> None:
    """And whose word counts is not guessed: the subject is tried again."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as gitlab:
        for path, body in PIECES.items():
            gitlab.get(f"https://gitlab.example/api/v4/{path}", json=body)
        gateway = Gateway("https://gitlab.example", "glpat-x", waiting=Waiting(sleep=lambda _: None))
        trust = Trust(gateway, "team", (), (), {1})
        assert trust.staff_only(7)
        assert not trust.guard(7).is_up
        gitlab.replace("GET", f"https://gitlab.example/api/v4/{broken}", json={"message": "no"}, status=status)
        assert not Trust(gateway, "team", (), (), {1}).staff_only(7)
        if broken in ("projects/7/members/all", "groups/team/members"):
            with pytest.raises(TryLater):
                Trust(gateway, "team", (), (), {1}).guard(7)
        if broken == "groups/team/members":
            with pytest.raises(TryLater):
                Trust(gateway, "team", (), (), {1}).outside()
