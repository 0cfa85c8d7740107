"""The times of a recurrence that lack their issue become the issues that are opened for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.domain.actions import OpenIssue
from bot.domain.asking import handles_for
from bot.domain.facts import RecurringFacts
from bot.domain.fiscal import LAST_DAY, Quarter
from bot.domain.recurrence.items import is_as_of_today, items_of
from bot.domain.recurrence.listing import Item, Lineup, Listing, listing, planned
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.rule import due_on, event_on, flags_of, named_days
from bot.domain.windows import Window


def issues_for(facts: RecurringFacts, occurrences: Iterable[Occurrence]) -> Iterator[OpenIssue]:
    """One for each, the oldest first; none for a time that has nothing to list, where such ones are skipped."""
    for occurrence, items, newest in _listings(facts, occurrences):
        if items or not facts.recurrence.is_skipped_when_empty:
            yield issue_for(facts, occurrence, items, newest)


def is_doubled(facts: RecurringFacts) -> bool:
    """Whether the bot opened one of the times twice, and the younger issue was not closed for that yet."""
    first: dict[str, int] = {}
    ours = [one for one in facts.times if one.issue.iid and one.issue.author.id in facts.site.own]
    for one in sorted(ours, key=lambda time: time.issue.iid):
        first.setdefault(one.occurrence.key, one.issue.iid)
    return any(one.issue.is_open and one.issue.iid != first[one.occurrence.key] for one in ours)


def passed_by(facts: RecurringFacts, occurrences: Iterable[Occurrence]) -> Iterator[Occurrence]:
    """Those that were skipped until they were due: what is to be listed from now on is the next ones'."""
    for occurrence, items, _ in _listings(facts, occurrences):
        is_over = due_on(occurrence.recurrence, occurrence.period, facts.site.workdays) < facts.today
        if is_over and not items and facts.recurrence.is_skipped_when_empty:
            yield occurrence


def _listings(
    facts: RecurringFacts, occurrences: Iterable[Occurrence]
) -> Iterator[tuple[Occurrence, tuple[Item, ...], Occurrence]]:
    """What each of them lists, the oldest first, with the newest of its region: what one lists counts for the next.

    Where all would list the same, only the newest does.
    """
    wanted = sorted(occurrences, key=lambda one: one.period)
    newest = {one.region: one for one in wanted}
    times = facts.times if wanted else ()
    there: tuple[Listing, ...] = tuple(listing(one, facts.recurrence.template) for one in times)
    for occurrence in wanted:
        last = newest[occurrence.region]
        is_last = occurrence == last or not is_as_of_today(facts.recurrence)
        items = items_of(Lineup(facts, occurrence, there)) if is_last else ()
        there = (*there, planned(occurrence, items))
        yield occurrence, items, last


def issue_for(facts: RecurringFacts, occurrence: Occurrence, items: tuple[Item, ...], newest: Occurrence) -> OpenIssue:
    """Opened late it keeps the day on which it was due, and says where else its items are listed."""
    recurrence, registry = facts.recurrence, facts.site.registry
    template = facts.site.templates.get(recurrence.template)
    assigned = handles_for(registry, template.assign, occurrence.region) if template else ()
    due = due_on(recurrence, occurrence.period, facts.site.workdays)
    window = max(due, facts.today)
    return OpenIssue(
        key=occurrence.key,
        template=recurrence.template,
        values={**_values(facts, occurrence), "items": items, "listed_in": _elsewhere(occurrence, newest)},
        assign=assigned[:1],
        backup=assigned[1:],
        due=due,
        milestone=Window.of(window).title if recurrence.milestone and window <= LAST_DAY else "",
    )


def _elsewhere(occurrence: Occurrence, newest: Occurrence) -> str:
    """The period whose issue lists what this one does not; empty: there is none."""
    is_same = occurrence == newest or not is_as_of_today(occurrence.recurrence)
    return "" if is_same else newest.period.key


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
