"""An announcement becomes the vehicles it names, and the newsletter in which it is to appear."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.domain.answers import spelt
from bot.domain.asking import is_ticked, templated
from bot.domain.communications.edition import sent_on
from bot.domain.communications.forms import CUSTOMERS, EFFECTIVE, NOTICE
from bot.domain.communications.keys import ANNOUNCEMENT
from bot.domain.edits import items_in
from bot.domain.facts import IssueFacts
from bot.domain.speech import dictated, shortened

LONGEST: Final = 200
"""Characters of a summary that a newsletter lists; the rest is behind its link."""


class Vehicle(StrEnum):
    """By what partners hear of it; the value ends the id of its box, and is the word of who writes it on a line."""

    FLASH = "flash"
    WEBCAST = "webcast"
    PORTAL = "portal"
    SPECIAL = "special"


def vehicles_of(facts: IssueFacts) -> frozenset[Vehicle]:
    """Those of an announcement that are ticked, or named on its line `Vehicles:`."""
    case = templated(facts, ANNOUNCEMENT)
    named = {*spelt(case.form.values.get("vehicles", "")).split()} if case else set()
    ticked = {one for one in Vehicle if is_ticked(facts, f"{ANNOUNCEMENT}.{one.value}")}
    return frozenset(ticked | {one for one in Vehicle if named & {one.value, f"{one.value}s"}})


@dataclass(frozen=True, slots=True)
class Item:
    """What a newsletter lists of an announcement: its reference, and one line of Markdown with a link."""

    key: str
    text: str
    on_or_after: date
    """Partners are told on this day, so the first newsletter from then on carries it."""


def item_of(facts: IssueFacts) -> Item | None:
    """Of an open announcement for the newsletter whose dates keep the notice, as its labels have it; else None."""
    case = templated(facts, ANNOUNCEMENT)
    if case is None or not facts.issue.is_open or Vehicle.FLASH not in vehicles_of(facts):
        return None
    values, too_short = case.form.values, facts.site.labels.communication.too_short.name
    is_read = not any(one.field.key in (NOTICE, EFFECTIVE, CUSTOMERS) for one in case.form.problems)
    if not is_read or too_short in facts.issue.labels:
        return None
    said = dictated(shortened(values.get("summary") or facts.issue.title, LONGEST))
    text = f"{said} ({values[EFFECTIVE]}): [details]({facts.issue.web_url})"
    return Item(facts.issue.reference, text, date.fromisoformat(values[NOTICE]))


def carrier(item: Item, newsletters: Iterable[IssueFacts], today: date) -> IssueFacts | None:
    """The newsletter that listed it when it went out, else the open one that goes out first once partners may know."""
    every, first = [*newsletters], max(item.on_or_after, today)
    out = [one for one in every if not is_ahead(one, today) and item.key in items_in(one.issue.description)]
    if out:
        return out[-1]
    ahead = [(send, one.issue.iid, one) for one in every if one.issue.is_open and (send := sent_on(one))]
    return min((found for found in ahead if found[0] >= first), key=lambda found: found[:2], default=(None, 0, None))[2]


def is_ahead(facts: IssueFacts, today: date) -> bool:
    """Whether it is the issue of a newsletter that is not sent yet."""
    send = sent_on(facts)
    return send is not None and facts.issue.is_open and send >= today
