"""Members of the team whom people.yml lacks become one merge request, which a person's answer ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.marks import Marker
from bot.domain.registry import Colleague
from bot.registry.learning import Learning, appended
from bot.render import Renderer, template_dirs
from tests.plumbing.registry_world import PROJECT, SHIPPED, TEAM, World

CAMS = f"{TEAM}/account-managers"
HANDLES = [line[:-1] for line in SHIPPED["people.yml"].splitlines() if line.endswith(":") and line[0].isalpha()]


@pytest.fixture
def world() -> World:
    world = World()
    world.push()
    world.join(TEAM, 1, "channel-bot")
    world.join(TEAM, 2, "cam-emea")
    return world


def learning(world: World) -> Learning:
    bots = frozenset({"Channel-Bot-Of-Old"})
    return Learning(world, Marker(b"a key for tests"), Renderer(template_dirs()), PROJECT, TEAM, bots)


def propose(world: World) -> str | None:
    return learning(world).propose(world.history[-1][1], lambda: None)


def test_nobody_new_is_nothing_to_propose(world: World) -> None:
    assert propose(world) is None
    assert world.requests == []


def test_the_new_ones_are_added_behind_what_stands_there_with_the_roles_of_their_groups(world: World) -> None:
    world.join(TEAM, 8, "cam-new")
    world.join(TEAM, 7, "42")
    world.join(CAMS, 8, "cam-new")
    assert propose(world) == "propose !1 with `@42`, `@cam-new`"
    text = world.branches["channel-bot/people-1"]["people.yml"]
    assert text == SHIPPED["people.yml"] + "\n42: {}\n\ncam-new:\n  roles: [account_manager]\n"
    (request,) = world.requests
    assert request.title == "Add people of the team to the registry"
    assert "- `@cam-new` (account_manager)" in request.description
    assert "- `@42`\n" in request.description


@pytest.mark.parametrize(
    ("username", "level", "state"),
    [
        ("project_7_bot_1f2e", 30, "active"),
        ("group_7_bot", 30, "active"),
        ("channel-bot-of-old", 30, "active"),
        ("CAM-EMEA", 30, "active"),
        ("cam-left", 30, "blocked"),
        ("cam-minimal", 5, "active"),
        ("no handle: {}", 30, "active"),
    ],
)
def test_who_is_nobody_is_not_proposed(world: World, username: str, level: int, state: str) -> None:
    world.join(TEAM, 9, username, level=level, state=state)
    assert propose(world) is None


def test_a_name_that_only_sounds_like_a_bot_is_somebody(world: World) -> None:
    world.join(TEAM, 9, "abbot_lee")
    assert propose(world) == "propose !1 with `@abbot_lee`"


def test_a_second_look_changes_nothing(world: World) -> None:
    world.join(TEAM, 7, "cam-new")
    propose(world)
    world.asked.clear()
    assert propose(world) is None
    assert not any(call.startswith("propose") for call in world.asked)


def test_one_more_joins_the_request_that_waits(world: World) -> None:
    world.join(TEAM, 7, "cam-new")
    propose(world)
    world.join(TEAM, 8, "phd-new")
    assert propose(world) == "propose !1 with `@cam-new`, `@phd-new`"
    assert len(world.requests) == 1
    assert "phd-new" in world.branches["channel-bot/people-1"]["people.yml"]


def test_when_the_file_has_changed_the_request_that_waits_follows(world: World) -> None:
    world.join(TEAM, 7, "cam-new")
    propose(world)
    world.push(people=SHIPPED["people.yml"] + "\n# the end\n")
    assert propose(world) == "propose !1 with `@cam-new`"
    assert "# the end\n\ncam-new: {}\n" in world.branches["channel-bot/people-1"]["people.yml"]


def test_a_request_that_somebody_works_on_is_left_to_them(world: World) -> None:
    world.join(TEAM, 7, "cam-new")
    propose(world)
    world.branches["channel-bot/people-1"]["people.yml"] += "  name: CAM New\n"
    world.join(TEAM, 8, "phd-new")
    assert propose(world) is None


def test_a_request_whose_words_were_not_written_any_more_gets_them(world: World) -> None:
    """The branch was written, and the bot fell before the description."""
    world.join(TEAM, 7, "cam-new")
    propose(world)
    before = world.requests[0]
    world.join(TEAM, 8, "phd-new")
    propose(world)
    world.requests[0] = before
    assert propose(world) == "propose !1 with `@cam-new`, `@phd-new`"
    assert "phd-new" in world.requests[0].description


@pytest.mark.parametrize("answer", ["closed", "merged"])
def test_an_answer_is_final_for_those_who_were_in_it(world: World, answer: str) -> None:
    """Merged, and taken out of the file again later, is an answer too."""
    world.join(TEAM, 7, "cam-new")
    propose(world)
    world.close(answer)
    assert propose(world) is None
    world.join(TEAM, 8, "phd-new")
    assert propose(world) == "propose !2 with `@phd-new`"
    assert "cam-new" not in world.branches["channel-bot/people-2"]["people.yml"]


def test_a_closed_request_without_our_mark_says_nothing(world: World) -> None:
    world.join(TEAM, 7, "cam-new")
    propose(world)
    world.close("closed")
    world.requests[0] = replace(world.requests[0], description="cam-new, says somebody")
    assert propose(world) == "propose !2 with `@cam-new`"


def test_other_peoples_requests_are_not_ours(world: World) -> None:
    world.join(TEAM, 7, "cam-new")
    propose(world)
    world.requests[0] = replace(world.requests[0], source_branch="tidy-up", state="closed")
    assert propose(world) == "propose !2 with `@cam-new`"


def test_a_file_that_cannot_be_continued_is_left_alone(world: World) -> None:
    """All of it in one pair of brackets, say."""
    world.join(TEAM, 7, "cam-new")
    world.push(people="{" + ", ".join(f"{name}: {{}}" for name in HANDLES) + "}\n")
    assert propose(world) is None
    assert world.requests == []


def test_files_that_are_no_registry_teach_nothing(world: World) -> None:
    world.join(TEAM, 7, "cam-new")
    world.push(people="[")
    assert propose(world) is None


def test_a_file_without_a_last_line_break_is_continued_all_the_same() -> None:
    assert appended("a: {}", [Colleague("b", "b", None, ("x", "y"))]) == "a: {}\n\nb:\n  roles: [x, y]\n"
