"""What is said on an issue, and since when, becomes the reminder that falls due today, if one does."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from bot.domain.actions import Nudge, Say, Turn
from bot.domain.candidate import EVERYBODY
from bot.domain.course import Course, Log, Reminded, Since
from bot.domain.gitlab import Issue, Person
from bot.domain.intro import dri_handles
from bot.domain.plan import distinct
from bot.domain.workdays import Workdays

Point: TypeAlias = tuple[str, Say]
"""A handler and what it says."""
PLAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often people are reminded of one point: every `repeat_after` business days, `most` times in all."""

    repeat_after: int = 5
    most: int = 3
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Reminder:
    """One short comment: the user names it is for, without the @, and the points that stay open."""

    who: tuple[str, ...]
    points: tuple[Point, ...]


def key_of(point: Point) -> str:
    """What a point is known by, whatever its values."""
    handler, say = point
    return f"{handler}/{say.topic}"


def carried_on(points: Collection[Point], since: Since, today: date) -> dict[str, date]:
    """Since when each of these points is being said: from before, or from today."""
    return {key_of(point): since.get(key_of(point), today) for point in points}


def is_adopted(issue: Issue, adopt_from: date | None) -> bool:
    """Whether the bot comments on it: issues from before it came are listed elsewhere, not talked to."""
    return not (adopt_from and issue.created_at and issue.created_at.date() < adopt_from)


def nudged(points: Collection[Point]) -> tuple[Point, ...]:
    """The points that people are reminded of at all."""
    return tuple(point for point in points if point[1].nudge and not point[1].block)


@dataclass(frozen=True, slots=True)
class When:
    """The day that is asked about, what makes a day the right one, and the day on which the issue was opened."""

    today: date
    workdays: Workdays
    cadence: Cadence
    opened: date

    def turned(self, point: Point) -> Point | None:
        """The point, for whom it is on that day; None while none of the days that it names has come."""
        handler, say = point
        if say.nudge is None or not say.nudge.turns:
            return point
        day = self._reached(say.nudge)
        who = distinct(name for turn in self._turns(say.nudge) if turn.on == day for name in turn.who)
        return (handler, replace(say, nudge=replace(say.nudge, who=who or say.nudge.who))) if day else None

    def is_late(self, point: Point, course: Course) -> bool:
        """Whether a reminder of today would speak of the point."""
        nudge = point[1].nudge
        if nudge and nudge.turns:
            return self._has_come(nudge, course.log.get(key_of(point)))
        known = course.reminded(key_of(point))
        return known.times < self.cadence.most if known else self.today >= self._first(point, course)

    def is_due(self, point: Point, course: Course) -> bool:
        """On its very day, or, when that was missed, on the next business day.

        Days of its own know no weekend, unless they are planned.
        """
        nudge = point[1].nudge
        if nudge and nudge.turns:
            is_open = not nudge.planned or self.workdays.is_one(self.today)
            return is_open and self._has_come(nudge, course.log.get(key_of(point)))
        known = course.reminded(key_of(point))
        day = self.workdays.after(known.last, self.cadence.repeat_after) if known else self._first(point, course)
        return self.today == day or (self.today > day and self.workdays.is_one(self.today))

    def _has_come(self, nudge: Nudge, known: Reminded | None) -> bool:
        """Whether one of its days has come that no reminder was written on or after."""
        day = self._reached(nudge)
        return day is not None and (known is None or known.last < day)

    def _reached(self, nudge: Nudge) -> date | None:
        """The latest of its days that has come."""
        return max((turn.on for turn in self._turns(nudge) if turn.on <= self.today), default=None)

    def _turns(self, nudge: Nudge) -> tuple[Turn, ...]:
        """Its days; planned ones after the opening, or the last one put off to the business day after it."""
        if not nudge.planned:
            return nudge.turns
        ahead = tuple(turn for turn in nudge.turns if turn.on > self.opened)
        last = max(turn.on for turn in nudge.turns)
        put_off = self.workdays.after(self.opened, 1)
        return ahead or tuple(replace(turn, on=put_off) for turn in nudge.turns if turn.on == last)

    def _first(self, point: Point, course: Course) -> date:
        nudge = point[1].nudge
        return self.workdays.after(course.since[key_of(point)], nudge.after if nudge else 0)


def reminder(issue: Issue, bot: Person, points: Collection[Point], course: Course, when: When) -> Reminder | None:
    """The reminder that falls due: about all points that are late, if it is the time for one of them.

    Points without a day in `course.since` are not said yet. None also when nobody is there to be reminded.
    """
    said = [point for point in nudged(points) if key_of(point) in course.since]
    late = tuple(here for point in said if when.is_late(point, course) and (here := when.turned(point)))
    if not any(when.is_due(point, course) for point in late):
        return None
    who = distinct(name for point in late for name in addressed(issue, bot, point[1]))
    return Reminder(who, late) if who else None


def after(course: Course, sent: Reminder, today: date) -> Log:
    """What people were reminded of once this one is out; what was settled since is forgotten."""
    kept = {**course.without_settled().log}
    return kept | {key_of(point): _once_more(point, kept.get(key_of(point)), today) for point in sent.points}


def _once_more(point: Point, known: Reminded | None, today: date) -> Reminded:
    has_days = point[1].nudge is not None and bool(point[1].nudge.turns)
    return Reminded(0 if has_days else 1 + (known.times if known and not known.is_settled else 0), today)


def addressed(issue: Issue, bot: Person, say: Say) -> tuple[str, ...]:
    """The user names to remind: those the point names, else whoever answers for the issue."""
    named = say.nudge.who if say.nudge else ()
    plain = tuple(name for name in named if is_plain(name) and name.casefold() != bot.username.casefold())
    return plain or tuple(person.username for person in answerable(issue, bot))


def assigned(issue: Issue, bot: Person, heard: Reminder) -> tuple[tuple[str, ...], ...]:
    """Whose each of the points is, of those whom the reminder is for; empty when all of them are everybody's."""
    whose = tuple(tuple(name for name in addressed(issue, bot, say) if name in heard.who) for _, say in heard.points)
    return whose if any(names != heard.who for names in whose) else ()


def is_answerable(issue: Issue, bot: Person, heard: Reminder) -> bool:
    """Whether the reminder is for somebody who answers for the issue, and so may hand it over."""
    return any(person.username in heard.who for person in answerable(issue, bot))


def answerable(issue: Issue, bot: Person) -> tuple[Person, ...]:
    """Who answers for the issue: its DRI among the assignees, else the assignees, else who opened it."""
    handles = {handle.casefold() for handle in dri_handles(issue.description)}
    able = [person for person in issue.assignees if _can_hear(person, bot)]
    dri = tuple(person for person in able if person.username.casefold() in handles)
    author = (issue.author,) if _can_hear(issue.author, bot) else ()
    return dri or tuple(able) or author


def is_plain(name: str) -> bool:
    """Whether `@name` can be an account's mention: no path of a group, and not everybody."""
    return PLAIN.fullmatch(name) is not None and name.casefold() != EVERYBODY


def _can_hear(person: Person, bot: Person) -> bool:
    return person.is_active and person.id != bot.id and is_plain(person.username)
