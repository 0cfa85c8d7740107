"""A quarter's review lists what is open by then: QBR requests by DRI, the backlog, partners' journeys, OKR epics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from bot.domain.carry import is_teams
from bot.domain.facts import RecurringFacts, Site, Tier
from bot.domain.fiscal import Quarter
from bot.domain.gitlab import Issue
from bot.domain.journey import StageKey
from bot.domain.needs import EpicsOf, Need, OpenWith
from bot.domain.okr import epic_line, new_epic, okr_epics, okr_words
from bot.domain.recurrence.listing import Item, Lineup, part
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.speech import code, handle, quoted

QBR: Final = "QBR"
"""The team's label for what a quarterly business review of Sales asked for."""
NEVER: Final = datetime.min.replace(tzinfo=UTC)


def quarter_needs(facts: RecurringFacts, occurrence: Occurrence) -> Iterator[Need]:
    yield from map(OpenWith, (QBR, *_backlog_labels(facts.site), *_stage_labels(facts.site)))
    if facts.site.tier is not Tier.FREE:
        yield EpicsOf(okr_words(Quarter.of(occurrence.period.first)))


def quarter_items(lineup: Lineup) -> Iterator[Item]:
    """One item for each list; `section` of its values says which part of the review it belongs to."""
    facts = lineup.facts
    for dri, issues in _by_dri(_issues(facts, [QBR])):
        yield part("qbr", handle(dri) if dri else "", map(_line, issues))
    if backlog := _issues(facts, _backlog_labels(facts.site)):
        yield part("backlog", "", map(_dated, backlog))
    for label in _stage_labels(facts.site):
        if there := _issues(facts, [label]):
            yield part("journey", code(label), map(_line, there), str(len(there)))
    if facts.site.tier is not Tier.FREE:
        yield from _epics(facts, Quarter.of(lineup.occurrence.period.first))


def _epics(facts: RecurringFacts, quarter: Quarter) -> Iterator[Item]:
    if found := okr_epics(facts.epics.get(okr_words(quarter), ()), quarter):
        yield part("okr", "", map(epic_line, found))
    else:
        yield part("no_okr", new_epic(facts.site, quarter), [])


def _backlog_labels(site: Site) -> tuple[str, ...]:
    """The label of the last priority, in all spellings."""
    priority = site.labels.priority
    return priority.spellings(priority.levels[-1])


def _stage_labels(site: Site) -> tuple[str, ...]:
    return tuple(site.labels.journey.of(stage).name for stage in StageKey)


def _issues(facts: RecurringFacts, labels: Iterable[str]) -> Sequence[Issue]:
    """The team's with any of the labels, oldest first."""
    there = {one.id: one for label in labels for one in facts.labelled.get(label, ()) if is_teams(one, facts.site)}
    return sorted(there.values(), key=lambda one: (one.created_at or NEVER, one.id))


def _by_dri(issues: Iterable[Issue]) -> Sequence[tuple[str, Sequence[Issue]]]:
    """By the handle of whoever is assigned first; what is nobody's comes last."""
    found: defaultdict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        found[issue.assignees[0].username if issue.assignees else ""].append(issue)
    return sorted(found.items(), key=lambda one: (not one[0], one[0]))


def _line(issue: Issue) -> str:
    return f"[{issue.reference}]({issue.web_url}) {quoted(issue.listed_title)}"


def _dated(issue: Issue) -> str:
    created = issue.created_at
    return f"{_line(issue)}, {created.date().isoformat()}" if created else _line(issue)
