"""Items that threads bring at the same time become one commit; each thread returns after it, with its result."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Seat(Generic[Item, Result]):
    """One thread's item; the thread sleeps on `turn` until its result is there or it has to lead."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.result: Result | None = None
        self.error: BaseException | None = None
        self.settled = False
        # A bare lock, taken until somebody says that it is this thread's turn: a Semaphore costs several times as much.
        self.turn = threading.Lock()
        self.turn.acquire()


class GroupCommit(Generic[Item, Result]):
    """`commit` takes the items of one transaction and returns their results in the same order, after the disk has them.

    The first thread leads: it commits what has gathered, wakes those whose items these were, and gives the lead to one
    that came meanwhile. So a lone request waits for nobody, and a hundred share a few disk syncs.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._commit = commit
        self._lock = threading.Lock()
        self._gathered: list[_Seat[Item, Result]] = []
        self._led = False

    def submit(self, item: Item) -> Result:
        """Returns when `item` is committed; raises what its commit raised."""
        seat: _Seat[Item, Result] = _Seat(item)
        with self._lock:
            self._gathered.append(seat)
            waits, self._led = self._led, True
        if waits:
            seat.turn.acquire()
        if not seat.settled:
            self._lead()
        if seat.error is not None:
            raise seat.error
        return seat.result  # type: ignore[return-value]  # settled without an error, so there is one

    def _lead(self) -> None:
        with self._lock:
            batch, self._gathered = self._gathered, []
        try:
            for seat, result in zip(batch, self._commit([seat.item for seat in batch]), strict=True):
                seat.result = result
        except BaseException as trouble:
            for seat in batch:
                seat.error = trouble
        with self._lock:
            self._led = bool(self._gathered)
            successor = self._gathered[:1]
        for seat in batch:
            seat.settled = True
        # The next leader first: the disk shall not stand idle while answers are written.
        for seat in successor + batch:
            seat.turn.release()
