"""The Select partners of a region become the three lists of a fiscal quarter, one for each month."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice

MONTHS = 3


def due_this_month(
    selects: Sequence[str], done_earlier_this_quarter: Collection[str], month_in_quarter: int
) -> tuple[str, ...]:
    """Whose turn it is in month 1 to 3: an even share of those that had none in the quarter's earlier months.

    `selects` are ids in the registry's order. Nothing but who is there and who had a turn counts, so that one who
    comes takes one of the next turns, one who goes moves nobody out of the quarter, and nobody has two.
    """
    if month_in_quarter not in range(1, MONTHS + 1):
        raise ValueError(f"a quarter has no month {month_in_quarter}; its months are 1, 2 and 3")
    waiting = [one for one in selects if one not in done_earlier_this_quarter]
    share = -(-len(waiting) // (MONTHS + 1 - month_in_quarter))
    return tuple(islice(waiting, share))


def thirds(selects: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The lists of a quarter in which nobody comes or goes: 7 partners are 3, 2 and 2."""
    first = due_this_month(selects, (), 1)
    second = due_this_month(selects, first, 2)
    return first, second, due_this_month(selects, (*first, *second), 3)
