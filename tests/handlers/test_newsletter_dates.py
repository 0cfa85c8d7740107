"""NL-01, NL-02, NL-04, NL-07, NL-08, NL-10 and NL-11's reminder as a table of cases: one newsletter, day by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Answer
from bot.domain.gitlab import Person
from bot.domain.needs import MilestoneHistory, NoteHistory, Windows
from bot.handlers import newsletter_dates
from tests.builders import BOT, CAM, order, put, window
from tests.communicating import MANAGER, RENDERER, REVIEWER, does, newsletter, note, points, words

FEBRUARY = window("FY22Q1 1a", 1)
LATER = window("FY22Q1 1b", 2)
MOVED = "changed the description"
SETTLED: dict[str, Any] = {"due_date": date(2021, 2, 5), "milestone": FEBRUARY, "windows": (FEBRUARY, LATER)}
ROLES = {"contributors": ("channel_marketing", "nobody_has_it"), "reviewers": ("partner_enablement",)}


@dataclass(frozen=True)
class Case:
    """`more` is of the newsletter of February 2021, which goes out on Thursday the 4th; the topics in their order."""

    name: str
    more: dict[str, Any] = field(default_factory=dict)
    does: tuple[str, ...] = ()
    topics: tuple[str, ...] = ("timetable",)
    says: tuple[str, ...] = ()


CASES = (
    Case(
        "the timetable of the first Thursday",
        SETTLED,
        says=(
            "Thursday, 2021-01-21",
            "Tuesday, 2021-02-02",
            "Wednesday, 2021-02-03, 15:00 MST",
            "**Thursday, 2021-02-04**",
            "Friday, 2021-02-05",
        ),
    ),
    Case(
        "its due date and window are set",
        {"windows": (FEBRUARY,)},
        does=("set due date 2021-02-05", "set milestone `Channel - FY22Q1 1a`"),
    ),
    Case("a window that is not there yet waits", {"due_date": date(2021, 2, 5)}),
    Case(
        "nor is a closed one taken", {"due_date": date(2021, 2, 5), "windows": (window("FY22Q1 1a", state="closed"),)}
    ),
    Case(
        "moved, everything goes along, and it is said by whom",
        {
            **SETTLED,
            "send": "2021-02-18",
            "notes": (
                note("2021-01-15", MOVED, MANAGER, system=True),
                note("2021-01-16", MOVED, BOT, system=True),
                note("2021-01-16", "changed due date to February 5, 2021", BOT, system=True),
            ),
            "milestone_events": (put("2021-01-14", FEBRUARY, by=BOT),),
        },
        does=("set due date 2021-02-19", "set milestone `Channel - FY22Q1 1b`"),
        says=(
            "moved from 2021-02-04",
            "`@program-manager` last changed",
            "Tuesday, 2021-02-16",
            "2021-02-17, 15:00 MST",
        ),
    ),
    Case(
        "what people chose stays",
        {
            **SETTLED,
            "send": "2021-02-18",
            "due_date": date(2021, 2, 26),
            "notes": (
                note("2021-01-14", "changed due date to February 5, 2021", BOT, system=True),
                note("2021-01-16", "changed due date to February 26, 2021", MANAGER, system=True),
            ),
            "milestone_events": (put("2021-01-14", FEBRUARY),),
        },
    ),
    Case(
        "also what whoever opened it by hand chose",
        {**SETTLED, "send": "2021-02-18", "author": CAM, "due_date": date(2021, 2, 26)},
    ),
    Case(
        "a holiday moves it, and with it all else",
        {"period": "2026-01", "today": "2025-12-01", "due_date": date(2026, 1, 9)},
        says=("Friday, 2026-01-02", "Wednesday, 2025-12-31, 15:00 MST", "Tuesday, 2025-12-30", "Friday, 2026-01-09"),
    ),
    Case(
        "in summer the clock says so",
        {"period": "2021-07", "due_date": date(2021, 7, 2)},
        says=("2021-06-30, 15:00 MDT",),
    ),
    Case("without the line the plan counts", {**SETTLED, "send": ""}, says=("**Thursday, 2021-02-04**",)),
    Case("what cannot be read does not count", {**SETTLED, "send": "3/4/21"}, says=("**Thursday, 2021-02-04**",)),
    Case(
        "a day that is too far away is asked about",
        {**SETTLED, "send": "2012-02-04"},
        topics=("far", "timetable"),
        says=("`2012-02-04` lies too far from the planned day, 2021-02-04",),
    ),
    Case("31 days are not", {**SETTLED, "send": "2021-03-07", "author": CAM}),
    Case("32 are", {**SETTLED, "send": "2021-03-08"}, topics=("far", "timetable")),
    Case("where nothing tells the day it is asked for", {"send": "", "is_known": False}, topics=("undated",)),
    Case(
        "nor does a day beyond the calendar",
        {"send": "2199-02-04", "is_known": False},
        topics=("far", "undated"),
        says=("lies too far from today",),
    ),
    Case("its own line is enough", {**SETTLED, "is_known": False}),
    Case("the day before nobody is asked", {**SETTLED, "today": "2021-01-20"}),
    Case(
        "two weeks before, content is called for", {**SETTLED, "today": "2021-01-21"}, topics=("timetable", "content")
    ),
    Case("a complete outline needs none", {**SETTLED, "today": "2021-01-21", "ticked": ("outline",)}),
    Case("two business days before, the test mail", {**SETTLED, "today": "2021-02-02"}, topics=("timetable", "test")),
    Case(
        "the day before, feedback",
        {**SETTLED, "today": "2021-02-03", "ticked": ("test",)},
        topics=("timetable", "feedback"),
        says=("by **2021-02-03, 15:00 MST**",),
    ),
    Case(
        "on the day itself, the field",
        {**SETTLED, "today": "2021-02-04"},
        topics=("timetable", "field_text", "field"),
        says=(
            "`#sales` and `#customer-success` and `#sdr_global`",
            "The new Partner Flash is out: Partner Flash - 2021-02",
        ),
    ),
    Case("once it is told, nothing", {**SETTLED, "today": "2021-02-04", "ticked": ("field",)}),
    Case(
        "on Friday, the numbers",
        {**SETTLED, "today": "2021-02-05", "ticked": ("field",)},
        topics=("timetable", "numbers"),
    ),
    Case(
        "with numbers it is done",
        {**SETTLED, "today": "2021-02-05", "ticked": ("field",), "numbers": {"Open rate": "35 %", "Click rate": "5.1"}},
    ),
    Case(
        "what is said after the cut-off is late",
        {
            **SETTLED,
            "today": "2021-02-04",
            "ticked": ("field", "feedback"),
            "notes": (
                note("2021-02-03 21:59", "In time", REVIEWER),
                note("2021-02-03 22:01", "Please change the title", REVIEWER),
                note("2021-02-03 22:02", "Scheduled it", MANAGER),
                note("2021-02-03 22:03", "@channel-bot status", REVIEWER),
                note("2021-02-03 22:04", "A status", BOT),
                note("2021-02-03 22:05", "marked the task as done", REVIEWER, system=True),
                note("2021-02-05 08:00", "Well done!", REVIEWER),
            ),
        },
        topics=("timetable", "late"),
        says=("`@enablement-lead`: [comment](https://g/i/7#note_1612389660)", "after 2021-02-03, 15:00 MST"),
    ),
    Case("a closed one is done", {"state": "closed", "send": "2021-02-18"}, topics=()),
    Case("elsewhere it is nobody's", {"is_home": False}, topics=()),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_newsletter_dates(case: Case) -> None:
    facts = newsletter(**case.more)
    assert does(newsletter_dates, facts) == case.does
    assert tuple(points(newsletter_dates, facts)) == case.topics
    said = words(newsletter_dates, facts)
    assert [fragment for fragment in case.says if fragment not in said] == []
    assert said.count("](") == said.count("#note_")


def test_late_feedback_is_one_comment_a_line() -> None:
    """What comes in time, by those who prepare it, by bots and a day later is none."""
    late = next(case for case in CASES if case.name == "what is said after the cut-off is late")
    assert words(newsletter_dates, newsletter(**late.more)).count("\n- ") == 1


def test_the_morning_on_which_the_clock_changes_is_reckoned_by_the_wall() -> None:
    """Clocks go forward on Sunday, 14 March 2021: Monday 15:00 is an hour earlier in UTC than the Friday before."""
    facts = newsletter(
        period="2021-03",
        today="2021-03-16",
        send="2021-03-16",
        due_date=date(2021, 3, 19),
        notes=(
            note("2021-03-15 20:59", "In time", REVIEWER),
            note("2021-03-15 21:01", "Too late", REVIEWER),
        ),
    )
    assert "2021-03-15, 15:00 MDT" in words(newsletter_dates, facts)
    assert words(newsletter_dates, facts).count("#note_") == 1


@pytest.mark.parametrize(
    ("today", "topic", "who"),
    [
        ("2021-01-21", "content", ("marketing-lead",)),
        ("2021-02-02", "test", ()),
        ("2021-02-03", "feedback", ("enablement-lead",)),
        ("2021-02-04", "field", ()),
        ("2021-02-05", "numbers", ()),
    ],
)
def test_each_step_is_reminded_of_on_its_day(today: str, topic: str, who: tuple[str, ...]) -> None:
    """Nobody named: whoever has the issue, and hears of its opening anyway."""
    nudge = points(newsletter_dates, newsletter(today=today, **SETTLED), **ROLES)[topic].nudge
    assert nudge is not None
    assert [(turn.on.isoformat(), turn.who) for turn in nudge.turns] == [(today, who)]
    assert nudge.planned is not bool(who)


def test_whoever_opened_it_by_hand_gets_its_due_date_too() -> None:
    facts = newsletter(author=Person(9, "somebody"), windows=(FEBRUARY,))
    assert "set due date 2021-02-05" in does(newsletter_dates, facts)


def test_milestones_are_read_only_where_it_lies_on_another() -> None:
    settings = newsletter_dates.Settings()
    asked = newsletter_dates.templated_needs
    assert [*asked(newsletter(**SETTLED), settings)] == [NoteHistory()]
    assert {*asked(newsletter(), settings)} == {NoteHistory(), Windows(), MilestoneHistory()}
    assert [*asked(newsletter(state="closed"), settings)] == []
    assert [*asked(newsletter(send="", is_known=False), settings)] == []
    (need,) = newsletter_dates.order_needs(newsletter(), settings, order("flash recompute", "2021-01-15"))
    assert need == NoteHistory()


@pytest.mark.parametrize(
    ("more", "done", "says"),
    [
        ({"send": "2021-02-18"}, True, "**Thursday, 2021-02-18**"),
        ({"send": "", "is_known": False}, False, "I do not know when"),
        ({"is_home": False}, False, "no newsletter here"),
    ],
)
def test_asked_for_it_the_timetable_is_said(more: dict[str, Any], done: bool, says: str) -> None:
    (answer,) = newsletter_dates.obey(
        newsletter(**more), newsletter_dates.Settings(), order("flash recompute", "2021-01-15")
    )
    assert isinstance(answer, Answer)
    assert answer.done is done
    assert says in RENDERER.note("newsletter_dates", answer.topic, answer.values)
