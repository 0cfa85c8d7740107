"""Business days: a day and a number of working days become the day that many working days later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WEEKEND = (5, 6)


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
