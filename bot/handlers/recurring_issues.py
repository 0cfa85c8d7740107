"""What the team does again and again has its issue in time, once for each period, whatever was missed meanwhile.

An issue that somebody opened by hand for the period counts. What was not finished the last time is listed again. Where
recurrences.yml says so, a time that has nothing to list has no issue. An issue whose title does not tell for which time
it was opened counts for none, and is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, OpenIssue, Say
from bot.domain.asking import templated
from bot.domain.facts import IssueFacts, RecurringFacts
from bot.domain.needs import Need
from bot.domain.recurrence.opened import issues_for
from bot.domain.recurrence.period import Period
from bot.domain.recurrence.reading import tells
from bot.domain.recurrence.rule import Recurrence
from bot.domain.recurrence.sources import SOURCES
from bot.domain.recurrence.wanting import missing, regions_of
from bot.domain.speech import code

HANDBOOK = ("PH-02", "PH-07", "PH-10", "PH-14", "NL-03", "CO-06", "GL-04", "GL-18", "GL-19", "RA-03", "AL-06")


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


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    case, issue = templated(facts), facts.issue
    if case is None or not (case.is_home and issue.is_open) or issue.author.id in facts.site.own:
        return
    recurrence = next(
        (one for one in facts.site.recurrences if one.enabled and one.template == case.template.key), None
    )
    if recurrence is None:
        return
    seen = case.occurrence.period.key if case.occurrence else "none"
    yield Check("its title names its period", case.occurrence is not None, seen, "title")
    if case.occurrence is None:
        period, regions = _asked(facts, recurrence)
        yield Say("", "unknown_period", {"unit": recurrence.unit.value, "period": period, "regions": regions})


def _asked(facts: IssueFacts, recurrence: Recurrence) -> tuple[str, str]:
    """What the title may call its period and its region; empty for what it tells, and where all share one issue."""
    registry, born = facts.site.registry, facts.issue.created_at
    near = born.astimezone(facts.site.zone).date() if born else None
    period, region = tells(facts.issue.title, recurrence, registry.region_names, near)
    asks_region = recurrence.each_region and not region
    written = "" if period and asks_region else code(Period.of(recurrence.unit, facts.today).key)
    return written, ", ".join(code(one.name) for one in registry.regions) if asks_region else ""
