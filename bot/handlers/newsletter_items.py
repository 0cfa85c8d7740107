"""An announcement for the newsletter stands in the outline of the first one that goes out once partners may hear of it.

That needs its dates to be right, and its form to lack no answer. When they, its words or its vehicles change, its line
follows, until somebody rewords it: then people decide. What was sent stays, and what is confidential is listed nowhere
where others read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, DropItem, PutItem, Say
from bot.domain.asking import opened_on, templated
from bot.domain.communications.keys import ANNOUNCEMENT, NEWSLETTER
from bot.domain.communications.listing import Item, Listing, carrier_of, item_of, listing
from bot.domain.communications.newsletter import occasions, sent_on
from bot.domain.communications.vehicles import is_ahead
from bot.domain.communications.waking import concerned
from bot.domain.edits import items_in
from bot.domain.facts import IssueFacts
from bot.domain.needs import IssuesOf, Need
from bot.domain.speech import code, quoted
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
        yield from (IssuesOf(ANNOUNCEMENT), IssuesOf(NEWSLETTER))


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | PutItem | DropItem | Say]:
    if is_ahead(facts, facts.today):
        yield from _listed(facts, listing(facts, facts.others.get(ANNOUNCEMENT, ())), settings)
    item = item_of(facts, _newsletters(facts))
    if item is not None:
        yield from _told(facts, item)


def templated_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    yield from (Subject.issue(one.issue.project_id, one.issue.iid) for one in concerned(facts))


def _listed(facts: IssueFacts, found: Listing, settings: Settings) -> Iterator[Check | PutItem | DropItem | Say]:
    yield Check(
        "it lists the announcements that are for it", not (found.put or found.drop), str(found.wanted), "issues"
    )
    yield from map(DropItem, found.drop)
    # Where nobody remembers what stood there, an announcement that changed since may never have done so.
    every = facts.others.get(ANNOUNCEMENT, ()) if facts.wrote is None else ()
    since = {one.issue.origin: one.issue.updated_at for one in every}
    yield from (
        PutItem(settings.section, one.key, one.text, signed=True, since=since.get(one.key)) for one in found.put
    )
    if found.changed:
        lines = _below(f"{code(one.key)}: now {quoted(one.text, 255)}" for one in found.changed)
        yield Say("NL-05", "changed", {"items": lines})
    if found.stray:
        yield Say("NL-05", "stray", {"items": _below(map(code, found.stray))})
    if found.closed:
        yield Say("NL-05", "closed", {"items": _below(map(code, found.closed))})


def _below(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _told(facts: IssueFacts, item: Item) -> Iterator[Say]:
    newsletters = _newsletters(facts)
    found = carrier_of(facts, item, newsletters)
    if found is not None:
        values = {"title": quoted(found.issue.title), "link": found.issue.web_url, "send": f"{sent_on(found)}"}
        if is_ahead(found, facts.today):
            # On the day on which an announcement is opened its line is only just being written.
            is_listed = item.key in items_in(found.issue.description) or opened_on(facts) == facts.today
            yield Say("CO-03", "carried", {**values, "listed": "yes" if is_listed else ""}, block=True)
        else:
            yield Say("CO-03", "appeared", values, block=True)
    elif facts.issue.confidential:
        yield Say("CO-03", "confidential", {}, block=True)
    elif days := occasions(facts.site, NEWSLETTER, newsletters, max(item.notice, facts.today)):
        yield Say("CO-03", "planned", {"send": days[0].isoformat()}, block=True)


def _newsletters(facts: IssueFacts) -> tuple[IssueFacts, ...]:
    return facts.others.get(NEWSLETTER, ())
