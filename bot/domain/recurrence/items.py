"""What a recurring issue lists: a named source and the registry become its items, beside those left from last time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.domain.checklist import read_checklist
from bot.domain.facts import RecurringFacts
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.registry import Partner, Status
from bot.domain.speech import dictated
from bot.domain.tasklines import lines

ABOUT = re.compile(r"\s*+about:(?P<key>[\w.-]++)\s++(?P<times>[0-9]{1,3})\s*+", re.ASCII)
"""The comment behind an item's heading: its key, and how often in a row it is listed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to go through; `title` is safe to print, `times` counts how often in a row it is listed."""

    key: str
    title: str
    times: int = 1
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What its template may say besides."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where items come from; `label`: it goes through the open issues with that label."""

    items: Callable[[RecurringFacts, Occurrence], Iterator[Item]]
    label: str = ""


def items_of(facts: RecurringFacts, occurrence: Occurrence, name: str) -> tuple[Item, ...]:
    """The items of one time of a recurrence whose template has that key: the source's, after what was left."""
    source = SOURCES.get(occurrence.recurrence.items)
    if source is None:
        return ()
    found = {one.key: one for one in source.items(facts, occurrence)}
    left = _left(facts, occurrence, name) if occurrence.recurrence.carry_over else {}
    known = {one.id: one.name for one in facts.site.registry.partners}
    named = {key: found.get(key, Item(key, dictated(known.get(key, key)))) for key in left}
    carried = tuple(replace(one, times=left[key] + 1) for key, one in named.items())
    return (*carried, *(one for key, one in found.items() if key not in left))


def unfinished(description: str, name: str) -> Mapping[str, int]:
    """The items whose tasks, with ids such as `phd_weekly.acme.1`, are not all done: how often each was listed."""
    open_ones = {task.id for task in read_checklist(description).tasks if task.reason is not None}
    keys = dict.fromkeys(one.removeprefix(f"{name}.").rpartition(".")[0] for one in sorted(open_ones))
    comments = (comment for line in lines(description) for comment in line.comments)
    times = {hit["key"]: int(hit["times"]) for hit in map(ABOUT.fullmatch, comments) if hit}
    return {key: times[key] for key in keys if key in times}


def _left(facts: RecurringFacts, occurrence: Occurrence, name: str) -> Mapping[str, int]:
    """What the time before left open, in the same region."""
    before = [
        one
        for one in facts.times
        if one.occurrence.region == occurrence.region and one.occurrence.period < occurrence.period
    ]
    if not before:
        return {}
    return unfinished(max(before, key=lambda one: one.occurrence.period).issue.description, name)


def partners_in(facts: RecurringFacts, occurrence: Occurrence) -> Iterator[Partner]:
    """The registry's partners of the region, in its order; all where the recurrence has one issue for everybody."""
    for partner in facts.site.registry.partners:
        if occurrence.region in ("", partner.region):
            yield partner


def _named(partners: Iterable[Partner]) -> Iterator[Item]:
    return (Item(one.id, dictated(one.name)) for one in partners)


def _applicants(facts: RecurringFacts, occurrence: Occurrence) -> Iterator[Item]:
    """Those who want to become partners."""
    yield from _named(one for one in partners_in(facts, occurrence) if one.status is Status.APPLICANT)


Sources: TypeAlias = Mapping[str, Source]
SOURCES: Final[Sources] = MappingProxyType({"applicants": Source(_applicants)})
"""By the name that recurrences.yml uses."""
