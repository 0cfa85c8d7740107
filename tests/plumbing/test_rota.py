"""The rota asks for a look whenever another issue may be wanted, and for none between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.facts import RecurringFacts
from bot.domain.recurrence.rule import Recurrence
from bot.domain.subject import Subject
from bot.memory import Memory
from bot.store.database import Database
from bot.sweeps.rota import Rota
from tests.helpdesk import rule, site

MONDAY, TUESDAY, NEXT = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 30)
MONTHLY, ENDED = rule("phd_select"), rule("phd_open", enabled=False)
WEEKLY = rule("phd_weekly")
LOOKS = [Subject.recurring("phd_weekly"), Subject.recurring("phd_select")]


@pytest.fixture
def memory() -> Memory:
    return Memory(Database("sqlite://"))


def rota(memory: Memory, rules: str = "as they are", recurrences: Sequence[Recurrence] = ()) -> Rota:
    known = site(recurrences=tuple(recurrences) or (WEEKLY, MONTHLY, ENDED))
    return Rota(memory, known, lambda: rules)


def looked(memory: Memory, today: date) -> Rota:
    """Everything was looked at on that day."""
    made = rota(memory)
    for recurrence in (WEEKLY, MONTHLY):
        made.looked(RecurringFacts(today, made.site, recurrence))
    return made


def test_what_nobody_looked_at_is_due(memory: Memory) -> None:
    assert [*rota(memory).due(MONDAY)] == LOOKS


def test_it_is_due_again_with_its_next_period(memory: Memory) -> None:
    made = looked(memory, MONDAY)
    assert [*made.due(TUESDAY)] == []
    assert [*made.due(NEXT)] == LOOKS[:1]
    assert [*made.due(TUESDAY, full=True)] == LOOKS


def test_what_nobody_looked_at_for_long_is_due(memory: Memory) -> None:
    """However many weeks went by, each look finds all that is missing."""
    assert [*looked(memory, MONDAY).due(date(2027, 3, 1))] == LOOKS


def test_other_rules_and_another_recurrence_are_reasons_to_look(memory: Memory) -> None:
    looked(memory, MONDAY)
    assert [*rota(memory, "others").due(MONDAY)] == LOOKS
    moved = replace(WEEKLY, days_after=1)
    assert [*rota(memory, recurrences=(moved, MONTHLY)).due(MONDAY)] == LOOKS[:1]


def test_no_more_can_be_missing_than_it_says(memory: Memory) -> None:
    """Ten weeks and three months, with the current ones, in each of two regions: all that would be opened late."""
    made, registry = rota(memory), site().registry
    assert made.at_most(LOOKS, MONDAY, registry) == 2 * 10 + 2 * 3
    assert made.at_most(LOOKS[1:], MONDAY, registry) == 2 * 3
    everywhere = rota(memory, recurrences=(replace(WEEKLY, each_region=False),))
    assert everywhere.at_most(LOOKS, MONDAY, registry) == 10
    assert made.at_most([], MONDAY, registry) == 0
