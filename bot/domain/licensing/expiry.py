"""A licence request becomes the day on which the new licence expires."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.partners.programme import months_later


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a licence ends; `is_short`: it shares the end of another one so soon that it is of little use."""

    day: date
    is_co_term: bool = False
    is_short: bool = False


def expiry(
    start: date,
    existing: Iterable[date],
    *,
    is_renewal: bool,
    months: int,
    warn_below: int,
) -> Expiry:
    """`existing` are the last days of the partner's other licences: all expire together, with the one that ends first.

    Those that ended before `start` do not count, nor does any for a renewal; then it runs `months` from `start`
    (29 February + 12 is 28 February). A remainder below `warn_below` days is short.
    """
    running = [day for day in existing if day >= start]
    if is_renewal or not running:
        return Expiry(months_later(start, months))
    day = min(running)
    return Expiry(day, is_co_term=True, is_short=(day - start).days < warn_below)
