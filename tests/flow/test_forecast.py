"""`plan --at` and `forecast`: what comes on which day, told without writing anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands import _days, _plans
from bot.commands.forecast import calendar, forecaster
from bot.domain.actions import OpenIssue
from bot.domain.plan import Plan, Wish
from bot.domain.subject import Subject
from bot.forecast import Coming
from bot.sweep import Proposal
from tests.stage import GROUP, Stage, stage

MONDAY = date(2026, 12, 7)
STAMP = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("forecast"), recurring=["phd_weekly"]) as made:
        made.issue(title="Refresh the price list", description="DRI: @cam-emea", labels="Channel Priority:1")
        yield made


def coming(stage: Stage, days: int, day: date = MONDAY) -> tuple[Coming, ...]:
    return forecaster(stage.new_bot(day=day)).coming(days)


def test_each_time_of_a_recurrence_opens_once_and_is_due_once(world: Stage) -> None:
    found = [one for one in coming(world, 14) if one.where == "recurring phd_weekly" and "EMEA" in one.what]
    assert [(one.on, one.kind, one.what) for one in found] == [
        (MONDAY + timedelta(days=number), kind, f"PHD weekly - EMEA - 2026-W{week}")
        for week, numbers in ((50, (0, 4)), (51, (7, 11)))
        for number, kind in zip(numbers, ("open", "due"), strict=True)
    ]


def test_people_are_reminded_as_often_as_configured_and_no_more(world: Stage) -> None:
    found = [one for one in coming(world, 40) if one.kind == "remind" and one.where.endswith("#1")]
    assert [one.on for one in found] == [date(2026, 12, 9), date(2026, 12, 16), date(2026, 12, 23)]
    assert all(one.what.startswith("@cam-emea: ") for one in found)


def test_a_point_is_told_on_its_first_day_alone(world: Stage) -> None:
    said = [one for one in coming(world, 40) if one.kind == "say" and one.handler == "milestone_needed"]
    assert [one.on for one in said] == [MONDAY]


def test_windows_are_made_and_digests_opened_as_time_goes_by(world: Stage) -> None:
    found = coming(world, 30)
    assert [one.on for one in found if one.where == "digest"] == [date(2026, 12, 16), date(2027, 1, 1)]
    events = calendar(found, STAMP).replace("\r\n ", "").split("\r\n")
    assert len({line for line in events if line.startswith("UID:")}) == len(found)
    made = [one.on for one in found if one.where == "milestones" and "create" in one.what]
    assert made.count(MONDAY) == 7
    assert made[7:] == [date(2026, 12, 16), date(2027, 1, 1)]


def test_what_people_told_to_leave_alone_is_left_out(world: Stage) -> None:
    issue = world.issue(title="Ours", labels="Channel Priority:1,bot::hands-off")
    found = {one.where for one in coming(world, 3)}
    assert not {where for where in found if where.endswith(f"#{issue.iid}")}


def test_nothing_is_written(world: Stage) -> None:
    world.forget_calls()
    coming(world, 10)
    assert world.calls(writes=True) == []


def test_another_first_day_begins_there(world: Stage) -> None:
    assert min(one.on for one in coming(world, 5, MONDAY + timedelta(days=30))) == MONDAY + timedelta(days=30)


def test_the_calendar_file_has_an_event_for_each_and_no_line_too_long() -> None:
    one = Coming(
        MONDAY, "a/b#1", "remind", "due", "@cam-emea: when, what; and where \\ " + "ü" * 80, "https://x.example/1"
    )
    text = calendar([one, Coming(MONDAY, "digest", "open", "priority_digest", "the digest")], STAMP)
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 2
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = text.replace("\r\n ", "")
    assert f"DESCRIPTION:@cam-emea: when\\, what\\; and where \\\\ {'ü' * 80}\\na/b#1\\, rule due" in unfolded
    assert "SUMMARY:remind: @cam-emea: when\\, what\\; and where" in unfolded
    assert "DTSTART;VALUE=DATE:20261207\r\nDTEND;VALUE=DATE:20261208" in unfolded
    assert len({line for line in lines if line.startswith("UID:")}) == 2
    assert text == calendar([one, Coming(MONDAY, "digest", "open", "priority_digest", "the digest")], STAMP)


def test_an_event_that_moves_or_is_worded_otherwise_stays_the_same_event() -> None:
    """A second import moves it; what happens again on another day is another one."""

    def uid(one: Coming) -> str:
        return next(line for line in calendar([one], STAMP).split("\r\n") if line.startswith("UID:"))

    issue = Coming(MONDAY, "recurring webcast", "open", "recurring_issues", "Webcast", key="webcast - 2026-12")
    moved = replace(issue, on=MONDAY + timedelta(days=1), what="Partner webcast")
    asked = Coming(MONDAY, "a/b#1", "remind", "due", "@cam-emea: when?")
    assert uid(issue) == uid(moved) != uid(replace(issue, kind="due"))
    assert uid(asked) != uid(replace(asked, on=MONDAY + timedelta(days=1)))


def test_signs_that_steer_a_terminal_do_not_get_into_the_file() -> None:
    text = calendar([Coming(MONDAY, "a/b#1", "say", "due", "when\x1b[31m?\r\nBEGIN:VEVENT")], STAMP)
    assert "\x1b" not in text
    assert text.count("\r\nBEGIN:VEVENT") == 1


def test_the_page_tells_a_day_at_a_time_and_what_is_the_same_once() -> None:
    asked = [Coming(MONDAY, f"{GROUP}/channels#{number}", "remind", "due", "@cam-emea: **Due:** when? " + "So " * 80)
             for number in range(1, 8)]  # fmt: skip
    opened = Coming(MONDAY, "recurring webcast", "open", "recurring_issues", "Partner Webcast - 2026-12")
    said = Coming(
        MONDAY + timedelta(days=1), f"{GROUP}/channels#1", "say", "x", "See [the list](https://x.example/1): | a |"
    )
    assert list(_days.page([*asked, said, opened], 7, GROUP)) == [
        "The next 7 days, if nobody does anything: 1 opened, 7 reminders.",
        "",
        "Monday, 7 December 2026",
        "  opens    Partner Webcast - 2026-12 [recurring_issues]",
        "  reminds  @cam-emea: Due: when? on channels#1, channels#2, channels#3, channels#4 and 3 more [due]",
        "",
        "Tuesday, 8 December 2026",
        "  says     See the list: on channels#1 [x]",
    ]
    assert list(_days.page([], 7, GROUP)) == ["Nothing comes in 7 days."]
    assert list(_days.page([], 1, GROUP)) == ["Nothing comes in one day."]
    assert next(_days.page(asked, 1, GROUP)) == "This day, if nobody does anything: 7 reminders."
    assert next(_days.page([said], 7, GROUP)).endswith("nothing opens and nobody is reminded.")
    assert _days.plain("word " * 40, 20) == "word word word wor …"


def test_what_is_said_already_does_not_come_again(tmp_path: Path) -> None:
    with stage(tmp_path) as made:
        made.issue(title="Refresh the price list", labels="Channel Priority:2")
        made.sweep()
        found = forecaster(made.new_bot()).coming(2)
        assert [one.what for one in found if one.kind == "say"] == []


def test_the_plan_of_a_day_tells_what_is_opened_and_who_is_reminded(
    world: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = world.new_bot(day=MONDAY)
    _plans.show(bot.sweeper.proposals(full=True), bot.apply, "json")
    found = {one["subject"]: one["wishes"] for one in json.loads(capsys.readouterr().out)}
    opened = [wish["action"] for wish in found["recurring:phd_weekly"]]
    assert "open the issue `PHD weekly - EMEA - 2026-W50`, due 2026-12-11" in opened


def test_what_is_opened_without_a_day_or_a_template_is_planned_by_what_is_known_of_it(
    world: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = (OpenIssue("webcast - 2027-03", "webcast"), OpenIssue("a - b", "taken_away"))
    plan = Plan(Subject.parse("recurring:webcast"), tuple(Wish("recurring_issues", step) for step in steps))
    _plans.show([Proposal(None, plan, says_news=False)], world.new_bot(day=MONDAY).apply, "json")
    (one,) = json.loads(capsys.readouterr().out)
    assert [wish["action"] for wish in one["wishes"]] == [
        "open the issue `Partner Webcast - <period>`",
        "open the issue `a - b` from `taken_away`",
    ]
