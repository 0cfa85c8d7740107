"""An issue that a person opened for a time of a recurrence becomes what the bot would have opened in its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.asking import templated
from bot.domain.facts import IssueFacts, RecurringFacts, Time
from bot.domain.fiscal import LAST_DAY
from bot.domain.needs import IssuesOf, Need, Windows
from bot.domain.recurrence.listing import Item, listed_in
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.opened import issues_for
from bot.domain.recurrence.rule import due_on
from bot.domain.recurrence.sources import SOURCES
from bot.domain.templated import Templated
from bot.domain.windows import Window


@dataclass(frozen=True, slots=True)
class Adopted:
    """When it is due, the milestone it belongs to by title (empty: none), and the items that nobody listed in it."""

    due: date
    milestone: str = ""
    unlisted: tuple[Item, ...] = ()


def adopted_needs(facts: IssueFacts) -> Iterator[Need]:
    occurrence = _time(facts)
    if occurrence is None:
        return
    if _lists(facts, occurrence):
        yield IssuesOf(occurrence.recurrence.template)
    if occurrence.recurrence.milestone and facts.issue.milestone is None:
        yield Windows()


def adopted(facts: IssueFacts) -> Adopted | None:
    """None for what the bot opened, and for what is no time of a recurrence."""
    occurrence = _time(facts)
    if occurrence is None:
        return None
    due = due_on(occurrence.recurrence, occurrence.period, facts.site.workdays)
    window = max(due, facts.today)
    is_placed = occurrence.recurrence.milestone and window <= LAST_DAY
    return Adopted(due, Window.of(window).title if is_placed else "", _unlisted(facts, occurrence))


def _time(facts: IssueFacts) -> Occurrence | None:
    case = templated(facts)
    is_ours = facts.issue.author.id in {facts.site.bot.id, *facts.guard.bots}
    return None if case is None or is_ours or not facts.issue.is_open else case.occurrence


def _lists(facts: IssueFacts, occurrence: Occurrence) -> bool:
    """Whether it should list something that the registry alone tells."""
    source = SOURCES.get(occurrence.recurrence.items)
    recurring = RecurringFacts(facts.today, facts.site, occurrence.recurrence)
    return source is not None and not any(source.needs(recurring, occurrence))


def _times(facts: IssueFacts, occurrence: Occurrence) -> Iterator[Time]:
    """The other issues of the recurrence."""
    here = facts.issue.project_id, facts.issue.iid
    for one in facts.others.get(occurrence.recurrence.template, ()):
        is_other = (one.issue.project_id, one.issue.iid) != here
        if isinstance(one.case, Templated) and one.case.occurrence and is_other:
            yield Time(one.case.occurrence, one.issue)


def _unlisted(facts: IssueFacts, occurrence: Occurrence) -> tuple[Item, ...]:
    """Nothing where the description, or another issue of that time, lists anything: then people see to the rest."""
    times = tuple(_times(facts, occurrence))
    is_listed = listed_in(facts.issue.description) or any(one.occurrence == occurrence for one in times)
    if is_listed or not _lists(facts, occurrence):
        return ()
    recurring = RecurringFacts(facts.today, facts.site, occurrence.recurrence, times)
    listed = [step.values["items"] for step in issues_for(recurring, (occurrence,))]
    every = [item for items in listed if isinstance(items, tuple) for item in items if isinstance(item, Item)]
    said = facts.issue.description.casefold()
    return tuple(item for item in every if item.title.casefold() not in said)
