"""A saved world is the world; a file that is none says so."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import code_records, records, state
from bot.sandbox.example import example_world
from bot.sandbox.records import HookLog, Issue, Label
from bot.sandbox.server import Sandbox
from bot.sandbox.world import TABLES, World
from tests.sandbox.edge_parts import scene

ROWS = st.one_of(*(st.from_type(kind) for kind in TABLES))
UTC_TIMES = st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1))  # noqa: DTZ001 - hypothesis wants naive bounds
st.register_type_strategy(datetime, UTC_TIMES)


def frozen_world() -> World:
    world = example_world("http://127.0.0.1:8929")
    world.clock.frozen = True
    return world


def same(one: object, other: object) -> bool:
    return type(one) is type(other) and vars(one) == vars(other)


@given(st.lists(ROWS, max_size=12))
def test_a_loaded_world_is_the_saved_one(rows: list[object]) -> None:
    world = World()
    world.clock.frozen = True
    for row in rows:
        world.table(type(row))[row.id] = row  # type: ignore[attr-defined]  # every row class has an id
    # The rows point nowhere, so an index of them cannot be built; the tables are what is compared.
    again = state._world(json.loads(state.to_json(world)), "state")
    for table in TABLES.values():
        before, after = getattr(world, table), getattr(again, table)
        assert list(before) == list(after)
        assert all(same(before[number], after[number]) for number in before)


def test_every_table_and_setting_survives(tmp_path: Path) -> None:
    world = frozen_world()
    world.redirects["gitlab-com/channel/old"] = 1
    world.next_id("issues")
    path = tmp_path / "deep" / "state.json"
    state.save(world, path)
    again = state.load(path)
    assert state.to_json(again) == state.to_json(world)
    assert (again.tier, again.url, again.version, again.limited_users) == (
        "premium", world.url, world.version, {"channel-bot", "channel-bot-owner"},
    )  # fmt: skip
    assert (again.clock.now(), again.clock.frozen) == (world.clock.now(), True)
    assert (again.counters, again.redirects) == (world.counters, world.redirects)
    bot, project = again.user_by_name("channel-bot"), again.project_by_path("gitlab-com/channel/channels")
    assert bot is not None
    assert project is not None
    assert again.effective_access(bot, project) == 15
    assert list(tmp_path.glob("deep/.*")) == []


def test_every_row_class_of_the_world_has_a_table() -> None:
    """A new kind of row that the state forgot would be lost at a restart."""
    both = {records.__name__: records, code_records.__name__: code_records}
    kinds = {
        kind for name, module in both.items() for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == name
    }  # fmt: skip
    assert kinds - set(TABLES) == {records.Member}
    assert all(fields(kind) for kind in kinds)


def test_what_never_changes_is_written_once_and_what_changes_is_written_anew() -> None:
    at, writer = scene(), state.Writer()
    now = at.world.clock.now()
    log = at.world.add(HookLog(1, 1, "http://x", "issue_hooks", now, "key"))
    first = writer.text(at.world)
    at.issue.title = "Renamed"
    second = writer.text(at.world)
    assert ("Renamed" in first, "Renamed" in second) == (False, True)
    at.world.remove(log)
    at.world.add(HookLog(1, 1, "http://other", "issue_hooks", now, "key"))
    assert '"http://other"' in writer.text(at.world)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{\n  oops", "state.json:2: not JSON"),
        ("[]", "state.json: not a sandbox state of format 4 (found 'list')"),
        ('{"format": 7}', "state.json: not a sandbox state of format 4 (found 7)"),
        ('{"format": 4}', "state.json: about: unusable (KeyError: 'about')"),
    ],
)
def test_a_broken_file_says_what_where_and_what_to_do(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(state.BrokenState) as error:
        state.load(path)
    assert says in str(error.value)
    assert str(error.value).endswith("restore a copy, or delete the file to start with a new world")


def test_a_row_of_the_wrong_type_is_named(tmp_path: Path) -> None:
    world = scene().world
    raw = json.loads(state.to_json(world))
    raw["issues"][0]["iid"] = "one"
    with pytest.raises(state.BrokenState, match=r"state: issues\[0\]: unusable \(TypeError: 'one' is not a int\)"):
        state.from_json(json.dumps(raw))
    del raw["issues"][0]["iid"]
    with pytest.raises(state.BrokenState, match=r"issues\[0\]: unusable"):
        state.from_json(json.dumps(raw))


def test_a_save_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    state.save(frozen_world(), path)
    before = path.read_text()
    world = frozen_world()
    world.labels[1] = Label(1, "x", "#fff", object())  # type: ignore[arg-type]  # what JSON cannot hold
    with pytest.raises(TypeError, match="cannot hold a object"):
        state.save(world, path)
    with pytest.raises(UnicodeEncodeError):
        state.write_text(path, "\ud800")
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_sandbox_that_comes_back_knows_its_issues(tmp_path: Path) -> None:
    path, at = tmp_path / "state.json", scene()
    with Sandbox(at.world, state=path):
        at.issue.title = "Kept"
        at.world.add(Issue(77, 77, at.project.id, "second", at.user.id, at.issue.created_at, at.issue.created_at))
        state.save(at.world, path)
    with Sandbox(state=path) as again:
        issue = again.world.issue(at.project.id, 77)
        assert issue is not None
        assert (issue.title, again.world.issues[1].title) == ("second", "Kept")
