"""A course: what an issue's points went through so far, and the text that it is kept as."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

Since: TypeAlias = Mapping[str, date]
"""Since when each point is being said, by its key."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many reminders spoke of a point, and the day of the last one."""

    times: int
    """Only those that a cadence counts; 0 where each came on a day of its own."""
    last: date
    is_settled: bool = False
    """Whether the point is gone; that is kept of days of their own, since those never come twice."""


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
        return last if last and not last.is_settled and since and last.last >= since else None

    @property
    def latest(self) -> frozenset[str]:
        """The points that the last reminder was about."""
        standing = {key: known for key, known in self.log.items() if not known.is_settled}
        day = max((known.last for known in standing.values()), default=None)
        return frozenset(key for key, known in standing.items() if known.last == day)

    @property
    def dated(self) -> Log:
        """What was said on days of their own."""
        return {key: known for key, known in self.log.items() if not known.times}

    def without_settled(self, others: Collection[str] = ()) -> Course:
        """What was said of points that are gone, or among these others, is forgotten; days of their own stay known."""
        return Course(self.since, dict(self._kept(others)))

    def _kept(self, others: Collection[str]) -> Iterator[tuple[str, Reminded]]:
        for key, known in self.log.items():
            if key not in others and self.reminded(key):
                yield key, known
            elif not known.times:
                yield key, replace(known, is_settled=True)


def later(one: Log, other: Log) -> Log:
    """Of two memories, the one that knows more about each point."""
    both = [*one.items(), *other.items()]
    return dict(sorted(both, key=lambda item: (item[1].last, item[1].times, item[1].is_settled)))


def since_text(since: Since) -> str:
    """As JSON, the same days always the same text."""
    return json.dumps({key: day.isoformat() for key, day in since.items()}, sort_keys=True)


def since_of(text: str) -> Since:
    return {key: date.fromisoformat(day) for key, day in json.loads(text).items()}


def log_text(log: Log) -> str:
    """As JSON, key -> [times, day], and true behind them where the point is gone."""
    return json.dumps({key: _entry(known) for key, known in log.items()}, sort_keys=True)


def log_of(text: str) -> Log:
    return {
        key: Reminded(times, date.fromisoformat(last), bool(settled))
        for key, (times, last, *settled) in json.loads(text).items()
    }


def _entry(known: Reminded) -> list[object]:
    return [known.times, known.last.isoformat(), *([True] if known.is_settled else [])]
