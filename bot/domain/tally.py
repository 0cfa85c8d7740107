"""What the open issues of the team add up to: counts, and the issues that somebody has to look at."""

from __future__ import annotations

import json
from bisect import insort
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

KEPT = 50
"""Issues that one list names; the others are only counted."""
MOST_DRIS = 500
"""DRIs whose issues are counted: whoever writes descriptions may invent any number of them."""


class Kind(StrEnum):
    """What the issues of a list have in common, in the order in which lists are shown."""

    FIRST = "first"
    OVERDUE = "overdue"
    LATE = "late"
    OFTEN = "often"
    NO_PRIORITY = "no_priority"
    NO_TEAM = "no_team"
    NO_DRI = "no_dri"
    NO_MILESTONE = "no_milestone"
    NO_DUE = "no_due"
    HANDS_OFF = "hands_off"


@dataclass(frozen=True, slots=True)
class Row:
    """One issue as a list shows it, in the words of its writers; `due` is an ISO date, "" stands for nothing."""

    reference: str
    url: str
    title: str
    dris: tuple[str, ...] = ()
    milestone: str = ""
    due: str = ""
    since: str = ""
    """The day on which it was opened."""
    tasks: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """How many issues there are of a kind, and the first of them."""

    count: int = 0
    rows: tuple[Row, ...] = ()

    def with_one(self, row: Row) -> Listing:
        return Listing(self.count + 1, self.rows if len(self.rows) >= KEPT else (*self.rows, row))

    def with_ranked(self, row: Row, rank: Callable[[Row], Any]) -> Listing:
        """The first of them are then those of the lowest rank."""
        rows = [*self.rows]
        insort(rows, row, key=rank)
        return Listing(self.count + 1, tuple(rows[:KEPT]))


@dataclass(frozen=True, slots=True)
class Tally:
    """Filled by a sweep, issue by issue; counts are by priority key ("" for none), team label and milestone title.

    For each DRI, in lower case ("" where nobody is named), the counts are by priority key again.
    """

    issues: int = 0
    by_priority: Mapping[str, int] = field(default_factory=dict)
    by_team: Mapping[str, int] = field(default_factory=dict)
    by_dri: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    first_of: Mapping[str, int] = field(default_factory=dict)
    """Issues of the first priority on each window."""
    lists: Mapping[Kind, Listing] = field(default_factory=dict)
    unplanned: Listing = field(default_factory=Listing)
    """Without a window, the oldest first: of the priorities between those that need one and the backlog."""
    large: Listing = field(default_factory=Listing)
    """Issues with many tasks, those with the most first."""

    def to_json(self) -> str:
        """The same tally always as the same text."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Back from `to_json`; ValueError, KeyError or TypeError when it is something else."""
        found = json.loads(text)
        lists = {Kind(kind): _listing(one["count"], one["rows"]) for kind, one in found.pop("lists").items()}
        unplanned, large = _listing(**found.pop("unplanned")), _listing(**found.pop("large"))
        return cls(
            **found, unplanned=unplanned, large=large, lists={kind: lists[kind] for kind in Kind if kind in lists}
        )


def _listing(count: int, rows: list[dict[str, Any]]) -> Listing:
    return Listing(count, tuple(Row(**{**row, "dris": tuple(row["dris"])}) for row in rows))
