"""The demo's world has the people, the places and the rights that the stories need."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import SHIPPED
from bot.domain.registry import Registry
from bot.registry.loader import understood
from bot.sandbox.clock import Clock
from bot.sandbox.example import (
    CANDIDATE,
    GROUPS,
    PARTNER_GROUP,
    PARTNER_PROJECT,
    PRACTICE,
    PRACTICE_PROJECTS,
    PROJECTS,
    REGISTRY,
    ROLES,
    TEAM,
    TEMPLATES,
    dated,
    example_world,
    files_in,
    tokens_of,
)
from bot.sandbox.permissions import can_see
from bot.sandbox.repository import needed, text
from bot.sandbox.world import Tier, World


def access(world: World, username: str, path: str) -> int:
    user = world.user_by_name(username)
    owner = world.project_by_path(path) or world.group_by_path(path)
    assert user is not None
    assert owner is not None
    return world.effective_access(user, owner)


def test_everyone_has_a_token_of_their_own_world() -> None:
    tokens, others = tokens_of(example_world("http://x")), tokens_of(example_world("http://x"))
    assert set(tokens) == {
        "root",
        "channel-bot",
        "channel-bot-owner",
        "pat-example",
        "kim-example",
        "quinn-example",
        *TEAM,
    }
    assert all(re.fullmatch(r"glpat-[\w-]{20}", token) for token in tokens.values())
    assert not set(tokens.values()) & set(others.values())


def test_the_bot_plans_and_its_owner_provisions() -> None:
    world = example_world("http://x", "bot-x")
    assert access(world, "bot-x", PROJECTS["channels"]) == 15
    assert access(world, "bot-x-owner", PARTNER_PROJECT) == 50
    assert world.limited_users == {"bot-x", "bot-x-owner"}


def test_the_team_develops_and_the_bot_can_read_who_they_are() -> None:
    world = example_world("http://x")
    assert {access(world, name, path) for name in TEAM for path in (PROJECTS["newsletter"], GROUPS["team"])} == {30}
    bot, team = world.user_by_name("channel-bot"), world.group_by_path(GROUPS["team"])
    assert team is not None
    assert can_see(world, bot, team)
    assert access(world, "channel-bot", GROUPS["team"]) == 0


def test_the_partner_is_maintainer_of_the_collaboration_and_sees_nothing_else() -> None:
    world = example_world("http://x")
    partner = world.user_by_name("pat-example")
    assert access(world, "pat-example", PARTNER_PROJECT) == 40
    seen = {project.full_path for project in world.projects.values() if can_see(world, partner, project)}
    assert seen == {PARTNER_PROJECT}
    assert access(world, "pat-example", f"{PARTNER_GROUP}/internal") == 0


def test_the_team_sees_and_closes_issues_of_partners_in_every_region() -> None:
    world = example_world("http://x")
    assert {access(world, name, PARTNER_PROJECT) for name in TEAM} == {30}
    folders = [f"{GROUPS['partners']}/{region}" for region in ("americas", "apac", "emea", "public-sector")]
    assert {access(world, "eds-delivery", path) for path in folders} == {30}
    assert access(world, "channel-bot-owner", TEMPLATES) == 50
    for path in (*folders, TEMPLATES):
        group = world.group_by_path(path)
        assert group is not None
        assert group.visibility == "private"


def test_the_candidate_has_an_account_and_sees_nothing_private() -> None:
    world = example_world("http://x")
    candidate = world.user_by_name(CANDIDATE)
    assert [row for row in world.members if candidate and row.user_id == candidate.id] == []
    assert [row.full_path for row in world.projects.values() if can_see(world, candidate, row)] == []


@pytest.mark.parametrize(("tier", "epics"), [("premium", 2), ("free", 0), ("ce", 0)])
def test_the_objectives_of_the_fiscal_quarter_are_epics(tier: Tier, epics: int) -> None:
    clock = Clock(datetime(2026, 1, 31, 12, tzinfo=UTC), frozen=True)
    world = example_world("http://x", tier=tier, clock=clock)
    home = world.group_by_path(GROUPS["channel"])
    assert home is not None
    rows = [(row.group_id, row.title[:11], row.start_date, row.due_date) for row in world.epics.values()]
    assert rows == [(home.id, "FY26Q4 OKR:", date(2025, 11, 1), date(2026, 1, 31))] * epics
    assert [row.iid for row in world.epics.values()] == [1, 2][:epics]


def test_engineers_keep_the_practice_projects() -> None:
    world = example_world("http://x")
    paths = [f"{PRACTICE}/{path}" for path in PRACTICE_PROJECTS]
    assert {access(world, "ps-lead", path) for path in paths} == {40}
    assert {access(world, "cam-emea", path) for path in paths} == {30}
    assert {access(world, "pat-example", path) for path in paths} == {0}


def test_projects_have_a_main_branch_with_a_file() -> None:
    world = example_world("http://x")
    project = world.project_by_path(PROJECTS["channels"])
    assert project is not None
    assert (project.default_branch, list(needed(world, project, None).tree)) == ("main", ["README.md"])


def test_everybody_is_a_direct_member_of_the_group_of_the_own_role() -> None:
    world = example_world("http://x")
    found: dict[str, set[str]] = {}
    for path in ROLES:
        group = world.group_by_path(f"{GROUPS['team']}/{path}")
        assert group is not None
        rows = world.index.group_members[group.id]
        assert {row.access_level for row in rows} == {30}
        found[path] = {world.users[row.user_id].username for row in rows}
    assert found == {path: set(names) for path, (_, names) in ROLES.items()}
    assert set().union(*found.values()) == set(TEAM)


def test_the_second_partner_contact_reports_in_the_collaboration_only() -> None:
    world = example_world("http://x")
    paths = (PARTNER_PROJECT, f"{PARTNER_GROUP}/internal", PROJECTS["channels"], REGISTRY)
    assert [access(world, "kim-example", path) for path in paths] == [20, 0, 0, 0]


def test_the_registry_is_private_kept_by_operations_and_holds_the_given_files(tmp_path: Path) -> None:
    (tmp_path / "people.yml").write_text("people: []\n")
    (tmp_path / "notes.txt").write_text("not for the registry")
    assert files_in(tmp_path / "nothing") == {}
    world = example_world("http://x", registry=files_in(tmp_path))
    project = world.project_by_path(REGISTRY)
    assert project is not None
    assert (project.visibility, access(world, "ops-lead", REGISTRY), access(world, "channel-bot", REGISTRY)) == (
        "private", 40, 30,
    )  # fmt: skip
    head = needed(world, project, "main")
    assert (sorted(head.tree), text(world, head, "people.yml")) == (["README.md", "people.yml"], "people: []\n")


def test_the_registry_is_dated_by_the_day_on_which_the_world_begins() -> None:
    """All is as long ago as in the shipped files, so nothing in them lies beyond a day on which a demo begins."""
    shipped = files_in(SHIPPED[-1] / "registry")
    moved = dated(shipped, date(2026, 3, 14))
    assert dated(moved, date(2026, 11, 2)) == shipped
    was, now = understood(shipped), understood(moved)
    assert isinstance(was, Registry)
    assert isinstance(now, Registry)
    assert (was.as_of, now.as_of) == (date(2026, 11, 2), date(2026, 3, 14))
    acme, then = was.partner("acme"), now.partner("acme")
    assert acme is not None
    assert then is not None
    assert acme.agreements.mpa is not None
    assert then.agreements.mpa == acme.agreements.mpa - timedelta(days=233)
    assert then.name == acme.name
    assert dated({"notes.txt": "since 2026-01-01"}, date(2030, 1, 1)) == {"notes.txt": "since 2026-01-01"}
