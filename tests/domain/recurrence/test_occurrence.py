"""Keys of occurrences: what names one time of a recurrence, and what names none."""

from __future__ import annotations

import pytest

from bot.domain.recurrence.days import DueRule, FirstDay, NthWeekday
from bot.domain.recurrence.occurrence import Occurrence, occurrence_called
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.rule import Recurrence

WEEKLY = Recurrence("weekly", "weekly", Unit.WEEK, DueRule(NthWeekday(1, 4)), FirstDay())
WEEK = Period.parse("2026-W03")


@pytest.mark.parametrize("region", ["", "emea"])
def test_a_key_names_its_occurrence(region: str) -> None:
    occurrence = Occurrence(WEEKLY, WEEK, region)
    assert occurrence_called(occurrence.key, [WEEKLY]) == occurrence


@pytest.mark.parametrize(
    "key",
    ["", "weekly", "other - 2026-W03", "weekly emea", "weekly emea soon", "weekly emea 2026-01", "weekly - FY26Q4"],
)
def test_other_words_name_none(key: str) -> None:
    """An unknown recurrence, no region, no period, or one of another length."""
    assert occurrence_called(key, [WEEKLY]) is None
