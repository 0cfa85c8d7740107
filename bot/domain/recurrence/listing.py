"""What a time of a recurrence lists: items are written into its issue, and are read from it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.checklist import read_checklist
from bot.domain.facts import RecurringFacts, Time
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.tasklines import lines

KEPT = 50
"""Lines of one part of a review; of the others only the number is told."""
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
class Listing:
    """The items of one time, by key how often each was listed in a row, and which of them are not finished."""

    occurrence: Occurrence
    times: Mapping[str, int]
    left: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lineup:
    """One time that is about to have its issue, and what the others list, those of this look too.

    They are those of all regions: a partner that changes its region takes along what was done for it there.
    """

    facts: RecurringFacts
    occurrence: Occurrence
    others: tuple[Listing, ...] = ()

    @property
    def listed(self) -> frozenset[str]:
        """The keys of everything that another time lists."""
        return frozenset(key for one in self.others for key in one.times)

    @property
    def finished(self) -> frozenset[str]:
        """The keys of what was finished in any time before this one, also where an older one lists it still."""
        return frozenset(key for one in self._before for key in one.times.keys() - one.left)

    @property
    def latest(self) -> Mapping[str, Listing]:
        """By key, the latest time before this one that lists it."""
        return {key: one for one in sorted(self._before, key=lambda one: one.occurrence.period) for key in one.times}

    @property
    def _before(self) -> tuple[Listing, ...]:
        return tuple(one for one in self.others if one.occurrence.period < self.occurrence.period)


def listed_in(description: str) -> Mapping[str, int]:
    """The keys of the items that a description lists, in its order, and how often in a row each is listed."""
    comments = (comment for line in lines(description) for comment in line.comments)
    return {hit["key"]: int(hit["times"]) for hit in map(ABOUT.fullmatch, comments) if hit}


def unfinished(description: str, name: str) -> frozenset[str]:
    """The items whose tasks, with ids such as `phd_weekly.acme.website`, are not all done."""
    open_ones = {task.id for task in read_checklist(description).tasks if task.reason is not None}
    keys = {one.removeprefix(f"{name}.").rpartition(".")[0] for one in open_ones}
    return frozenset(keys & listed_in(description).keys())


def listing(time: Time, name: str) -> Listing:
    """What the issue of a time lists; `name` is the key of its template."""
    text = time.issue.description
    return Listing(time.occurrence, listed_in(text), unfinished(text, name))


def planned(occurrence: Occurrence, items: Iterable[Item]) -> Listing:
    """What an issue that is not open yet will list."""
    times = {one.key: one.times for one in items}
    return Listing(occurrence, times, frozenset(times))


def part(section: str, title: str, said: Iterable[str], count: str = "") -> Item:
    """A list of lines that stands in that section of a review, under that title."""
    rows = [*said]
    more = str(len(rows) - KEPT) if len(rows) > KEPT else ""
    shown = "\n".join(f"- {row}" for row in rows[:KEPT])
    return Item(section, title, values={"section": section, "rows": shown, "more": more, "count": count})
