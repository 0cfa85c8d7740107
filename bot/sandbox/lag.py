"""What happens is remembered for a while, so that a read can be answered as a lagging replica would: from the past."""

import copy
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.sandbox.happenings import EmojiHappened, Happened, IssueHappened, NoteHappened
from bot.sandbox.records import Issue, Note
from bot.sandbox.world import World

MEMORY = 300.0
"""Seconds of real time that can be gone back; a clock that stands still must not hide the lag."""

MARKED = ("issues", "notes", "label_events", "weight_events", "milestone_events", "state_events")
_Table = dict[int, Any]
Entry = TypeVar("Entry")


@dataclass
class Lag:
    """Listens to a World; `view` gives a World whose issues and their comments and events are as they were."""

    world: World
    now: Callable[[], float] = time.monotonic
    _versions: dict[tuple[str, int], deque[tuple[float, Issue | Note]]] = field(default_factory=dict)
    _marks: deque[tuple[float, dict[str, int]]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        for table in ("issues", "notes"):
            for row in getattr(self.world, table).values():
                self._versions[table, row.id] = deque([(float("-inf"), copy.deepcopy(row))])
        self._marks.append((float("-inf"), self._mark()))
        self.world.listeners.append(self.hear)

    def hear(self, event: Happened) -> None:
        match event:
            case IssueHappened():
                self._remember("issues", event.issue)
            case NoteHappened():
                self._remember("issues", event.issue)
                self._remember("notes", event.note)
            case EmojiHappened(note=Note() as note):
                self._remember("notes", note)
            case _:
                return
        self._marks.append((self.now(), self._mark()))
        _forget(self._marks, self.now() - MEMORY)

    def view(self, seconds: float) -> World:
        """The world with issues as they were `seconds` ago; to be called and used under the world's lock."""
        then = self.now() - min(seconds, MEMORY)
        marks = next(mark for at, mark in reversed(self._marks) if at <= then)
        view = copy.copy(self.world)
        view.listeners = []
        for table in MARKED:
            setattr(view, table, self._table_at(table, then, marks[table]))
        view.reindex()
        return view

    def _table_at(self, table: str, then: float, last_id: int) -> _Table:
        rows: _Table = {}
        for number, row in getattr(self.world, table).items():
            if number > last_id:
                continue
            versions = self._versions.get((table, number), deque())
            rows[number] = next((old for at, old in reversed(versions) if at <= then), row)
        return rows

    def _mark(self) -> dict[str, int]:
        return {table: self.world.counters.get(table, 0) for table in MARKED}

    def _remember(self, table: str, row: Issue | Note) -> None:
        versions = self._versions.setdefault((table, row.id), deque())
        versions.append((self.now(), copy.deepcopy(row)))
        _forget(versions, self.now() - MEMORY)


def _forget(entries: deque[tuple[float, Entry]], oldest: float) -> None:
    """Drops what is older than `oldest`, except the one that held then."""
    while len(entries) > 1 and entries[1][0] <= oldest:
        entries.popleft()
