"""Reminders on given calendar days: which day counts, who hears of it, and what is never said twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import Nudge, Say, Turn
from bot.domain.course import Course, Log, Reminded, log_of, log_text
from bot.domain.gitlab import Issue, Person
from bot.domain.reminding import Cadence, Point, Reminder, When, after, key_of, nudged, reminder
from bot.domain.workdays import Workdays

BOT, CAM = Person(1, "channel-bot"), Person(2, "cam-emea")
ISSUE = Issue(7, 1, "group/project", "An award", assignees=(CAM,), author=BOT)
START = date(2026, 11, 20)
KEY = "award/unsent"
MINE, ABOVE = ("cam-emea",), ("ops-lead", "programs-lead")


def on(number: int) -> date:
    """The day so many days after the start."""
    return START + timedelta(days=number)


def award(*numbers: int, begin: date = START) -> Point:
    """A point with the days of an award: the first three are the account manager's, the others go higher."""
    days = numbers or (3, 6, 7, 8, 11, 14, 17)
    turns = tuple(Turn(begin + timedelta(days=number), MINE if number < 8 else ABOVE) for number in days)
    return "award", Say("AW-05", "unsent", nudge=Nudge(turns=turns))


def heard(day: date, *points: Point, log: Log | None = None, since: date = START) -> Reminder | None:
    course = Course({key_of(one): since for one in points}, log or {})
    return reminder(ISSUE, BOT, points, course, When(day, Workdays(), Cadence(), START))


def story(days: list[int], point: Point) -> list[tuple[int, tuple[str, ...]]]:
    """What people hear when somebody looks on these days, several times on each."""
    course, told = Course({KEY: START}, {}), list[tuple[int, tuple[str, ...]]]()
    for number in (number for day in days for number in (day, day)):
        found = reminder(ISSUE, BOT, [point], course, When(on(number), Workdays(), Cadence(most=1), START))
        if found:
            told.append((number, found.who))
            course = Course(course.since, after(course, found, on(number)))
    return told


def test_each_day_once_weekends_too_however_few_a_cadence_allows() -> None:
    """Day 8 and those behind it are for others than the first three."""
    assert story([*range(30)], award()) == [
        (3, MINE),
        (6, MINE),
        (7, MINE),
        (8, ABOVE),
        (11, ABOVE),
        (14, ABOVE),
        (17, ABOVE),
    ]


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ([2, 4, 5], [(4, MINE)]),
        ([0, 7], [(7, MINE)]),
        ([0, 10], [(10, ABOVE)]),
        ([3, 9, 10, 11], [(3, MINE), (9, ABOVE), (11, ABOVE)]),
        ([40, 41], [(40, ABOVE)]),
    ],
)
def test_of_several_missed_days_one_is_made_up_for(looks: list[int], told: list[tuple[int, tuple[str, ...]]]) -> None:
    """The latest, for those whose it is."""
    assert story(looks, award()) == told


def test_nothing_comes_before_the_point_is_said() -> None:
    point = award()
    assert reminder(ISSUE, BOT, [point], Course({}, {}), When(on(4), Workdays(), Cadence(), START)) is None
    assert heard(on(4), point, since=on(4)) is not None


def test_days_that_move_away_matter_no_longer() -> None:
    """Told on day 6, then assigned anew on day 7: silence until the new third day; told days stay told."""
    log = {KEY: Reminded(0, on(6))}
    moved = award(begin=on(7))
    assert [number for number in range(7, 12) if heard(on(number), moved, log=log)] == [10, 11]
    assert heard(on(7), award(4, 5, 6), log=log) is None


def test_a_point_that_was_settled_and_comes_back_is_not_told_of_the_same_day_again() -> None:
    """Unlike a point that goes by a cadence, which then begins anew."""
    course = Course({}, {KEY: Reminded(0, on(3)), "due/missing": Reminded(2, on(3))}).without_settled()
    assert course.log == {KEY: Reminded(0, on(3), is_settled=True)}
    assert course.latest == frozenset()
    assert heard(on(4), award(), log=course.log, since=on(4)) is None
    found = heard(on(6), award(), log=course.log, since=on(4))
    assert found is not None
    assert after(Course({KEY: on(4)}, course.log), found, on(6)) == {KEY: Reminded(0, on(6))}


def test_it_joins_no_reminder_of_another_point() -> None:
    """Nor does what goes by a cadence count the days of others."""
    other: Point = ("due", Say("GL-16", "missing", nudge=Nudge(0)))
    log = {KEY: Reminded(0, on(3))}
    found = heard(on(4), award(), other, log=log)
    assert found == Reminder(("cam-emea",), (other,))
    both = heard(on(6), award(), other, log=log)
    assert both is not None
    assert [key_of(one) for one in both.points] == [KEY, "due/missing"]
    assert after(Course({KEY: START, "due/missing": START}, log), both, on(6)) == {
        KEY: Reminded(0, on(6)),
        "due/missing": Reminded(1, on(6)),
    }


def test_who_hears_of_it_that_day() -> None:
    """Everybody whom that day names, else whom the nudge names, else whoever answers for the issue."""
    say = Say("AW-05", "unsent", nudge=Nudge(who=("phd-apac",), turns=(Turn(on(1)), Turn(on(2), MINE))))
    both = Say("AW-05", "unsent", nudge=Nudge(turns=(Turn(on(1), MINE), Turn(on(1), ABOVE))))
    nobodys = Say("AW-05", "unsent", nudge=Nudge(turns=(Turn(on(1)),)))
    for day, one, who in ((1, say, ("phd-apac",)), (2, say, MINE), (1, both, MINE + ABOVE), (1, nobodys, MINE)):
        found = heard(on(day), ("award", one))
        assert found is not None
        assert found.who == who


def test_before_its_first_day_a_point_is_nobodys() -> None:
    plain: Point = ("due", Say("GL-16", "missing", nudge=Nudge(2)))
    when = When(on(2), Workdays(), Cadence(), START)
    assert when.turned(award()) is None
    assert when.turned(plain) == plain


def test_a_block_reminds_nobody() -> None:
    assert nudged([("award", Say("AW-05", "bar", nudge=Nudge(0), block=True))]) == ()


def test_what_older_versions_wrote_is_read() -> None:
    assert log_of('{"due/missing": [2, "2026-11-20"]}') == {"due/missing": Reminded(2, START)}
    assert log_text({"due/missing": Reminded(2, START)}) == '{"due/missing": [2, "2026-11-20"]}'
    settled = {KEY: Reminded(0, START, is_settled=True)}
    assert log_of(log_text(settled)) == settled


@given(days=st.sets(st.integers(0, 40), min_size=1, max_size=8), looks=st.sets(st.integers(0, 45)))
def test_whatever_days_somebody_looks_on_no_day_is_told_of_twice(days: set[int], looks: set[int]) -> None:
    """And every look behind a day nobody was told of yet tells of it."""
    told = [number for number, _ in story(sorted(looks), award(*days))]
    expected, covered = list[int](), -1
    for look in sorted(looks):
        if any(covered < day <= look for day in days):
            expected.append(look)
            covered = look
    assert told == expected


def test_what_is_planned_waits_for_the_next_business_day() -> None:
    """Day 8 is a Saturday; what is seen on it and on Sunday is told on Monday, once."""
    topic, say = award(8)
    assert say.nudge
    assert story([*range(15)], (topic, replace(say, nudge=replace(say.nudge, planned=True)))) == [(10, ABOVE)]


def planned(*numbers: int) -> Point:
    topic, say = award(*numbers)
    assert say.nudge
    return topic, replace(say, nudge=replace(say.nudge, planned=True))


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((0, 3), [(3, MINE)]),
        ((-4, 0, 3, 5), [(3, MINE), (5, MINE)]),
        ((0,), [(3, MINE)]),
        ((-4, -1), [(3, MINE)]),
    ],
)
def test_nobody_is_reminded_on_the_day_of_the_opening(
    days: tuple[int, ...], told: list[tuple[int, tuple[str, ...]]]
) -> None:
    """A planned day that has passed by then is none; if it was the last, it comes on the next business day, Monday."""
    assert story([*range(15)], planned(*days)) == told


def test_what_happened_on_the_day_of_the_opening_is_told_that_day() -> None:
    assert story([*range(5)], award(0)) == [(0, MINE)]
