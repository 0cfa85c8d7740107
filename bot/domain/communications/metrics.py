"""What people wrote about newsletters that are out becomes rates, and these the averages of half a year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from bot.domain.communications.forms import CLICK_RATE, OPEN_RATE, RATES
from bot.domain.communications.newsletter import newsletter_of
from bot.domain.facts import IssueFacts
from bot.domain.form import read_form
from bot.domain.gitlab import Note

KEYS = (OPEN_RATE, CLICK_RATE)
FULL = 100.0
DECIMAL_COMMA: Final = re.compile(r"(?P<whole>[0-9]{1,3}),(?P<part>[0-9]{1,2})\s*+%?")


@dataclass(frozen=True, slots=True)
class Rates:
    """`values` in percent, by field key, as the form has them; `said` those that a comment alone has.

    `doubtful` is what was written and is no rate, never to be echoed raw; `at` tells when comments said what they say.
    """

    values: Mapping[str, float]
    said: Mapping[str, str]
    doubtful: tuple[str, ...] = ()
    at: Mapping[str, datetime | None] = field(default_factory=dict)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The keys of those that are nowhere."""
        return tuple(key for key in KEYS if key not in self.values and key not in self.said)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one text says, by field key: rates as numbers such as 31.5, and what is none."""

    rates: Mapping[str, str]
    doubtful: Mapping[str, tuple[str, ...]]


def rates_of(facts: IssueFacts) -> Rates:
    """The description's; for what it says nothing of the latest comment's, of somebody whose word counts."""
    written = _said(facts.issue.description)
    said: dict[str, str] = {}
    doubtful: dict[str, tuple[str, ...]] = {}
    at: dict[str, datetime | None] = {}
    for note, one in _comments(facts):
        doubtful = {key: seen for key, seen in doubtful.items() if key not in one.rates} | {**one.doubtful}
        said |= one.rates
        at |= dict.fromkeys(one.rates, note.created_at)
    known = {**written.rates, **written.doubtful}
    doubtful = {key: seen for key, seen in doubtful.items() if key not in known} | {**written.doubtful}
    return Rates(
        {key: float(rate) for key, rate in written.rates.items()},
        {key: said[key] for key in KEYS if key in said and key not in known},
        tuple(one for key in KEYS for one in doubtful.get(key, ())),
        at,
    )


def _comments(facts: IssueFacts) -> Iterator[tuple[Note, _Said]]:
    """What people's comments say, oldest first."""
    for note in facts.notes:
        if not note.system and facts.guard.counts(note.author.id):
            yield note, _said(note.body)


def _said(text: str) -> _Said:
    reading = read_form(text, RATES)
    numbers = dict(reading.values)
    doubtful: dict[str, tuple[str, ...]] = {}
    for one in reading.problems:
        if number := _decimal(one.seen):
            numbers[one.field.key] = number
        else:
            doubtful[one.field.key] = one.seen
    rates = {key: number for key, number in numbers.items() if 0 <= float(number) <= FULL}
    return _Said(rates, doubtful | {key: (number,) for key, number in numbers.items() if key not in rates})


def _decimal(seen: tuple[str, ...]) -> str:
    """`31,5 %` as `31.5`: a rate has no thousands, so its comma can only begin a fraction; else empty."""
    hit = DECIMAL_COMMA.fullmatch(seen[0]) if len(seen) == 1 else None
    return f"{hit['whole']}.{hit['part']}" if hit else ""


@dataclass(frozen=True, slots=True)
class Average:
    """Of `count` newsletters with numbers; percent."""

    open_rate: float
    click_rate: float
    count: int


def average(newsletters: Iterable[IssueFacts], before: date, months: int) -> Average | None:
    """Of those that were sent in so many months before a day; None where none of them has both rates."""
    since = _months_before(before, months)
    found = []
    for one in newsletters:
        sent, rates = newsletter_of(one), rates_of(one).values
        if sent and sent.send and since <= sent.send < before and all(key in rates for key in KEYS):
            found.append(rates)
    if not found:
        return None
    opened, clicked = (sum(rates[key] for rates in found) / len(found) for key in KEYS)
    return Average(opened, clicked, len(found))


def _months_before(day: date, months: int) -> date:
    """The first day of the month that lies so many months back."""
    at = day.year * 12 + day.month - 1 - months
    return date(at // 12, at % 12 + 1, 1)
