"""An announcement becomes the vehicles it names, the newsletter that carries it, and when partners hear of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from bot.domain.answers import spelt
from bot.domain.asking import is_ticked, templated
from bot.domain.communications.keys import ANNOUNCEMENT, NEWSLETTER
from bot.domain.communications.newsletter import occasions, sent_on
from bot.domain.edits import items_in
from bot.domain.facts import IssueFacts


class Vehicle(StrEnum):
    """By what partners hear of it; the value ends the id of its box, and is the word of who writes it on a line."""

    FLASH = "flash"
    WEBCAST = "webcast"
    PORTAL = "portal"
    SPECIAL = "special"


ALONE = frozenset({Vehicle.PORTAL})
"""What reaches nobody by itself."""


def vehicles_of(facts: IssueFacts) -> frozenset[Vehicle]:
    """Those of an announcement that are ticked, or named on its line `Vehicles:`."""
    case = templated(facts, ANNOUNCEMENT)
    named = {*spelt(case.form.values.get("vehicles", "")).split()} if case else set()
    ticked = {one for one in Vehicle if is_ticked(facts, f"{ANNOUNCEMENT}.{one.value}")}
    return frozenset(ticked | {one for one in Vehicle if named & {one.value, f"{one.value}s"}})


def carrier(facts: IssueFacts, notice: date, newsletters: Iterable[IssueFacts]) -> IssueFacts | None:
    """The newsletter that listed an announcement when it went out, else the first open one from its notice date on."""
    every, today = [*newsletters], facts.today
    first, key = max(notice, today), facts.issue.origin
    out = [one for one in every if not is_ahead(one, today) and key in items_in(one.issue.description)]
    if out:
        return out[-1]
    ahead = [(send, one.issue.iid, one) for one in every if one.issue.is_open and (send := sent_on(one))]
    return min((found for found in ahead if found[0] >= first), key=lambda found: found[:2], default=(None, 0, None))[2]


def is_ahead(facts: IssueFacts, today: date) -> bool:
    """Whether it is the issue of a newsletter that is not sent yet."""
    send = sent_on(facts)
    return send is not None and facts.issue.is_open and send >= today


def heard_on(facts: IssueFacts, notice: date, newsletters: Sequence[IssueFacts]) -> date:
    """The notice date, unless partners hear of the announcement by a newsletter alone: then the day it is sent."""
    if vehicles_of(facts) - ALONE != {Vehicle.FLASH} or is_ticked(facts, f"{ANNOUNCEMENT}.told"):
        return notice
    found = carrier(facts, notice, newsletters)
    planned = occasions(facts.site, NEWSLETTER, newsletters, max(notice, facts.today))
    return (sent_on(found) if found else next(iter(planned), None)) or notice
