"""What people wrote about newsletters that are out becomes rates, and these the averages of half a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.communications.forms import CLICK_RATE, OPEN_RATE, RATES
from bot.domain.communications.newsletter import newsletter_of
from bot.domain.facts import IssueFacts
from bot.domain.form import Reading, read_form

KEYS = (OPEN_RATE, CLICK_RATE)
FULL = 100.0


@dataclass(frozen=True, slots=True)
class Rates:
    """`values` in percent, by field key, as the form has them; `said` those that a comment alone has.

    `doubtful` is what was written and is no rate, never to be echoed raw.
    """

    values: Mapping[str, float]
    said: Mapping[str, str]
    doubtful: tuple[str, ...] = ()

    @property
    def lacking(self) -> tuple[str, ...]:
        """The keys of those that are nowhere."""
        return tuple(key for key in KEYS if key not in self.values and key not in self.said)


def rates_of(facts: IssueFacts) -> Rates:
    """The description's; for what it lacks the latest comment's, of somebody whose word counts."""
    written = read_form(facts.issue.description, RATES)
    values = {key: float(said) for key, said in written.values.items() if _is_rate(said)}
    doubtful = [said for key, said in written.values.items() if key not in values]
    doubtful += [seen for one in written.problems for seen in one.seen]
    said: dict[str, str] = {}
    for reading in _comments(facts):
        said |= {key: text for key, text in reading.values.items() if _is_rate(text)}
    return Rates(values, {key: text for key, text in said.items() if key not in values}, tuple(doubtful))


def _comments(facts: IssueFacts) -> Iterator[Reading]:
    """What people's comments say, oldest first."""
    for note in facts.notes:
        if not note.system and facts.guard.counts(note.author.id):
            yield read_form(note.body, RATES)


def _is_rate(said: str) -> bool:
    return 0 <= float(said) <= FULL


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
