"""Things worth counting become durable counters: gathered in memory, written along with the next transaction."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Count:
    """One counter: its name, its labels, and how often it was raised since the database exists."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: float


class Tally:
    """Counts not written yet. A killed process loses these few; what it did is in the tables, not here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()

    def __bool__(self) -> bool:
        return bool(self._counts)

    def add(self, name: str, amount: float, labels: dict[str, str]) -> None:
        key = name, _text(tuple(sorted(labels.items())))
        with self._lock:
            self._counts[key] += amount  # type: ignore[assignment]  # floats add too

    @contextmanager
    def taken(self) -> Iterator[list[dict[str, object]]]:
        """The counts as rows in a fixed order (so that writers cannot deadlock); given back when writing them fails."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            yield [{"name": name, "labels": labels, "value": counts[name, labels]} for name, labels in sorted(counts)]
        except BaseException:
            with self._lock:
                self._counts.update(counts)
            raise


@lru_cache(maxsize=512)
def _text(labels: tuple[tuple[str, str], ...]) -> str:
    """The few that there are come again with every delivery."""
    return json.dumps(dict(labels))


def read_count(name: str, labels: str, value: float) -> Count:
    """One row of the counters table."""
    return Count(name, tuple(json.loads(labels).items()), value)
