"""The fiscal calendar: a day becomes the fiscal quarter it lies in; the year starts on 1 February."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

FIRST_DAY = date(2000, 2, 1)
"""First day of FY01, the first year that two digits can name."""
LAST_DAY = date(2099, 1, 31)
"""Last day of FY99."""
FIRST_MONTH = 2
NAME = re.compile(r"FY(?P<fy>[0-9]{2})Q(?P<q>[1-4])")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A fiscal quarter: `fy` is the calendar year in which the fiscal year ends (2001 to 2099), `q` is 1 to 4."""

    fy: int
    q: int

    def __post_init__(self) -> None:
        if not (FIRST_DAY.year < self.fy <= LAST_DAY.year and 1 <= self.q <= 4):
            raise ValueError(f"there is no quarter {self.q} of fiscal year {self.fy}; quarters are FY01Q1 to FY99Q4")

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter that `day` lies in; ValueError outside FY01 to FY99."""
        ends_next_year = day.month >= FIRST_MONTH
        return cls(day.year + ends_next_year, (day.month - FIRST_MONTH) % 12 // 3 + 1)

    @classmethod
    def named(cls, name: str) -> Self:
        """The quarter that is called `FY21Q2`; ValueError for any other spelling."""
        hit = NAME.fullmatch(name)
        if hit is None:
            raise ValueError(f"{name!r} is no fiscal quarter; quarters are FY01Q1 to FY99Q4")
        return cls(2000 + int(hit["fy"]), int(hit["q"]))

    @property
    def name(self) -> str:
        """`FY21Q2`."""
        return f"FY{self.fy % 100:02}Q{self.q}"

    @property
    def start(self) -> date:
        return self.month(1)

    @property
    def end(self) -> date:
        """The last day of the quarter."""
        return (self.month(3) + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    def month(self, number: int) -> date:
        """The first day of month `number` (1 to 3) of the quarter."""
        months = FIRST_MONTH - 1 + (self.q - 1) * 3 + number - 1
        return date(self.fy - 1 + months // 12, months % 12 + 1, 1)


def month_in_quarter(day: date) -> int:
    """1 to 3: which month of its fiscal quarter `day` lies in."""
    return (day.month - FIRST_MONTH) % 3 + 1
