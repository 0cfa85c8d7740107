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


def test_everybody_in_the_team_counts_inherited_ones_too(roles: Roles, world: World) -> None:
    assert roles.may(3, ["team"])
    assert not roles.may(9, ["team"])
    assert roles.team_ids() == {1, 2, 3}
    assert set(world.asked) == {f"members of {TEAM} and above"}


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


def test_the_teams_ids_are_read_again_when_asked(roles: Roles, world: World, clock: Clock) -> None:
    assert 7 not in roles.team_ids()
    world.join(TEAM, 7, "cam-new")
    clock.pass_(1)
    assert 7 not in roles.team_ids()
    assert 7 in roles.team_ids(max_age=0)


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
