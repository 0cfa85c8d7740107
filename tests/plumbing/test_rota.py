"""The rota asks for a look each day and whenever another issue may be wanted, and for none between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.facts import RecurringFacts
from bot.domain.recurrence.rule import Recurrence
from bot.domain.registry import Region, Registry
from bot.domain.subject import Subject
from bot.domain.templated import Templates
from bot.domain.workdays import Workdays
from bot.memory import Memory
from bot.opening import PLACE
from bot.store.database import Database
from bot.sweeps.rota import Rota
from bot.templated.pauses import Pauses
from tests.builders import BOT
from tests.helpdesk import rule, site, time

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
REGISTRY = site().registry
MONTHLY, ENDED = rule("phd_select"), rule("phd_open", enabled=False)
WEEKLY = rule("phd_weekly")
LOOKS = [Subject.recurring("phd_weekly"), Subject.recurring("phd_select")]


@pytest.fixture
def memory() -> Memory:
    return Memory(Database("sqlite://"))


def rota(memory: Memory, rules: str = "as they are", recurrences: Sequence[Recurrence] = ()) -> Rota:
    known = site(recurrences=tuple(recurrences) or (WEEKLY, MONTHLY, ENDED))
    return Rota(memory, known, Pauses(memory), lambda: rules)


def looked(memory: Memory, today: date) -> Rota:
    """Everything was looked at on that day."""
    made = rota(memory)
    for recurrence in (WEEKLY, MONTHLY):
        made.looked(RecurringFacts(today, made.site, recurrence))
    return made


def test_what_nobody_looked_at_is_due(memory: Memory) -> None:
    assert [*rota(memory).due(MONDAY, REGISTRY)] == LOOKS


def test_it_is_due_once_a_day_and_whenever_all_is_looked_at(memory: Memory) -> None:
    """What lacks its issue since the first look, by a corrected title or a move, has it the day after."""
    made = looked(memory, MONDAY)
    assert [*made.due(MONDAY, REGISTRY)] == []
    assert [*made.due(TUESDAY, REGISTRY)] == LOOKS
    assert [*made.due(MONDAY, REGISTRY, full=True)] == LOOKS


def test_what_nobody_looked_at_for_long_is_due(memory: Memory) -> None:
    """However many weeks went by, each look finds all that is missing."""
    assert [*looked(memory, MONDAY).due(date(2027, 3, 1), REGISTRY)] == LOOKS


def test_another_region_template_or_holiday_is_a_reason_to_look(memory: Memory) -> None:
    made = looked(memory, MONDAY)
    latam = Region("latam", "Latin America", "latam", "phd-amer")
    assert [*made.due(MONDAY, replace(REGISTRY, regions=(*REGISTRY.regions, latam)))] == LOOKS
    assert [*made.due(MONDAY, replace(REGISTRY, partners=()))] == []
    assert [*replace(made, site=replace(made.site, templates=Templates())).due(MONDAY, REGISTRY)] == LOOKS
    holiday = Workdays(frozenset({TUESDAY}))
    assert [*replace(made, site=replace(made.site, workdays=holiday)).due(MONDAY, REGISTRY)] == LOOKS
    shared = replace(WEEKLY, each_region=False)
    everywhere = rota(memory, recurrences=(shared,))
    everywhere.looked(RecurringFacts(MONDAY, everywhere.site, shared))
    assert [*everywhere.due(MONDAY, Registry())] == []


def test_a_time_that_passed_by_with_nothing_to_list_is_remembered(memory: Memory) -> None:
    """November had no Select; who becomes one in December has no turn in November's issue."""
    skipping = rule("phd_select", when_empty="skip")
    made = rota(memory, recurrences=(skipping,))
    october = time("phd_select", "2026-10", "acme", author=BOT)
    made.looked(RecurringFacts(date(2026, 12, 1), made.site, skipping, (october,)))
    assert [*memory.cursors(PLACE)] == [f"{PLACE}phd_select emea 2026-11"]


def test_other_rules_and_another_recurrence_are_reasons_to_look(memory: Memory) -> None:
    looked(memory, MONDAY)
    assert [*rota(memory, "others").due(MONDAY, REGISTRY)] == LOOKS
    moved = replace(WEEKLY, days_after=1)
    assert [*rota(memory, recurrences=(moved, MONTHLY)).due(MONDAY, REGISTRY)] == LOOKS[:1]


def test_no_more_can_be_missing_than_it_says(memory: Memory) -> None:
    """Ten weeks and three months, with the current ones, in each of two regions: all that would be opened late."""
    made, registry = rota(memory), REGISTRY
    assert made.at_most(LOOKS, MONDAY, registry) == 2 * 10 + 2 * 3
    assert made.at_most(LOOKS[1:], MONDAY, registry) == 2 * 3
    everywhere = rota(memory, recurrences=(replace(WEEKLY, each_region=False),))
    assert everywhere.at_most(LOOKS, MONDAY, registry) == 10
    assert made.at_most([], MONDAY, registry) == 0


def test_what_is_switched_off_is_remembered_until_it_was_looked_at(memory: Memory) -> None:
    """On again it begins anew, that day; a day on which nobody could look is none."""
    made, pauses = rota(memory), Pauses(memory)
    made.rest()
    assert [pauses.resumed(one.key, MONDAY) for one in (WEEKLY, ENDED)] == [None, MONDAY]
    again = rota(memory, recurrences=(replace(ENDED, enabled=True),))
    again.rest()
    assert pauses.resumed(ENDED.key, TUESDAY) == TUESDAY
    for today in (TUESDAY, date(2026, 11, 25)):
        again.looked(RecurringFacts(today, again.site, replace(ENDED, enabled=True)))
        assert pauses.resumed(ENDED.key, date(2027, 1, 1)) == TUESDAY
    made.rest()
    assert pauses.resumed(ENDED.key, date(2027, 1, 1)) == date(2027, 1, 1)


def test_what_the_file_no_longer_has_is_switched_off_too(memory: Memory) -> None:
    """Who puts a `#` before its lines for some weeks wants no more afterwards than who writes `enabled: false`."""
    looked(memory, MONDAY)
    rota(memory, recurrences=(MONTHLY,)).rest()
    resumed = Pauses(memory).resumed
    assert [resumed(one.key, TUESDAY) for one in (WEEKLY, MONTHLY, ENDED)] == [TUESDAY, None, None]


def test_where_the_rules_open_nothing_all_is_switched_off(memory: Memory) -> None:
    made = replace(rota(memory), is_on=lambda: False)
    made.rest()
    made.looked(RecurringFacts(MONDAY, made.site, WEEKLY))
    assert Pauses(memory).resumed(WEEKLY.key, TUESDAY) == TUESDAY
