"""The bot's own issues in the Channels project become what is known of each partner beyond the registry."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import structlog

from bot.domain.gitlab import Issue
from bot.domain.partners.record import Record
from bot.voice.report import Reports

log = structlog.get_logger(__name__)

NAME: Final = "partner_record"
"""Of the report and its templates."""
KEY: Final = "partner:"
BELIEVED: Final = 5.0
"""Seconds for which the list is believed by a look that only has to recognise an issue."""
HARDLY_CHANGES: Final = 3600.0
"""The same for issues that are most likely none of a certification's."""


@dataclass(slots=True)
class Records:
    """Reads the records of all partners from one list of issues; threads may share it."""

    reports: Reports
    clock: Callable[[], float] = time.monotonic
    _kept: Mapping[str, tuple[Issue, Record]] = field(default_factory=dict)
    _read: float = float("-inf")
    _lock: Lock = field(default_factory=Lock)

    def all(self, max_age: float = BELIEVED) -> Mapping[str, tuple[Issue, Record]]:
        """By the partner's id, at most so many seconds old."""
        now = self.clock()
        with self._lock:
            if now - self._read <= max_age:
                return self._kept
        found = self.reports.records(KEY)
        read = {key.removeprefix(KEY): (issue, _understood(key, text)) for key, (issue, text) in found.items()}
        kept = {partner: (issue, record) for partner, (issue, record) in read.items() if record}
        with self._lock:
            self._kept, self._read = kept, now
        return kept

    def forget(self) -> None:
        """One was written."""
        with self._lock:
            self._read = float("-inf")


def _understood(key: str, text: str) -> Record | None:
    try:
        return Record.from_json(text)
    except (ValueError, KeyError, TypeError):
        log.warning("a partner's record is of another version of the bot", key=key)
        return None
