"""Items that threads bring at the same time become one commit; each thread returns after it, with its result."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(eq=False, slots=True)
class _Seat(Generic[Item, Result]):
    item: Item
    result: Result | None = None
    error: Exception | None = None
    settled: bool = False


class GroupCommit(Generic[Item, Result]):
    """`commit` takes the items of one transaction and returns their results in the same order, after the disk has them.

    The first thread leads: it commits what has gathered while the others wait, and whoever finds the lead free next
    leads next. So a lone request waits for nobody, and a hundred share a few disk syncs.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._commit = commit
        self._change = threading.Condition()
        self._gathered: list[_Seat[Item, Result]] = []
        self._led = False

    def submit(self, item: Item) -> Result:
        """Returns when `item` is committed; raises what its commit raised."""
        seat: _Seat[Item, Result] = _Seat(item)
        with self._change:
            self._gathered.append(seat)
            while self._led and not seat.settled:
                self._change.wait()
            if not seat.settled:
                self._led = True
                batch, self._gathered = self._gathered, []
        if not seat.settled:
            self._lead(batch)
        if seat.error is not None:
            raise seat.error
        return seat.result  # type: ignore[return-value]  # settled without an error, so there is one

    def _lead(self, batch: list[_Seat[Item, Result]]) -> None:
        try:
            self._settle(batch)
        finally:
            with self._change:
                self._led = False
                for seat in batch:
                    seat.settled = True
                self._change.notify_all()

    def _settle(self, batch: list[_Seat[Item, Result]]) -> None:
        try:
            for seat, result in zip(batch, self._commit([seat.item for seat in batch]), strict=True):
                seat.result = result
        except Exception as trouble:
            for seat in batch:
                seat.error = trouble
