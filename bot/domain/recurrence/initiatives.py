"""The team's open epics become the two lists of the month's look at them: those with hardly an issue, and others'."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.domain.facts import RecurringFacts, Site, Tier
from bot.domain.gitlab import Initiative
from bot.domain.needs import Initiatives, Need
from bot.domain.okr import epic_line
from bot.domain.recurrence.listing import Item, Lineup, part
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.speech import code

SEVERAL: Final = 2
"""So many issues an epic should have that stands for a broad initiative."""


def epic_needs(facts: RecurringFacts, occurrence: Occurrence) -> Iterator[Need]:
    if facts.site.tier is not Tier.FREE:
        yield Initiatives()


def epic_items(lineup: Lineup) -> Iterator[Item]:
    """One item for each list; `section` of its values says which."""
    facts = lineup.facts
    if thin := [one.epic for one in facts.initiatives if len(one.issues) < SEVERAL]:
        yield part("thin", "", map(epic_line, thin))
    if crossing := [one.epic for one in facts.initiatives if is_crossing(one, facts.site)]:
        yield part("crossing", code(facts.site.epic_group), map(epic_line, crossing))


def is_crossing(initiative: Initiative, site: Site) -> bool:
    """Whether an epic of the team's group has issues from outside of it, and there is a group for such epics."""
    return (
        site.epic_group != site.group
        and _is_inside(initiative.epic.group, site.group)
        and not all(_is_inside(issue.project, site.group) for issue in initiative.issues)
    )


def _is_inside(path: str, group: str) -> bool:
    return f"{path}/".casefold().startswith(f"{group}/".casefold())
