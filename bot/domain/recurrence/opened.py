"""The times of a recurrence that lack their issue become the issues that are opened for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.domain.actions import OpenIssue
from bot.domain.asking import handles_for
from bot.domain.facts import RecurringFacts
from bot.domain.fiscal import LAST_DAY, Quarter
from bot.domain.recurrence.items import items_of
from bot.domain.recurrence.listing import Item, Lineup, Listing, listing, planned
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.rule import due_on, event_on, flags_of, named_days
from bot.domain.windows import Window


def issues_for(facts: RecurringFacts, occurrences: Iterable[Occurrence]) -> Iterator[OpenIssue]:
    """One for each, the oldest first: what an issue of this look lists counts for those after it."""
    wanted = sorted(occurrences, key=lambda one: one.period)
    times = facts.times if wanted else ()
    there: tuple[Listing, ...] = tuple(listing(one, facts.recurrence.template) for one in times)
    for occurrence in wanted:
        items = items_of(Lineup(facts, occurrence, there))
        there = (*there, planned(occurrence, items))
        yield issue_for(facts, occurrence, items)


def issue_for(facts: RecurringFacts, occurrence: Occurrence, items: tuple[Item, ...]) -> OpenIssue:
    """Opened late it keeps the day on which it was due."""
    recurrence, registry = facts.recurrence, facts.site.registry
    template = facts.site.templates.get(recurrence.template)
    assigned = handles_for(registry, template.assign, occurrence.region) if template else ()
    due = due_on(recurrence, occurrence.period, facts.site.workdays)
    window = max(due, facts.today)
    return OpenIssue(
        key=occurrence.key,
        template=recurrence.template,
        values={**_values(facts, occurrence), "items": items},
        assign=assigned[:1],
        backup=assigned[1:],
        due=due,
        milestone=Window.of(window).title if recurrence.milestone and window <= LAST_DAY else "",
    )


def said(period: Period) -> str:
    """`week 3 of 2026`, `January 2026` or `FY26Q4`."""
    match period.unit:
        case Unit.WEEK:
            year, week, _ = period.first.isocalendar()
            return f"week {week} of {year}"
        case Unit.MONTH:
            return f"{period.first:%B %Y}"
        case _:
            return period.key


def _values(facts: RecurringFacts, occurrence: Occurrence) -> Mapping[str, object]:
    recurrence, period, registry = facts.recurrence, occurrence.period, facts.site.registry
    template, region = facts.site.templates.get(recurrence.template), registry.region(occurrence.region)
    assigned = handles_for(registry, template.assign, occurrence.region) if template else ()
    return {
        "period": period.key,
        "period_name": said(period),
        "quarter": Quarter.of(period.first).name,
        "first_day": period.first.isoformat(),
        "last_day": period.last.isoformat(),
        "event": event_on(recurrence, period, facts.site.workdays).isoformat(),
        "due": due_on(recurrence, period, facts.site.workdays).isoformat(),
        "region": region.name if region else "",
        "dri": f"@{assigned[0]}" if assigned else "",
        "as_of": registry.as_of.isoformat() if registry.as_of else "",
        "flags": flags_of(recurrence, period),
        "bot": facts.site.bot.username,
        **{name: day.isoformat() for name, day in named_days(recurrence, period, facts.site.workdays).items()},
    }
