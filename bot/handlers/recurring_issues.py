"""What the team does again and again has its issue in time, once for each period, whatever was missed meanwhile.

An issue that somebody opened by hand for the period counts. What was not finished the last time is listed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, OpenIssue
from bot.domain.facts import RecurringFacts
from bot.domain.needs import Need, OpenWith
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.opened import issues_for
from bot.domain.recurrence.rule import wanted
from bot.domain.recurrence.sources import SOURCES

HANDBOOK = ("PH-02", "PH-07", "PH-10", "PH-14")


@dataclass(frozen=True, slots=True)
class Settings:
    """What comes again, and when, is in recurrences.yml."""

    enabled: bool = True


def recurring_needs(facts: RecurringFacts, settings: Settings) -> Iterator[Need]:
    source = SOURCES.get(facts.recurrence.items)
    if source and source.label:
        yield OpenWith(source.label)


def decide_recurring(facts: RecurringFacts, settings: Settings) -> Iterator[Check | OpenIssue]:
    regions = [one.key for one in facts.site.registry.regions] if facts.recurrence.each_region else [""]
    for region in regions:
        there = {one.occurrence.period for one in facts.times if one.occurrence.region == region}
        latest = max(there, default=None)
        periods = wanted(facts.recurrence, facts.today, facts.site.workdays, latest)
        missing = [period for period in periods if period not in there]
        seen = ", ".join(period.key for period in missing) or "all there"
        yield Check(f"the issues up to today exist{f' for {region}' if region else ''}", not missing, seen, "issues")
        yield from issues_for(facts, [Occurrence(facts.recurrence, period, region) for period in missing])
