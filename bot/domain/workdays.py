"""Business days: a day and a number of working days become the day that many working days later or earlier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

WEEKEND = (5, 6)


class Shift(StrEnum):
    """Where a day goes that turns out to be no business day."""

    NEXT = "next business day"
    PREVIOUS = "previous business day"
    STAY = "stay"


@dataclass(frozen=True, slots=True)
class Workdays:
    """Monday to Friday without `holidays`."""

    holidays: frozenset[date] = frozenset()

    def is_one(self, day: date) -> bool:
        return day.weekday() not in WEEKEND and day not in self.holidays

    def after(self, day: date, count: int) -> date:
        """The day that is `count` (0 or more) business days after `day`; ValueError for a negative count."""
        if count < 0:
            raise ValueError(f"{count} business days after {day} would lie before it")
        while count:
            day += timedelta(days=1)
            count -= self.is_one(day)
        return day

    def before(self, day: date, count: int) -> date:
        """The day that is `count` (0 or more) business days before `day`; ValueError for a negative count."""
        if count < 0:
            raise ValueError(f"{count} business days before {day} would lie after it")
        while count:
            day -= timedelta(days=1)
            count -= self.is_one(day)
        return day

    def shifted(self, day: date, how: Shift) -> date:
        """A business day as it is, another day where `how` puts it."""
        if self.is_one(day):
            return day
        match how:
            case Shift.NEXT:
                return self.after(day, 1)
            case Shift.PREVIOUS:
                return self.before(day, 1)
            case Shift.STAY:
                return day
            case _:
                assert_never(how)
