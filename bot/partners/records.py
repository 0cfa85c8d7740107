"""The bot's own issues in the Channels project become what is known of each partner beyond the registry."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import structlog

from bot.domain.gitlab import Issue
from bot.domain.partners.record import Record
from bot.memory import Memory
from bot.voice.report import Reports

log = structlog.get_logger(__name__)

NAME: Final = "partner_record"
"""Of the report and its templates."""
KEY: Final = "partner:"
BELIEVED: Final = 5.0
"""Seconds for which the list is believed by a look that only has to recognise an issue."""
HARDLY_CHANGES: Final = 3600.0
"""The same for issues that are most likely none of a certification's."""
CURSOR: Final = "records"
"""Remembers which list is the newest that any process knows of."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A list as it was read: every report, the records among them by the partner's id, and what tells it apart."""

    at: float = float("-inf")
    version: str = ""
    every: tuple[Issue, ...] = ()
    records: Mapping[str, tuple[Issue, Record]] = field(default_factory=dict)


@dataclass(slots=True)
class Records:
    """Reads the records of all partners from one list of issues; threads may share it.

    Processes on one database hear from each other of records that were written, at no call to GitLab.
    """

    reports: Reports
    memory: Memory
    clock: Callable[[], float] = time.monotonic
    _kept: _Read = _Read()
    _lock: Lock = field(default_factory=Lock)

    def all(self, max_age: float = BELIEVED) -> Mapping[str, tuple[Issue, Record]]:
        """By the partner's id, at most so many seconds old, and none of them known to be written since."""
        return self._newest(max_age).records

    def carries(self, label: str, partner: str) -> bool:
        """Whether the partner's record carries the label."""
        found = self.all().get(partner)
        return found is not None and label in found[0].labels

    def every(self, max_age: float) -> Sequence[Issue]:
        """The list of all reports that they were read from."""
        return self._newest(max_age).every

    def forget(self) -> None:
        """Read the list anew when it is asked for next."""
        with self._lock:
            self._kept = _Read()

    def written(self) -> None:
        """One was written: every process reads the list anew."""
        self.forget()
        self.memory.move_cursor(CURSOR, secrets.token_hex(8))

    def _newest(self, max_age: float) -> _Read:
        now, newest = self.clock(), self.memory.cursor(CURSOR)
        with self._lock:
            kept = self._kept
        return kept if kept.version == newest and now - kept.at <= max_age else self._read(now, newest)

    def _read(self, now: float, newest: str | None) -> _Read:
        every = tuple(self.reports.every())
        texts = {key.removeprefix(KEY): found for key, found in self.reports.records(KEY, every).items()}
        understood = {partner: (issue, _understood(partner, text)) for partner, (issue, text) in texts.items()}
        records = {partner: (issue, record) for partner, (issue, record) in understood.items() if record}
        read = _Read(now, _version(texts), every, records)
        # What another process wrote while the list was read may be missing in it.
        if self.memory.cursor(CURSOR) != newest:
            return read
        if read.version != newest:
            self.memory.move_cursor(CURSOR, read.version)
        with self._lock:
            self._kept = read
        return read


def _version(texts: Mapping[str, tuple[Issue, str]]) -> str:
    return hashlib.sha256(repr(sorted((key, text) for key, (_, text) in texts.items())).encode()).hexdigest()[:16]


def _understood(partner: str, text: str) -> Record | None:
    try:
        return Record.from_json(text)
    except (ValueError, KeyError, TypeError):
        log.warning("a partner's record is of another version of the bot", key=f"{KEY}{partner}")
        return None
