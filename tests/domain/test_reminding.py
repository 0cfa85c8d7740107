"""When people are reminded, of what, and who."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import AddLabel, Nudge, Say
from bot.domain.audible import audible
from bot.domain.course import Course, Reminded, later, log_of, log_text, since_of, since_text
from bot.domain.gitlab import Issue, Person
from bot.domain.plan import Plan, Wish
from bot.domain.reminding import (
    Cadence,
    Point,
    Reminder,
    When,
    after,
    answerable,
    assigned,
    carried_on,
    is_adopted,
    is_answerable,
    is_plain,
    key_of,
    reminder,
)
from bot.domain.subject import Subject
from bot.domain.workdays import Workdays

BOT = Person(1, "channel-bot")
CAM, PHD = Person(2, "cam-emea"), Person(3, "phd-apac")
MONDAY = date(2026, 11, 23)
FRIDAY, SATURDAY, NEXT_MONDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)
HOLIDAY = date(2026, 11, 26)
OPENED = date(2026, 11, 2)
KEY = "due/missing"


def issue(**fields: Any) -> Issue:
    return Issue(7, 1, "group/project", "A chore", **{"assignees": (CAM,), "author": PHD, **fields})


def point(days: int = 2, who: tuple[str, ...] = (), topic: str = "missing") -> Point:
    return "due", Say("GL-16", topic, nudge=Nudge(days, who))


def told(
    day: date,
    *points: Point,
    since: date = MONDAY,
    log: dict[str, Reminded] | None = None,
    on: Issue | None = None,
    cadence: Cadence | None = None,
) -> Reminder | None:
    """What people hear on that day, when every point was first said on `since`."""
    every = points or (point(),)
    course = Course({key_of(one): since for one in every}, log or {})
    when = When(day, Workdays(frozenset({HOLIDAY})), cadence or Cadence(), OPENED)
    return reminder(on or issue(), BOT, every, course, when)


def days_told(last: date, *points: Point, on: Issue | None = None) -> list[date]:
    """The days on which people hear something, when somebody looks every day from Monday on."""
    every = points or (point(),)
    course, heard = Course({key_of(one): MONDAY for one in every}, {}), list[date]()
    day = MONDAY
    while day <= last:
        found = reminder(
            on or issue(), BOT, every, course, When(day, Workdays(frozenset({HOLIDAY})), Cadence(), OPENED)
        )
        if found:
            heard.append(day)
            course = Course(course.since, after(course, found, day))
        day += timedelta(days=1)
    return heard


def test_two_business_days_then_every_five_three_times_in_all() -> None:
    """Thursday the 26th is a holiday; nothing comes on it, and it does not count."""
    assert days_told(date(2027, 3, 1)) == [date(2026, 11, 25), date(2026, 12, 3), date(2026, 12, 10)]


def test_the_first_reminder_may_come_at_once_whatever_the_day() -> None:
    assert told(MONDAY, point(0)) == Reminder(("cam-emea",), (point(0),))
    assert told(SATURDAY, point(0), since=SATURDAY) == Reminder(("cam-emea",), (point(0),))


@pytest.mark.parametrize(
    ("day", "comes"),
    [(MONDAY, False), (date(2026, 11, 24), False), (date(2026, 11, 25), True), (HOLIDAY, False), (FRIDAY, True)],
)
def test_a_day_that_was_missed_is_made_up_for_on_the_next_business_day(day: date, comes: bool) -> None:
    assert bool(told(day)) is comes


def test_what_falls_due_on_a_weekend_waits_for_monday() -> None:
    assert told(SATURDAY) is None
    assert told(NEXT_MONDAY) is not None


def test_the_count_holds_for_each_point_and_all_late_ones_share_a_comment() -> None:
    """The second point joins the first one's reminder, and both are counted."""
    early, late = point(1), point(4, topic="undated")
    assert told(date(2026, 11, 24), early, late) == Reminder(("cam-emea",), (early,))
    log = {KEY: Reminded(1, date(2026, 11, 24))}
    found = told(NEXT_MONDAY, early, late, log=log)
    assert found == Reminder(("cam-emea",), (early, late))
    course = Course({KEY: MONDAY, "due/undated": MONDAY}, log)
    assert after(course, found, NEXT_MONDAY) == {
        KEY: Reminded(2, NEXT_MONDAY),
        "due/undated": Reminded(1, NEXT_MONDAY),
    }


def test_who_was_told_often_enough_hears_no_more_of_it() -> None:
    log = {KEY: Reminded(3, MONDAY)}
    assert told(date(2027, 3, 1), log=log) is None
    other = point(topic="undated")
    assert told(date(2027, 3, 1), point(), other, log=log) == Reminder(("cam-emea",), (other,))


def test_a_point_that_comes_back_begins_anew() -> None:
    """The old reminders were about the old one."""
    log = {KEY: Reminded(3, date(2026, 11, 20))}
    found = told(date(2026, 11, 25), log=log)
    assert found is not None
    assert after(Course({KEY: MONDAY}, log), found, FRIDAY) == {KEY: Reminded(1, FRIDAY)}


def test_whose_each_point_is_where_that_differs() -> None:
    """A name that nobody answers to is left out; the DRI's own line is for who may hand the issue over."""
    mine, leads = point(), point(who=("ops-lead", "gone"), topic="undated")
    both = Reminder(("cam-emea", "ops-lead"), (mine, leads))
    assert assigned(issue(), BOT, both) == (("cam-emea",), ("ops-lead",))
    assert assigned(issue(), BOT, Reminder(("cam-emea",), (mine, point(topic="undated")))) == ()
    assert [is_answerable(issue(), BOT, one) for one in (both, Reminder(("ops-lead",), (leads,)))] == [True, False]


def test_what_is_not_said_or_needs_no_reminder_is_passed_over() -> None:
    mute: Point = ("due", Say("GL-16", "undated"))
    when = When(FRIDAY, Workdays(), Cadence(), OPENED)
    assert reminder(issue(), BOT, [mute], Course({"due/undated": MONDAY}, {}), when) is None
    assert reminder(issue(), BOT, [point()], Course({}, {}), when) is None


def test_the_first_day_stays_while_the_point_stays() -> None:
    """Also when its values change: they are not part of what it is known by."""
    changed: Point = ("due", Say("GL-16", "missing", {"text": "another"}))
    assert carried_on([changed, point(topic="undated")], {KEY: MONDAY, "due/past": MONDAY}, FRIDAY) == {
        KEY: MONDAY,
        "due/undated": FRIDAY,
    }


BLOCKED = Person(4, "cam-amer", "blocked")


@pytest.mark.parametrize(
    ("fields", "people"),
    [
        ({"assignees": (CAM, PHD), "description": "DRI: @Phd-APAC"}, (PHD,)),
        ({"assignees": (CAM,), "description": "DRI: @phd-apac"}, (CAM,)),
        ({"assignees": (CAM, PHD)}, (CAM, PHD)),
        ({"assignees": (BLOCKED, CAM), "description": "DRI: @cam-amer"}, (CAM,)),
        ({"assignees": (BLOCKED,)}, (PHD,)),
        ({"assignees": (BOT,)}, (PHD,)),
        ({"assignees": (), "author": BOT}, ()),
        ({"assignees": (), "author": BLOCKED}, ()),
        ({"assignees": (), "author": Person(9, "all")}, ()),
    ],
)
def test_who_answers_for_an_issue(fields: dict[str, Any], people: tuple[Person, ...]) -> None:
    """The DRI among the assignees, else the assignees, else who opened it; nobody who is blocked, never the bot."""
    assert answerable(issue(**fields), BOT) == people


def test_a_point_may_name_who_is_late() -> None:
    found = told(FRIDAY, point(who=("programs-lead",)), point(who=("programs-lead", "ops-lead"), topic="undated"))
    assert found is not None
    assert found.who == ("programs-lead", "ops-lead")


@pytest.mark.parametrize("name", ["all", "All", "gitlab-com/channel", "", "a b", "x`", "channel-bot", "@cam-emea"])
def test_what_is_no_plain_name_is_never_mentioned(name: str) -> None:
    """Then whoever answers for the issue hears of it."""
    found = told(FRIDAY, point(who=(name,)))
    assert found is not None
    assert found.who == ("cam-emea",)


def test_where_nobody_can_hear_it_nothing_is_said() -> None:
    assert told(FRIDAY, on=issue(assignees=(), author=BOT)) is None


def test_plain_names() -> None:
    assert is_plain("cam-emea")
    assert is_plain("a.b_c")
    assert not is_plain("cam-emea.")


def test_issues_from_before_the_bot_came() -> None:
    old = issue(created_at=datetime(2026, 10, 31, tzinfo=UTC))
    assert is_adopted(old, None)
    assert is_adopted(issue(), date(2026, 11, 1))
    assert is_adopted(old, date(2026, 10, 31))
    assert not is_adopted(old, date(2026, 11, 1))


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
keys = st.text(max_size=8)
logs = st.dictionaries(keys, st.builds(Reminded, st.integers(1, 3), days), max_size=4)


@given(since=st.dictionaries(keys, days), log=logs)
def test_what_is_kept_as_text_comes_back(since: dict[str, date], log: dict[str, Reminded]) -> None:
    assert since_of(since_text(since)) == since
    assert log_of(log_text(log)) == log


@given(one=logs, other=logs)
def test_of_two_memories_the_later_one_counts(one: dict[str, Reminded], other: dict[str, Reminded]) -> None:
    both = later(one, other)
    assert both == later(other, one)
    assert both.keys() == one.keys() | other.keys()
    for key, known in both.items():
        assert known in (one.get(key), other.get(key))
        assert all(known.last >= log[key].last for log in (one, other) if key in log)


@given(
    nudges=st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abc")), min_size=1, max_size=3),
    looks=st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_nobody_is_reminded_too_often_or_too_soon(nudges: list[tuple[int, str]], looks: list[bool]) -> None:
    """Whatever days somebody looks on: at most three times a point, and five business days between two turns of one."""
    points = [point(after_, topic=topic) for after_, topic in nudges]
    course, workdays, heard = Course({key_of(one): MONDAY for one in points}, {}), Workdays(), dict[str, list[date]]()
    for number, looked in enumerate(looks):
        day = MONDAY + timedelta(days=number)
        found = reminder(issue(), BOT, points, course, When(day, workdays, Cadence(), OPENED)) if looked else None
        if found:
            course = Course(course.since, after(course, found, day))
            for key in {key_of(one) for one in found.points}:
                heard.setdefault(key, []).append(day)
            again = {key: heard[key] for key in heard if len(heard[key]) > 1 and heard[key][-1] == day}
            fresh = any(len(heard[key_of(one)]) == 1 for one in found.points)
            assert fresh or any(day >= workdays.after(told_on[-2], 5) for told_on in again.values())
    assert all(len(told_on) <= 3 for told_on in heard.values())


def test_internal_points_are_heard_by_staff_alone() -> None:
    """Who reads along is asked only when something is internal."""
    asked: list[str] = []
    open_, secret = Wish("due", Say("GL-16", "missing")), Wish("due", Say("GL-16", "undated", internal=True))
    plan = Plan(Subject.issue(7, 1), wishes=(open_, secret, Wish("due", AddLabel("x"))))

    def staff_only(answer: bool) -> bool:
        asked.append("asked")
        return answer

    assert audible(plan, lambda: staff_only(True)) == plan
    assert audible(plan, lambda: staff_only(False)).wishes == (open_, Wish("due", AddLabel("x")))
    assert asked == ["asked", "asked"]
    quiet = Plan(Subject.issue(7, 1), wishes=(open_,))
    assert audible(quiet, lambda: staff_only(False)) == quiet
    assert asked == ["asked", "asked"]
