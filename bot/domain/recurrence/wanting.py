"""A recurrence and the issues it has become the times whose issue is missing."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.facts import RecurringFacts
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period
from bot.domain.recurrence.rule import wanted


def regions_of(facts: RecurringFacts) -> tuple[str, ...]:
    """The regions that each have an issue; one without a name where all share it."""
    return tuple(one.key for one in facts.site.registry.regions) if facts.recurrence.each_region else ("",)


def missing(facts: RecurringFacts) -> tuple[Occurrence, ...]:
    """The times whose issue should exist today and does not, oldest first in each region."""
    return tuple(one for region in regions_of(facts) for one in _missing(facts, region))


def _missing(facts: RecurringFacts, region: str) -> Iterator[Occurrence]:
    there = {one.occurrence.period for one in facts.times if one.occurrence.region == region}
    for period in wanted(facts.recurrence, facts.today, facts.site.workdays, _since(facts, region), facts.resumed):
        if period not in there:
            yield Occurrence(facts.recurrence, period, region)


def _since(facts: RecurringFacts, region: str) -> Period | None:
    """The first time of the last year that the bot cared for: what is missing since then was missed.

    While it opened none, the newest of those that people opened: their history is not the bot's to fill.
    """
    times = [one for one in facts.times if one.occurrence.region == region]
    ours = [one.occurrence.period for one in times if one.issue.author.id in facts.site.own]
    return min(ours, default=None) or max((one.occurrence.period for one in times), default=None)
