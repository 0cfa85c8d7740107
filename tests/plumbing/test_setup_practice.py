"""`setup` installs the checklist for merge requests in the practice projects, where it may, and says where not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.commands.setup import command
from bot.sandbox.example import PRACTICE, PRACTICE_PROJECTS
from bot.setup.practice import checklists
from tests.plumbing.scene import Scene, scene

PATH = ".gitlab/merge_request_templates/Practice_Code.md"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        made.configure("site.yml", "  practice: ", f"  practice: {PRACTICE} ")
        yield made


def found(stage: Scene, *arguments: str) -> list[dict[str, Any]]:
    """Its lines about the checklist, or about the group itself."""
    steps = stage.plan(command, *arguments)["steps"]
    return [step for step in steps if step["area"] == "file" and step["name"].endswith((PATH, PRACTICE))]


def test_it_arrives_in_every_project_once(stage: Scene) -> None:
    assert [line["sign"] for line in found(stage, "--apply")] == ["+"] * len(PRACTICE_PROJECTS)
    for name in PRACTICE_PROJECTS:
        at = f"{PRACTICE}/{name}".replace("/", "%2F")
        file = stage.api("GET", f"/projects/{at}/repository/files/{PATH.replace('/', '%2F')}?ref=main")
        assert file["file_name"] == "Practice_Code.md"
    messages = [row.message for row in stage.sandbox.world.commits.values() if "Practice_Code" in row.message]
    assert len(messages) == len(PRACTICE_PROJECTS)
    assert all(one.startswith("Install the Channels merge request template Practice_Code\n") for one in messages)
    assert found(stage) == []


def test_where_the_owners_token_may_not_commit_a_person_is_told(stage: Scene) -> None:
    world = stage.sandbox.world
    owner = world.user_by_name("channel-bot-owner")
    assert owner is not None
    for member in world.members:
        if member.user_id == owner.id:
            member.access_level = 30
    world.access_changed()
    lines = found(stage)
    assert [line["sign"] for line in lines] == ["!"] * len(PRACTICE_PROJECTS)
    assert f"or commit the shipped Practice_Code.md to {PRACTICE}/migration-services as {PATH}" in lines[0]["then"]


def test_without_the_owners_token_a_person_is_told(stage: Scene) -> None:
    stage.environ["GITLAB_OWNER_TOKEN"] = None
    assert [line["sign"] for line in found(stage)] == ["!"] * len(PRACTICE_PROJECTS)


def test_a_group_that_is_not_there_is_told(stage: Scene) -> None:
    stage.configure("site.yml", PRACTICE, f"{PRACTICE}-lost")
    steps = stage.plan(command)["steps"]
    (line,) = (step for step in steps if step["name"] == f"{PRACTICE}-lost")
    assert (line["sign"], line["then"]) == (
        "!",
        "the group is not there, or hidden: correct groups.practice in site.yml",
    )


def test_without_such_a_group_nothing_is_installed(tmp_path: Path) -> None:
    with scene(tmp_path) as stage:
        assert found(stage) == []


def test_the_checklist_asks_about_customers_of_who_writes_and_who_reviews() -> None:
    ((path, text),) = checklists().items()
    before, _, review = text.partition("## Review")
    assert path == PATH
    assert "- [ ] No customer's name" in before
    assert "- [ ] A professional services engineer has read it for customer information" in review
