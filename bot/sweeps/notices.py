"""What a sweep or a digest found out for the team as a whole becomes one report issue each, written by one worker.

Whoever finds something out only stores it and marks the subject SITE; so two sweeps never write at the same time.
Issues are named only where nobody but staff reads along: they may be a partner's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from bot.domain.actions import Say
from bot.domain.plan import Plan, Wish
from bot.domain.subject import SITE
from bot.inbox import Inbox
from bot.memory import Memory
from bot.sweeps import adoption, orphans, radius
from bot.voice.report import Reports

NAMES: Final = (
    "blast_radius",
    "adoption",
    "digest_withheld",
    "rights",
    "partner_unknown",
    "partner_radius",
    "recurring_radius",
)
"""All notices; each has `templates/issue/<name>.issue.md.j2` and `<name>.note.md.j2`."""
NAMING: Final = "issue"
"""The topic of a point that names an issue."""
WITHHELD: Final[Mapping[str, Callable[[int], Say]]] = {
    adoption.NAME: adoption.withheld,
    radius.NAME: radius.withheld,
    orphans.NAME: orphans.withheld,
}
"""What stands for those points, by notice."""
Points: TypeAlias = list[tuple[str, dict[str, str]]]
"""Topics with their values."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Remembers what each notice should say, and what it said last."""

    memory: Memory
    inbox: Inbox
    reports: Reports
    staff_only: Callable[[], bool]
    """Whether nobody but staff reads the notices; asked when one has something to hide."""
    dry_run: bool = True

    def post(self, name: str, points: Iterable[Say]) -> None:
        """From now on the notice lists these points; none closes it. Nothing is asked or written here."""
        listed: Points = [(point.topic, dict(point.values)) for point in points]
        wanted = json.dumps(listed, sort_keys=True)
        is_told = self.memory.cursor(_wanted(name)) == wanted == self.memory.cursor(_told(name))
        # What names issues is looked at each time: others may have been let in since.
        if self.dry_run or (is_told and not _named(listed)):
            return
        self.memory.move_cursor(_wanted(name), wanted)
        self.inbox.mark([SITE], f"the notice {name}", now=True)

    def is_open(self, name: str) -> bool:
        """Whether the notice lists anything."""
        return self.memory.cursor(_wanted(name)) not in (None, "[]")

    def settle(self, today: date, before_write: Callable[[], None]) -> Iterator[str]:
        """Make every notice say what it should; what was done. To be called by whoever holds the subject SITE."""
        known = self.memory.cursors(_wanted(""))
        for name in NAMES:
            wanted = known.get(_wanted(name))
            if self.dry_run or wanted is None:
                continue
            points = self._audible(name, json.loads(wanted))
            text = json.dumps(points, sort_keys=True)
            if text == known.get(_told(name)):
                continue
            said = self.reports.settle(name, _plan(name, points), today, before_write)
            self.memory.move_cursor(_told(name), text)
            if said:
                yield f"{said} {name}"

    def _audible(self, name: str, points: Points) -> Points:
        """The points, and where others than staff read along only the number of those that name an issue."""
        named = _named(points)
        if not named or self.staff_only():
            return points
        withheld = WITHHELD[name](named)
        return [*(point for point in points if point[0] != NAMING), (withheld.topic, dict(withheld.values))]


def _named(points: Points) -> int:
    return sum(topic == NAMING for topic, _ in points)


def _plan(name: str, points: Points) -> Plan:
    return Plan(SITE, wishes=tuple(Wish(name, Say("", topic, values)) for topic, values in points))


def _wanted(name: str) -> str:
    return f"notice:{name}"


def _told(name: str) -> str:
    return f"notice:{name}:told"
