"""Who closed and reopened an issue tells whether its closing is to be undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.closing import CLOSED, REOPENED, is_by_bot, is_wanted_open, last_event, stands, was_reopened
from bot.domain.facts import Guard, IssueFacts
from bot.domain.gitlab import Note
from bot.domain.places import StateEvent
from tests.builders import BOT, CAM, at, issue
from tests.builders import facts as facts_of
from tests.templatedfacts import event

FIRST = event("2026-11-24 09:00", CLOSED)
UNDONE = event("2026-11-24 09:01", REOPENED, BOT)
SECOND = event("2026-11-24 10:00", CLOSED)
OWN = event("2026-11-24 11:00", CLOSED, BOT)


def facts(*events: StateEvent, guard: Guard | None = None) -> IssueFacts:
    return replace(facts_of(issue(state="closed")), state_events=events, guard=guard or Guard(frozenset({BOT.id})))


@pytest.mark.parametrize(
    ("events", "reopened", "by_bot", "final"),
    [
        ((), False, False, False),
        ((FIRST,), False, False, False),
        ((FIRST, UNDONE), True, False, True),
        ((FIRST, UNDONE, SECOND), True, False, True),
        ((SECOND, UNDONE, FIRST), True, False, True),
        ((FIRST, event("2026-11-24 09:01", REOPENED), SECOND), False, False, False),
        ((OWN,), False, True, True),
        ((FIRST, OWN), False, True, True),
    ],
    ids=["silent", "once", "undone", "twice", "in any order", "undone by a person", "the bot's own", "in the end"],
)
def test_the_second_close_and_the_bots_own_stand(
    events: tuple[StateEvent, ...], reopened: bool, by_bot: bool, final: bool
) -> None:
    found = facts(*events)
    assert (was_reopened(found), is_by_bot(found), stands(found)) == (reopened, by_bot, final)


def test_whose_word_does_not_count_insists_on_nothing() -> None:
    guard = Guard(frozenset({BOT.id}), is_up=True, team=frozenset())
    assert not stands(facts(FIRST, UNDONE, SECOND, guard=guard))
    assert stands(facts(FIRST, UNDONE, SECOND, guard=replace(guard, team=frozenset({CAM.id}))))


def test_the_last_event_is_the_latest_of_its_kind() -> None:
    found = facts(SECOND, FIRST, UNDONE)
    assert last_event(found, CLOSED) == SECOND
    assert last_event(found, REOPENED) == UNDONE
    assert last_event(facts(), CLOSED) is None


def test_what_people_open_again_is_theirs_until_they_tick_something() -> None:
    """Also when the bot closed it for another reason before."""
    again = event("2026-11-24 12:00", REOPENED)
    box = "marked the checklist item **sent** as completed"
    later, before = (Note(1, box, CAM, at(f"2026-11-24 {hour}:00"), system=True) for hour in (13, 10))
    assert is_wanted_open(replace(facts(OWN, again), notes=(before,)))
    assert not is_wanted_open(replace(facts(OWN, again), notes=(before, later)))
    assert not is_wanted_open(facts(OWN))
    assert not is_wanted_open(facts(FIRST, again))
