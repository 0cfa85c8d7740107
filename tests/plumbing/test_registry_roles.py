"""Who may give an order is a matter of groups in GitLab, asked again before anybody is turned away."""

from __future__ import annotations

import pytest

from bot.domain.registry import Registry, Role
from bot.errors import TryLater
from bot.registry.roles import BELIEVED, Roles
from tests.plumbing.clocks import Clock
from tests.plumbing.registry_world import TEAM, World

CAMS, PHDS = f"{TEAM}/account-managers", f"{TEAM}/partner-help-desk"
REGISTRY = Registry(
    roles=(
        Role("account_manager", "CAM", "cam-emea", group=CAMS),
        Role("partner_help_desk", "PHD", "phd-emea", group=PHDS),
        Role("qbr", "QBR", "ops-lead", label="QBR"),
    )
)


@pytest.fixture
def world() -> World:
    world = World()
    world.join(CAMS, 1, "cam-emea")
    world.join(PHDS, 2, "phd-emea")
    world.join(TEAM, 1, "cam-emea")
    world.join(TEAM, 2, "phd-emea")
    world.join(TEAM, 3, "ops-lead")
    return world


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def roles(world: World, clock: Clock) -> Roles:
    return Roles(world, lambda: REGISTRY, TEAM, clock)


def test_direct_members_of_a_roles_group_hold_it(roles: Roles, world: World) -> None:
    assert roles.may(1, ["account_manager"])
    assert not roles.may(2, ["account_manager"])
    assert roles.may(2, ["account_manager", "partner_help_desk"])
    assert set(world.asked) == {f"members of {CAMS}", f"members of {PHDS}"}


def test_the_team_are_the_direct_members_of_its_group_and_its_roles(roles: Roles, world: World) -> None:
    """Whoever inherits the membership from the company's group is somebody else."""
    world.join(CAMS, 4, "cam-apac")
    assert roles.may(3, ["team"])
    assert world.asked == [f"members of {TEAM}"]
    assert [number for number in (1, 2, 3, 4, 9) if roles.may(number, ["team"])] == [1, 2, 3, 4]
    assert [number for number in (1, 2, 3, 4, 9) if roles.in_team(number)] == [1, 2, 3, 4]
    assert set(world.asked) == {f"members of {path}" for path in (TEAM, CAMS, PHDS)}


def test_a_roles_group_elsewhere_makes_nobody_a_member_of_the_team(world: World, clock: Clock) -> None:
    elsewhere = Registry(roles=(Role("legal", "Legal", "lawyer", group="gitlab-com/legal"),))
    world.join("gitlab-com/legal", 8, "lawyer")
    roles = Roles(world, lambda: elsewhere, TEAM, clock)
    assert roles.may(8, ["legal"])
    assert not roles.may(8, ["team"])
    assert not roles.in_team(8)


@pytest.mark.parametrize("key", ["qbr", "unheard-of"])
def test_nobody_holds_a_role_without_a_group(roles: Roles, world: World, key: str) -> None:
    assert not roles.may(3, [key])
    assert not roles.may(3, [])
    assert world.asked == []


@pytest.mark.parametrize(("level", "state"), [(5, "active"), (30, "blocked"), (30, "deactivated")])
def test_blocked_accounts_and_minimal_access_hold_nothing(world: World, roles: Roles, level: int, state: str) -> None:
    world.join(CAMS, 7, "cam-left", level=level, state=state)
    assert not roles.may(7, ["account_manager"])


def test_a_yes_is_believed_for_a_while(roles: Roles, world: World, clock: Clock) -> None:
    assert roles.may(1, ["account_manager"])
    world.direct[CAMS].clear()
    clock.pass_(BELIEVED)
    assert roles.may(1, ["account_manager"])
    clock.pass_(0.1)
    assert not roles.may(1, ["account_manager"])


def test_a_yes_can_be_asked_for_afresh(roles: Roles, world: World, clock: Clock) -> None:
    assert roles.may(1, ["account_manager"])
    world.direct[CAMS].clear()
    clock.pass_(0.1)
    assert not roles.may(1, ["account_manager"], max_age=0)


def test_nobody_is_turned_away_from_an_old_list(roles: Roles, world: World, clock: Clock) -> None:
    assert not roles.may(7, ["account_manager"])
    world.join(CAMS, 7, "cam-new")
    clock.pass_(0.1)
    assert roles.may(7, ["account_manager"])


def test_a_no_costs_one_look_at_each_group(roles: Roles, world: World) -> None:
    roles.may(9, ["account_manager", "partner_help_desk"])
    assert len(world.asked) == 2


def test_who_is_in_the_team_is_read_again_when_asked(roles: Roles, world: World, clock: Clock) -> None:
    assert not roles.in_team(7)
    world.join(TEAM, 7, "cam-new")
    clock.pass_(1)
    assert not roles.in_team(7)
    assert roles.in_team(7, max_age=0)


def test_a_group_that_cannot_be_seen_has_no_members_and_the_others_still_count(roles: Roles, world: World) -> None:
    del world.direct[CAMS]
    assert not roles.may(1, ["account_manager"])
    assert roles.may(2, ["account_manager", "partner_help_desk"])


def test_a_gitlab_that_is_busy_turns_nobody_away(clock: Clock) -> None:
    class Busy(World):
        def group_members(self, group: int | str, *, inherited: bool = True) -> tuple[()]:
            raise TryLater("GitLab is busy")

    with pytest.raises(TryLater):
        Roles(Busy(), lambda: REGISTRY, TEAM, clock).may(1, ["account_manager"])
