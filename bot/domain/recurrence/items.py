"""What a recurring issue lists: its source and what was left from the last time become its items."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.recurrence.listing import Item, Lineup
from bot.domain.recurrence.rule import Recurrence
from bot.domain.recurrence.sources import SOURCES


def items_of(lineup: Lineup) -> tuple[Item, ...]:
    """The items of one time.

    Where a recurrence carries over, an item is listed until it is finished, what was left before what is new; one that
    the source does not name any more is not.
    """
    recurrence = lineup.occurrence.recurrence
    source = SOURCES.get(recurrence.items)
    if source is None:
        return ()
    found, latest, finished = tuple(source.items(lineup)), lineup.latest, lineup.finished
    if not recurrence.carry_over:
        return found
    left = (one for one in found if one.key in latest and one.key not in finished)
    carried = (replace(one, times=latest[one.key].times[one.key] + 1) for one in left)
    return (*carried, *(one for one in found if one.key not in latest))


def is_as_of_today(recurrence: Recurrence) -> bool:
    """Whether all times that are opened in one look would list the same."""
    source = SOURCES.get(recurrence.items)
    return source is not None and source.is_as_of_today
