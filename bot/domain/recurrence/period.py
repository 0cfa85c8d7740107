"""The times of a recurrence: a day becomes the week, month or fiscal quarter it lies in, and a key names it."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self, assert_never

from bot.domain.fiscal import FIRST_DAY, LAST_DAY, Quarter

DAY = timedelta(days=1)
WEEK = re.compile(r"(?P<year>[0-9]{4})-W(?P<week>[0-9]{2})")
MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")


class Unit(StrEnum):
    """How long one time of a recurrence lasts."""

    WEEK = "week"
    """Monday to Sunday, numbered as in ISO 8601."""
    MONTH = "month"
    QUARTER = "quarter"
    """A quarter of the fiscal year."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One week, month or fiscal quarter that has a day in FY01 to FY99; ValueError for a `first` that begins none."""

    unit: Unit
    first: date

    def __post_init__(self) -> None:
        if self.first != _first(self.unit, self.first):
            raise ValueError(f"no {self.unit} begins on {self.first}")
        if not (self.last >= FIRST_DAY and self.first <= LAST_DAY):
            raise ValueError(f"the {self.unit} of {self.first} lies outside {FIRST_DAY} to {LAST_DAY}")

    @classmethod
    def of(cls, unit: Unit, day: date) -> Self:
        """The one that `day` lies in; ValueError outside FY01 to FY99."""
        return cls(unit, _first(unit, day))

    @classmethod
    def parse(cls, key: str) -> Self:
        """The one that has this key; ValueError for a key of none."""
        try:
            if hit := WEEK.fullmatch(key):
                return cls(Unit.WEEK, date.fromisocalendar(int(hit["year"]), int(hit["week"]), 1))
            if hit := MONTH.fullmatch(key):
                return cls(Unit.MONTH, date(int(hit["year"]), int(hit["month"]), 1))
            return cls(Unit.QUARTER, Quarter.named(key).start)
        except ValueError as error:
            raise ValueError(f"{key!r} names no period ({error}); write 2026-W03, 2026-01 or FY26Q4") from error

    @property
    def key(self) -> str:
        """`2026-W03`, `2026-01` or `FY26Q4`."""
        match self.unit:
            case Unit.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02}"
            case Unit.MONTH:
                return f"{self.first:%Y-%m}"
            case Unit.QUARTER:
                return Quarter.of(self.first).name
            case _:
                assert_never(self.unit)

    @property
    def last(self) -> date:
        """The last day, inclusive."""
        match self.unit:
            case Unit.WEEK:
                return self.first + 6 * DAY
            case Unit.MONTH:
                return month_end(self.first)
            case Unit.QUARTER:
                return Quarter.of(self.first).end
            case _:
                assert_never(self.unit)

    def next(self) -> Self:
        """The one after; ValueError beyond FY99."""
        return type(self)(self.unit, self.last + DAY)

    def previous(self) -> Self:
        """The one before; ValueError before FY01."""
        return type(self).of(self.unit, self.first - DAY)

    @classmethod
    def between(cls, unit: Unit, start: date, end: date) -> tuple[Self, ...]:
        """All with a day from `start` to `end`, oldest first; those that FY01 to FY99 do not have are left out."""
        start, end = max(start, FIRST_DAY), min(end, LAST_DAY)
        if start > end:
            return ()
        found = [cls.of(unit, start)]
        while found[-1].last < end:
            found.append(found[-1].next())
        return tuple(found)


def month_end(day: date) -> date:
    """The last day of the month that `day` lies in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _first(unit: Unit, day: date) -> date:
    match unit:
        case Unit.WEEK:
            return day - day.weekday() * DAY
        case Unit.MONTH:
            return day.replace(day=1)
        case Unit.QUARTER:
            return Quarter.of(day).start
        case _:
            assert_never(unit)
