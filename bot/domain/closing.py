"""The journal of who closed and reopened an issue becomes whether its closing is to be undone."""

from __future__ import annotations

from typing import Final

from bot.domain.facts import IssueFacts
from bot.domain.places import StateEvent
from bot.domain.ticks import ticks

CLOSED: Final = "closed"
REOPENED: Final = "reopened"


def last_event(facts: IssueFacts, state: str) -> StateEvent | None:
    """The latest time that somebody closed or reopened the issue."""
    return max((one for one in facts.state_events if one.state == state), key=moment, default=None)


def moment(event: StateEvent) -> tuple[object, int]:
    """What puts events in their order."""
    return event.at, event.id


def was_reopened(facts: IssueFacts) -> bool:
    """Whether the bot opened it again."""
    return any(event.state == REOPENED and event.user_id in facts.guard.bots for event in facts.state_events)


def is_by_bot(facts: IssueFacts) -> bool:
    """Whether it was the bot that closed it last."""
    event = last_event(facts, CLOSED)
    return event is not None and event.user_id in facts.guard.bots


def is_wanted_open(facts: IssueFacts) -> bool:
    """Whether people opened again what the bot had closed, and ticked nothing since; that is theirs to close."""
    event = last_event(facts, REOPENED)
    return event is not None and is_by_bot(facts) and all(one.at <= event.at for one in ticks(facts.notes))


def stands(facts: IssueFacts) -> bool:
    """Whether the closing is not to be undone: the bot's own, or a second one by somebody whose word counts."""
    event = last_event(facts, CLOSED)
    insists = was_reopened(facts) and event is not None and facts.guard.counts(event.user_id)
    return insists or is_by_bot(facts)
