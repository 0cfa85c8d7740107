"""The sandbox's small parts without HTTP: clock, texts, commands, parameters, access, rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.sandbox import journal, labels, mentions
from bot.sandbox.clock import Clock
from bot.sandbox.commands import Command, extract, new_lines
from bot.sandbox.hook_settings import is_signing_token
from bot.sandbox.params import Params
from bot.sandbox.quick_actions import interpret
from bot.sandbox.records import Issue
from bot.sandbox.refusals import ApiError
from bot.sandbox.world import TABLES
from tests.sandbox.core_parts import START, small_world


def test_the_clock_runs_stands_and_jumps() -> None:
    clock = Clock(START, frozen=True)
    assert clock.now() == clock.now() == START
    clock.advance(timedelta(days=1))
    assert clock.now() == START + timedelta(days=1)
    clock.frozen = False
    clock.set(START)
    assert START <= clock.now() < START + timedelta(seconds=5)
    assert clock.now().microsecond % 1000 == 0


@pytest.mark.parametrize(
    ("text", "kept", "commands"),
    [
        ("hello", "hello", []),
        ("/close", "", [Command("close", "")]),
        ("a\n/Label ~b\nc", "a\nc", [Command("label", "~b")]),
        (" /close", " /close", []),
        ("see /close", "see /close", []),
        ("```\n/close\n```\n/reopen", "```\n/close\n```", [Command("reopen", "")]),
        ("~~~\n/close", "~~~\n/close", []),
        (">>>\n/close\n>>>\n", ">>>\n/close\n>>>\n", []),
        ("<!--\n/close\n-->\n/lock", "<!--\n/close\n-->", [Command("lock", "")]),
        ("> /close", "> /close", []),
        ("/unknown x", "/unknown x", []),
        ("/assign @a @b  ", "", [Command("assign", "@a @b")]),
    ],
)
def test_commands_are_found_where_gitlab_finds_them(text: str, kept: str, commands: list[Command]) -> None:
    assert extract(text) == (kept, commands)


def test_only_new_lines_count() -> None:
    assert new_lines("a\n/close", "a\n/close\n/reopen") == "/reopen"


def test_commands_become_wishes() -> None:
    world = small_world()
    planner = world.user_by_name("planner")
    assert planner is not None
    issue = world.add(Issue(1, 1, 1, "x", planner.id, START, START, assignee_ids=[planner.id]))
    labels.find_or_create(world, world.projects[1], ["a b", "c"])
    commands = [
        Command("label", '~"a b" ~none'),
        Command("label", "c"),
        Command("unlabel", "~c"),
        Command("assign", "@developer, @nobody"),
        Command("due", "in 2 weeks"),
        Command("weight", "x"),
        Command("milestone", "%none"),
        Command("title", "New"),
        Command("estimate", "1d"),
    ]
    asked, said = interpret(world, planner, issue, commands)
    developer = world.user_by_name("developer")
    assert developer is not None
    assert asked == {
        "add_labels": ["a b", "c"],
        "remove_labels": ["c"],
        "assignee_ids": [planner.id, developer.id],
        "due_date": date(2026, 12, 5),
        "title": "New",
    }
    assert len(said) == 6
    more = [Command("unassign", ""), Command("relabel", "c"), Command("unlabel", ""), Command("reassign", "me")]
    assert interpret(world, planner, issue, more)[0] == {"assignee_ids": [planner.id], "labels": []}
    last = [Command("due", "some day"), Command("clear_weight", ""), Command("milestone", "")]
    assert interpret(world, planner, issue, last)[0] == {"weight": None}


@pytest.mark.parametrize(
    ("name", "scope"),
    [("a::b", "a"), ("a::b::c", "a::b"), ("a", None), ("::a", None), ("a::", None), ("a:b", None)],
)
def test_scopes(name: str, scope: str | None) -> None:
    assert labels.scope_of(name) == scope


def test_tasks_are_read_as_markdown_does() -> None:
    text = "- [ ] a\n* [X] b\n1. [x] c\n> - [ ] d\n- [~] e\n- [] f\n```\n- [ ] g\n```\n- [ ]\n"
    assert journal.tasks(text) == (("a", False), ("b", True), ("c", True), ("d", False))
    assert journal.tasks(None) == ()


def test_mentions_name_users_once() -> None:
    world = small_world()
    text = "@planner, @PLANNER (@guest) mail@developer.org `@owner` @nobody @all"
    assert [user.username for user in mentions.users(world, text)] == ["planner", "guest"]


def test_parameters_are_read_or_refused() -> None:
    asked = Params({"n": " 7 ", "b": "on", "l": ["a , b", 3], "none": None, "t": "2026-11-21T10:00:00 01:00", "o": [1]})
    assert (asked.integer("n"), asked.boolean("b"), asked.words("l")) == (7, True, ["a", "b", "3"])
    assert (asked.words("none"), asked.words("absent"), asked.text("absent")) == ([], None, None)
    assert asked.moment("t") == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert Params({"t": "2026-11-21"}).moment("t") == datetime(2026, 11, 21, tzinfo=UTC)
    assert Params({"d": "tomorrow"}).day("d") is None
    assert Params({"b": False}).boolean("b") is False
    assert sorted(asked) == ["b", "l", "n", "none", "o", "t"]
    assert asked.raw("o") == [1]
    for wrong in (asked.text, asked.numbers, asked.boolean, asked.objects):
        with pytest.raises(ApiError, match="is invalid"):
            wrong("l")


@pytest.mark.parametrize(
    ("token", "good"),
    [
        ("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", True),
        ("whsec_AAEC", False),
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", False),
        ("whsec_not base64!", False),
    ],
)
def test_signing_tokens(token: str, good: bool) -> None:
    assert is_signing_token(token) is good


def test_every_row_can_come_and_go() -> None:
    """What remove forgets is what add has indexed: an index built anew from the tables is the same."""
    world = small_world()
    planner = world.user_by_name("planner")
    assert planner is not None
    world.add(Issue(1, 1, 1, "x", planner.id, START, START))
    kept = {name: dict(getattr(world, name)) for name in TABLES.values()}
    for name in reversed(list(TABLES.values())):
        for row in list(getattr(world, name).values()):
            world.remove(row)
    for member in list(world.members):
        world.remove(member)
    assert all(getattr(world, name) == {} for name in TABLES.values())
    assert world.user_by_name("planner") is None
    assert world.issue(1, 1) is None
    assert kept["users"]
