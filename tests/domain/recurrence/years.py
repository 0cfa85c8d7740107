"""Every week, month and quarter from 2015-01-01 to 2099-01-31, and holidays that come every year."""

from __future__ import annotations

from datetime import date
from typing import Final

from bot.domain.recurrence.period import Period, Unit
from bot.domain.workdays import Workdays

START: Final = date(2015, 1, 1)
END: Final = date(2099, 1, 31)
WEEKS: Final = Period.between(Unit.WEEK, START, END)
MONTHS: Final = Period.between(Unit.MONTH, START, END)
QUARTERS: Final = Period.between(Unit.QUARTER, START, END)
CLOSED: Final = ((1, 1), (5, 1), (7, 4), (12, 24), (12, 25), (12, 26), (12, 31))
WORKDAYS: Final = Workdays(frozenset(date(year, *day) for year in range(2014, 2101) for day in CLOSED))
