"""docs/calendar.md is true: what it says to write makes the day, the reminder and the sentence that it promises."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import yaml

from bot.commands import _plans
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
CHANGE = re.compile(
    r"^\| `(?P<path>[^`]+)`(?:, under `(?P<under>\w+)`)? \| `(?P<old>[^`]+)` \| `(?P<new>[^`]+)` \|$", re.MULTILINE
)
CHANGES = tuple(hit.group("path", "under", "old", "new") for hit in CHANGE.finditer(PAGE))
FIRST, OPENED = date(2027, 2, 1), date(2027, 2, 25)
"""The third Thursday of March is its 18th, two weeks after the first; the issue opens 21 days before."""
NUMBERS = {1: "one", 2: "two", 3: "three", 5: "five"}


def rewritten(root: Path) -> None:
    """Change a copy as the page says."""
    for path, under, old, new in CHANGES:
        file = root / path
        text = file.read_text("utf-8")
        begins = text.index(f"{under}:\n") if under else 0
        assert old in text[begins:], f"{path} does not say {old!r}"
        file.write_text(text[:begins] + text[begins:].replace(old, new, 1), encoding="utf-8")


def webcasts(stage: Stage, day: date, days: int) -> list[Coming]:
    found = forecaster(stage.new_bot(day=day)).coming(days)
    return [one for one in found if "Webcast" in f"{one.what} {one.where}" or one.handler == "duty_deadlines"]


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
        folder = config_copy(tmp_path / "config", sandbox.url, recurring=["webcast"], notes_per_minute=60_000)
        rewritten(tmp_path)
        stage = Stage(sandbox, load(folder), tokens_of(world))
        yield stage
        stage.hang_up()


def test_the_example_is_of_the_shipped_files() -> None:
    assert len(CHANGES) == 3
    for path, _, old, _ in CHANGES:
        assert old in (ROOT / path).read_text("utf-8"), f"{path} does not say {old!r}"


@pytest.mark.unmeasured
def test_the_example_moves_the_day_the_reminder_and_the_sentence(
    changed: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the forecast before it is opened, in the plan of that day, and in the forecast of what is there."""
    before = webcasts(changed, FIRST, 60)
    assert {one.on for one in before if one.kind == "due"} == {date(2027, 2, 18), date(2027, 3, 18)}
    bot = changed.new_bot(day=OPENED)
    _plans.show(bot.sweeper.proposals(full=True), bot.apply, "json")
    assert "open the issue `Partner Webcast - 2027-03`, due 2027-03-18" in capsys.readouterr().out
    changed.sweep()
    for found in (before, webcasts(changed, OPENED, 30)):
        reminders = [one for one in found if one.kind == "remind" and date(2027, 3, 8) <= one.on <= date(2027, 3, 18)]
        assert {one.on for one in reminders} == {date(2027, 3, day) for day in (12, 16, 18)}
        assert all("Do you need a hand? Please say so here." in one.what for one in reminders)


def test_the_pages_tell_the_shipped_numbers_of_reminders() -> None:
    """The days before, how early an issue has to be open for that, and when others hear."""
    settings = yaml.safe_load((ROOT / "config/duty_deadlines.yml").read_text("utf-8"))
    before, early, grace, most = (
        NUMBERS[settings[key][0] if key == "remind_before" else settings[key]]
        for key in ("remind_before", "early_from", "late_grace", "escalations")
    )
    requests = " ".join((ROOT / "docs/requests.md").read_text("utf-8").split())
    assert f"and {before} business day before where it was opened at least {early} business days before" in requests
    assert f"not before the issue was open for {grace} business days, {most} times at most" in requests
    talking = " ".join((ROOT / "docs/talking.md").read_text("utf-8").split())
    assert f"on the day, {before} business day before where there was time for that" in talking
    assert f"manager hear of it, {most} times at most" in talking


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
