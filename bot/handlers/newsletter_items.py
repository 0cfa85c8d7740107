"""An announcement for the newsletter stands in the outline of the first one that goes out once partners may hear of it.

That needs its dates to be right. When they or its vehicles change, it moves along. What people make of the line there
is theirs, and what was sent stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.actions import Check, DropItem, PutItem, Say
from bot.domain.asking import templated
from bot.domain.communications.edition import next_event, sent_on
from bot.domain.communications.keys import ANNOUNCEMENT, NEWSLETTER
from bot.domain.communications.vehicles import Item, carrier, is_ahead, item_of
from bot.domain.edits import items_in
from bot.domain.facts import IssueFacts
from bot.domain.needs import IssuesOf, Need
from bot.domain.speech import quoted
from bot.domain.subject import Subject

HANDBOOK = ("NL-05", "CO-03")


@dataclass(frozen=True, slots=True)
class Settings:
    """The `section` of the newsletter in which announcements stand."""

    enabled: bool = True
    section: str = "New and noteworthy"


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if is_ahead(facts, facts.today):
        yield from (IssuesOf(ANNOUNCEMENT, fresh=True), IssuesOf(NEWSLETTER))
    if templated(facts, ANNOUNCEMENT):
        yield IssuesOf(NEWSLETTER)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | PutItem | DropItem | Say]:
    if is_ahead(facts, facts.today):
        yield from _listed(facts, settings)
    item = item_of(facts)
    if item is not None:
        yield from _told(facts, item)


def templated_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """The newsletters that list the announcement and should not, or should and do not."""
    if templated(facts, ANNOUNCEMENT) is None:
        return
    item = item_of(facts)
    right = carrier(item, _newsletters(facts), facts.today) if item else None
    for one in _newsletters(facts):
        is_there = facts.issue.reference in items_in(one.issue.description)
        if is_ahead(one, facts.today) and is_there is not (one is right) and (facts.issue.is_open or not is_there):
            yield Subject.issue(one.issue.project_id, one.issue.iid)


def _listed(facts: IssueFacts, settings: Settings) -> Iterator[Check | PutItem | DropItem]:
    here = (facts.issue.project_id, facts.issue.iid)
    others = [one for one in _newsletters(facts) if (one.issue.project_id, one.issue.iid) != here]
    there, wanted = items_in(facts.issue.description), dict[str, Item]()
    known: Mapping[str, IssueFacts] = {one.issue.reference: one for one in facts.others.get(ANNOUNCEMENT, ())}
    for one in known.values():
        item = item_of(one)
        if item and carrier(item, (facts, *others), facts.today) is facts:
            wanted[item.key] = item
    yield Check("it lists the announcements that are for it", wanted.keys() <= there.keys(), str(len(wanted)), "issues")
    # Of an announcement that was closed, nobody knows whether it was done or given up: its line is people's.
    gone = [key for key in there if key in known and known[key].issue.is_open and key not in wanted]
    yield from (DropItem(key) for key in gone)
    yield from (PutItem(settings.section, key, item.text) for key, item in wanted.items() if key not in there)


def _told(facts: IssueFacts, item: Item) -> Iterator[Say]:
    found = carrier(item, _newsletters(facts), facts.today)
    if found is not None:
        values = {"title": quoted(found.issue.title), "link": found.issue.web_url, "send": f"{sent_on(found)}"}
        yield Say("CO-03", "carried", values, block=True)
        return
    recurrence, first = facts.site.recurrence(NEWSLETTER), max(item.on_or_after, facts.today)
    day = next_event(recurrence, first, facts.site.workdays)
    if day is not None:
        yield Say("CO-03", "planned", {"send": day.isoformat()}, block=True)


def _newsletters(facts: IssueFacts) -> tuple[IssueFacts, ...]:
    return facts.others.get(NEWSLETTER, ())
