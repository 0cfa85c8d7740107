"""docs/calendar.md is true: what it says to write makes the day, the reminder and the sentence that it promises."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import yaml

from bot.commands.forecast import forecaster
from bot.config import load
from bot.domain.recurrence.days import opening
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.phrases import due_rule, open_rule
from bot.domain.workdays import Workdays
from bot.forecast import Coming
from bot.sandbox.clock import Clock
from bot.sandbox.example import example_world, files_in, tokens_of
from bot.sandbox.server import Sandbox
from tests.meta.places import ROOT
from tests.stage import Stage, config_copy

PAGE = (ROOT / "docs/calendar.md").read_text("utf-8")
CHANGE = re.compile(r"^\| `(?P<path>[^`]+)`[^|]*\| `(?P<old>[^`]+)` \| `(?P<new>[^`]+)` \|$", re.MULTILINE)
CHANGES = tuple(hit.group("path", "old", "new") for hit in CHANGE.finditer(PAGE))
FIRST, OPENED = date(2027, 2, 1), date(2027, 2, 12)
"""The third Friday of this month is its 19th, a week after the one nearest the 15th; the review opens a week before."""


def rewritten(root: Path) -> None:
    """Change a copy as the page says."""
    for path, old, new in CHANGES:
        file = root / path
        text = file.read_text("utf-8")
        assert text.count(old) == 1, f"{path} says {old!r} {text.count(old)} times"
        file.write_text(text.replace(old, new), encoding="utf-8")


def reviews(stage: Stage, day: date, days: int) -> list[Coming]:
    found = forecaster(stage.new_bot(day=day)).coming(days)
    return [one for one in found if "PHD" in one.what or one.handler == "duty_deadlines"]


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A world whose bot runs where the page's example was followed."""
    clock = Clock(datetime.combine(OPENED, time(15), UTC))
    registry = files_in(ROOT / "config" / "registry")
    world = example_world("http://127.0.0.1:0", clock=clock, registry=registry)
    world.limited_users = set()
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.chdir(tmp_path)
    with Sandbox(world) as sandbox:
        folder = config_copy(tmp_path / "config", sandbox.url, recurring=["phd_monthly"], notes_per_minute=60_000)
        rewritten(tmp_path)
        recurs = tmp_path / "config" / "recurrences.yml"
        # Nobody was authorized in the month before.
        recurs.write_text(recurs.read_text("utf-8").replace("when_empty: skip", "when_empty: open"), "utf-8")
        stage = Stage(sandbox, load(folder), tokens_of(world))
        yield stage
        stage.hang_up()


def test_the_example_is_of_the_shipped_files() -> None:
    assert len(CHANGES) == 3
    for path, old, _ in CHANGES:
        assert old in (ROOT / path).read_text("utf-8"), f"{path} does not say {old!r}"


@pytest.mark.unmeasured
def test_the_example_moves_the_day_the_reminder_and_the_sentence(changed: Stage) -> None:
    first = reviews(changed, FIRST, 28)
    assert {one.on for one in first if one.kind == "due"} == {date(2027, 2, 19)}
    changed.sweep()
    reminders = [one for one in reviews(changed, OPENED, 8) if one.kind == "remind"]
    assert {one.on for one in reminders} == {date(2027, 2, day) for day in (15, 17, 19)}
    assert all("Do you need a hand? Please say so here." in one.what for one in reminders)


def test_the_recurrence_that_the_page_shows_can_be_written() -> None:
    """Its keys are those of the shipped file or of the settings, and its phrases are understood."""
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    shown = yaml.safe_load(block)["phd_monthly"]
    shipped = yaml.safe_load((ROOT / "config/recurrences.yml").read_text("utf-8"))["phd_monthly"]
    assert {key: shown[key] for key in shipped} == shipped
    unit, workdays = Unit(shown["every"]), Workdays()
    (month,) = Period.between(unit, FIRST, FIRST)
    due, opens = due_rule(shown["due"], unit), open_rule(shown["opens"], unit)
    planned = due.on(month, workdays)
    assert (planned, opening(opens, month, planned, planned, workdays)) == (date(2027, 2, 12), date(2027, 2, 5))
