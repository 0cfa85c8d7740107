"""A course: what an issue's points went through so far, and the text that it is kept as."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

Since: TypeAlias = Mapping[str, date]
"""Since when each point is being said, by its key."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many reminders spoke of a point, and the day of the last one."""

    times: int
    last: date


Log: TypeAlias = Mapping[str, Reminded]
"""What people were reminded of, by the point's key."""


@dataclass(frozen=True, slots=True)
class Course:
    """How an issue's points went so far: since when they are said, and what people were reminded of."""

    since: Since
    log: Log

    def reminded(self, key: str) -> Reminded | None:
        """None also when the point was settled since: what comes back is a new point."""
        last, since = self.log.get(key), self.since.get(key)
        return last if last and since and last.last >= since else None

    @property
    def latest(self) -> frozenset[str]:
        """The points that the last reminder was about."""
        day = max((known.last for known in self.log.values()), default=None)
        return frozenset(key for key, known in self.log.items() if known.last == day)

    def without_settled(self) -> Course:
        """What was said of points that are gone is forgotten."""
        return Course(self.since, {key: known for key in self.since if (known := self.reminded(key))})


def later(one: Log, other: Log) -> Log:
    """Of two memories, the one that knows more about each point."""
    both = [*one.items(), *other.items()]
    return dict(sorted(both, key=lambda item: (item[1].last, item[1].times)))


def since_text(since: Since) -> str:
    """As JSON, the same days always the same text."""
    return json.dumps({key: day.isoformat() for key, day in since.items()}, sort_keys=True)


def since_of(text: str) -> Since:
    return {key: date.fromisoformat(day) for key, day in json.loads(text).items()}


def log_text(log: Log) -> str:
    """As JSON, key -> [times, day]."""
    return json.dumps({key: [known.times, known.last.isoformat()] for key, known in log.items()}, sort_keys=True)


def log_of(text: str) -> Log:
    return {key: Reminded(times, date.fromisoformat(last)) for key, (times, last) in json.loads(text).items()}
