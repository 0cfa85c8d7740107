"""What a sweep or a digest found out for the team as a whole becomes one report issue each, written by one worker.

Whoever finds something out only stores it and marks the subject SITE; so two sweeps never write at the same time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.actions import Say
from bot.domain.plan import Plan, Wish
from bot.domain.subject import SITE
from bot.inbox import Inbox
from bot.memory import Memory
from bot.report import Reports

NAMES: Final = ("blast_radius", "adoption", "digest_withheld", "rights")
"""All notices; each has `templates/issue/<name>.issue.md.j2` and `<name>.note.md.j2`."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Remembers what each notice should say, and what it said last."""

    memory: Memory
    inbox: Inbox
    reports: Reports
    dry_run: bool = True

    def post(self, name: str, points: Iterable[Say]) -> None:
        """From now on the notice lists these points; none closes it. Nothing is asked or written here."""
        wanted = json.dumps([[point.topic, dict(point.values)] for point in points], sort_keys=True)
        if self.dry_run or self.memory.cursor(_wanted(name)) == wanted == self.memory.cursor(_told(name)):
            return
        self.memory.move_cursor(_wanted(name), wanted)
        self.inbox.mark([SITE], f"the notice {name}", now=True)

    def is_open(self, name: str) -> bool:
        """Whether the notice lists anything."""
        return self.memory.cursor(_wanted(name)) not in (None, "[]")

    def settle(self, today: date, before_write: Callable[[], None]) -> Iterator[str]:
        """Make every notice say what it should; what was done. To be called by whoever holds the subject SITE."""
        for name in NAMES:
            wanted = self.memory.cursor(_wanted(name))
            if self.dry_run or wanted is None or wanted == self.memory.cursor(_told(name)):
                continue
            said = self.reports.settle(name, _plan(name, wanted), today, before_write)
            self.memory.move_cursor(_told(name), wanted)
            if said:
                yield f"{said} {name}"


def _plan(name: str, wanted: str) -> Plan:
    points = (Say("", topic, values) for topic, values in json.loads(wanted))
    return Plan(SITE, wishes=tuple(Wish(name, point) for point in points))


def _wanted(name: str) -> str:
    return f"notice:{name}"


def _told(name: str) -> str:
    return f"notice:{name}:told"
