"""What the forecast tells of issues that are not open yet is what then happens, day by day, if people do nothing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.commands.forecast import command as forecast
from bot.commands.forecast import forecaster
from bot.commands.plan import command as plan
from tests.flow.test_story_c5 import REQUEST
from tests.stage import HOME, Stage, stage

MONDAY = date(2026, 12, 7)
DAYS = 9
"""To the Tuesday of the week after, when the first of these issues are late."""
LOOKS = (0, 4, 5, 7, 8)
"""What should have come on a day between would come on the next of these."""


def reminded(on: Stage) -> dict[int, str]:
    """By comment, the title of the issue on which it reminds somebody."""
    there = on.as_("root").projects.get(HOME).issues.list(get_all=True)
    notes = ((issue, note) for issue in there for note in issue.notes.list(get_all=True))
    return {note.id: issue.title for issue, note in notes if " reminder " in note.body}


def planned(on: Stage) -> set[str]:
    """The titles of the issues on which `plan` would have somebody reminded."""
    proposals = on.bot.sweeper.proposals(full=True)
    return {one.issue.title for one in proposals if one.issue and one.reminder}


def lived(on: Stage) -> Counter[tuple[date, str]]:
    """The reminders of each day, as the bot writes them and `plan` proposed them that morning."""
    found, seen = Counter[tuple[date, str]](), dict[int, str]()
    for number in LOOKS:
        day = MONDAY + timedelta(days=number)
        on.sandbox.world.clock.set(datetime.combine(day, time(9), UTC))
        on.play(day=day)
        proposed = planned(on)
        on.sweep(full=True)
        now = reminded(on)
        assert {title for note, title in now.items() if note not in seen} == proposed
        found.update((day, title) for note, title in now.items() if note not in seen)
        seen |= now
    return found


def test_reminders_of_issues_that_are_still_to_open_are_foretold(tmp_path: Path) -> None:
    with stage(tmp_path, recurring=["phd_weekly"]) as on:
        on.sandbox.world.clock.set(datetime.combine(MONDAY, time(8), UTC))
        foretold = forecaster(on.new_bot(day=MONDAY)).coming(DAYS)
        told = Counter((one.on, one.where) for one in foretold if one.kind == "remind")
        assert told == lived(on)
        due, late = MONDAY + timedelta(days=4), MONDAY + timedelta(days=7)
        emea = {day for day, title in told if title == "PHD weekly - EMEA - 2026-W50"}
        assert emea == {due, late}


def test_what_opens_only_with_something_to_list_is_foretold_as_things_stand(tmp_path: Path) -> None:
    """This month's review of epics is there or over, so nothing asked for the epics today."""
    with stage(tmp_path, recurring=["epic_review"]) as on:
        today, day = date(2026, 12, 28), date(2027, 1, 1)
        on.sandbox.world.clock.set(datetime.combine(today, time(9), UTC))
        found = forecaster(on.new_bot(day=today)).coming(30)
        assert [(one.on, one.what) for one in found if one.kind == "open" and one.where != "digest"] == [
            (day, "Epics - 2027-01")
        ]
        on.sandbox.world.clock.set(datetime.combine(day, time(9), UTC))
        on.play(day=day)
        on.sweep()
        assert [one.title for one in on.home().issues.list(get_all=True) if one.title.startswith("Epics")] == [
            "Epics - 2027-01"
        ]


def test_nothing_is_foretold_of_what_the_bot_closes_by_then(tmp_path: Path) -> None:
    """Nobody answers what the announcement lacks, and its dates are too close: that is over once it is closed."""
    with stage(tmp_path) as on:
        on.sandbox.world.clock.set(datetime.combine(MONDAY, time(9), UTC))
        on.play(day=MONDAY)
        text = REQUEST.replace("pricing", "princing").replace("2021-02-04", "2027-02-04").replace("2021-03", "2027-03")
        issue = on.issue("cam-emea", title="Prices", description=text)
        on.sweep()
        found = [one for one in forecaster(on.new_bot(day=MONDAY)).coming(40) if one.where.endswith(f"#{issue.iid}")]
        ends = [one.on for one in found if one.what == "close the issue"]
        assert ends == [date(2026, 12, 21)]
        assert [one.on for one in found if one.kind == "remind"] != []
        assert max(one.on for one in found) == ends[0]


@pytest.mark.parametrize("command", [forecast, plan])
@pytest.mark.parametrize("day", ["2000-01-31", "2099-02-01", "1999-06-01"])
def test_a_day_beyond_the_fiscal_years_is_refused_in_a_sentence(command: object, day: str) -> None:
    result = CliRunner().invoke(command, ["--at", day])  # type: ignore[arg-type]  # both are commands
    assert result.exit_code == 2
    assert f"{day} is in no fiscal year from FY01 to FY99; give a day from 2000-02-01 to 2099-01-31" in result.output


def test_the_forecast_ends_with_the_last_fiscal_year(tmp_path: Path) -> None:
    with stage(tmp_path, recurring=["webcast"]) as on:
        last = date(2099, 1, 31)
        found = forecaster(on.new_bot(day=last - timedelta(days=1))).coming(30)
        assert max((one.on for one in found), default=last) <= last
