"""`check` reads the registry beside the configuration, with `--live` the project's, and asks for its groups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plumbing.registry_world import PROJECT, SHIPPED, TEAM
from tests.plumbing.scene import Scene, scene
from tests.plumbing.test_check import live

API = f"/projects/{PROJECT.replace('/', '%2F')}"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


def push(stage: Scene, **changes: str) -> str:
    texts = {**SHIPPED, **{f"{name}.yml": text for name, text in changes.items()}}
    actions = [{"action": "create", "file_path": path, "content": text} for path, text in texts.items()]
    where = f"{API}/repository/commits"
    return str(stage.api("POST", where, branch="main", commit_message="A registry", actions=actions)["id"])


def test_until_there_are_files_those_beside_the_configuration_are_checked(stage: Scene) -> None:
    found = live(stage)
    assert f"registry in {PROJECT}: no files yet, so those beside site.yml count: " in found["ok"]
    assert any(line.startswith("registry in ") and "18 people, 2 partners" in line for line in found["ok"])
    assert f"role director: 1 direct members of {TEAM}/directors: " in found["ok"]


def test_a_good_commit_is_named(stage: Scene) -> None:
    sha = push(stage)
    assert f"registry at {sha[:8]} of {PROJECT}: " in live(stage)["ok"]


def test_a_bad_commit_fails_with_its_lines(stage: Scene) -> None:
    sha = push(stage, people="cam-emea: {regin: emea}\n")
    wrong = f"registry in {PROJECT} at {sha[:8]}: people.yml:1: unknown key 'regin', did you mean 'region'?"
    assert wrong in live(stage)["fail"]


def test_a_branch_without_commits_is_a_warning(stage: Scene) -> None:
    stage.configure("site.yml", "branch: main", "branch: next")
    warnings = live(stage)["warn"]
    assert f"registry in {PROJECT}: no commit on next, so the files beside site.yml count" in warnings
    advice = "the bot reads next and proposes to main: make them one in site.yml"
    assert f"project {PROJECT}: {advice}" in warnings


def test_a_project_that_others_can_see_fails_and_a_bot_that_cannot_propose_is_a_warning(stage: Scene) -> None:
    world = stage.sandbox.world
    project, bot = world.project_by_path(PROJECT), world.user_by_name("channel-bot")
    assert project
    assert bot
    project.visibility = "internal"
    for row in list(world.members):
        if (row.project_id, row.user_id) == (project.id, bot.id):
            world.remove(row)
    found = live(stage)
    assert (
        f"project {PROJECT}: it is not private, and holds what only the team may see: make it private" in found["fail"]
    )
    lacks = "the bot cannot propose what it learns there: give it the role Developer"
    assert f"project {PROJECT}: {lacks}" in found["warn"]


def test_a_project_that_is_not_there_fails(stage: Scene) -> None:
    stage.configure("site.yml", f"project: {PROJECT}", "project: gitlab-com/channel/nowhere")
    assert any("gitlab-com%2Fchannel%2Fnowhere" in line for line in live(stage)["fail"])


def test_without_a_project_only_the_groups_are_asked_for(stage: Scene) -> None:
    stage.configure("site.yml", f"project: {PROJECT}", "project:")
    found = live(stage)
    assert not any(PROJECT in line for verdict in found.values() for line in verdict)
    assert f"role director: 1 direct members of {TEAM}/directors: " in found["ok"]


def test_a_role_that_nobody_can_hold_is_told(stage: Scene) -> None:
    world = stage.sandbox.world
    directors = world.group_by_path(f"{TEAM}/directors")
    assert directors
    for row in [row for row in world.members if row.group_id == directors.id]:
        world.remove(row)
    stage.configure("registry/roles.yml", f"{TEAM}/channel-ops", f"{TEAM}/channel-operators")
    found = live(stage)
    empty = f"its group {TEAM}/directors has no direct members, so nobody holds it"
    assert f"role director: {empty}" in found["warn"]
    hidden = f"its group {TEAM}/channel-operators is not there, or hidden, so nobody holds it"
    assert f"role channel_ops: {hidden}: create it or invite the bot" in found["fail"]


def test_who_only_inherits_the_team_is_told(stage: Scene) -> None:
    assert not any(f"group {TEAM}" in line for line in live(stage)["warn"])
    kim = stage.api("GET", "/users?username=kim-example")[0]["id"]
    stage.api("POST", "/groups/gitlab-com/members", user_id=kim, access_level=10)
    advice = "have it from another group and are not taken for members: add directly whoever should be"
    assert f"group {TEAM}: 1 (@kim-example) {advice}" in live(stage)["warn"]


def test_labels_and_roles_that_miss_each_other_are_told(stage: Scene) -> None:
    stage.configure("registry/roles.yml", "label: QBR", "label: QBRs")
    warnings = live(stage)["warn"]
    assert "role qbr: its label 'QBRs' is no team label of labels.yml" in warnings
    assert "label QBR: no role of the registry has it, so its issues get no default DRI" in warnings


def test_a_start_that_is_no_registry_fails_before_gitlab_is_asked(stage: Scene) -> None:
    stage.configure("registry/people.yml", "region: apac", "region: apca")
    found = live(stage)
    assert any(
        "people.yml:" in line and "unknown region 'apca', did you mean 'apac'?" in line for line in found["fail"]
    )
    assert stage.requests() == []


def test_a_role_in_the_table_of_commands_that_nobody_has_fails(stage: Scene) -> None:
    stage.configure("commands.yml", "[director,", "[directors,")
    assert any("the role 'directors' in commands.yml is none of the registry's" in line for line in live(stage)["fail"])


def test_a_role_of_a_template_that_the_project_does_not_know_fails(stage: Scene) -> None:
    stage.configure("issue_templates.yml", "assign: channel_programs", "assign: channel_program")
    said = "unknown role 'channel_program', did you mean 'channel_programs'?"
    assert any(said in line for line in live(stage)["fail"])
