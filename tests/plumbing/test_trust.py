"""Whose word counts in a project, and whether only staff reads along."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
import responses
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.facts import Guard
from bot.errors import TryLater
from bot.gateway import Gateway
from bot.sandbox.example import PARTNER_PROJECT, example_world, tokens_of
from bot.sandbox.permissions import MAINTAINER, can_read_issue, can_see
from bot.sandbox.records import Group, Issue, Member, Project, Share, User
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.trust import BELIEVED, Trust

TEAM, HOME, OWNER_BOT = "gitlab-com/channel-team", "gitlab-com/channel/channels", "channel-bot-owner"
LEVELS = (5, 10, 15, 20, 30, 40, 50)
PEOPLE = ("channel-bot", OWNER_BOT, "cam-emea", "phd-apac", "pat-example", "lee-example")
Row = TypeVar("Row", Member, Share)
OUTSIDERS = ("pat-example", "lee-example")


@dataclass
class Scene:
    """A sandbox, the bot's gateway on it, and numbers for new names."""

    sandbox: Sandbox
    gateway: Gateway
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def world(self) -> World:
        return self.sandbox.world

    def user(self, name: str) -> User:
        found = self.world.user_by_name(name)
        assert found is not None
        return found

    def trust(self, staff: tuple[str, ...] = (TEAM,), bots: tuple[str, ...] = (OWNER_BOT,)) -> Trust:
        return Trust(self.gateway, TEAM, staff, bots, {self.user("channel-bot").id})

    def group(self, parent: Group | None = None, visibility: str = "private") -> Group:
        name = f"g{next(self.numbers)}"
        path = f"{parent.full_path}/{name}" if parent else name
        above, now = parent.id if parent else None, self.world.clock.now()
        row = Group(self.world.next_id("groups"), name, name, path, now, above)
        row.visibility = visibility
        return self.world.add(row)

    def project(self, group: Group, visibility: str = "private") -> Project:
        name, now = f"p{next(self.numbers)}", self.world.clock.now()
        row = Project(self.world.next_id("projects"), name, name, f"{group.full_path}/{name}", group.id, now)
        row.visibility, row.updated_at = visibility, now
        return self.world.add(row)

    def join(self, name: str, place: Group | Project, level: int) -> None:
        row = Member(self.world.next_id("members"), self.user(name).id, level, self.world.clock.now())
        self.world.add(_placed(row, place))

    def share(self, place: Group | Project, guest: Group, level: int) -> None:
        self.world.add(_placed(Share(self.world.next_id("shares"), guest.id, level), place))

    def issue(self, project: Project) -> Issue:
        now = self.world.clock.now()
        return Issue(0, 1, project.id, "A secret", self.user("cam-emea").id, now, now)


def _placed(row: Row, place: Group | Project) -> Row:
    row.project_id, row.group_id = (place.id, None) if isinstance(place, Project) else (None, place.id)
    return row


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    world = example_world("http://127.0.0.1")
    now = world.clock.now()
    world.add(User(world.next_id("users"), "lee-example", "Lee", "lee@example.com", now))
    world.limited_users = set()
    with Sandbox(world) as sandbox:
        gateway = Gateway.connect(sandbox.url, tokens_of(world)["channel-bot"])
        yield Scene(sandbox, gateway)
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


@dataclass(frozen=True)
class Tree:
    """What a random world looks like: numbers pick places and people."""

    depth: int
    visibility: str
    guests: tuple[tuple[str, bool], ...]
    """Groups to share with: visibility, and whether each lies in the one before it."""
    members: tuple[tuple[int, str, int], ...]
    shares: tuple[tuple[int, int, int], ...]


numbers = st.integers(0, 11)
trees = st.builds(
    Tree,
    st.integers(1, 3),
    st.sampled_from(["private"] * 5 + ["internal", "public"]),
    st.lists(st.tuples(st.sampled_from(["private", "internal"]), st.booleans()), max_size=3).map(tuple),
    st.lists(st.tuples(numbers, st.sampled_from([*PEOPLE[:4], *OUTSIDERS]), st.sampled_from(LEVELS)), max_size=6).map(
        tuple
    ),
    st.lists(st.tuples(numbers, numbers, st.sampled_from(LEVELS[1:])), max_size=4).map(tuple),
)


def grown(scene: Scene, tree: Tree) -> Project:
    """The project at the bottom of the tree; the bot belongs to its top group."""
    chain = [scene.group()]
    for _ in range(tree.depth - 1):
        chain.append(scene.group(chain[-1]))
    project = scene.project(chain[-1], tree.visibility)
    guests: list[Group] = []
    for visibility, is_below in tree.guests:
        guests.append(scene.group(guests[-1] if is_below and guests else None, visibility))
    scene.join("channel-bot", chain[0], 15)
    places: list[Group | Project] = [project, *chain, *guests]
    for at, who, level in tree.members:
        scene.join(who, places[at % len(places)], level)
    pairs = {(at % len(places), to % len(guests)): level for at, to, level in tree.shares if guests}
    for (at, to), level in pairs.items():
        if places[at] is not guests[to]:
            scene.share(places[at], guests[to], level)
    return project


def hides_a_circle(scene: Scene, project: Project) -> bool:
    """Whether a group the bot cannot see is invited and has invited others: GitLab then tells the bot of neither."""
    world, bot = scene.world, scene.user("channel-bot")
    invited = [world.groups[share.shared_with_group_id] for share in world.shares_of(project)]
    hidden = (guest for guest in invited if not can_see(world, bot, guest))
    return any(world.shares_of(at) for guest in hidden for at in world.ancestors(guest))


def test_where_only_staff_reads_no_outsider_can(scene: Scene) -> None:
    """In any world of groups, invitations and members: the sandbox's own idea of who can read decides."""
    verdicts: list[bool] = []
    guards: list[bool] = []

    @settings(max_examples=200, deadline=None)
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
    """Careful on purpose: who is in an invited group counts as a reader, however far the invitation carries."""
    lists = [scene.gateway.project_members(project.id)]
    places: list[Group | Project] = [project, *scene.world.ancestors(scene.world.groups[project.group_id])]
    invited = [share for at in places for share in scene.world.shares_of(at)]
    lists += [scene.gateway.group_members(share.shared_with_group_id) for share in invited]
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
    "groups/team/members/all": [{"id": 2, "username": "cam-emea", "state": "active", "access_level": 30}],
}


@pytest.mark.parametrize("broken", PIECES)
@pytest.mark.parametrize("status", [403, 404, 500])
def test_what_cannot_be_read_is_open_to_all(broken: str, status: int) -> None:
    """And whose word counts is not guessed: the subject is tried again."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as gitlab:
        for path, body in PIECES.items():
            gitlab.get(f"https://gitlab.example/api/v4/{path}", json=body)
        gateway = Gateway("https://gitlab.example", "glpat-x", sleep=lambda _: None)
        trust = Trust(gateway, "team", (), (), {1})
        assert trust.staff_only(7)
        assert not trust.guard(7).is_up
        gitlab.replace("GET", f"https://gitlab.example/api/v4/{broken}", json={"message": "no"}, status=status)
        assert not Trust(gateway, "team", (), (), {1}).staff_only(7)
        if broken in ("projects/7/members/all", "groups/team/members/all"):
            with pytest.raises(TryLater):
                Trust(gateway, "team", (), (), {1}).guard(7)
