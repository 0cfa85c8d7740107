"""What the team does again and again has its issue in time, once for each period, whatever was missed meanwhile.

An issue that somebody opened by hand for the period counts. What was not finished the last time is listed again. Where
recurrences.yml says so, a time that has nothing to list has no issue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, OpenIssue
from bot.domain.facts import RecurringFacts
from bot.domain.needs import Need
from bot.domain.recurrence.opened import issues_for
from bot.domain.recurrence.sources import SOURCES
from bot.domain.recurrence.wanting import missing, regions_of

HANDBOOK = ("PH-02", "PH-07", "PH-10", "PH-14", "NL-03", "CO-06", "GL-04", "GL-19", "RA-03", "AL-06")


@dataclass(frozen=True, slots=True)
class Settings:
    """What comes again, and when, is in recurrences.yml."""

    enabled: bool = True


def recurring_needs(facts: RecurringFacts, settings: Settings) -> Iterator[Need]:
    source = SOURCES.get(facts.recurrence.items)
    if source:
        for occurrence in missing(facts):
            yield from source.needs(facts, occurrence)


def decide_recurring(facts: RecurringFacts, settings: Settings) -> Iterator[Check | OpenIssue]:
    lacking = missing(facts)
    for region in regions_of(facts):
        here = tuple(issues_for(facts, [one for one in lacking if one.region == region]))
        seen = ", ".join(one.key.rpartition(" ")[2] for one in here) or "all there"
        yield Check(f"the issues up to today exist{f' for {region}' if region else ''}", not here, seen, "issues")
        yield from here
