"""What was asked for a partner and is not carried out yet becomes the record as it should read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Final

from bot.domain.facts import PartnerFacts
from bot.domain.partners.record import Extension, Record, Request
from bot.domain.partners.steps import Drop, KeepRecord

OURS: Final = ("create", "enrol", "extend", "withdraw")
"""What a record holds; an award has an issue of its own."""
BEGINNINGS: Final = ("create", "enrol")
"""Those that open one."""


def asked_of(facts: PartnerFacts) -> tuple[Request, ...]:
    """The requests that end in the record, oldest first."""
    return tuple(one for one in facts.requests if one.what in OURS)


def wanted(facts: PartnerFacts, *more: Request) -> Record | None:
    """The record with all that was asked in it, and with `more`; None: nobody asked for anything yet."""
    return reduce(lambda record, one: _heard(record, one, facts), (*asked_of(facts), *more), facts.record)


def written(facts: PartnerFacts) -> Iterator[KeepRecord | Drop]:
    """The steps by which every request ends."""
    record = wanted(facts)
    if record is not None and record != facts.record:
        yield KeepRecord(record)
    yield from map(Drop, asked_of(facts))


def is_lost(facts: PartnerFacts) -> bool:
    """Whether the tracking issue is gone, hidden from the bot, or was moved away."""
    return facts.tracking is None or facts.tracking.issue.moved_to_id is not None


def is_off(facts: PartnerFacts) -> bool:
    """Whether the team told the bot to keep off the partner's record, so that nothing that is asked can be kept."""
    issue = facts.record_issue
    return issue is not None and facts.site.labels.hands_off.name in issue.labels


def is_heard(facts: PartnerFacts, request: Request) -> bool:
    """Whether that very request was taken down before."""
    kept = facts.record.heard if facts.record else ()
    return request.key in {*kept, *(one.key for one in facts.requests)}


def _heard(record: Record | None, request: Request, facts: PartnerFacts) -> Record | None:
    if record is not None and request.key in record.heard:
        return record
    changed = _changed(record, request, facts)
    return replace(changed, heard=(*changed.heard, request.key)) if changed else None


def _changed(record: Record | None, request: Request, facts: PartnerFacts) -> Record | None:
    match request.what:
        case "enrol":
            return _enrolled(record, request, facts)
        case "extend" if record:
            until = date.fromisoformat(request.values["until"])
            more = Extension(until, request.by, request.on, request.values["reason"])
            return replace(record, extensions=(*record.extensions, more))
        case "withdraw" if record and record.withdrawn_on is None:
            return replace(record, withdrawn_on=request.on, withdrawn_by=request.by)
        case "create" if record is None:
            return _new(request)
        case _:
            return record


def _enrolled(record: Record | None, request: Request, facts: PartnerFacts) -> Record:
    """Whoever withdrew begins anew; whoever lost the tracking issue goes on where they were."""
    if record is None or not record.ctp:
        earlier = record.heard if record else ()
        return replace(_new(request), ctp=True, heard=earlier)
    again = replace(record, by=request.by, on=request.on, request=request.at, tracking=None)
    if record.withdrawn_on:
        return replace(again, started_on=None, extensions=(), withdrawn_on=None)
    return again if record.tracking and is_lost(facts) else record


def _new(request: Request) -> Record:
    return Record(partner=request.partner, by=request.by, on=request.on, request=request.at)
